#!/usr/bin/env bash
# Keeps a scheduler running, a few loops at a time, and restarts it when it fails.
set -o errexit -o nounset -o pipefail

while true; do
    echo 'Starting the scheduler for its next 5 loops.'
    code=0
    airflow scheduler -n 5 || code=$?
    if (( code != 0 )); then
        echo "The scheduler failed with exit code $code; restarting it." >&2
        date >>/tmp/airflow_scheduler_errors.txt
    fi
    sleep 1
done
