#!/bin/bash
# Writes the installed packages as constraints to the path $1, for images that extend this one.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

python - >"$1" <<'PYTHON'
import re
try:
    from importlib.metadata import distributions

    found = [(d.metadata["Name"], d.version) for d in distributions()]
except ImportError:
    from pkg_resources import working_set

    found = [(d.project_name, d.version) for d in working_set]
names = {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}
print("\n".join(f"{name}=={version}" for name, version in sorted(names)))
PYTHON
