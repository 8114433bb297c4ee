#!/bin/bash
# Installs packages after Airflow without changing its release. $1 says which; the rest goes to the installer.
#
#   deps           requirements as arguments
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
        # Relative paths of archives start here.
        cd "$context"
        install --requirement "$1"
        ;;
    as-they-are) OFFLINE=true install --no-deps --force-reinstall "$@" ;;
esac
finish
