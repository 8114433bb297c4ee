#!/bin/bash
# Installs the Debian packages that are its arguments.
#
# Lists and archives live in a cache mount, logs in memory: the layer holds the packages alone.
# From the frontend: SECURE_PATH, a folder that sudo searches first, if sudo gets installed.
set -o errexit -o nounset -o pipefail
# shellcheck source=SCRIPTDIR/prelude.sh
source /run/airflow-frontend/scripts/prelude.sh

trust_authorities
mkdir -p "$run/cache/lists/partial" "$run/cache/archives/partial"
# apt reads the base image's own settings after this file, so it names only what those leave alone.
cat >"$run/tmp/apt.conf" <<CONF
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Color "0";
Acquire::Retries "3";
Binary::apt-get::APT::Keep-Downloaded-Packages "true";
Dir::State::lists "$run/cache/lists";
Dir::Cache::archives "$run/cache/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Use-Pty "0";
CONF
if [ -n "${SSL_CERT_FILE:-}" ]; then
    echo "Acquire::https::CAInfo \"$SSL_CERT_FILE\";" >>"$run/tmp/apt.conf"
fi
# apt fetches as a user of its own, who has to reach the settings and the cache.
chmod 0644 "$run/tmp/apt.conf"
export APT_CONFIG=$run/tmp/apt.conf DEBIAN_FRONTEND=noninteractive

apt-get update --quiet --quiet
apt-get install --quiet --yes --no-install-recommends -- "$@"

# Left over from the base image or from packages' own scripts; useless in a layer.
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/cache/ldconfig/aux-cache
rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old

if [ -n "${SECURE_PATH:-}" ] && [ -f /etc/sudoers ]; then
    # Keeps the mode and leaves the packaged file beside it.
    sed -i.bak "s|secure_path=\"|secure_path=\"$SECURE_PATH:|" /etc/sudoers
fi
# Packages may have added users, and rewritten the file.
chmod g=u /etc/passwd
