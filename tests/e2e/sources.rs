//! Airflow from sources with the layout of Airflow 3, whose parts are separate projects.

use super::support::builds::stub_airflow;
use super::support::checks::assert_says;
use super::support::fake_hosts::FakeHosts;

/// A project in a folder of the sources.
fn project(name: &str, package: &str, more: &str) -> String {
    let only = if package.is_empty() {
        "bypass-selection = true".to_owned()
    } else {
        format!("packages = [\"src/{package}\"]")
    };
    format!(
        "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\
         [project]\nname = \"{name}\"\nversion = \"3.3.2.dev0\"\n{more}\n[tool.hatch.build.targets.wheel]\n{only}\n"
    )
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_parts_of_airflow_3_are_installed_from_its_sources() {
    let hosts = FakeHosts::start();
    let scripts = "dependencies = [\"tabulate\", \"apache-airflow-task-sdk\"]\n[project.scripts]\nairflow = \"airflow_core:main\"";
    let build = stub_airflow()
        .with(&[("AIRFLOW_VERSION", "3.3.2"), ("AIRFLOW_EXTRAS", ""), ("AIRFLOW_SOURCES_FROM", "three")])
        .with_file(
            "three/pyproject.toml",
            project("apache-airflow", "", "dependencies = [\"apache-airflow-core\"]").as_str(),
        )
        .with_file(
            "three/airflow-core/pyproject.toml",
            project("apache-airflow-core", "airflow_core", scripts).as_str(),
        )
        .with_file(
            "three/airflow-core/src/airflow_core/__init__.py",
            "import airflow_sdk\n\n\ndef main():\n    print(airflow_sdk.NAME)\n",
        )
        .with_file(
            "three/task-sdk/pyproject.toml",
            project("apache-airflow-task-sdk", "airflow_sdk", "").as_str(),
        )
        .with_file("three/task-sdk/src/airflow_sdk/__init__.py", "NAME = \"core and SDK\"\n");
    let image = hosts.plays_for(build).image();
    assert_eq!(image.shell("airflow"), "core and SDK\n");
    let place =
        "python -c 'import airflow_core, airflow_sdk; print(airflow_core.__file__, airflow_sdk.__file__)'";
    assert_eq!(
        image.shell(place),
        "/opt/airflow/airflow-core/src/airflow_core/__init__.py /opt/airflow/task-sdk/src/airflow_sdk/__init__.py\n"
    );
    // The published constraints do not contain the release of either project.
    let pin = image.shell("grep ^tabulate== ~/constraints.txt");
    assert_says(&image.shell("pip freeze"), &[&pin]);
}
