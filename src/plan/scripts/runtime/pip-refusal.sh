#!/usr/bin/env bash
# The first pip on root's PATH: the airflow user can neither use nor change what root installs.
set -o errexit -o nounset -o pipefail

if (( EUID == 0 )); then
    printf '\e[31m%s\e[0m\n' \
        'Error: pip is not supported as root in this image. Put "USER airflow" before the step that installs packages.' \
        'See https://airflow.apache.org/docs/docker-stack/build.html' >&2
    exit 1
fi
exec "$HOME/.local/bin/pip" "$@"
