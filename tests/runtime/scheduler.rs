//! The restarts of the scheduler.

use super::shell::{Case, Expect, case, check};

#[test]
fn the_scheduler_starts_again_whether_it_failed_or_not() {
    let programs = &[
        // The first run fails.
        ("airflow", "(( $(wc -l </mnt/calls) > 1 )) || exit 5"),
        ("sleep", "(( $(wc -l </mnt/calls) < 6 )) || kill -TERM $PPID"),
    ];
    let start = "airflow scheduler -n 5";
    let calls = &[start, "sleep 1", start, "sleep 1", start, "sleep 1"];
    let expect = Expect { code: 143, calls, stdout: &["Starting"], stderr: &["exit code 5"] };
    if let Some(sandbox) =
        check(&Case { programs, ..case("scheduler-autorestart.sh", "2.10.5", &[]) }, &expect)
    {
        assert_eq!(sandbox.read("tmp/airflow_scheduler_errors.txt").lines().count(), 1);
    }
}
