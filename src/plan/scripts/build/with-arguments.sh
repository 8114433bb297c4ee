#!/bin/bash
# Runs the script named by its argument with arguments from a file, one per line. BuildKit prints the whole command of a
# failed step, and a list of a hundred wheels would hide the cause.
set -o errexit -o nounset -o pipefail

readonly scripts=/run/airflow-frontend/scripts
mapfile -t arguments <"$scripts/arguments"
exec bash "$scripts/$1" "${arguments[@]}"
