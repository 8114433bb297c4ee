//! Which steps run again after a change.

use super::support::builds::airflow_2;
use super::support::checks::{ran, without_sources};

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_new_build_id_runs_no_step() {
    airflow_2().image();
    let build = airflow_2().with(&[("BUILD_ID", "20260101.7"), ("COMMIT_SHA", "0123abc")]);
    assert_eq!(without_sources(ran(&build)), [""; 0]);
    let config = build.image().inspect()["Config"].take();
    assert_eq!(config["Labels"]["org.apache.airflow.main-image.build-id"], "20260101.7");
    assert_eq!(config["Labels"]["org.opencontainers.image.revision"], "0123abc");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn another_python_package_does_not_reinstall_airflow_or_debian_packages() {
    airflow_2().image();
    // The build may be in the cache already, so these are the most steps that can run.
    let build = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "six")]);
    let allowed = ["install additional Python packages: six", "add Airflow 2.10.5 and its Python packages"];
    for title in without_sources(ran(&build)) {
        assert!(allowed.iter().any(|end| title.ends_with(end)), "{title}");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_context_file_that_no_step_uses_runs_no_step() {
    // In the context folder and outside of it.
    let build = |text: &str| {
        airflow_2().with_file("docker-context-files/notes.md", text).with_file("dags/report.py", text)
    };
    build("before").image();
    assert_eq!(without_sources(ran(&build(&format!("after {}", std::process::id())))), [""; 0]);
}
