//! Builds that fail while they run.

use super::airflow_2;
use super::docker::assert_says;

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unknown_package_shows_the_step_the_tools_message_and_the_plan() {
    let build = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "this-package-does-not-exist-xyz")]);
    let log = build.failure();
    let title = "[build 8/8] install additional Python packages: this-package-does-not-exist-xyz";
    assert_says(
        &log,
        &[
            &format!(" > {title}:"),
            "this-package-does-not-exist-xyz was not found in the package registry",
            "airflow.plan:",
            &format!(">>> {title}"),
            ">>>     runs     install-packages.sh deps this-package-does-not-exist-xyz",
        ],
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unknown_debian_package_shows_the_step_and_what_apt_says() {
    let build = airflow_2().with(&[("ADDITIONAL_RUNTIME_APT_DEPS", "no-such-package-xyz")]);
    assert_says(
        &build.failure(),
        &[
            " > [main 3/5] install additional runtime apt packages: no-such-package-xyz:",
            "E: Unable to locate package no-such-package-xyz",
            ">>> [main 3/5] install additional runtime apt packages: no-such-package-xyz",
        ],
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn constraints_that_do_not_fit_fail_instead_of_being_dropped() {
    let constraints = "apache-airflow==2.10.5\nflask==0.1\n";
    let build = super::from_constraints("2.10.5", constraints).with(&[("AIRFLOW_EXTRAS", "celery,postgres")]);
    let log = build.failure();
    assert_says(&log, &[" > [build 7/7] compile what Airflow 2.10.5 has no wheel for:", "flask==0.1"]);
}
