# shellcheck shell=bash
# What the steps that install Python packages share. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: VIRTUAL_ENV, INSTALLER (uv or pip), CONSTRAINTS (a path, or empty), OFFLINE (true or empty).
if [ "$(id -u)" = 0 ]; then
    # shellcheck source=SCRIPTDIR/compilers.sh
    source "$run/scripts/compilers.sh"
    # shellcheck source=SCRIPTDIR/apt.sh
    source "$run/scripts/apt.sh"
    install_on_demand "$0" "$@"
    exit
fi
umask 0002
trust_authorities

# Build backends write to HOME and TMPDIR; both are scratch, on disk, and gone at the end.
scratch=$(mktemp -d "${ATTEMPT_FOLDER:-$run/cache}/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home" "$scratch/tmp"
export HOME=$scratch/home TMPDIR=$scratch/tmp
check_passwords
# Where pip, uv, git and curl look for users and passwords.
[ ! -s "$netrc_secret" ] || ln -s "$netrc_secret" "$HOME/.netrc"
export PATH=$VIRTUAL_ENV/bin:$PATH PYTHONDONTWRITEBYTECODE=1
# As patient with a slow index as pip is by itself.
export UV_HTTP_TIMEOUT=120 UV_HTTP_RETRIES=5
export UV_CACHE_DIR=$run/cache/uv UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never
export PIP_CACHE_DIR=$run/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PROGRESS_BAR=off PIP_NO_INPUT=1

readonly context=/docker-context-files
if [ -f "$context/pip.conf" ]; then
    export PIP_CONFIG_FILE=$context/pip.conf
fi
if [ -f "$context/.piprc" ]; then
    cp "$context/.piprc" "$HOME/.piprc"
fi

# How packages are installed, from the frontend; what is as usual is empty:
#   INSTALL_FLAGS   options, word by word
#   PRE_RELEASES    true for those too
#   UPGRADE         any text for the newest packages that fit
#   PROGRESS        on or raw, for a log that shows it
#   INDEX_TIMEOUT   seconds
#   LOCAL_PROJECTS  names that constraints must not pin, since they come from files
if [ -n "${PROGRESS:-}" ]; then
    export PIP_PROGRESS_BAR=$PROGRESS
    unset UV_NO_PROGRESS
fi
if [ -n "${INDEX_TIMEOUT:-}" ]; then
    export UV_HTTP_TIMEOUT=$INDEX_TIMEOUT PIP_DEFAULT_TIMEOUT=$INDEX_TIMEOUT
fi

# Makes the constraints leave alone what comes from files.
unpin_local() {
    [ -n "${CONSTRAINTS:-}" ] && [ -n "${LOCAL_PROJECTS:-}" ] || return 0
    python - "$CONSTRAINTS" >"$scratch/constraints.txt" <<'PYTHON'
import os, re, sys

def name(line):
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line.strip())
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else None

local = set(os.environ["LOCAL_PROJECTS"].split())
with open(sys.argv[1]) as file:
    sys.stdout.writelines(line for line in file if name(line) not in local)
PYTHON
    CONSTRAINTS=$scratch/constraints.txt
}

# Tells uv how long answers of PyPI hold, as PyPI itself says. Where a proxy on the way leaves that out, uv would ask anew for
# each of Airflow's packages in each step, and build again what it has built. Settings of the base image go first.
time_answers() {
    [ ! -e /etc/uv/uv.toml ] || return 0
    cat >"$scratch/uv.toml" <<'TOML'
[[index]]
url = "https://pypi.org/simple"
default = true
cache-control = { api = "max-age=600", files = "max-age=365000000, immutable" }
TOML
    # An older uv takes no such setting.
    if UV_CONFIG_FILE=$scratch/uv.toml uv cache dir >/dev/null 2>&1; then
        export UV_CONFIG_FILE=$scratch/uv.toml
    fi
}

# Installs what is named, under the constraints if there are any.
install() {
    local flags=()
    read -r -d '' -a flags <<<"${INSTALL_FLAGS:-}" || true
    if [ -n "${CONSTRAINTS:-}" ]; then
        flags+=(--constraint "$CONSTRAINTS")
    fi
    if [ "${OFFLINE:-}" = true ]; then
        flags+=(--no-index --find-links "$context")
    fi
    case $INSTALLER in
        uv)
            time_answers
            [ "${PRE_RELEASES:-}" != true ] || flags+=(--prerelease allow)
            [ -z "${UPGRADE:-}" ] || flags+=(--upgrade --resolution highest)
            uv pip install "${flags[@]}" "$@"
            ;;
        pip)
            [ "${PRE_RELEASES:-}" != true ] || flags+=(--pre)
            [ -z "${UPGRADE:-}" ] || flags+=(--upgrade --upgrade-strategy eager)
            python -m pip install --no-compile "${flags[@]}" "$@"
            ;;
    esac
}

# The release of Airflow that is installed; fails if there is none. Python 3.7 knows it by setuptools alone.
airflow_release() {
    python - <<'PYTHON'
import sys
try:
    from importlib.metadata import PackageNotFoundError as Missing, version
except ImportError:
    from pkg_resources import DistributionNotFound as Missing, get_distribution

    def version(name):
        return get_distribution(name).version
try:
    print(version("apache-airflow"))
except Missing:
    sys.exit(1)
PYTHON
}

# The requirement that keeps Airflow as it is installed.
installed_airflow() {
    local release
    release=$(airflow_release)
    echo "apache-airflow==$release"
}

# Fails with the tool's words when installed packages do not fit together.
check() {
    case $INSTALLER in
        uv) uv pip check ;;
        pip) python -m pip check ;;
    esac
}

# Leaves no bytecode behind, which doubles the size and names times, and none of uv's notes on when it saw which archive.
# The group may change what is installed: the image also runs under any user id with group 0.
finish() {
    local note notes
    notes=$(find "$VIRTUAL_ENV" \
        -type d -name __pycache__ -prune -exec rm -rf {} + \
        -o -path '*.dist-info/uv_cache.json' -print \
        -o ! -type l ! -perm -g=rw -exec chmod g+rwX {} +)
    while IFS= read -r note; do
        [ -n "$note" ] || continue
        sed -i '/dist-info\/uv_cache\.json,/d' "${note%/*}/RECORD"
        rm "$note"
    done <<<"$notes"
}
