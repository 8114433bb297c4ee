//! Builds that are rejected before they start.

use super::support::builds::{airflow_2, airflow_3};
use super::support::checks::assert_says;

/// Fails the test if any step of the plan is in the log. The base image and the context are loaded.
fn assert_no_step_ran(log: &str) {
    for stage in ["[base 2/", "[build ", "[main "] {
        assert!(!log.contains(stage), "a step of {stage}] is in the log:\n{log}");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_misspelt_build_arg_fails_with_a_suggestion_before_any_step() {
    let log = airflow_2().with(&[("ADITIONAL_PYTHON_DEPS", "mpi4py")]).failure();
    assert_says(
        &log,
        &[
            "1 option cannot be used:",
            "ADITIONAL_PYTHON_DEPS=mpi4py: unknown build arg [unknown-build-arg]",
            "hint: did you mean ADDITIONAL_PYTHON_DEPS?",
            "build-args:1",
            ">>> ADITIONAL_PYTHON_DEPS=mpi4py",
        ],
    );
    assert_no_step_ran(&log);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn all_problems_are_reported_at_once() {
    let args = [("AIRFLOW_UID", "0"), ("AIRFLOW_VERSIONS", "3.0.0"), ("AIRFLOW_VERSION", "two")];
    let log = airflow_2().with(&args).flags(&["--target", "man"]).failure();
    assert_says(
        &log,
        &[
            "4 options cannot be used:",
            "AIRFLOW_UID=0: expected a user id from 1 to 2147483646, other than 65534 and 65535 [invalid-value]",
            "AIRFLOW_VERSION=two:",
            "hint: did you mean AIRFLOW_VERSION?",
            "--target=man: there is no such stage [invalid-option]",
            "hint: did you mean main?",
            ">>> AIRFLOW_UID=0",
            ">>> AIRFLOW_VERSION=two",
            ">>> AIRFLOW_VERSIONS=3.0.0",
        ],
    );
    assert!(!log.contains(">>> AIRFLOW_EXTRAS"), "what is fine is not pointed at:\n{log}");
    assert_no_step_ran(&log);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_misspelt_target_fails_with_a_suggestion() {
    let log = airflow_2().flags(&["--target", "biuld"]).failure();
    assert_says(
        &log,
        &["--target=biuld: there is no such stage [invalid-option]", "hint: did you mean build?"],
    );
    assert_no_step_ran(&log);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn instructions_in_the_build_file_are_rejected_with_their_line() {
    let log = airflow_2().build_file("# a comment\n\nRUN pip install mpi4py\n").failure();
    assert_says(
        &log,
        &[
            "Dockerfile:4",
            ">>> RUN pip install mpi4py",
            "only comments are allowed after the syntax line",
            "[invalid-build-file]",
        ],
    );
    assert_no_step_ran(&log);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_constraints_file_that_is_not_in_the_context_fails_with_a_suggestion() {
    let args = [("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraint.txt")];
    let log = airflow_2().with(&args).failure();
    assert_says(
        &log,
        &[
            "has no file constraint.txt [missing-context-file]",
            "did you mean /docker-context-files/constraints.txt?",
        ],
    );
    assert_no_step_ran(&log);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_airflow_that_does_not_support_the_base_images_python_is_rejected() {
    let log = airflow_3().with(&[("AIRFLOW_VERSION", "2.3.4")]).failure();
    assert_says(&log, &["Airflow 2.3.4 runs on Python 3.7 to 3.10", "[unusable-base-image]"]);
    assert!(!log.contains("[build "), "a step ran:\n{log}");
}
