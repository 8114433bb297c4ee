# shellcheck shell=bash
# What the steps that use apt share. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: APT_ENV, lines of NAME=value, or nothing.

readonly apt_cache=$run/apt
# Manuals and translations, which slim images of Debian leave out, too; licences stay.
readonly NOT_INSTALLED=(
    --path-exclude=/usr/share/{doc,groff,info,linda,lintian,locale,man}/'*'
    --path-include=/usr/share/{doc/'*'/copyright,locale/locale.alias}
)

# Lets apt trust what the other tools trust, see the user's variables, and keep what it downloads.
set_up_apt() {
    local pair
    # apt reads the base image's own settings after this file, so it names only what those leave alone. Without syncing
    # each file: a build that is cut short leaves nothing behind.
    cat >"$run/tmp/apt.conf" <<CONF
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Color "0";
Acquire::Retries "3";
Binary::apt-get::APT::Keep-Downloaded-Packages "true";
DPkg::Options:: "--force-unsafe-io";
$(printf 'DPkg::Options:: "%s";\n' "${NOT_INSTALLED[@]}")
DPkg::Use-Pty "0";
CONF
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        echo "Acquire::https::CAInfo \"$SSL_CERT_FILE\";" >>"$run/tmp/apt.conf"
    fi
    # Read before apt becomes another user to fetch, and given to hosts by https alone.
    if [ -s "$netrc_secret" ]; then
        echo "Dir::Etc::netrc \"$netrc_secret\";" >>"$run/tmp/apt.conf"
    fi
    # apt fetches as a user of its own, who has to reach the settings and the cache.
    chmod 0644 "$run/tmp/apt.conf"
    export APT_CONFIG=$run/tmp/apt.conf DEBIAN_FRONTEND=noninteractive
    # Users that packages add are dated like the base image, not with the day of the build.
    SOURCE_DATE_EPOCH=$(stat --format %Y /etc/debian_version)
    export SOURCE_DATE_EPOCH
    while IFS= read -r pair; do
        [ -z "$pair" ] || export "${pair?}"
    done <<<"${APT_ENV:-}"
    unset APT_ENV
    mkdir -p "$apt_cache/archives/partial"
}

# All that decides what lists apt fetches, and whether it believes them.
apt_sources() {
    local folders=("$run/scripts") folder
    for folder in /etc/apt /usr/share/keyrings "$run/tmp/sources"; do
        [ ! -d "$folder" ] || folders+=("$folder")
    done
    find "${folders[@]}" -type f ! \( -path "$run/scripts/*" ! -name '*.asc' \) -print0 | sort --zero-terminated | xargs --null sha256sum
}

# Installs what is named. Builds share lists and archives: one at a time downloads, then all unpack side by side, each
# with lists of its own that nobody renews under it.
apt_install() (
    shared=$apt_cache/lists-$(apt_sources | sha256sum | cut -c -12)
    lists=$(mktemp -d "$apt_cache/own.XXXXXX")
    trap 'rm -rf "$lists"' EXIT
    mkdir -p "$shared/partial" "$run/tmp/apt"
    # On the command line, since a base image may forbid apt its index, which every call would then make anew.
    settings=(
        -o Acquire::Languages=none
        -o "Dir::Cache::archives=$apt_cache/archives"
        -o "Dir::Cache::pkgcache=$run/tmp/apt/pkgcache.bin"
        -o "Dir::Cache::srcpkgcache=$run/tmp/apt/srcpkgcache.bin"
    )
    exec {lock}>"$apt_cache/lock"
    flock "$lock"
    # The steps of a build follow each other in seconds, and what there is does not change that often.
    if [ -z "$(find "$shared.complete" -mmin -5 2>/dev/null)" ]; then
        apt-get "${settings[@]}" -o "Dir::State::lists=$shared" update --quiet --quiet
        touch "$shared.complete"
    fi
    cp --recursive --link "$shared/." "$lists"
    settings+=(-o "Dir::State::lists=$lists")
    apt-get "${settings[@]}" install --quiet --quiet --yes --download-only --no-install-recommends -- "$@"
    exec {lock}>&-
    apt-get "${settings[@]}" -o Debug::NoLocking=true install --quiet --yes --no-install-recommends -- "$@"
)

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
