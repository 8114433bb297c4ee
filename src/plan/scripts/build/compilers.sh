# shellcheck shell=bash
# Tries an installation without compilers and detects when one is needed. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154

# The exit status of an attempt that needs compilers.
readonly NEEDS_COMPILERS=75

# Calling one of these means compiling, or looking for headers.
readonly STAND_INS=(
    cc gcc c++ g++ cpp clang clang++ gfortran rustc cargo go cmake meson make ninja pkg-config
    pg_config mysql_config krb5-config xml2-config xslt-config
)

# How pip and uv report a failed build, or that git is missing, which comes with the compilers. A package that cannot be
# found or downloaded is not included.
readonly BUILD_FAILURES='build backend|failed building (wheel|editable)|(getting requirements to build|preparing (editable )?metadata|building (wheel|editable)|setup\.py [a-z_]+) ?.*did not run successfully|errored out with exit status [0-9]+: python setup|git executable not found|cannot find command .?git'

# How tools report a host name that cannot be resolved; compilers do not help.
readonly UNKNOWN_HOSTS='could not resolve host|failed to lookup address|name or service not known|temporary failure in name resolution|failed to resolve .*:'

# Puts a stand-in for each compiler on PATH. It records the call and kills the attempt's process group.
#
# Even when only the version is queried: without an answer, a package may silently skip its native part. Two callers do not
# build and get "command not found": pip, which reports rustc's version to the index, and a build backend that lists its
# build requirements.
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

# Runs a command without compilers. The first call of one ends it, so that no package is built without its native part; the
# status is then NEEDS_COMPILERS, as it is when a build fails.
attempt() {
    local status=0 log tee
    ATTEMPT_FOLDER=$(mktemp -d "$run/cache/attempt.XXXXXX")
    export ATTEMPT_FOLDER
    chmod 0777 "$ATTEMPT_FOLDER"
    log=$ATTEMPT_FOLDER/log
    exec {err}> >(tee "$log" >&2)
    tee=$!
    # Job control gives the attempt its own process group.
    set -m
    (
        export ATTEMPT_GROUP=$BASHPID
        forbid_compilers
        "$@"
    ) >&"$err" 2>&1 &
    # Hides bash's message about the killed group.
    wait $! 2>/dev/null || status=$?
    set +m
    exec {err}>&-
    wait "$tee" || true
    if [ -e "$ATTEMPT_FOLDER/called" ]; then
        say "a package without a wheel calls $(cat "$ATTEMPT_FOLDER/called"), so compilers are needed"
        status=$NEEDS_COMPILERS
    elif [ "$status" -ne 0 ] && could_not_be_built "$log"; then
        say "a build failed without compilers; installing the dev apt packages and retrying"
        status=$NEEDS_COMPILERS
    fi
    rm -rf "$ATTEMPT_FOLDER"
    unset ATTEMPT_FOLDER
    return "$status"
}

# Whether the log has a failure that compilers may fix. pip also logs what it retries.
could_not_be_built() {
    grep --quiet --ignore-case --extended-regexp "$BUILD_FAILURES" "$1" \
        && ! grep --invert-match --fixed-strings 'Retrying (' "$1" \
            | grep --quiet --ignore-case --extended-regexp "$UNKNOWN_HOSTS"
}

# Runs a script with its arguments as user airflow, and again with compilers when a package calls one. They are installed
# into this step's tree, which is discarded.
#
# From the frontend: AIRFLOW_UID, and DEV_APT_DEPS, the packages to install then.
install_on_demand() {
    local status=0 packages
    read -r -d '' -a packages <<<"$DEV_APT_DEPS" || true
    trust_authorities
    attempt as_airflow "$@" || status=$?
    [ "$status" = "$NEEDS_COMPILERS" ] || return "$status"
    say "installing ${#packages[@]} dev apt packages; set ADDITIONAL_DEV_APT_DEPS to install them in a parallel step"
    set_up_apt
    apt_install "${packages[@]}"
    as_airflow "$@"
}

as_airflow() {
    setpriv --reuid "$AIRFLOW_UID" --regid 0 --clear-groups bash "$@"
}
