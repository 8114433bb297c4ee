#!/bin/bash
# Installs the Debian packages given as arguments.
#
# Lists and archives are in a cache mount, logs in memory: the layer holds only the packages.
# From the frontend: SECURE_PATH, a folder that sudo searches first, if sudo gets installed; APT_SOURCES, lines of a sources
# list for this step only, whose packages take precedence over those of the base image's sources.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh
# shellcheck source=SCRIPTDIR/apt.sh
source /run/airflow-frontend/scripts/apt.sh
# shellcheck source=SCRIPTDIR/failures.sh
source /run/airflow-frontend/scripts/failures.sh
explain_failures "$0" "$@"

# The image's own sources do not change, so images that extend it depend on no other hosts and keys. A source that does
# not answer is an error; apt would otherwise install another package of the same name.
add_sources() {
    local host
    mkdir "$run/tmp/sources" "$run/tmp/preferences"
    cp -r /etc/apt/sources.list.d/. "$run/tmp/sources"
    cp -r /etc/apt/preferences.d/. "$run/tmp/preferences"
    printf '%s\n' "$APT_SOURCES" >"$run/tmp/sources/airflow-frontend.list"
    sed -n 's|.* https\{0,1\}://\([^/: ]*\).*|\1|p' <<<"$APT_SOURCES" | while IFS= read -r host; do
        printf 'Package: *\nPin: origin "%s"\nPin-Priority: 999\n\n' "$host"
    done >"$run/tmp/preferences/airflow-frontend"
    chmod -R a+rX "$run/tmp/sources" "$run/tmp/preferences"
    cat >>"$APT_CONFIG" <<CONF
Dir::Etc::sourceparts "$run/tmp/sources";
Dir::Etc::preferencesparts "$run/tmp/preferences";
APT::Update::Error-Mode "any";
CONF
}

trust_authorities
set_up_apt
if [ -n "${APT_SOURCES:-}" ]; then
    # The https sources need CA certificates, which a slim image lacks.
    [ -s /etc/ssl/certs/ca-certificates.crt ] || [ -n "${SSL_CERT_FILE:-}" ] || apt_install ca-certificates
    add_sources
fi
if [[ " $* " == *" msodbcsql18 "* ]]; then
    # INSTALL_MSSQL_CLIENT accepts Microsoft's licence; with this file, later upgrades do not ask.
    mkdir -p /opt/microsoft/msodbcsql18
    touch /opt/microsoft/msodbcsql18/ACCEPT_EULA
    export ACCEPT_EULA=Y
fi
apt_install "$@"
tidy_apt

if [ -n "${SECURE_PATH:-}" ] && [ -f /etc/sudoers ]; then
    # Keeps the mode, and the packaged file as a backup.
    sed -i.bak "s|secure_path=\"|secure_path=\"$SECURE_PATH:|" /etc/sudoers
fi
