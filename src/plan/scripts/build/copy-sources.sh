#!/bin/bash
# Copies sources from the folder in its first argument to the one in its second, for user airflow and group 0.
#
# The third argument is the name of the build file; the rest are folders, relative to the sources, that only serve the
# build. Neither these nor files that hold passwords of package indexes may reach a layer.
#
# From the frontend: AIRFLOW_UID.
set -o errexit -o nounset -o pipefail

readonly from=$1 to=$2 build_file=$3
shift 3
readonly PASSWORD_FILES=(pip.conf .piprc .netrc .pypirc)

if [ ! -e "$from/pyproject.toml" ] && [ ! -e "$from/setup.py" ]; then
    echo "airflow-frontend: there is neither a pyproject.toml nor a setup.py, so these are no sources of Airflow" >&2
    echo "  hint: name the folder with AIRFLOW_SOURCES_FROM; a .dockerignore may leave files out" >&2
    exit 1
fi

left_out=(--anchored --no-wildcards)
for path in .dockerignore "$build_file" "$build_file.dockerignore" "$@"; do
    left_out+=("--exclude=./$path")
done
# The client tells the build file's name without its folder, so elsewhere it is known by what it starts with.
while IFS= read -r -d '' path; do
    if [ "${path##*/}" = "$build_file" ] && grep --quiet --ignore-case '^#[[:space:]]*syntax[[:space:]]*=' "$from/$path"; then
        left_out+=("--exclude=./$path" "--exclude=./$path.dockerignore")
    fi
done < <(find "$from" -mindepth 2 -type f -printf '%P\0')
left_out+=(--no-anchored)
for name in "${PASSWORD_FILES[@]}"; do
    left_out+=("--exclude=$name")
done

mkdir -p "$to"
# Dates stay as they are, so that unchanged sources make an unchanged layer.
tar --create --directory "$from" --format posix --numeric-owner --owner "$AIRFLOW_UID" --group 0 --mode g=u \
    "${left_out[@]}" . | tar --extract --directory "$to" --numeric-owner --same-owner --preserve-permissions
