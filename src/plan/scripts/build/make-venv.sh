#!/bin/bash
# Makes the virtual environment that all Python packages live in, with the wanted pip and uv.
#
# Its arguments are the requirements for pip and uv; without any, the base image's pip has to do.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

python3 -m venv "$VIRTUAL_ENV"
if [ $# -gt 0 ]; then
    INSTALLER=pip CONSTRAINTS='' install --upgrade "$@"
fi
finish
