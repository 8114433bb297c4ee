# shellcheck shell=bash
# Shared by the scripts that set up engines. Sourced, never run.
#
# From the script: LOGS, a folder.
# shellcheck disable=SC2034,SC2154
REGISTRY=localhost:5000

say() { printf '%4ds  %s\n' "$SECONDS" "$*" >&2; }
die() {
    printf 'engine: %s\n' "$*" >&2
    exit 1
}

# step TITLE COMMAND...: runs the command with its output in a log, prints progress, and shows the log if it fails.
# The command also holds the lock, so if it outlives us, the next `up` waits for it.
step() {
    local title=$1 log began=$SECONDS pid
    shift
    log=$LOGS/$1
    say "$title"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        (((SECONDS - began) % 15)) || say "  … $(tail -n 1 "$log" | cut -c -100)"
    done
    wait "$pid" || {
        tail -n 20 "$log" >&2
        die "$title: failed, see the log $log"
    }
    say "  done in $((SECONDS - began)) s"
}

registry_answers() { curl -sf -m 5 -o /dev/null "http://$REGISTRY/v2/"; }
registry_has() { # REPOSITORY:TAG
    curl -sf -m 5 -o /dev/null -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
        "http://$REGISTRY/v2/${1%:*}/manifests/${1##*:}"
}
wait_for() { # CONDITION SECONDS
    local left=$2
    until "$1"; do
        ((left-- > 0)) || return 1
        sleep 1
    done
}

mirror() {
    local found
    found=$(grep -hsE '^URIs:' /etc/apt/sources.list.d/*.sources | awk 'NR == 1 { print $2 }')
    [ -n "$found" ] || found=$(grep -hsE '^deb ' /etc/apt/sources.list | grep -oE 'https?://[^ ]+' | head -n 1)
    echo "${found:-http://deb.debian.org/debian}"
}

need() { # PACKAGE COMMAND
    command -v "$2" >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"
}

# Bootstraps SUITE with PACKAGES into a new FOLDER. Older versions of debootstrap lack newer suites, which work like sid.
bootstrap() { # SUITE FOLDER PACKAGES [DEBOOTSTRAP ARGUMENT...]
    local scripts=/usr/share/debootstrap/scripts
    need debootstrap debootstrap
    [ -e "$scripts/$1" ] || ln -s sid "$scripts/$1"
    rm -rf "$2"
    debootstrap --variant=minbase --include="$3" "${@:4}" "$1" "$2" "$(mirror)"
}

# The official Python images need a registry; Debian's Python in the same places replaces them.
make_base() { # ARCHIVE
    local new=${1%.tar}.new
    bootstrap bookworm "$new" ca-certificates,python3,python3-venv,python3-pip
    pack_base "$new" "$1"
}

# For another architecture, under emulation: this machine's dpkg unpacks, and only the packages' own scripts are emulated,
# which takes a minute or two. Without pip, whose bytecode would take as long again; virtual environments have it.
make_foreign_base() { # ARCHITECTURE ARCHIVE
    local new=${2%.tar}.new
    bootstrap bookworm "$new" ca-certificates,python3,python3-venv --foreign --arch "$1"
    # A link replaces the mount, because containers may not mount.
    [ ! -L "$new/proc" ] || { rm "$new/proc" && mkdir "$new/proc"; }
    touch "$new/var/lib/dpkg/status" "$new/var/lib/dpkg/available"
    (
        cd "$new/var/cache/apt/archives" || exit
        export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C
        of_root() { dpkg --root="$new" --force-architecture --force-depends "$@"; }
        # Packages that the scripts of all others need.
        of_root --install base-passwd_*.deb base-files_*.deb libc6_*.deb perl-base_*.deb
        of_root --unpack ./*.deb
        of_root --configure --pending
    )
    rm -rf "$new/debootstrap"
    pack_base "$new" "$2"
}

pack_base() { # FOLDER ARCHIVE
    ln -s /usr/bin/python3 "$1/usr/local/bin/python"
    ln -s /usr/bin/python3 "$1/usr/local/bin/python3"
    rm -rf "$1"/usr/lib/python3*/EXTERNALLY-MANAGED "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
    tar -C "$1" -cf "$2.new" .
    mv "$2.new" "$2"
    rm -rf "$1"
}
