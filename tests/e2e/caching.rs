//! What is done again when something changes.

use super::airflow_2;
use super::support::docker::{Build, Vertex};

/// Titles of the steps of the plan that ran.
pub(super) fn ran(build: &Build) -> Vec<String> {
    let (_image, vertices) = build.vertices();
    let of_plan =
        |vertex: &&Vertex| ["[base ", "[build ", "[main "].iter().any(|stage| vertex.name.starts_with(stage));
    let steps: Vec<Vertex> = vertices.iter().filter(of_plan).cloned().collect();
    assert!(steps.len() >= 7, "the steps are not found by their titles: {vertices:?}");
    steps.into_iter().filter(|step| step.ran).map(|step| step.name).collect()
}

/// Context and base image are looked at every time; whether they changed is seen by their content.
pub(super) fn without_sources(titles: Vec<String>) -> Vec<String> {
    let is_source =
        |title: &String| title.ends_with("] load docker-context-files") || title.starts_with("[base 1/2] ");
    titles.into_iter().filter(|title| !is_source(title)).collect()
}

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
fn another_python_package_installs_neither_airflow_nor_debian_packages_again() {
    airflow_2().image();
    // Another build of this one may be in the cache, so what ran is no more than this.
    let build = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "six")]);
    let allowed = ["install additional Python packages: six", "add Airflow 2.10.5 and its Python packages"];
    for title in without_sources(ran(&build)) {
        assert!(allowed.iter().any(|end| title.ends_with(end)), "{title}");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_context_file_that_no_step_uses_runs_no_step() {
    // In the folder of context files and beside it.
    let build = |text: &str| {
        airflow_2().with_file("docker-context-files/notes.md", text).with_file("dags/report.py", text)
    };
    build("before").image();
    assert_eq!(without_sources(ran(&build(&format!("after {}", std::process::id())))), [""; 0]);
}
