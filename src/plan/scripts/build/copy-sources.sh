#!/bin/bash
# Copies sources from the folder in its first argument to the one in its second, for user airflow and group 0.
#
# From the frontend: AIRFLOW_UID.
set -o errexit -o nounset -o pipefail

readonly from=$1 to=$2
if [ ! -e "$from/pyproject.toml" ] && [ ! -e "$from/setup.py" ]; then
    echo "airflow-frontend: there is neither a pyproject.toml nor a setup.py, so these are no sources of Airflow" >&2
    echo "  hint: name the folder with AIRFLOW_SOURCES_FROM; a .dockerignore may leave files out" >&2
    exit 1
fi
mkdir -p "$to"
# Dates stay as they are, so that unchanged sources make an unchanged layer.
cp -r --preserve=mode,timestamps,links "$from/." "$to"
# What else lies there keeps its owner and mode.
(cd "$from" && find . -print0) | (cd "$to" && xargs -0 chown -h "$AIRFLOW_UID:0")
(cd "$from" && find . ! -type l -print0) | (cd "$to" && xargs -0 chmod g=u)
