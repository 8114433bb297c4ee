//! Packages of a private index: no other index is used, also not for pip and uv themselves.

use super::support::bases::base;
use super::support::build::Build;
use super::support::builds::netrc;
use super::support::checks::assert_says;
use super::support::fake_hosts::{FakeHosts, PASSWORD, PRIVATE, USER};

/// Airflow from the private index, with a package that is newer on PyPI.
fn build(hosts: &FakeHosts) -> Build {
    hosts
        .plays_for(Build::default().with(&[
            ("AIRFLOW_VERSION", "2.10.5"),
            ("AIRFLOW_EXTRAS", ""),
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
            ("AIRFLOW_PIP_VERSION", ""),
            ("AIRFLOW_UV_VERSION", ""),
            ("ADDITIONAL_PYTHON_DEPS", "six"),
            ("RUNTIME_APT_DEPS", "dumb-init"),
            ("INSTALL_MYSQL_CLIENT", "false"),
            ("INSTALL_POSTGRES_CLIENT", "false"),
            ("DOCKER_CONTEXT_FILES", "files"),
            // Otherwise all steps are in the cache from an earlier run, and no index is used.
            ("AIRFLOW_UID", &(100_000 + std::process::id()).to_string()),
        ]))
        .with_file("files/constraints.txt", "apache-airflow==2.10.5\n")
        .with_file("files/requirements.txt", "private-report\n")
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn only_the_given_index_is_used() {
    let hosts = FakeHosts::start();
    let (flag, _secret) = netrc(&format!("machine {PRIVATE} login {USER} password {PASSWORD}\n"));
    let company = base("company", &[]);
    let flags = format!("--index-url=https://{PRIVATE}/simple");
    for way in [("PYTHON_BASE_IMAGE", &company), ("ADDITIONAL_PIP_INSTALL_FLAGS", &flags)] {
        let way = (way.0, way.1.as_str());
        let image = build(&hosts).with(&[way]).flags(&["--secret", &flag]).image();
        assert_eq!(image.shell("airflow"), "apache-airflow 2.10.5\n", "{way:?}");
        let found = image.shell("python -m pip list --format freeze; echo \"[${PIP_USER-unset}]\"");
        assert_says(&found, &["six==0.5", "private-report==1.0", "[unset]"]);
    }
    let asked = hosts.asked();
    for project in ["pip", "uv", "six", "private-report", "apache-airflow"] {
        assert_says(&asked, &[&format!("{PRIVATE} /simple/{project}/\n")]);
    }
    let strangers: Vec<&str> = asked.lines().filter(|line| line.contains("pypi.org")).collect();
    assert_eq!(strangers, [""; 0], "another index was asked");
}
