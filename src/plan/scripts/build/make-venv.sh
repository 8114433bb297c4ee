#!/bin/bash
# Creates the virtual environment for all Python packages, with the requested pip and uv.
#
# Its arguments are the requirements for pip and uv; without any, the base image's pip is used.
#
# From the frontend: INSTALL_FLAGS, the options that name indexes, one word per line; FOLDER_HOLDS, the requirement that
# the context folder must satisfy with all its dependencies, or empty.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

# pip's settings for this Python become those of the environment, in the image as well.
own=$(python3 -c 'import sys; print(sys.prefix)')/pip.conf
python3 -m venv "$VIRTUAL_ENV"
[ ! -f "$own" ] || cp "$own" "$VIRTUAL_ENV/pip.conf"

if has_settings; then
    said=$(python -m pip config list)
    if elsewhere=$(grep -E '^(global|install|:env:)\.(target|prefix|root)=' <<<"$said"); then
        say "a pip setting of the base image installs packages outside $VIRTUAL_ENV: ${elsewhere%%$'\n'*}"
        say "hint: remove it from the base image; look in PIP_CONFIG_FILE and the environment variables"
        exit 1
    fi
    # This setting breaks every installation into a virtual environment, also in images that extend this one.
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
    # Rules for packages, such as required hashes, do not apply to the tools.
    PIP_REQUIRE_HASHES=0 python -m pip install --upgrade --no-compile --only-binary pip,uv "${flags[@]}" "$@"
fi
finish
