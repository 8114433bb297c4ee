# shellcheck shell=bash
# Shared by the steps that install Python packages. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: VIRTUAL_ENV, INSTALLER (uv or pip), CONSTRAINTS (a path, or empty), OFFLINE (true or empty).
# shellcheck source=SCRIPTDIR/failures.sh
source "$run/scripts/failures.sh"
explain_failures "$0" "$@"
if [ "$(id -u)" = 0 ]; then
    # shellcheck source=SCRIPTDIR/compilers.sh
    source "$run/scripts/compilers.sh"
    # shellcheck source=SCRIPTDIR/apt.sh
    source "$run/scripts/apt.sh"
    install_on_demand "$0" "$@"
    exit
fi
umask 0002
# Before this script sets any itself.
told=$(compgen -e PIP_ || true)
trust_authorities
# Makes uv trust the system's CAs, as pip does.
if [ -z "${SSL_CERT_FILE:-}" ] && [ -s "$ca_system" ]; then
    export SSL_CERT_FILE=$ca_system
fi

# Build backends write to HOME and TMPDIR; both are on disk and removed at the end.
scratch=$(mktemp -d "${ATTEMPT_FOLDER:-$run/cache}/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home" "$scratch/tmp"
export HOME=$scratch/home TMPDIR=$scratch/tmp
check_passwords
# pip, uv, git and curl read passwords from here.
[ ! -s "$netrc_secret" ] || ln -s "$netrc_secret" "$HOME/.netrc"
# From the frontend: USES_SSH, true if a repository uses SSH.
[ -z "${USES_SSH:-}" ] || set_up_ssh
export PATH=$VIRTUAL_ENV/bin:$PATH PYTHONDONTWRITEBYTECODE=1
# As UV_HTTP_TIMEOUT in the reference of build args says; the base image may know better.
export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-300} UV_HTTP_RETRIES=${UV_HTTP_RETRIES:-5}
# Packages go into the virtual environment, whatever the base image sets.
export PIP_USER=0
unset UV_SYSTEM_PYTHON UV_BREAK_SYSTEM_PACKAGES UV_PYTHON
export UV_CACHE_DIR=$run/cache/uv UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never
export PIP_CACHE_DIR=$run/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PROGRESS_BAR=off PIP_NO_INPUT=1

# shellcheck source=SCRIPTDIR/pip-settings.sh
source "$run/scripts/pip-settings.sh"
find_settings_files
read_uv_indexes
told+=$'\n'$(compgen -e PIP_ | grep -xE 'PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|TRUSTED_HOST|NO_INDEX)' || true)

# From the frontend, each empty by default:
#   INSTALL_FLAGS   options that pip knows, one word per line
#   UV_FLAGS        options that only uv knows, likewise
#   PRE_RELEASES    true to allow them
#   UPGRADE         any text for the newest compatible packages
#   PROGRESS        on or raw to show progress
#   INDEX_TIMEOUT   seconds
#   LOCAL_PROJECTS  names that constraints must not pin, because they come from files
if [ -n "${PROGRESS:-}" ]; then
    export PIP_PROGRESS_BAR=$PROGRESS
    unset UV_NO_PROGRESS
fi
if [ -n "${INDEX_TIMEOUT:-}" ]; then
    export UV_HTTP_TIMEOUT=$INDEX_TIMEOUT PIP_DEFAULT_TIMEOUT=$INDEX_TIMEOUT
fi

# Removes pip, uv and the projects that come from files from the constraints.
unpin_local() {
    local name names='pip|uv'
    [ -n "${CONSTRAINTS:-}" ] || return 0
    for name in ${LOCAL_PROJECTS:-}; do
        names+="|${name//[-_.]/[-_.]+}"
    done
    grep --text --ignore-case --invert-match --extended-regexp \
        "^[[:space:]]*($names)[[:space:]]*([]=<>!~;@[]|\$)" "$CONSTRAINTS" >"$scratch/constraints.txt" || true
    CONSTRAINTS=$scratch/constraints.txt
}

# Tells uv how long PyPI's answers are valid, as PyPI itself does. If a proxy drops that header, uv asks again for each package
# in each step, and rebuilds what it has built. Settings of the base image take precedence.
time_answers() {
    [ -z "${UV_CONFIG_FILE:-}" ] && [ ! -e /etc/uv/uv.toml ] || return 0
    cat >"$scratch/uv.toml" <<'TOML'
[[index]]
url = "https://pypi.org/simple"
default = true
cache-control = { api = "max-age=600", files = "max-age=365000000, immutable" }
TOML
    if takes_settings "$scratch/uv.toml"; then
        export UV_CONFIG_FILE=$scratch/uv.toml
    fi
}

