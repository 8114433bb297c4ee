# shellcheck shell=bash
# What the steps of a build share. Sourced, never run.
#
# /run/airflow-frontend holds mounts only, so nothing written there reaches a layer:
#   tmp    in memory, for certificates and settings
#   cache  kept between builds, for downloads of pip and uv and for scratch files
#   apt    kept between builds, for apt's lists and archives
readonly run=/run/airflow-frontend
readonly ca_secret=/run/secrets/ca-bundle
readonly netrc_secret=/run/secrets/netrc

# Makes every tool trust the authorities of the ca-bundle secret besides the system's own.
trust_authorities() {
    [ -s "$ca_secret" ] || return 0
    local bundle=$run/tmp/ca-bundle.crt system=/etc/ssl/certs/ca-certificates.crt
    if [ ! -s "$system" ]; then
        system=$(python3 -c 'import pip._vendor.certifi as c; print(c.where())' 2>/dev/null || echo /dev/null)
    fi
    # Made once, perhaps by another user. The newline parts two certificates where a file ends without one.
    if [ ! -s "$bundle" ]; then
        { cat "$system"; echo; cat "$ca_secret"; } >"$bundle"
        chmod 0444 "$bundle"
    fi
    export SSL_CERT_FILE=$bundle REQUESTS_CA_BUNDLE=$bundle CURL_CA_BUNDLE=$bundle
    export PIP_CERT=$bundle GIT_SSL_CAINFO=$bundle
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

# A line of our own among the tools' output.
say() {
    printf 'airflow-frontend: %s\n' "$*" >&2
}
