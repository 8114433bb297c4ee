//! Valid and invalid single values.

use super::*;

#[test]
fn booleans_are_read_in_any_case() {
    for text in ["true", "True", "1", "YES", "on"] {
        assert_eq!(boolean(text), Ok(true), "{text}");
    }
    for text in ["false", "0", "No", "OFF"] {
        assert_eq!(boolean(text), Ok(false), "{text}");
    }
    assert!(boolean("maybe").is_err());
}

#[test]
fn extras_are_joined_cleanly() {
    let check = |text, expected: &[&str]| assert_eq!(extras(text).unwrap(), expected, "{text}");
    check(",slack", &["slack"]);
    check("celery, postgres,,celery", &["celery", "postgres"]);
    check("cncf.kubernetes,google_auth", &["cncf-kubernetes", "google-auth"]);
    check("", &[]);
    assert!(extras("celery;rm").is_err());
}

#[test]
fn apt_packages_are_checked() {
    assert_eq!(
        apt_packages(" g++  libssl-dev\n python3.11:arm64 foo=1:2.3-4~bpo12+1 vim/bookworm-backports")
            .unwrap(),
        ["g++", "libssl-dev", "python3.11:arm64", "foo=1:2.3-4~bpo12+1", "vim/bookworm-backports"]
    );
    for text in ["$(reboot)", "-y", "Foo", "a", "pkg;x", "pkg="] {
        assert!(apt_packages(text).is_err(), "{text}");
    }
}

#[test]
fn platforms_are_normalised() {
    for text in ["linux/amd64", "linux/x86_64", "amd64", "linux/amd64/v1"] {
        assert_eq!(platform(text).unwrap().to_string(), "linux/amd64", "{text}");
    }
    assert_eq!(platform("linux/arm64/v8").unwrap().to_string(), "linux/arm64");
    for text in ["windows/amd64", "linux/s390x", "linux/arm/v7", "linux/amd64/v3", ""] {
        assert!(platform(text).is_err(), "{text}");
    }
}

#[test]
fn images_are_named_in_full() {
    let check = |text, expected: &str| assert_eq!(ImageRef::read(text).unwrap().to_string(), expected);
    check("python:3.12-slim-bookworm", "docker.io/library/python:3.12-slim-bookworm");
    check("localhost:5000/a/b", "localhost:5000/a/b:latest");
    let digest = format!("sha256:{}", "0".repeat(64));
    assert_eq!(
        ImageRef::read("python:3.12").unwrap().pinned(&digest),
        format!("docker.io/library/python:3.12@{digest}")
    );
    assert!(ImageRef::read("Python:3.12!").is_err());
}

#[test]
fn paths_and_ids_are_checked() {
    assert_eq!(context_path("./docker-context-files/").unwrap(), "docker-context-files");
    assert_eq!(context_path(".").unwrap(), "");
    assert!(context_path("../x").is_err());
    for (text, id) in [("50000", 50_000), ("65533", 65_533), ("65536", 65_536), ("2147483646", 2_147_483_646)]
    {
        assert_eq!(uid(text), Ok(id));
    }
    for text in ["0", "65534", "65535", "2147483647", "4294967295", "99999999999", "-1", "+5", "airflow", ""]
    {
        assert!(uid(text).is_err(), "{text}");
    }
}

#[test]
fn versions_are_read_by_pep_440() {
    assert_eq!(AirflowVersion::read("2.10.5").unwrap().numbers(), [2, 10, 5]);
    for text in ["two", "1.10.15", "2.1.4", "2.10.5-", "2.10.5.1", "1!2.10.5"] {
        assert!(AirflowVersion::read(text).is_err(), "{text}");
    }
    assert_eq!(PythonVersion::read("v3.10.18").unwrap().to_string(), "3.10.18");
    assert!(PythonVersion::read("2.7").is_err());
}

#[test]
fn a_release_has_three_numbers() {
    let check = |text: &str, expected: &str| {
        let expected = format!("expected all three numbers of a release{expected}");
        assert_eq!(AirflowVersion::read(text), Err(expected), "{text}");
    };
    check("2.10", ": the newest 2.10 is 2.10.5");
    check("2.3", ": the newest 2.3 is 2.3.4");
    check("2.10rc1", ": the newest 2.10 is 2.10.5");
    check("3", ": the newest 3 is 3.3.2");
    check("3.99", ", such as 3.99.0");
}

#[test]
fn forks_and_rebuilds_use_the_constraints_of_their_release() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(AirflowVersion::read(text).unwrap().constrained_as().as_deref(), expected, "{text}");
    };
    check("2.10.5", Some("2.10.5"));
    check("v2.10.5", Some("2.10.5"));
    check("2.10.5+acme.1", Some("2.10.5"));
    check("2.10.5.post1", Some("2.10.5"));
    check("3.1.0rc1+acme", Some("3.1.0rc1"));
    check("3.4.0.dev0", None);
    check("3.4.0.dev0+acme", None);
}

#[test]
fn tools_are_versions_or_urls() {
    assert_eq!(tool("pip", "25.3").unwrap().requirement, "pip==25.3");
    assert_eq!(tool("uv", "").unwrap().requirement, "uv");
    assert_eq!(
        tool("pip", "git+https://example.com/pip.git").unwrap().requirement,
        "pip @ git+https://example.com/pip.git"
    );
    assert_eq!(
        tool("pip", "/docker-context-files/pip.whl").unwrap().requirement,
        "pip @ file:///docker-context-files/pip.whl"
    );
    assert!(tool("pip", "newest").is_err());
}
