# shellcheck shell=bash
# What the steps that use apt share. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: APT_ENV, lines of NAME=value, or nothing.

# Lets apt keep lists and archives in the cache, trust what the other tools trust, and see the user's variables.
set_up_apt() {
    local pair
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
    while IFS= read -r pair; do
        [ -z "$pair" ] || export "${pair?}"
    done <<<"${APT_ENV:-}"
    unset APT_ENV
}

# Installs what is named, from lists that are fresh.
apt_install() {
    apt-get update --quiet --quiet
    apt-get install --quiet --yes --no-install-recommends -- "$@"
}

# Removes what the base image or packages' own scripts left over; it is useless in a layer.
tidy_apt() {
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache
    rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old
    # Without a single user in it; the file has a random id, and saslpasswd2 makes it when it is needed.
    if [ -e /etc/sasldb2 ] && [ -z "$(sasldblistusers2 2>/dev/null)" ]; then
        rm /etc/sasldb2
    fi
    # Packages may have added users, and rewritten the file.
    chmod g=u /etc/passwd
}
