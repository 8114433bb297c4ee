//! C1 to C7: the loop that removes old logs.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, shell};

/// Stops after one pass. A file has the duration and time of its sleep.
const ONE_PASS: &[(&str, &str)] =
    &[("sleep", ": >/mnt/calls; echo \"$1 $EPOCHSECONDS\" >>/mnt/naps; kill -TERM $PPID")];

/// Creates `logs` and a shell function that creates files of an age: `old '16 days' a.log`.
const OLD: &str = "old() { local file; for file in \"${@:2}\"; do mkdir -p \"$(dirname \"$file\")\"; \
                   touch -d \"$1 ago\" \"$file\"; done; }; mkdir -p airflow/logs; cd airflow/logs;";

fn clean(release: &'static str) -> Case<'static> {
    Case { programs: ONE_PASS, ..shell::case("clean-logs.sh", release, &[]) }
}

/// Runs one pass over the files that `before` creates, and compares the remaining ones.
fn leaves(case: &Case, before: &str, left: &str) {
    leaves_and_says(case, before, left, &[]);
}

fn leaves_and_says(case: &Case, before: &str, left: &str, stdout: &[&str]) {
    let before = &format!("{OLD} {before}");
    if let Some(sandbox) = check(&Case { before, ..*case }, &Expect { stdout, ..OK }) {
        assert_eq!(sandbox.list("airflow/logs"), left, "left by {} {:?}", case.release, case.env);
    }
}

/// The duration and time of the sleep of one pass.
fn naps(case: &Case) -> Vec<(u64, u64)> {
    let Some(sandbox) = check(&Case { before: OLD, ..*case }, &OK) else { return Vec::new() };
    let naps: Vec<_> = sandbox
        .read("naps")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(nap, time)| (nap.parse().expect("a number"), time.parse().expect("a number")))
        .collect();
    assert_eq!(naps.len(), 1);
    naps
}

/// C1.
#[test]
fn logs_are_looked_for_in_the_home_of_airflow() {
    for release in RELEASES {
        let unset = Case { env: &[("AIRFLOW_HOME", "")], ..clean(release) };
        check(&unset, &Expect { code: 1, stderr: &["/usr/local/airflow/logs"], ..OK });
    }
}

/// C1: INT as well as TERM.
#[test]
fn an_interrupt_ends_the_loop() {
    let real = &[("sleep", ": >/mnt/calls; kill -INT $PPID; exec /bin/sleep 60")];
    for release in RELEASES {
        check(&Case { programs: real, before: OLD, ..clean(release) }, &OK);
    }
}

/// C2, C4.
#[test]
fn old_logs_are_removed_and_other_files_are_kept() {
    let before = "old '16 days' a.log 'b c/d\ne.log' b/keep.txt f/g/h.log lost+found/a.log; old '14 days' new.log f/new.log;
                  ln -s b/keep.txt link.log; mkdir -p empty/er lost+found/empty";
    for release in RELEASES {
        let kept = match release {
            "2.2.5" | "2.3.3" => "b b c b/keep.txt empty empty/er f f/g f/new.log",
            _ => "b b/keep.txt f f/new.log",
        };
        let left = format!("{kept} link.log lost+found lost+found/a.log lost+found/empty new.log");
        leaves(&clean(release), before, &left);
    }
}

/// C2.
#[test]
fn the_days_to_keep_can_be_set() {
    let before = "old '3 days' old.log; old '1 day' new.log";
    for release in RELEASES {
        leaves(&Case { env: &[("AIRFLOW__LOG_RETENTION_DAYS", "2")], ..clean(release) }, before, "new.log");
        leaves(
            &Case { env: &[("AIRFLOW__LOG_RETENTION_DAYS", "")], ..clean(release) },
            before,
            "new.log old.log",
        );
    }
}

/// C4: folders that cannot be removed are skipped.
#[test]
fn a_folder_that_cannot_be_removed_does_not_end_the_loop() {
    let before = "mkdir stuck other; chmod 0555 .; old '1 day' /mnt/tmp/x";
    for release in ["2.10.5", "3.3.2"] {
        let stuck = Expect { stderr: &["other", "stuck"], ..OK };
        check(&Case { before: &format!("{OLD} {before}"), ..clean(release) }, &stuck);
    }
}

