#!/usr/bin/env bash
# Removes old logs periodically, beside a scheduler or a worker. C numbers refer to docs/entrypoint.md.
set -o errexit -o nounset -o pipefail

# major * 10000 + minor * 100 + patch of the Airflow in this image; the frontend writes the real number here.
readonly release=00000

# Every path is relative to here, so that nothing outside is removed.
cd "${AIRFLOW_HOME:-/usr/local/airflow}/logs"

# An empty value counts as not set.
readonly days=${AIRFLOW__LOG_RETENTION_DAYS:-15}
minutes=0 every=15 max_bytes=0 max_percent=0
if (( release >= 30000 )); then
    every=${AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES:-15}
fi
if (( release >= 30300 )); then
    minutes=${AIRFLOW__LOG_RETENTION_MINUTES:-0}
    max_bytes=${AIRFLOW__LOG_MAX_SIZE_BYTES:-0}
    max_percent=${AIRFLOW__LOG_MAX_SIZE_PERCENT:-0}
fi

# Tasks write, rotate and remove logs at the same time, so missing files are ignored.
clean() { # days to keep
    find . -name lost+found -prune -o -type f -name '*.log' -mmin +$(( $1 * 1440 + minutes )) -exec rm -f {} + || true
    if (( release >= 20800 )); then
        # Removes parents that become empty as well.
        find . -mindepth 1 -name lost+found -prune -o -type d -empty -printf '%P\0' |
            xargs -0r rmdir -p --ignore-fail-on-non-empty || true
    fi
}

too_large() {
    local limit=$max_bytes used
    if (( limit == 0 && max_percent > 0 )); then
        limit=$(( $(df --output=size -B1 . | tail -n 1) * max_percent / 100 ))
    fi
    if (( limit == 0 )); then
        return 1
    fi
    used=$(du -sb . 2>/dev/null) || true
    used=${used%%[^0-9]*}
    (( used > limit ))
}

# Bash handles signals only between commands, but they interrupt a wait. The only job is the sleep.
trap 'kill %% 2>/dev/null || true; exit 0' INT TERM

while true; do
    keep=$days
    clean "$keep"
    while too_large && (( keep > 0 )); do
        keep=$(( keep - 1 ))
        echo "The logs are too large: removing those older than $keep days."
        clean "$keep"
    done
    nap=$(( every * 60 ))
    if (( release < 30100 )); then
        # Aligned to the clock.
        nap=$(( nap - EPOCHSECONDS % nap ))
    fi
    sleep "$nap" &
    wait $!
done
