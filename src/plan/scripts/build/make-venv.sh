#!/bin/bash
# Makes the virtual environment that all Python packages live in, with the wanted pip and uv.
#
# Its arguments are the requirements for pip and uv; without any, the base image's pip has to do.
#
# From the frontend: INSTALL_FLAGS, the options that name indexes, a word on each line; FOLDER_HOLDS, the requirement that
# the context folder has to meet with all that this requires, empty where it need not.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

# What pip was told as this Python's own, it is told as the environment's, in the image as well.
own=$(python3 -c 'import sys; print(sys.prefix)')/pip.conf
python3 -m venv "$VIRTUAL_ENV"
[ ! -f "$own" ] || cp "$own" "$VIRTUAL_ENV/pip.conf"

if has_settings; then
    said=$(python -m pip config list)
    if elsewhere=$(grep -E '^(global|install|:env:)\.(target|prefix|root)=' <<<"$said"); then
        say "pip's settings of the base image install packages elsewhere than in $VIRTUAL_ENV: ${elsewhere%%$'\n'*}"
        say "hint: remove that setting from the base image; PIP_CONFIG_FILE or an environment variable may hold it"
        exit 1
    fi
    # It ends every installation into a virtual environment, also those of who extends the image.
    if grep -qiE "\.user='?(1|true|yes|on|y|t)'?$" <<<"$said"; then
        python -m pip config --site set install.user no >/dev/null
    fi
fi
if [ -n "${FOLDER_HOLDS:-}" ]; then
    python "$run/scripts/missing-projects.py" "$context" "$FOLDER_HOLDS"
fi
if [ $# -gt 0 ]; then
    flags=()
    [ -z "${INSTALL_FLAGS:-}" ] || readarray -t flags <<<"$INSTALL_FLAGS"
    [ "${OFFLINE:-}" != true ] || flags+=(--no-index --find-links "$context")
    # A rule for packages, such as one that all are compiled or have hashes, does not hold for the tools.
    PIP_REQUIRE_HASHES=0 python -m pip install --upgrade --no-compile --only-binary pip,uv "${flags[@]}" "$@"
fi
finish