/// C3, C5: the argument of `sleep`, and the seconds since the epoch at that time.
#[test]
fn passes_keep_to_the_clock_up_to_airflow_3_0() {
    let often = &[("AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES", "7")];
    for (release, interval) in [("2.2.5", 900), ("2.10.5", 900), ("3.0.6", 420)] {
        for (nap, time) in naps(&Case { env: often, ..clean(release) }) {
            let past = (nap + time) % interval;
            assert!((1..=interval).contains(&nap) && past < 10, "{release} wakes {past} s late");
        }
    }
    for release in ["3.1.0", "3.3.2"] {
        for (nap, _) in naps(&Case { env: often, ..clean(release) }) {
            assert_eq!(nap, 420);
        }
        for (nap, _) in naps(&clean(release)) {
            assert_eq!(nap, 900);
        }
    }
}

/// C6.
#[test]
fn minutes_add_to_the_days_since_3_3() {
    let env = &[("AIRFLOW__LOG_RETENTION_DAYS", "1"), ("AIRFLOW__LOG_RETENTION_MINUTES", "60")];
    let before = "old '1530 minutes' old.log; old '1470 minutes' new.log";
    leaves(&Case { env, ..clean("3.3.2") }, before, "new.log");
    leaves(&Case { env, ..clean("3.0.6") }, before, "");
    leaves(&Case { env: &[("AIRFLOW__LOG_RETENTION_DAYS", "0"), env[1]], ..clean("3.3.2") }, before, "");
}

/// Three logs of a megabyte each.
const LARGE: &str =
    "for day in 1 5 10; do head -c 1000000 /dev/zero >$day.log; old \"$day days\" $day.log; done";
const ALL: &str = "1.log 10.log 5.log";
const TOO_LARGE: &[&str] = &["too large"];

/// C7.
#[test]
fn logs_that_are_too_large_are_kept_for_less_time_since_3_3() {
    for (size, left, stdout) in [
        ("0", ALL, &[][..]),
        ("4000000", ALL, &[]),
        ("2500000", "1.log 5.log", TOO_LARGE),
        ("1500000", "1.log", TOO_LARGE),
        ("1", "", TOO_LARGE),
    ] {
        let env = &[("AIRFLOW__LOG_MAX_SIZE_BYTES", size)];
        leaves_and_says(&Case { env, ..clean("3.3.2") }, LARGE, left, stdout);
        leaves(&Case { env, ..clean("3.0.6") }, LARGE, ALL);
    }
}

/// C7: for a file system of 10 MB; a size in bytes takes precedence.
#[test]
fn the_size_of_logs_can_be_a_percentage_of_their_file_system() {
    let programs = &[ONE_PASS[0], ("df", "echo ' 1B-blocks'; echo ' 10000000'")];
    for (percent, left, stdout) in [("0", ALL, &[][..]), ("50", ALL, &[]), ("25", "1.log 5.log", TOO_LARGE)] {
        let env = &[("AIRFLOW__LOG_MAX_SIZE_PERCENT", percent), ("AIRFLOW__LOG_MAX_SIZE_BYTES", "5000000")];
        leaves_and_says(&Case { env: &env[..1], programs, ..clean("3.3.2") }, LARGE, left, stdout);
        leaves(&Case { env, programs, ..clean("3.3.2") }, LARGE, ALL);
    }
}

/// C7: with only 9 days it would be removed.
#[test]
fn the_pass_after_a_short_one_keeps_for_the_full_time() {
    let two_passes = &[(
        "sleep",
        ": >/mnt/calls; if [[ -e /mnt/again ]]; then kill -TERM $PPID; fi; touch -d '12 days ago' twelve.log /mnt/again",
    )];
    let env = &[("AIRFLOW__LOG_MAX_SIZE_BYTES", "2500000")];
    let case = Case { env, programs: two_passes, ..clean("3.3.2") };
    leaves_and_says(&case, LARGE, "1.log 5.log twelve.log", TOO_LARGE);
}
