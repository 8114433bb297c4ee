#!/usr/bin/env bash
# Prepares the container, then becomes the requested command.
# Users notice every millisecond of `docker run`, so bash does what it can itself. R numbers refer to docs/entrypoint.md.
set -o errexit -o nounset -o pipefail

# major * 10000 + minor * 100 + patch of the Airflow in this image; the frontend writes the real number here.
readonly release=00000

readonly home=${AIRFLOW_USER_HOME_DIR:-/home/airflow}

# Standard output belongs to the command, so notes go to standard error.
note() {
    printf '%s\n' "$*" >&2
}

# R31: values from a YAML block or a file end in a line break that does not belong to them.
without_line_ends() { # names of variables
    local name
    for name; do
        if [[ -v $name ]]; then
            printf -v "$name" '%s' "${!name%"${!name##*[!$'\r\n']}"}"
        fi
    done
}

# R3 to R5: only group 0 can write the image's files.
check_group() {
    if (( GROUPS[0] == 0 )); then
        return
    elif (( UID == 50000 )); then
        note "Warning: user 50000 should run with group 0, not ${GROUPS[0]}; Airflow may be unable to write its files."
    else
        note "Error: user $UID must run with group 0, not ${GROUPS[0]}: start the container with --user $UID:0."
        exit 1
    fi
}

# R8, R9: OpenShift and others pick a user id without an entry, and Airflow needs its name and home.
name_user() {
    local users
    users=$'\n'$(</etc/passwd)
    if [[ $users =~ $'\n'[^:]*:[^:]*:$UID: ]] || whoami &>/dev/null; then
        return
    fi
    local name=${USER_NAME:-default}
    if [[ $name$home == *[:[:cntrl:]]* ]]; then
        note "Error: USER_NAME=$name or the home $home is invalid in /etc/passwd: remove colons and control characters."
        exit 1
    fi
    if [[ -w /etc/passwd ]]; then
        printf '%s:x:%s:0:%s user:%s:/sbin/nologin\n' "$name" "$UID" "$name" "$home" >>/etc/passwd
    else
        # Python reads these before it looks up the user id.
        export LOGNAME=${LOGNAME:-$name} USER=${USER:-$name}
    fi
    export HOME=$home
}

# R10: root's Python does not search the airflow user's packages.
show_packages_to_root() {
    local packages=("$home"/.local/lib/python*/site-packages)
    if (( ${#packages[@]} > 1 )); then
        packages=("$home/.local/lib/$(python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/site-packages")
    fi
    export PYTHONPATH=${packages[0]}${PYTHONPATH:+:$PYTHONPATH}
    note "Running as root: Python also searches ${packages[0]}."
}

# R32: whether waiting cannot fix an error: a file that cannot be read or written, a missing module or name, invalid settings.
# Python prints each error on its own line, and the last one counts.
is_permanent() { # exit code, output
    local line type='' words=''
    if (( $1 == 126 || $1 == 127 )); then
        return 0
    fi
    while IFS= read -r line; do
        if [[ $line =~ ^([[:alpha:]_][[:alnum:]_.]*(Error|Exception|InvalidToken))(:\ (.*))?$ ]]; then
            type=${BASH_REMATCH[1]} words=${BASH_REMATCH[4]}
        fi
    done < <(printf '%s\n' "$2")
    case $type in
        PermissionError | FileNotFoundError | FileExistsError | IsADirectoryError | NotADirectoryError) ;;
        ImportError | ModuleNotFoundError | SyntaxError | IndentationError | NameError | AttributeError) ;;
        KeyError | TypeError | ValueError | UnicodeDecodeError) ;;
        configparser.* | sqlalchemy.exc.ArgumentError | sqlalchemy.exc.NoSuchModuleError | *.InvalidToken) ;;
        # A command that prints a setting may need a service.
        *.AirflowConfigException) [[ $words != 'Cannot execute '* ]] ;;
        # A read-only file system; since Python 3.13 also a user id without a name.
        OSError) [[ $words == '[Errno 30]'* || $words == 'No username set'* ]] ;;
        sqlalchemy.exc.OperationalError) [[ $words == '(sqlite3.'*@(unable to open|readonly)* ]] ;;
        *) return 1 ;;
    esac
}

