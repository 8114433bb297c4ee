# shellcheck shell=bash
# What the steps of a build share. Sourced, never run.
#
# /run/airflow-frontend holds mounts only, so nothing written there reaches a layer:
#   tmp    in memory, for certificates and settings
#   cache  kept between builds, for downloads of pip and uv and for scratch files
#   apt    kept between builds, for apt's lists and archives
readonly run=/run/airflow-frontend
readonly ca_system=/etc/ssl/certs/ca-certificates.crt
readonly ca_bundle=$run/tmp/ca-bundle.crt
readonly ca_secret=/run/secrets/ca-bundle
readonly netrc_secret=/run/secrets/netrc

# Makes every tool trust the authorities of the ca-bundle secret besides the system's own and those that the base image
# names.
trust_authorities() {
    [ -s "$ca_secret" ] || return 0
    local system=$ca_system
    if [ ! -s "$system" ]; then
        system=$(python3 -c 'import pip._vendor.certifi as c; print(c.where())' 2>/dev/null || echo /dev/null)
    fi
    # Made once, perhaps by another user. The newline parts two certificates where a file ends without one.
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

# Ends the step when the netrc secret cannot be read; tools would go on without its passwords.
check_passwords() {
    [ -s "$netrc_secret" ] || return 0
    python3 - "$netrc_secret" <<'PYTHON'
import netrc, sys
try:
    netrc.netrc(sys.argv[1])
except netrc.NetrcParseError as error:
    # Its message may hold a password.
    sys.exit(
        f"airflow-frontend: the secret netrc cannot be read near its line {error.lineno}\n"
        "  hint: each entry is `machine HOST login USER password PASSWORD`"
    )
PYTHON
}

# Lets git reach hosts by SSH with the client's agent; ends the step where there is none, or no host would be known.
set_up_ssh() {
    local hosts=/run/secrets/known_hosts lacks=()
    [ -s "$hosts" ] || hosts=/etc/ssh/ssh_known_hosts
    [ -S "${SSH_AUTH_SOCK:-}" ] || lacks+=("the client's agent (--ssh default)")
    [ -s "$hosts" ] || lacks+=("the keys of the hosts (--secret id=known_hosts,src=known_hosts, made by ssh-keyscan HOST)")
    if [ ${#lacks[@]} -gt 0 ]; then
        say "a package comes from a git+ssh:// repository, and this build was not given ${lacks[0]}${lacks[1]:+ and ${lacks[1]}}"
        printf '  hint: give both; or name the repository as git+https://…, with user and token in the secret netrc\n' >&2
        exit 1
    fi
    export GIT_SSH_COMMAND="ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=$hosts"
}

# A line of our own among the tools' output.
say() {
    printf 'airflow-frontend: %s\n' "$*" >&2
}
