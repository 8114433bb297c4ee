# shellcheck shell=bash
# What the steps that install Python packages share. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: VIRTUAL_ENV, INSTALLER (uv or pip), CONSTRAINTS (a path, or empty), OFFLINE (true or empty).
umask 0002
trust_authorities

# Build backends write to HOME and TMPDIR; both are scratch, on disk, and gone at the end.
scratch=$(mktemp -d "$run/cache/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home" "$scratch/tmp"
export HOME=$scratch/home TMPDIR=$scratch/tmp
export PATH=$VIRTUAL_ENV/bin:$PATH PYTHONDONTWRITEBYTECODE=1
export UV_CACHE_DIR=$run/cache/uv UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never
export PIP_CACHE_DIR=$run/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PROGRESS_BAR=off PIP_NO_INPUT=1

readonly context=/docker-context-files
if [ -f "$context/pip.conf" ]; then
    export PIP_CONFIG_FILE=$context/pip.conf
fi
if [ -f "$context/.piprc" ]; then
    cp "$context/.piprc" "$HOME/.piprc"
fi

# Installs what is named, under the constraints if there are any.
install() {
    local flags=()
    if [ -n "${CONSTRAINTS:-}" ]; then
        flags+=(--constraint "$CONSTRAINTS")
    fi
    if [ "${OFFLINE:-}" = true ]; then
        flags+=(--no-index --find-links "$context")
    fi
    case $INSTALLER in
        uv) uv pip install "${flags[@]}" "$@" ;;
        pip) python -m pip install --no-compile "${flags[@]}" "$@" ;;
    esac
}

# Fails with the tool's words when installed packages do not fit together.
check() {
    case $INSTALLER in
        uv) uv pip check ;;
        pip) python -m pip check ;;
    esac
}

# Leaves no bytecode behind, which doubles the size and names times. The group may change what is installed: the image
# also runs under any user id with group 0.
finish() {
    find "$VIRTUAL_ENV" -type d -name __pycache__ -prune -exec rm -rf {} +
    find "$VIRTUAL_ENV" ! -type l ! -perm -g=rw -exec chmod g+rwX {} +
}
