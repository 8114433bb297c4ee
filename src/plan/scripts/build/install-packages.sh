#!/bin/bash
# Installs packages after Airflow, whose release stays as it is. The first argument says which; the rest is for the tool.
#
#   deps           requirements, given one by one
#   requirements   a requirements file
#   as-they-are    archives of the context folder, without their dependencies
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

readonly what=$1
shift
case $what in
    deps)
        KEEP=$(installed_airflow)
        install "$@"
        check
        ;;
    requirements)
        KEEP=$(installed_airflow)
        # Archives by relative path are those of the folder.
        cd "$context"
        install --requirement "$1"
        ;;
    as-they-are) OFFLINE=true install --no-deps --force-reinstall "$@" ;;
esac
finish
