# shellcheck shell=bash
# What is installed without compilers, and what happens when one is called. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154

# The status of an attempt that cannot do without compilers.
readonly NEEDS_COMPILERS=75

# Whoever calls one of these compiles something, or asks where the headers are.
readonly STAND_INS=(
    cc gcc c++ g++ cpp clang clang++ gfortran rustc cargo go cmake meson make ninja pkg-config
    pg_config mysql_config krb5-config xml2-config xslt-config
)

# How pip and uv say that a package could not be built, or that they miss git, which comes with the compilers. A package that
# could not be found or fetched is not among them.
readonly BUILD_FAILURES='build backend|failed building (wheel|editable)|(getting requirements to build|preparing (editable )?metadata|building (wheel|editable)|setup\.py [a-z_]+) ?.*did not run successfully|errored out with exit status [0-9]+: python setup|git executable not found|cannot find command .?git'

# How a host that has no address is told, whoever asks for it; no compiler finds one.
readonly UNKNOWN_HOSTS='could not resolve host|failed to lookup address|name or service not known|temporary failure in name resolution|failed to resolve .*:'

# Puts a stand-in on PATH for each compiler: it notes the call and ends the attempt's process group.
#
# Also where its version is asked for: a package may go on without its native part when there is no answer. Two askers
# build nothing, and are told that there is no such program. pip names rustc to the index, and a build backend says what it
# takes to build.
forbid_compilers() {
    local folder=$ATTEMPT_FOLDER/stand-ins files
    files=("${STAND_INS[@]/#/$folder/}" "$folder/$HOSTTYPE-linux-gnu-gcc" "$folder/$HOSTTYPE-linux-gnu-g++")
    mkdir "$folder"
    tee "${files[@]}" >/dev/null <<'STAND_IN'
#!/bin/bash
case $(tr '\0' ' ' <"/proc/$PPID/cmdline") in
    *' -m pip '* | */bin/pip*' '* | */uv-terms.py' '* | */__pip-runner__.py' '* | *get_requires_for_build_*)
        echo "${0##*/}: command not found" >&2
        exit 127
        ;;
esac
echo "${0##*/}" >"$ATTEMPT_FOLDER/called"
kill -KILL -- "-$ATTEMPT_GROUP"
STAND_IN
    chmod 0755 "${files[@]}"
    export PATH=$folder:$PATH CC=$folder/cc CXX=$folder/c++
}

# Runs a command without compilers. The first call of one ends it, so that no package can settle for a build without its
# native part; its status is then NEEDS_COMPILERS, as it is when a package says that it could not be built.
attempt() {
    local status=0 log tee
    ATTEMPT_FOLDER=$(mktemp -d "$run/cache/attempt.XXXXXX")
    export ATTEMPT_FOLDER
    chmod 0777 "$ATTEMPT_FOLDER"
    log=$ATTEMPT_FOLDER/log
    exec {err}> >(tee "$log" >&2)
    tee=$!
    # Job control gives the attempt a process group of its own.
    set -m
    (
        export ATTEMPT_GROUP=$BASHPID
        forbid_compilers
        "$@"
    ) >&"$err" 2>&1 &
    # A group that is killed is no news for users.
    wait $! 2>/dev/null || status=$?
    set +m
    exec {err}>&-
    wait "$tee" || true
    if [ -e "$ATTEMPT_FOLDER/called" ]; then
        say "a package has no wheel and calls $(cat "$ATTEMPT_FOLDER/called"), so the compilers are needed"
        status=$NEEDS_COMPILERS
    elif [ "$status" -ne 0 ] && could_not_be_built "$log"; then
        say "a package could not be built with what there is; it is tried again beside the dev apt packages"
        status=$NEEDS_COMPILERS
    fi
    rm -rf "$ATTEMPT_FOLDER"
    unset ATTEMPT_FOLDER
    return "$status"
}

# Whether the log of an attempt tells of a package that compilers may help. pip also tells of what it tries again.
could_not_be_built() {
    grep --quiet --ignore-case --extended-regexp "$BUILD_FAILURES" "$1" \
        && ! grep --invert-match --fixed-strings 'Retrying (' "$1" \
            | grep --quiet --ignore-case --extended-regexp "$UNKNOWN_HOSTS"
}

# Runs a script with its arguments as user airflow, and once more beside the compilers when a package calls one. They come
# into this step's own tree, which nobody keeps.
#
# From the frontend: AIRFLOW_UID, and DEV_APT_DEPS, the packages to install then.
install_on_demand() {
    local status=0 packages
    read -r -d '' -a packages <<<"$DEV_APT_DEPS" || true
    trust_authorities
    attempt as_airflow "$@" || status=$?
    [ "$status" = "$NEEDS_COMPILERS" ] || return "$status"
    say "installing ${#packages[@]} dev apt packages; naming any with ADDITIONAL_DEV_APT_DEPS makes that a step of its own, beside the others"
    set_up_apt
    apt_install "${packages[@]}"
    as_airflow "$@"
}

as_airflow() {
    setpriv --reuid "$AIRFLOW_UID" --regid 0 --clear-groups bash "$@"
}
