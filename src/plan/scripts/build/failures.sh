# shellcheck shell=bash
# Explains why a step failed. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154

# Runs the calling script again with its arguments, and exits with its status. If it fails, one line of ours after the
# tools' output names the cause.
explain_failures() {
    [ -z "${EXPLAINED:-}" ] || return 0
    local status=0 log
    log=$(mktemp "$run/tmp/log.XXXXXX")
    EXPLAINED=true bash "$@" 2>&1 | tee "$log" >&2 || status=$?
    if [ "$status" -ne 0 ]; then
        python3 "$run/scripts/cause.py" "$log" "$status" "$run/scripts/dev-packages.txt" >&2 || true
    fi
    exit "$status"
}
