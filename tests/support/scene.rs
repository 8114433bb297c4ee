//! The small build that most tests use.

use buildkit_frontend::testing::{FakeBuildKit, Session, environment};
use serde_json::{Value, json};

use super::case::Case;
use super::graph::Graph;
use super::process::fake_buildkit;

/// The base image of these builds.
pub const BASE: &str = "docker.io/library/python:3.12-slim-bookworm";

/// Options of a small build.
pub const OPTIONS: &[(&str, &str)] = &[
    ("filename", "Dockerfile"),
    ("platform", "linux/amd64"),
    ("build-arg:AIRFLOW_VERSION", "2.10.5"),
    ("build-arg:AIRFLOW_EXTRAS", "celery,postgres"),
];

/// A BuildKit whose registry has a Debian image with Python, and whose client has a build file.
pub fn buildkit() -> FakeBuildKit {
    let fake = fake_buildkit().image(BASE, base_config());
    let mut fake = with_debian(fake, &format!("docker-image://{BASE}")).file(
        "local://dockerfile",
        "Dockerfile",
        "# syntax=myorg/airflow-frontend\n",
    );
    // Trees need the name that their files have.
    fake.no_digests = true;
    fake
}

/// The config of that image.
pub fn base_config() -> Value {
    json!({
        "config": { "Env": ["PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.12.4"], "Cmd": ["python3"] },
        "history": [
            { "created_by": "the base image", "created": "2024-01-01T00:00:00Z" },
            { "created_by": "its command", "empty_layer": true },
        ],
        "rootfs": { "type": "layers", "diff_ids": ["sha256:1"] },
    })
}

/// The files of Debian with Python in a source, such as `docker-image://…` or `local://…`.
pub fn with_debian(fake: FakeBuildKit, source: &str) -> FakeBuildKit {
    with_python(fake, source, "3.12")
}

/// The same with another Python.
pub fn with_python(fake: FakeBuildKit, source: &str, python: &str) -> FakeBuildKit {
    fake.file(source, "etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n")
        .file(source, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        .file(source, "usr/local/bin/python3", "")
        .file(source, &format!("usr/local/bin/python{python}"), "")
        .file(source, "bin/bash", "")
}

/// The small build with more options; of two with one key, the later one counts.
pub fn with(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> =
        OPTIONS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    for (key, value) in more {
        options.retain(|(known, _)| known != key);
        options.push(((*key).to_owned(), (*value).to_owned()));
    }
    options
}

/// Runs the small build with more options.
pub fn run(fake: FakeBuildKit, more: &[(&str, &str)]) -> Session {
    let options = with(more);
    let options: Vec<(&str, &str)> =
        options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    fake.run(&options)
}

/// The graph of the small build with more options.
pub fn graph(fake: FakeBuildKit, more: &[(&str, &str)]) -> Graph {
    Graph::of(run(fake, more).definition())
}

/// The error of the small build with more options.
pub fn refused(fake: FakeBuildKit, more: &[(&str, &str)]) -> String {
    run(fake, more).error().message.clone()
}

/// A case of `tests/cases` on [`BASE`] for both platforms: the BuildKit, and the frontend's environment.
pub fn on_both_platforms(case: &Case) -> (FakeBuildKit, Vec<(String, String)>) {
    let mut fake = buildkit();
    // About as many files as a real image has on its PATH.
    for number in 0..400 {
        fake = fake.file(&format!("docker-image://{BASE}"), &format!("usr/bin/program-{number}"), "");
    }
    let folder = case.args.get("DOCKER_CONTEXT_FILES").cloned().unwrap_or_default();
    for file in &case.context {
        fake = fake.file("local://context", &format!("{folder}/{file}"), "\n");
    }
    let mut options: Vec<(String, String)> = vec![
        ("filename".to_owned(), "Dockerfile".to_owned()),
        ("platform".to_owned(), "linux/amd64,linux/arm64".to_owned()),
        ("build-arg:PYTHON_BASE_IMAGE".to_owned(), "python:3.12-slim-bookworm".to_owned()),
    ];
    let args = case.args.iter().filter(|(name, _)| *name != "PYTHON_BASE_IMAGE");
    options.extend(args.map(|(name, value)| (format!("build-arg:{name}"), value.clone())));
    let options: Vec<(&str, &str)> =
        options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    (fake, environment(&options))
}
