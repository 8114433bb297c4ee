//! Each example of `examples/extending`, by the commands of its README, upon the image of a customizing example.

use super::support::checks::assert_says;
use super::support::docker::docker;
use super::support::example::Example;
use super::support::fake_hosts::FakeHosts;
use super::support::folder::Folder;
use super::support::image::Image;
use super::support::machine::ca_bundle;

/// The example with its built image, and the output of its checks.
fn extended(place: &'static str) -> (Image, String) {
    let base = Example::read("customizing/selected-version");
    base.build(&FakeHosts::start());
    let example = Example::read(place);
    example.extend(&trusting(&base.image));
    let seen = example.see();
    (example.image, seen)
}

/// The image with the authorities of this machine: a plain Dockerfile has no secret for them.
fn trusting(image: &Image) -> Image {
    let folder = Folder::new();
    let bundle = "/etc/ssl/certs/of-the-machine.pem";
    let dockerfile = format!(
        "FROM {}\nCOPY bundle.pem {bundle}\nENV SSL_CERT_FILE={bundle} PIP_CERT={bundle}\n",
        image.tag
    );
    folder.write("Dockerfile", &dockerfile.as_str().into());
    std::fs::copy(ca_bundle(), folder.0.join("bundle.pem")).unwrap();
    let trusting = Image::new();
    let path = folder.0.display().to_string();
    docker(&["buildx", "build", "--load", "--tag", &trusting.tag, &path]).succeeded();
    trusting
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_apt_packages() {
    let (image, seen) = extended("extending/add-apt-packages");
    assert_says(&seen, &["VIM - Vi IMproved"]);
    assert_eq!(image.inspect()["Config"]["User"], "airflow");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_compiled_package() {
    let (image, _) = extended("extending/add-compiled-package");
    assert_says(&image.shell("pip freeze; gcc --version"), &["mpi4py==", "apache-airflow==2.10.5", "gcc "]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_java() {
    let (image, seen) = extended("extending/add-java");
    assert_says(&seen, &["openjdk version"]);
    image.shell("python -c 'import airflow.providers.jdbc.hooks.jdbc'");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_pypi_packages() {
    let (image, _) = extended("extending/add-pypi-packages");
    // Beside Airflow's own packages, and of the same owner.
    let owner = image.shell("stat -c '%u:%g' ~/.local/lib/python3.11/site-packages/lxml");
    assert_eq!(owner, "50000:0\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_requirements() {
    let (image, _) = extended("extending/add-requirements");
    assert_says(&image.shell("pip freeze"), &["beautifulsoup4==4.12.3", "apache-airflow==2.10.5"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_with_constraints() {
    let (image, seen) = extended("extending/add-with-constraints");
    assert_says(&seen, &["No broken requirements found."]);
    let drifted = "pip freeze | grep -i -e ^apache-airflow -e ^flask | grep -ivxFf ~/constraints.txt || true";
    assert_eq!(image.shell(drifted), "");
    image.shell("python -c 'import lxml'");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn add_with_uv() {
    let (image, _) = extended("extending/add-with-uv");
    let place = image.shell("python -c 'import lxml; print(lxml.__file__)'");
    assert!(place.starts_with("/home/airflow/.local/lib/"), "{place}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn another_virtual_environment() {
    let (image, _) = extended("extending/another-virtual-environment");
    let prefix = "/opt/airflow/venv/bin/python -c 'import sys; print(sys.prefix)'";
    assert_eq!(image.shell(prefix), "/opt/airflow/venv\n");
    assert_eq!(
        image.shell("python -c 'import bs4' 2>/dev/null || echo not in the main one"),
        "not in the main one\n"
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn configuration() {
    let (_, seen) = extended("extending/configuration");
    assert_eq!(seen, "true\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn embed_dags() {
    let (image, seen) = extended("extending/embed-dags");
    assert_says(&seen, &["hello.py\n"]);
    assert_eq!(image.shell("stat -c %u:%g /opt/airflow/dags/hello.py"), "50000:0\n");
    let parsed =
        image.run(&[], &["bash", "-c", "airflow db migrate >/dev/null 2>&1; airflow dags list -o plain"]);
    assert_says(&parsed.succeeded().stdout, &["\nhello "]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn other_provider() {
    let (_, seen) = extended("extending/other-provider");
    let http = seen.lines().find(|line| line.contains("apache-airflow-providers-http")).unwrap_or_default();
    assert!(http.contains("4.13.0"), "{seen}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn writable_folder() {
    let (image, _) = extended("extending/writable-folder");
    assert_eq!(image.shell("stat -c '%u:%g %a' ~/writable"), "50000:0 775\n");
}
