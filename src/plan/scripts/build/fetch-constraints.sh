#!/bin/bash
# Fetches the constraints file from the URL in its first argument to the path in its second.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh

umask 0002
trust_authorities
python3 - "$1" "$2" <<'PYTHON'
import sys, time, urllib.error, urllib.request

url, path = sys.argv[1:]
for wait in (1, 5, None):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            content = answer.read()
        break
    except (OSError, urllib.error.URLError) as error:
        refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
        if wait is None or refused:
            sys.exit(
                f"airflow-frontend: cannot fetch the constraints from {url}: {error}\n"
                "  hint: give another place with AIRFLOW_CONSTRAINTS_LOCATION, a URL or a file of the context folder"
            )
        time.sleep(wait)
if not content.strip():
    sys.exit(f"airflow-frontend: the constraints at {url} are empty")
with open(path, "wb") as file:
    file.write(content)
PYTHON
