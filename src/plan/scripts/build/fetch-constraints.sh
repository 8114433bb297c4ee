#!/bin/bash
# Downloads the constraints file from the URL $1 to the path $2.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh

umask 0002
trust_authorities
check_passwords
python3 - "$1" "$2" "$netrc_secret" <<'PYTHON'
import base64, netrc, os, sys, time, urllib.error, urllib.parse, urllib.request

url, path, passwords = sys.argv[1:]
request = urllib.request.Request(url)
known = os.path.exists(passwords) and netrc.netrc(passwords).authenticators(urllib.parse.urlsplit(url).hostname)
if known:
    user, _, password = known
    words = base64.b64encode(f"{user}:{password}".encode()).decode()
    # Not sent to hosts that it redirects to.
    request.add_unredirected_header("Authorization", f"Basic {words}")
for wait in (1, 5, None):
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        break
    except (OSError, urllib.error.URLError) as error:
        refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
        if wait is None or refused:
            sys.exit(
                f"airflow-frontend: cannot fetch the constraints from {url}: {error}\n"
                "  hint: set AIRFLOW_CONSTRAINTS_LOCATION to another URL or a file of the context folder"
            )
        time.sleep(wait)
if not content.strip():
    sys.exit(f"airflow-frontend: the constraints at {url} are empty")
# No requirement starts with these, but web pages and login forms do.
kind = {b"<": "a web page", b"{": "JSON"}.get(content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1])
if kind:
    sys.exit(
        f"airflow-frontend: {url} returns {kind} instead of constraints\n"
        "  hint: use the URL of the file itself (the Raw or Download button); if it requires a password, add the secret netrc"
    )
with open(path, "wb") as file:
    file.write(content)
PYTHON
