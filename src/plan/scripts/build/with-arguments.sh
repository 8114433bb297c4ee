#!/bin/bash
# Runs the script whose name is its argument with arguments from a file, one a line: BuildKit prints the whole command of a
# step that fails, and nobody finds the cause before a list of a hundred wheels.
set -o errexit -o nounset -o pipefail

readonly scripts=/run/airflow-frontend/scripts
mapfile -t arguments <"$scripts/arguments"
exec bash "$scripts/$1" "${arguments[@]}"
