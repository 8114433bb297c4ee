//! Secrets and files that must not be in an image.

use super::support::builds::{GOOD, netrc, small, stub_airflow};
use super::support::checks::assert_says;
use super::support::fake_hosts::{FakeHosts, PASSWORD, PRIVATE, USER};
use super::support::image::files_with;
use super::support::machine::{MARKER, unique};

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_authorities_of_the_ca_bundle_secret_are_in_no_layer_and_no_history() {
    // Every step runs with the secret, and the build stage is exported too.
    let main = stub_airflow().with(&[GOOD]).flags(&["--no-cache"]).image();
    let build = stub_airflow().with(&[GOOD]).flags(&["--target", "build"]).image();
    for image in [&main, &build] {
        assert_eq!(files_with(image, MARKER), [""; 0]);
        assert!(!files_with(image, "airflow:x:50000:0:").is_empty(), "the search does not see what is there");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn passwords_of_the_netrc_secret_reach_a_private_index_and_no_layer() {
    let hosts = FakeHosts::start();
    let index = format!("--extra-index-url https://{PRIVATE}/simple");
    // Not in the builder's cache.
    let constraints = format!("https://{PRIVATE}/constraints.txt?{}", unique());
    let build = hosts.plays_for(small().with(&[
        ("ADDITIONAL_PYTHON_DEPS", "private-report"),
        ("ADDITIONAL_PIP_INSTALL_FLAGS", &index),
        ("AIRFLOW_CONSTRAINTS_LOCATION", &constraints),
    ]));
    assert_says(&build.failure(), &[&format!("cannot fetch the constraints from {constraints}"), "401"]);

    for (tool, uses_uv) in [("uv", "true"), ("pip", "false")] {
        let (flag, _secret) = netrc(&format!("machine {PRIVATE}\n  login {USER}\n  password {PASSWORD}\n"));
        let build = build.clone().with(&[("AIRFLOW_USE_UV", uses_uv)]).flags(&["--secret", &flag]);
        let image = build.image();
        assert_eq!(image.shell("python -c 'import private_report'"), "", "installed by {tool}");
        assert_eq!(files_with(&image, PASSWORD), [""; 0]);
    }
    assert_says(&hosts.asked(), &[&format!("{PRIVATE} /constraints.txt refused\n")]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn passwords_of_the_netrc_secret_reach_a_private_apt_source() {
    // Its lists are not in the builder's cache.
    let source = format!("# {}\ndeb [trusted=yes] https://{PRIVATE}/debian bookworm main", unique());
    let command = format!("echo '{source}' >/etc/apt/sources.list.d/private.list");
    let build = FakeHosts::start();
    let build = build.plays_for(stub_airflow().with(&[
        GOOD,
        ("ADDITIONAL_RUNTIME_APT_COMMAND", &command),
        ("ADDITIONAL_RUNTIME_APT_DEPS", "private-tool"),
    ]));
    assert_says(&build.failure(), &[&format!("https://{PRIVATE}/debian"), "401"]);

    let (flag, _secret) = netrc(&format!("machine {PRIVATE} login {USER} password {PASSWORD}\n"));
    let image = build.flags(&["--secret", &flag]).image();
    assert_eq!(image.shell("private-tool"), "a tool of the company\n");
    assert_eq!(files_with(&image, PASSWORD), [""; 0]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_invalid_netrc_secret_is_reported_without_its_content() {
    let (flag, _secret) = netrc(&format!("machine one login a password b\nmachine two login a {PASSWORD}\n"));
    let packages = format!("six!=0.0.{}", std::process::id());
    let build = small().with(&[("ADDITIONAL_PYTHON_DEPS", &packages)]).flags(&["--secret", &flag]);
    let log = build.failure();
    assert_says(&log, &["the secret netrc is invalid near line ", "login USER password PASSWORD"]);
    assert!(!log.contains(PASSWORD), "{log}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn with_airflows_sources_no_other_file_of_the_build_context_reaches_a_layer() {
    const CANARY: &str = "canary-of-the-build-context-51d0c7";
    let text = format!("# {CANARY}\n");
    let constraints = format!("tabulate==0.9.0\nidna==3.10\n{text}");
    let list = format!("{text}airflow/private\n");
    let build = stub_airflow()
        .with(&[
            ("DOCKER_CONTEXT_FILES", "airflow/files"),
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/pins.txt"),
            // Then the image lists what is installed, not the content of the file.
            ("AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION", "true"),
        ])
        .build_file(&text)
        .with_file(".dockerignore", list.as_str())
        .with_file("airflow/files/pins.txt", constraints.as_str())
        .with_file("airflow/files/requirements.txt", text.as_str())
        .with_file("airflow/files/pip.conf", text.as_str())
        .with_file("airflow/private/key", text.as_str())
        .with_file("airflow/.netrc", text.as_str())
        .with_file("airflow/corp/pip.conf", text.as_str())
        .with_file("airflow/corp/Dockerfile", format!("# syntax=me/airflow\n{text}").as_str())
        .with_file("airflow/corp/Dockerfile.dockerignore", text.as_str())
        .with_file("airflow/Dockerfile.dockerignore", text.as_str());
    for target in ["main", "build"] {
        let image = build.clone().flags(&["--target", target]).image();
        assert_eq!(files_with(&image, CANARY), [""; 0], "{target}");
        assert!(!files_with(&image, "the stub").is_empty(), "the search does not see the sources");
    }
}
