# shellcheck shell=bash
# What a step that fails says at its end. Sourced after prelude.sh, never run.
# shellcheck source=SCRIPTDIR/prelude.sh disable=SC2154

# Runs the script that calls this once more, with its arguments, and ends with it. If it fails, one line of ours names the
# cause, after all that the tools have said.
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