# Keeps pip and uv at the versions in the image's environment, whatever packages and constraints require.
keep_tools() {
    pins pip uv >"$scratch/tools.txt"
}

# Prints the installed versions of projects as requirements.
pins() {
    local project file
    for project; do
        for file in "$VIRTUAL_ENV"/lib/python3*/site-packages/"$project"-*.dist-info; do
            [ -e "$file" ] || continue
            file=${file##*/"$project"-}
            echo "$project==${file%.dist-info}"
        done
    done
}

# Installs requirements with the constraints, if any. What KEEP names stays at its version.
install() {
    install_once "$@" && match_xmlsec
}

install_once() {
    local flags=(--constraint "$scratch/tools.txt") given=() by_pip=() by_uv=() for_uv=()
    keep_tools
    [ -z "${CONSTRAINTS:-}" ] || flags+=(--constraint "$CONSTRAINTS")
    [ "${OFFLINE:-}" != true ] || flags+=(--no-index --find-links "$context")
    [ "${PRE_RELEASES:-}" != true ] || { by_pip+=(--pre) && by_uv+=(--prerelease allow); }
    [ -z "${UPGRADE:-}" ] || { by_pip+=(--upgrade --upgrade-strategy eager) && by_uv+=(--upgrade --resolution highest); }
    [ -z "${UV_FLAGS:-}" ] || readarray -t for_uv <<<"$UV_FLAGS"
    [ -z "${INSTALL_FLAGS:-}" ] || readarray -t given <<<"$INSTALL_FLAGS"

    if ! is_plain "$@"; then
        ask_pip "${flags[@]}" "${by_pip[@]}" "${given[@]}" "$@" && check_installed_hashes || return
        if [ "$INSTALLER" = uv ] && [ ! -e "$terms/pip" ]; then
            [ -z "${KEEP:-}" ] || keep_by_terms
            install_by_terms "${for_uv[@]}"
            return
        fi
        if [ "$INSTALLER" = uv ]; then
            say "installing with pip, because $(cat "$terms/pip")"
            [ ${#for_uv[@]} = 0 ] || { say "hint: pip does not support ${for_uv[0]}; remove one of the two" && return 1; }
        fi
        if [ -n "${KEEP:-}" ] && [ -e "$terms/hashes" ]; then
            echo "$KEEP" >>"$scratch/tools.txt"
            KEEP=''
        fi
    elif [ "$INSTALLER" = uv ]; then
        time_answers
        uv pip install "${flags[@]}" "${by_uv[@]}" "${for_uv[@]}" ${KEEP:+"$KEEP"} "$@"
        return
    fi
    python -m pip install --no-compile "${flags[@]}" "${by_pip[@]}" "${given[@]}" ${KEEP:+"$KEEP"} "$@"
}

# Makes lxml and xmlsec use the same libxml2. Each wheel contains its own, and xmlsec refuses to load with another version; then
# both are built from source, at the same versions.
match_xmlsec() {
    local said releases=()
    [ -n "$(pins xmlsec)" ] || return 0
    said=$(python -c 'import xmlsec' 2>&1) || true
    [[ $said == *'version mismatch'* ]] || return 0
    readarray -t releases < <(pins lxml xmlsec)
    say "the wheels of lxml and xmlsec contain different versions of libxml2; building both from source"
    KEEP='' install_once --force-reinstall --no-deps --no-binary lxml,xmlsec "${releases[@]}"
}

# Prints the installed release of Airflow; fails if there is none. Python 3.7 needs setuptools for it.
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

# Prints the requirement that keeps Airflow's version.
installed_airflow() {
    local release
    release=$(airflow_release)
    echo "apache-airflow==$release"
}

# Fails with the installer's message if installed packages conflict.
check() {
    case $INSTALLER in
        uv) uv pip check ;;
        pip) python -m pip check ;;
    esac
}

# Removes bytecode, which doubles the size and contains times, and uv's locks and records of when it saw an archive.
# Group 0 may change installed packages, because the image also runs under any user id with group 0.
finish() {
    local note notes
    rm -f "$VIRTUAL_ENV/.lock"
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
