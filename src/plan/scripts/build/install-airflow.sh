#!/bin/bash
# Installs Airflow. $1 says how; the other arguments are the requirements.
#
#   attempt   without compilers, while the build stage still installs them. Succeeds if every package has a wheel or builds
#             without compiling.
#   complete  with compilers. Installs nothing if the attempt succeeded.
#   install   in any case.
#
# From the frontend, in addition to python.sh: FALLBACK, true to retry without constraints; SOURCES, the folder of
# Airflow's sources, and VERSION_SUFFIX for them.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

readonly how=$1
shift

is_installed() {
    airflow_release >/dev/null
}

# The sources contain other projects of the same release, which no index has.
parts=()
if [ -n "${SOURCES:-}" ]; then
    for part in airflow-core task-sdk airflow-ctl; do
        [ ! -e "$SOURCES/$part/pyproject.toml" ] || parts+=(--editable "$SOURCES/$part")
    done
    export VERSION_SUFFIX=${VERSION_SUFFIX:-}
    export VERSION_SUFFIX_FOR_PYPI=$VERSION_SUFFIX
fi

install_or_fall_back() {
    install "$@" && return
    [ "${FALLBACK:-}" = true ] && [ -n "${CONSTRAINTS:-}" ] || return
    say "Airflow cannot be installed with the constraints; retrying without them"
    CONSTRAINTS='' install "$@"
}

unpin_local
case $how in
    attempt)
        # shellcheck source=SCRIPTDIR/compilers.sh
        source "$run/scripts/compilers.sh"
        status=0
        attempt install "${parts[@]}" "$@" || status=$?
        # Retrying does not help with other failures, except without constraints.
        if [ "$status" != "$NEEDS_COMPILERS" ] && [ "${FALLBACK:-}" != true ]; then
            [ "$status" = 0 ] || exit "$status"
        fi
        ;;
    complete) if is_installed; then match_xmlsec; else install_or_fall_back "${parts[@]}" "$@"; fi ;;
    install) install_or_fall_back "${parts[@]}" "$@" ;;
esac
if is_installed; then
    check
fi
finish
