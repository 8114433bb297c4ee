# shellcheck shell=bash
# Reads pip's settings from the base image, the user and the context folder, so that pip and uv use the same indexes.
# Sourced by python.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154

readonly context=/docker-context-files
readonly terms=$scratch/terms

# Variables that affect neither what is installed nor its origin.
readonly NO_SETTINGS=' PIP_CACHE_DIR PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_CACHE_DIR PIP_NO_COLOR PIP_NO_INPUT PIP_PROGRESS_BAR PIP_ROOT_USER_ACTION PIP_USER '

# Puts settings files where pip looks for them: user airflow's, then the context folder's.
find_settings_files() {
    local home=${VIRTUAL_ENV%/.local} file
    for file in .pip/pip.conf .config/pip/pip.conf; do
        if [ -f "$home/$file" ]; then
            mkdir -p "$HOME/${file%/*}"
            ln -s "$home/$file" "$HOME/$file"
        fi
    done
    if [ -f "$context/pip.conf" ]; then
        # pip reads the other place first, so the context folder's settings win.
        mkdir -p "$HOME/.pip" "$HOME/.config/pip"
        [ ! -L "$HOME/.config/pip/pip.conf" ] || mv "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"
        ln -s "$context/pip.conf" "$HOME/.config/pip/pip.conf"
    fi
}

has_settings_files() {
    local folder folders=()
    IFS=: read -r -a folders <<<"${XDG_CONFIG_DIRS:-/etc/xdg}"
    folders=("${folders[@]/%//pip}" /etc "$VIRTUAL_ENV" "$HOME/.pip" "$HOME/.config/pip")
    for folder in "${folders[@]}"; do
        [ ! -f "$folder/pip.conf" ] || return 0
    done
    return 1
}

has_settings() {
    local name
    while IFS= read -r name; do
        # Our own certificate bundle is known to uv as well.
        [ "$name" != PIP_CERT ] || [ "${PIP_CERT:-}" != "$ca_bundle" ] || continue
        [[ -z $name || $NO_SETTINGS == *" $name "* ]] || return 0
    done <<<"$told"
    [ -n "${INSTALL_FLAGS:-}" ] || has_settings_files
}

# Whether a requirements file has no options, hashes, variables, continued lines or non-ASCII letters.
is_plain_file() {
    ! LC_ALL=C sed -E 's/(^|[[:space:]])#.*//' "$1" \
        | LC_ALL=C grep -E '^[[:space:]]*-|[[:space:]]--|[$]\{|\\[[:space:]]*$|[^[:print:][:space:]]' >/dev/null
}

# Moves the indexes of uv's settings to pip; uv gets them back in pip's order.
read_uv_indexes() {
    local index='' more='' file=${UV_CONFIG_FILE:-/etc/uv/uv.toml}
    if [ -f "$file" ]; then
        { IFS= read -r index && IFS= read -r more; } < <(uv_file_indexes "$file") || true
    fi
    index=${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-$index}}
    more="${UV_INDEX:-} ${UV_EXTRA_INDEX_URL:-} $more"
    more=${more#"${more%%[! ]*}"}
    if [ -n "$index$more" ]; then
        # An index may be written as name=URL.
        more=$(sed -E 's/(^| )[A-Za-z0-9._-]+=/\1/g' <<<"$more" | xargs)
        index=$(sed -E 's/^[A-Za-z0-9._-]+=//' <<<"$index")
    fi
    [ -z "$index" ] || export PIP_INDEX_URL=${PIP_INDEX_URL:-$index}
    [ -z "$more" ] || export PIP_EXTRA_INDEX_URL=${PIP_EXTRA_INDEX_URL:-$more}
    [ -z "${UV_FIND_LINKS:-}" ] || export PIP_FIND_LINKS=${PIP_FIND_LINKS:-${UV_FIND_LINKS//,/ }}
    [ -z "${UV_INSECURE_HOST:-}" ] || export PIP_TRUSTED_HOST=${PIP_TRUSTED_HOST:-$UV_INSECURE_HOST}
    [ -z "${UV_NO_INDEX:-}" ] || export PIP_NO_INDEX=${PIP_NO_INDEX:-1}
    unset UV_DEFAULT_INDEX UV_INDEX_URL UV_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_INSECURE_HOST UV_NO_INDEX
}

# Prints the default index of a uv settings file, and the others on a second line.
uv_file_indexes() {
    python3 - "$1" <<'PYTHON'
import sys
try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
with open(sys.argv[1], "rb") as file:
    settings = tomllib.load(file)
settings = {**settings.get("pip", {}), **settings}
listed = [one for one in settings.get("index", []) if "url" in one and not one.get("explicit")]
default = [one["url"] for one in listed if one.get("default")]
others = [one["url"] for one in listed if not one.get("default")]
print(settings.get("index-url") or " ".join(default[:1]))
print(*others, *settings.get("extra-index-url", []))
PYTHON
}

# Whether the requirements are plain and pip has no settings: then asking pip, which takes half a second, is not needed.
# The arguments are those of `install`.
is_plain() {
    ! has_settings && is_plain_file "${CONSTRAINTS:-/dev/null}" || return 1
    while [ $# -gt 0 ]; do
        case $1 in
            --requirement) is_plain_file "$2" && shift || return 1 ;;
            --editable) shift ;;
            --no-deps | --force-reinstall) ;;
            -*) return 1 ;;
        esac
        shift
    done
}

# Makes pip write what it reads from its settings and the arguments into the folder `terms`.
ask_pip() {
    rm -rf "$terms"
    mkdir "$terms"
    python "$run/scripts/uv-terms.py" "$terms" "$@" || return
    [ ! -e "$terms/from" ] || say "packages come from $(paste -sd ' ' "$terms/from")"
}

# Checks the archives of installed packages, whose hashes no installer checks again.
check_installed_hashes() {
    [ -e "$terms/installed.txt" ] || return 0
    python -m pip download --quiet --no-deps --require-hashes --dest "$scratch/checked" \
        --requirement "$terms/installed.txt"
}

# Keeps the version of what KEEP names: as a requirement, so that its dependencies stay satisfied; where every requirement
# must have a hash, as a constraint, which needs none.
keep_by_terms() {
    local list=requirements
    [ ! -e "$terms/hashes" ] || list=constraints
    echo "$KEEP" >>"$terms/$list.txt"
}

# Installs with uv what `ask_pip` wrote into `terms`.
install_by_terms() {
    local words=() variables=() flags=()
    [ ! -e "$terms/arguments" ] || readarray -d '' words <"$terms/arguments"
    [ ! -e "$terms/environment" ] || readarray -d '' variables <"$terms/environment"
    [ ! -e "$terms/requirements.txt" ] || words+=(--requirement "$terms/requirements.txt")
    [ ! -e "$terms/constraints.txt" ] || words+=(--constraint "$terms/constraints.txt")
    # uv settings of the base image are kept; then, and for an old uv, the indexes are arguments.
    if [ -z "${UV_CONFIG_FILE:-}" ] && [ ! -e /etc/uv/uv.toml ] && takes_settings "$terms/settings.toml"; then
        variables+=("UV_CONFIG_FILE=$terms/settings.toml")
    else
        readarray -d '' flags <"$terms/indexes"
    fi
    env UV_INDEX_STRATEGY=unsafe-best-match "${variables[@]}" uv pip install "${flags[@]}" "${words[@]}" "$@"
}

# Whether uv can read a settings file: older releases do not know lists of indexes.
takes_settings() {
    UV_CONFIG_FILE=$1 uv cache dir >/dev/null 2>&1
}
