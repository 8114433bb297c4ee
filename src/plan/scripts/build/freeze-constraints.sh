#!/bin/bash
# Writes the installed packages as constraints to the path in its first argument, for images that extend this one.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/python.sh
source /run/airflow-frontend/scripts/python.sh

python - >"$1" <<'PYTHON'
import importlib.metadata, re

names = {(re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower(), d.version) for d in importlib.metadata.distributions()}
print("\n".join(f"{name}=={version}" for name, version in sorted(names)))
PYTHON
