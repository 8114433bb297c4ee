#!/bin/bash
# Copies sources from the folder $1 to the folder $2, owned by user airflow and group 0.
#
# $3 is the name of the build file; the rest are folders, relative to the sources, that only the build uses. Neither these
# nor files with passwords of package indexes may reach a layer.
#
# From the frontend: AIRFLOW_UID.
set -o errexit -o nounset -o pipefail

readonly from=$1 to=$2 build_file=$3
shift 3
readonly PASSWORD_FILES=(pip.conf .piprc .netrc .pypirc)

if [ ! -e "$from/pyproject.toml" ] && [ ! -e "$from/setup.py" ]; then
    echo "airflow-frontend: Airflow's sources have neither a pyproject.toml nor a setup.py" >&2
    echo "  hint: set AIRFLOW_SOURCES_FROM to their folder; check that .dockerignore does not exclude them" >&2
    exit 1
fi

left_out=(--anchored --no-wildcards)
for path in .dockerignore "$build_file" "$build_file.dockerignore" "$@"; do
    left_out+=("--exclude=./$path")
done
# The client sends the build file's name without its folder; in other folders, its first lines identify it.
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
# Dates are kept, so that unchanged sources give an unchanged layer.
tar --create --directory "$from" --format posix --numeric-owner --owner "$AIRFLOW_UID" --group 0 --mode g=u \
    "${left_out[@]}" . | tar --extract --directory "$to" --numeric-owner --same-owner --preserve-permissions
