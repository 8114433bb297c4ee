//! What a build may ask for, and what is refused in which words.

use super::*;

fn read(args: &[(&str, &str)]) -> Result<Config, Problems> {
    Config::from_options(&Options::from_pairs(
        args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned())),
    ))
}

fn refused(args: &[(&str, &str)]) -> String {
    read(args).unwrap_err().to_string()
}

#[test]
fn every_default_is_sound() {
    read(&[]).unwrap();
}

#[test]
fn every_example_is_sound() {
    for row in table::TABLE {
        let context = ("DOCKER_CONTEXT_FILES", "docker-context-files");
        read(&[context, (row.name, row.example)])
            .unwrap_or_else(|problems| panic!("{}: {problems}", row.name));
    }
}

#[test]
fn all_problems_are_told_at_once() {
    insta::assert_snapshot!(refused(&[
        ("AIRFLOW_VERSION", "two"),
        ("ADDITIONAL_PYHTON_DEPS", "mpi4py"),
        ("AIRFLOW_UID", "root"),
        ("INSTALL_MYSQL_CLIENT", "true"),
        ("INSTALL_PACKAGES_FROM_CONTEXT", "perhaps"),
        ("AIRFLOW_CONSTRAINTS_LOCATION", "https://me:secret@example.com/a b"),
        ("UPGRADE_TO_NEWER_DEPENDENCIES", "true"),
    ]));
}

#[test]
fn rules_between_options_hold() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let refused = refused(args);
        assert!(refused.contains(expected), "{refused}");
    };
    check(&[("INSTALL_PACKAGES_FROM_CONTEXT", "true")], "there is no context folder");
    check(&[("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt")], "there is no context folder");
    check(&[("AIRFLOW_CONSTRAINTS_LOCATION", "/tmp/c.txt")], "expected a URL, or a path below");
    check(&[("AIRFLOW_PYTHON_VERSION", "3.13"), ("AIRFLOW_VERSION", "2.10.5")], "runs on Python 3.8 to 3.12");
    check(&[("AIRFLOW_HOME", "/home/airflow")], "cannot be the user's home");
    check(&[("BASE_IMAGE", "a:1"), ("PYTHON_BASE_IMAGE", "b:1")], "is the same option and has another value");
}

#[test]
fn the_base_image_follows_python_and_airflow() {
    let check = |args: &[(&str, &str)], base: &str| assert_eq!(read(args).unwrap().base.to_string(), base);
    check(&[], "docker.io/library/python:3.13-slim-bookworm");
    check(&[("AIRFLOW_VERSION", "2.10.5")], "docker.io/library/python:3.12-slim-bookworm");
    check(&[("AIRFLOW_PYTHON_VERSION", "3.11.9")], "docker.io/library/python:3.11.9-slim-bookworm");
    check(&[("BASE_IMAGE", "registry.example.com/py:1")], "registry.example.com/py:1");
}

#[test]
fn constraints_follow_the_release() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let Constraints::Published { repository, reference, mode } = read(args).unwrap().constraints else {
            panic!("not published")
        };
        assert_eq!(format!("{repository}/{reference}/{mode}"), expected);
    };
    check(&[("AIRFLOW_VERSION", "2.10.5")], "apache/airflow/constraints-2.10.5/constraints");
    check(&[("AIRFLOW_VERSION", "3.4.0.dev0")], "apache/airflow/constraints-main/constraints");
    check(
        &[("AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-2-2")],
        "apache/airflow/constraints-2-2/constraints",
    );
    check(
        &[
            ("AIRFLOW_CONSTRAINTS_MODE", "constraints-no-providers"),
            ("CONSTRAINTS_GITHUB_REPOSITORY", "me/fork"),
        ],
        "me/fork/constraints-3.3.2/constraints-no-providers",
    );
}

#[test]
fn extras_are_dropped_by_item() {
    let check =
        |args: &[(&str, &str)], expected: &str| assert_eq!(read(args).unwrap().extras.join(","), expected);
    check(&[("AIRFLOW_EXTRAS", "")], "");
    check(&[("AIRFLOW_EXTRAS", ""), ("ADDITIONAL_AIRFLOW_EXTRAS", "slack")], "slack");
    check(&[("AIRFLOW_EXTRAS", "celery,mysql"), ("INSTALL_MYSQL_CLIENT", "false")], "celery");
    check(&[("AIRFLOW_EXTRAS", "celery,mysql")], "celery,mysql");
    check(
        &[("AIRFLOW_EXTRAS", "postgres,apache-mysql"), ("INSTALL_POSTGRES_CLIENT", "false")],
        "apache-mysql",
    );
    assert!(!read(&[]).unwrap().extras.contains(&"mysql".to_owned()));
}

#[test]
fn a_version_may_be_left_to_the_tool() {
    let config = read(&[("AIRFLOW_PIP_VERSION", ""), ("AIRFLOW_UV_VERSION", "0.9.1")]).unwrap();
    assert_eq!((config.pip.requirement.as_str(), config.uv.requirement.as_str()), ("pip", "uv==0.9.1"));
}
