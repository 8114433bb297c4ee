# shellcheck shell=bash
# Shared by all build steps. Sourced, never run.
#
# /run/airflow-frontend holds only mounts, so nothing written there reaches a layer:
#   tmp    in memory, for certificates and settings
#   cache  kept between builds, for pip's and uv's downloads and scratch files
#   apt    kept between builds, for apt's lists and archives
readonly run=/run/airflow-frontend
readonly ca_system=/etc/ssl/certs/ca-certificates.crt
readonly ca_bundle=$run/tmp/ca-bundle.crt
readonly ca_secret=/run/secrets/ca-bundle
readonly netrc_secret=/run/secrets/netrc

# Makes every tool trust the CAs of the ca-bundle secret, the system and the base image's settings.
trust_authorities() {
    [ -s "$ca_secret" ] || return 0
    local system=$ca_system
    if [ ! -s "$system" ]; then
        system=$(python3 -c 'import pip._vendor.certifi as c; print(c.where())' 2>/dev/null || echo /dev/null)
    fi
    # Created once, perhaps by another user. The newline separates certificates if a file lacks one.
    if [ ! -s "$ca_bundle" ]; then
        printf '%s\n' "$system" "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" "${REQUESTS_CA_BUNDLE:-}" "$ca_secret" | sort -u |
            while IFS= read -r file; do
                [ ! -s "$file" ] || { cat "$file" && echo; }
            done >"$ca_bundle.new"
        chmod 0444 "$ca_bundle.new"
        mv "$ca_bundle.new" "$ca_bundle"
    fi
    export SSL_CERT_FILE=$ca_bundle REQUESTS_CA_BUNDLE=$ca_bundle CURL_CA_BUNDLE=$ca_bundle
    export PIP_CERT=$ca_bundle GIT_SSL_CAINFO=$ca_bundle
}

# Fails if the netrc secret is invalid; tools would continue without its passwords.
check_passwords() {
    [ -s "$netrc_secret" ] || return 0
    python3 - "$netrc_secret" <<'PYTHON'
import netrc, sys
try:
    netrc.netrc(sys.argv[1])
except netrc.NetrcParseError as error:
    # Its message may hold a password.
    sys.exit(
        f"airflow-frontend: the secret netrc is invalid near line {error.lineno}\n"
        "  hint: write each entry as `machine HOST login USER password PASSWORD`"
    )
PYTHON
}

# Makes git use SSH with the client's agent; fails without an agent or known hosts.
set_up_ssh() {
    local hosts=/run/secrets/known_hosts lacks=()
    [ -s "$hosts" ] || hosts=/etc/ssh/ssh_known_hosts
    [ -S "${SSH_AUTH_SOCK:-}" ] || lacks+=("an SSH agent (--ssh default)")
    [ -s "$hosts" ] || lacks+=("host keys (--secret id=known_hosts,src=known_hosts, created with ssh-keyscan HOST)")
    if [ ${#lacks[@]} -gt 0 ]; then
        say "a git+ssh:// repository requires ${lacks[0]}${lacks[1]:+ and ${lacks[1]}}"
        printf '  hint: add them; or use git+https://… with a user and token in the secret netrc\n' >&2
        exit 1
    fi
    export GIT_SSH_COMMAND="ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$hosts"
}

# Prints one of our own lines into the tools' output.
say() {
    printf 'airflow-frontend: %s\n' "$*" >&2
}
