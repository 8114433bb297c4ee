#!/bin/bash
# Runs the user's commands before Debian packages are installed: each in a bash of its own, as Airflow's image does.
#
# From the frontend: APT_COMMAND and ADDITIONAL_APT_COMMAND. Both may hold a password, so nothing here prints them.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/apt.sh
source /run/airflow-frontend/scripts/apt.sh

trust_authorities
set_up_apt
apt_install ca-certificates curl gnupg lsb-release
# Keeps a keyring that a command creates out of the layer.
export GNUPGHOME=$run/tmp/gnupg
mkdir -m 0700 "$GNUPGHOME"

for name in APT_COMMAND ADDITIONAL_APT_COMMAND; do
    [ -n "${!name:-}" ] || continue
    status=0
    env -u APT_COMMAND -u ADDITIONAL_APT_COMMAND \
        bash -o pipefail -o errexit -o nounset -c "${!name}" || status=$?
    if [ "$status" -ne 0 ]; then
        say "an apt command failed with exit code $status"
        say "hint: bash runs it with errexit, nounset and pipefail; see DEV_APT_COMMAND and RUNTIME_APT_COMMAND"
        exit "$status"
    fi
done
tidy_apt