# R11, R13, R33: retries a command until it succeeds, the tries run out, or waiting does not help.
wait_for() { # what is waited for, command
    local what=$1 output code failed=0 said=0
    shift
    while true; do
        code=0
        output=$("$@" 2>&1) || code=$?
        if (( code == 0 )); then
            break
        fi
        failed=$(( failed + 1 ))
        if is_permanent "$code" "$output"; then
            printf 'Error: this fails and waiting does not help: %s\nOutput:\n%s\n' "$*" "$output"
            exit 1
        elif (( failed >= CONNECTION_CHECK_MAX_COUNT )); then
            printf 'Gave up after %s tries of: %s\nLast output:\n%s\n' "$CONNECTION_CHECK_MAX_COUNT" "$*" "$output"
            exit 1
        elif (( failed == 1 )); then
            note "Waiting for $what: $CONNECTION_CHECK_MAX_COUNT tries of '$*', with pauses of $CONNECTION_CHECK_SLEEP_TIME seconds."
            said=$SECONDS
        elif (( failed % 5 == 0 || SECONDS - said >= 30 )); then
            note "Still waiting for $what: $failed of $CONNECTION_CHECK_MAX_COUNT tries failed."
            said=$SECONDS
        fi
        sleep "$CONNECTION_CHECK_SLEEP_TIME"
    done
}

# R11, R12: before 3.3 for every command; since then only for the components that open the database themselves.
needs_database() {
    (( release >= 30300 )) || return 0
    local parts='(scheduler|dag-processor|triggerer|api-server)'
    case "${1-} ${2-}" in
        'bash -'*c | 'sh -'*c) [[ ${3-} =~ (^|[^[:alnum:]_-])airflow[[:space:]]+$parts([^[:alnum:]_-]|$) ]] ;;
        'airflow '*) [[ $2 =~ ^$parts$ ]] ;;
        *) [[ ${1-} =~ ^$parts$ ]] ;;
    esac
}

# R15, R16: failures are ignored; the command reports them when it opens the database.
migrate_database() {
    if (( release < 20700 )); then
        if [[ ${_AIRFLOW_DB_UPGRADE:-} ]]; then
            airflow db upgrade || true
        fi
        return
    fi
    if [[ ${_AIRFLOW_DB_UPGRADE:-} ]]; then
        note 'Warning: _AIRFLOW_DB_UPGRADE is deprecated; set _AIRFLOW_DB_MIGRATE instead.'
    fi
    if [[ ${_AIRFLOW_DB_MIGRATE:-}${_AIRFLOW_DB_UPGRADE:-} ]]; then
        airflow db migrate || true
    fi
}

