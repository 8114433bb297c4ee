//! Builds whose Python packages all lie in the context folder.

use std::path::PathBuf;

use airflow_frontend::options::table;

use super::support::checks::{assert_says, assert_step_failed};
use super::support::folder::Content;
use super::support::wheels::{from_wheels, name, probe, wheels};

const AIRFLOW: &str = "2.10.5";

#[test]
#[ignore = "needs an engine: make e2e"]
fn wheels_of_the_context_folder_are_installed_without_network() {
    let image = from_wheels(&wheels())
        .with_file("docker-context-files/probe-1.0.tar.gz", Content::Same(probe()))
        .image();
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), AIRFLOW);
    assert_eq!(image.shell("pip check"), "No broken requirements found.\n");
    // The probe was built in the step that installs, and saw what that step could see.
    assert_eq!(image.shell("python -m probe"), "lo\n", "network interfaces beside the loopback one");
    let tools = format!("{} {}\n", table::AIRFLOW_PIP_VERSION.default, table::AIRFLOW_UV_VERSION.default);
    let versions = "from importlib.metadata import version; print(version(\"pip\"), version(\"uv\"))";
    assert_eq!(image.shell(&format!("python -c '{versions}'")), tools);
    assert_eq!(
        image.shell_as("0", "find / -xdev -name '*.whl'  -not -path '/usr/*'"),
        "",
        "wheels in the image"
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_missing_wheel_is_named_and_not_fetched() {
    let all = wheels();
    let some: Vec<PathBuf> = all
        .iter()
        .filter(|path| {
            !name(path).starts_with("Flask_AppBuilder") && !name(path).starts_with("flask_appbuilder")
        })
        .cloned()
        .collect();
    assert_eq!(some.len() + 1, all.len(), "the wheel to leave out is not there");
    let log = from_wheels(&some).failure();
    assert_says(&log.to_lowercase(), &["but it lacks 1 project:", "  flask-appbuilder=="]);
    let tools = [table::AIRFLOW_PIP_VERSION.default, table::AIRFLOW_UV_VERSION.default];
    let tools = format!("pip=={} and uv=={}", tools[0], tools[1]);
    assert_step_failed(&log, &format!("make the virtual environment /home/airflow/.local with {tools}"));
}
