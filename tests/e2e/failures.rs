//! Builds that fail while they run.

use super::support::builds::{airflow_2, from_constraints};
use super::support::checks::{assert_says, assert_step_failed};

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unknown_package_shows_the_step_the_tools_message_and_the_plan() {
    let build = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "this-package-does-not-exist-xyz")]);
    let log = build.failure();
    assert_step_failed(&log, "install additional Python packages: this-package-does-not-exist-xyz");
    assert_says(
        &log,
        &[
            "this-package-does-not-exist-xyz was not found in the package registry",
            "airflow-frontend: the package index has no package this-package-does-not-exist-xyz",
            "airflow.plan:",
            ">>>     runs     install-packages.sh deps this-package-does-not-exist-xyz",
        ],
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_package_by_ssh_without_an_agent_ends_the_first_python_step() {
    let build = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "x @ git+ssh://git@git.example.com/x.git")]);
    let words = ["requires an SSH agent (--ssh default) and host keys", "hint: add them"];
    assert_says(&build.failure(), &words);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unknown_debian_package_shows_the_step_and_what_apt_says() {
    let build = airflow_2().with(&[("ADDITIONAL_RUNTIME_APT_DEPS", "no-such-package-xyz")]);
    let log = build.failure();
    assert_step_failed(&log, "install additional runtime apt packages: no-such-package-xyz");
    assert_says(
        &log,
        &[
            "E: Unable to locate package no-such-package-xyz",
            "airflow-frontend: the apt sources have no package no-such-package-xyz",
        ],
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn constraints_that_do_not_fit_fail_instead_of_being_dropped() {
    let constraints = "apache-airflow==2.10.5\nflask==0.1\n";
    let build = from_constraints("2.10.5", constraints).with(&[("AIRFLOW_EXTRAS", "celery,postgres")]);
    let log = build.failure();
    assert_step_failed(&log, "install Airflow 2.10.5");
    assert!(!log.contains(" dev apt packages"), "no compiler makes these fit:\n{log}");
    assert_says(&log, &["flask==0.1"]);
}
