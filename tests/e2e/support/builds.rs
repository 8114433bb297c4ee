//! The builds that most tests use, so that the engine has most of their steps in its cache.

use super::build::Build;
use super::folder::Folder;

/// The image of most tests: the last Airflow 2.10 with two extras.
pub(in crate::e2e) fn airflow_2() -> Build {
    from_constraints("2.10.5", include_str!("../../fixtures/constraints/airflow-2.10.5-python3.11.txt"))
        .with(&[("AIRFLOW_EXTRAS", "celery,postgres")])
}

/// The newest Airflow.
pub(in crate::e2e) fn airflow_3() -> Build {
    from_constraints("3.3.2", include_str!("../../fixtures/constraints/airflow-3-python3.11.txt"))
        .with(&[("AIRFLOW_EXTRAS", "celery,postgres")])
}

/// Airflow with constraints from the context folder.
pub(in crate::e2e) fn from_constraints(version: &str, constraints: &str) -> Build {
    Build::default()
        .with(&[
            ("AIRFLOW_VERSION", version),
            ("INSTALL_MYSQL_CLIENT", "false"),
            ("DOCKER_CONTEXT_FILES", "docker-context-files"),
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
        ])
        .with_file("docker-context-files/constraints.txt", constraints)
}

/// A small image, for tests that run every step again: no extras, and few Debian packages.
pub(in crate::e2e) fn small() -> Build {
    airflow_2().with(&[
        ("AIRFLOW_EXTRAS", ""),
        ("DEV_APT_DEPS", "gcc"),
        ("RUNTIME_APT_DEPS", "dumb-init"),
        ("INSTALL_POSTGRES_CLIENT", "false"),
    ])
}

/// Few Debian packages and no clients, and the sources of the stub in folder `airflow`.
pub(in crate::e2e) fn stub_airflow() -> Build {
    stub_airflow_of("2.10.6.dev0")
}

/// The same, by another release.
pub(in crate::e2e) fn stub_airflow_of(version: &str) -> Build {
    let project = r#"
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "apache-airflow"
version = "VERSION"
dependencies = ["tabulate"]
[project.optional-dependencies]
celery = ["idna"]
[project.scripts]
airflow = "airflow:main"
[tool.hatch.build.targets.wheel]
packages = ["airflow"]
"#;
    let code = "def main():\n    print(\"the stub\")\n";
    Build::default()
        .with(&[
            ("AIRFLOW_VERSION", "2.10.5"),
            ("AIRFLOW_INSTALLATION_METHOD", "."),
            ("AIRFLOW_SOURCES_FROM", "airflow"),
            ("AIRFLOW_EXTRAS", "celery"),
            ("DEV_APT_DEPS", "gcc"),
            ("RUNTIME_APT_DEPS", "dumb-init"),
            ("INSTALL_MYSQL_CLIENT", "false"),
            ("INSTALL_POSTGRES_CLIENT", "false"),
            ("DOCKER_CONTEXT_FILES", "files"),
        ])
        .with_file("airflow/pyproject.toml", project.replace("VERSION", version).as_str())
        .with_file("airflow/airflow/__init__.py", code)
        .with_file("files/good.txt", "tabulate==0.9.0\nidna==3.10\napache-airflow==2.9.0\n")
        .with_file("files/bad.txt", "tabulate==0.0.99\n")
}

pub(in crate::e2e) const GOOD: (&str, &str) =
    ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/good.txt");
pub(in crate::e2e) const BAD: (&str, &str) =
    ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/bad.txt");

/// The flag that passes a netrc file as a secret, and its folder.
pub(in crate::e2e) fn netrc(text: &str) -> (String, Folder) {
    let folder = Folder::new();
    folder.write("netrc", &text.into());
    (format!("id=netrc,src={}", folder.0.join("netrc").display()), folder)
}
