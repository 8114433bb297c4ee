#!/bin/bash
# Installs Airflow: the requirements are the arguments after the first one, which says where this runs.
#
#   without-compilers  on the bare base image, while the build stage still installs its compilers. Serves if every
#                      package has a wheel or builds without compiling. The first call of a compiler ends the
#                      attempt, so that no package can settle for a build without its native part.
#   with-compilers     beside the compilers. Does nothing if the attempt before has served.
#   the-rest           beside the compilers, after an attempt that left out what is known to compile.
#
# From the frontend, besides what python.sh reads: FALLBACK, true to install without constraints where it does not work
# with them; SOURCES, the folder of Airflow's sources, and VERSION_SUFFIX for them.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

readonly where=$1
shift

is_installed() {
    python - <<'PYTHON'
import importlib.metadata, sys
try:
    importlib.metadata.version("apache-airflow")
except importlib.metadata.PackageNotFoundError:
    sys.exit(1)
PYTHON
}

# Puts a stand-in on PATH for each compiler: it notes the call and ends the attempt's process group.
forbid_compilers() {
    local stand_ins=$scratch/stand-ins name
    mkdir "$stand_ins"
    cat >"$stand_ins/stand-in" <<'STAND_IN'
#!/bin/bash
echo "${0##*/}" >"$ATTEMPT_NOTE"
kill -KILL -- "-$ATTEMPT_GROUP"
STAND_IN
    chmod +x "$stand_ins/stand-in"
    for name in cc gcc c++ g++ cpp clang clang++ gfortran rustc cargo go cmake meson make ninja \
        "$(uname -m)-linux-gnu-gcc" "$(uname -m)-linux-gnu-g++"; do
        ln -s stand-in "$stand_ins/$name"
    done
    export PATH=$stand_ins:$PATH CC=$stand_ins/cc CXX=$stand_ins/c++
}

attempt() {
    export ATTEMPT_NOTE=$scratch/compiler-called
    local status=0
    # Job control gives the attempt a process group of its own.
    set -m
    (
        export ATTEMPT_GROUP=$BASHPID
        forbid_compilers
        install "$@"
    ) &
    wait $! || status=$?
    set +m
    if [ -e "$ATTEMPT_NOTE" ]; then
        say "a package has no wheel and calls $(cat "$ATTEMPT_NOTE"); all are installed beside the compilers instead"
    elif [ "$status" -ne 0 ]; then
        say "this did not work without compilers; it is tried again beside them"
    fi
}

# With the sources come other projects of the same release, which no index has.
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
    say "Airflow cannot be installed with the constraints; it is installed without them, as was asked for"
    CONSTRAINTS='' install "$@"
}

unpin_local
case $where in
    without-compilers) attempt "${parts[@]}" "$@" ;;
    the-rest) install_or_fall_back "${parts[@]}" "$@" ;;
    with-compilers) is_installed || install_or_fall_back "${parts[@]}" "$@" ;;
esac
if is_installed; then
    check
fi
finish