# Prints a setting. Airflow needs seconds for it and reads the environment first, so we do the same, except for values with
# variables or a tilde, which Airflow expands. It may print warnings before the value on the last line.
setting() {
    local name=AIRFLOW__${1^^}__${2^^} value
    if [[ -v $name && ${!name} != *'$'* && ${!name} != '~'* ]]; then
        value=${!name}
    else
        value=$(airflow config get-value "$1" "$2") || value=''
        value=${value##*$'\n'}
    fi
    value=${value#"${value%%[![:space:]]*}"}
    printf '%s\n' "${value%"${value##*[![:space:]]}"}"
}

# R17 to R20.
create_user() {
    local password
    if [[ ${_AIRFLOW_WWW_USER_PASSWORD_CMD:-} ]]; then
        password=$(eval "$_AIRFLOW_WWW_USER_PASSWORD_CMD") || password=''
    else
        password=${_AIRFLOW_WWW_USER_PASSWORD:-}
    fi
    # The command does not need them and must not pass them on.
    unset _AIRFLOW_WWW_USER_PASSWORD_CMD _AIRFLOW_WWW_USER_PASSWORD
    if [[ ! $password ]]; then
        echo 'Error: creating a user requires _AIRFLOW_WWW_USER_PASSWORD, or a _AIRFLOW_WWW_USER_PASSWORD_CMD that prints it.'
        exit 1
    fi
    if (( release >= 30000 )) && [[ $(setting core auth_manager) != *FabAuthManager* ]]; then
        echo 'No user is created: only FabAuthManager stores users in the database.'
        return
    fi
    airflow users create \
        --username "${_AIRFLOW_WWW_USER_USERNAME-admin}" \
        --firstname "${_AIRFLOW_WWW_USER_FIRSTNAME-Airflow}" \
        --lastname "${_AIRFLOW_WWW_USER_LASTNAME-Admin}" \
        --email "${_AIRFLOW_WWW_USER_EMAIL-airflowadmin@example.com}" \
        --role "${_AIRFLOW_WWW_USER_ROLE-Admin}" \
        --password "$password" || true
}

# R21: for experiments only; split at blanks, without treating the brackets of extras as file patterns.
install_requirements() {
    local flags=() requirements
    note 'Warning: installing packages at every start is for experiments only: it is slow, and may fail or change at any time.'
    note 'Build an image with these packages instead: https://airflow.apache.org/docs/docker-stack/build.html'
    if (( release <= 20702 )); then
        flags+=(--no-cache-dir)
    fi
    # The pip of older releases does not support this option.
    if (( release >= 20301 )); then
        flags+=(--root-user-action ignore)
    fi
    read -rd '' -a requirements <<<"$_PIP_ADDITIONAL_REQUIREMENTS" || true
    pip install "${flags[@]}" "${requirements[@]}"
}

# Tries once to connect to a port. Resolves the name each time, because a starting broker may not have one yet.
reach() {
    local address kind _
    while read -r address kind _; do
        if [[ $kind == STREAM ]] && nc -zvn -w 5 "$address" "$2" </dev/null; then
            return 0
        fi
    done < <(getent ahosts "$1")
    echo "no address of $1 accepts connections on port $2"
    return 1
}

# R24, R25: scheme://user:password@host:port/path, or several, of which the first counts.
wait_for_broker() {
    [[ $(setting core executor) == CeleryExecutor ]] || return 0
    local url backend='' address='' host='' port=''
    url=$(setting celery broker_url)
    if [[ $url == *://* ]]; then
        backend=${url%%://*}
        address=${url#*://}
        address=${address%%[/?#]*}
        address=${address##*@}
        address=${address%%[;,]*}
    fi
    backend=${BACKEND:-$backend}
    if [[ $address =~ ^(\[[^]]*\]|[^]:[]*)(:([0-9]*))?$ ]]; then
        host=${BASH_REMATCH[1]:-localhost} port=${BASH_REMATCH[3]}
        host=${host#[} # the brackets of an IPv6 address
        host=${host%]}
        case $backend in
            *socket*) ;;
            postgres*) port=${port:-5432} ;;
            mysql*) port=${port:-3306} ;;
            mssql*) port=${port:-1433} ;;
            redis*) port=${port:-6379} ;;
            amqp*) port=${port:-5672} ;;
        esac
    fi
    host=${DB_HOST:-$host} port=${DB_PORT:-$port}
    if [[ ! $host || ! $port ]]; then
        note 'Not waiting for the Celery broker: celery.broker_url has no host and port.'
        return
    fi
    printf '%s\n' "BACKEND=$backend" "DB_HOST=$host" "DB_PORT=$port"
    wait_for "the Celery broker at $host:$port" reach "$host" "$port"
}

# R1: in 2.2 images, users may replace this variable.
libstdcxx=/usr/lib/$HOSTTYPE-linux-gnu/libstdc++.so.6
if (( release < 20300 )); then
    libstdcxx=${LD_PRELOAD-$libstdcxx}
fi
export LD_PRELOAD=$libstdcxx
# R2: the image sets it only for builds that extend it.
if (( release < 30000 )); then
    unset PIP_USER
fi

check_group
umask 0002 # R6: the group can write the command's files.

without_line_ends "${!_AIRFLOW_@}" "${!CONNECTION_CHECK_@}" USER_NAME BACKEND DB_HOST DB_PORT

# R7, R14.
readonly CONNECTION_CHECK_MAX_COUNT=${CONNECTION_CHECK_MAX_COUNT:-20}
readonly CONNECTION_CHECK_SLEEP_TIME=${CONNECTION_CHECK_SLEEP_TIME:-3}

name_user
if (( UID == 0 )); then
    show_packages_to_root
fi
if (( CONNECTION_CHECK_MAX_COUNT > 0 )) && needs_database "$@"; then
    wait_for 'the database' airflow db check
fi
migrate_database
if [[ ${_AIRFLOW_WWW_USER_CREATE:-} ]]; then
    create_user
fi
if [[ ${_PIP_ADDITIONAL_REQUIREMENTS:-} ]]; then
    install_requirements
fi

# R22, R23: these two are programs; everything else is an argument of airflow.
case ${1-} in
    bash) exec /bin/bash "${@:2}" ;;
    python) exec python "${@:2}" ;;
    airflow) shift ;;
esac

if [[ ${1-} == @(scheduler|celery) ]] && (( CONNECTION_CHECK_MAX_COUNT > 0 )); then
    wait_for_broker
fi
# R26: nothing but a migration was requested.
if (( release >= 30100 && $# == 0 )) && [[ ${_AIRFLOW_DB_MIGRATE:-} == true ]]; then
    echo 'The database is migrated and no command was given.'
    exit 0
fi
exec airflow "$@"
