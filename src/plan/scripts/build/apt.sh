# shellcheck shell=bash
# Shared by the steps that use apt. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154
#
# From the frontend: APT_ENV, lines of NAME=value, or nothing.

readonly apt_cache=$run/apt
# Manuals and translations, as in Debian's slim images; licences are installed.
readonly NOT_INSTALLED=(
    --path-exclude=/usr/share/{doc,groff,info,linda,lintian,locale,man}/'*'
    --path-include=/usr/share/{doc/'*'/copyright,locale/locale.alias}
)

# Makes apt trust the same CAs as the other tools, use the user's variables, and keep its downloads.
set_up_apt() {
    local pair
    # apt reads the base image's settings after this file, and those win. unsafe-io skips syncing each file, since an
    # interrupted build leaves nothing behind.
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
    # apt reads it before it switches users, and sends passwords over https only.
    if [ -s "$netrc_secret" ]; then
        echo "Dir::Etc::netrc \"$netrc_secret\";" >>"$run/tmp/apt.conf"
    fi
    # apt fetches as its own user, who has to read the settings.
    chmod 0644 "$run/tmp/apt.conf"
    export APT_CONFIG=$run/tmp/apt.conf DEBIAN_FRONTEND=noninteractive
    # Users that packages add get the date of the base image, not of the build.
    SOURCE_DATE_EPOCH=$(stat --format %Y /etc/debian_version)
    export SOURCE_DATE_EPOCH
    while IFS= read -r pair; do
        [ -z "$pair" ] || export "${pair?}"
    done <<<"${APT_ENV:-}"
    unset APT_ENV
    mkdir -p "$apt_cache/archives/partial"
}

# Everything that decides which lists apt fetches and whether it trusts them.
apt_sources() {
    local folders=("$run/scripts") folder
    for folder in /etc/apt /usr/share/keyrings "$run/tmp/sources"; do
        [ ! -d "$folder" ] || folders+=("$folder")
    done
    find "${folders[@]}" -type f ! \( -path "$run/scripts/*" ! -name '*.asc' \) -print0 | sort --zero-terminated | xargs --null sha256sum
}

# Installs the named packages. Builds share lists and archives: they download one at a time, then unpack in parallel, each
# with its own copy of the lists.
apt_install() (
    shared=$apt_cache/lists-$(apt_sources | sha256sum | cut -c -12)
    lists=$(mktemp -d "$apt_cache/own.XXXXXX")
    trap 'rm -rf "$lists"' EXIT
    mkdir -p "$shared/partial" "$run/tmp/apt"
    # As arguments, because a base image may disable apt's index, and every call would then rebuild it.
    settings=(
        -o Acquire::Languages=none
        -o "Dir::Cache::archives=$apt_cache/archives"
        -o "Dir::Cache::pkgcache=$run/tmp/apt/pkgcache.bin"
        -o "Dir::Cache::srcpkgcache=$run/tmp/apt/srcpkgcache.bin"
    )
    exec {lock}>"$apt_cache/lock"
    flock "$lock"
    # The steps of a build run within seconds of each other; lists do not change that often.
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

# Removes leftovers of the base image and of the packages' scripts, which are useless in a layer.
tidy_apt() {
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache
    rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old
    # The file has a random id; without users it is not needed, and saslpasswd2 creates it on demand.
    if [ -e /etc/sasldb2 ] && [ -z "$(sasldblistusers2 2>/dev/null)" ]; then
        rm /etc/sasldb2
    fi
    # Packages that add users rewrite the file.
    chmod g=u /etc/passwd
}
