//! Several builds at once on one engine.

use std::thread;

use super::super::support::build::{Build, Vertex};
use super::super::support::builds::small;
use super::super::support::image::Image;
use super::empty;

/// Checks every installed Python file against the checksum in its package's record.
const VERIFY: &str = r#"
    python - <<'PYTHON'
import base64, hashlib, importlib.metadata, sys
wrong, checked = [], 0
for package in importlib.metadata.distributions():
    for file in package.files or []:
        if file.hash and "__pycache__" not in file.parts:
            digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()
            checked += 1
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
                wrong.append(str(file))
print(checked)
sys.exit(f"changed: {wrong}" if wrong else 0)
PYTHON
    # Manuals are left out on purpose.
    dpkg --verify dumb-init | grep -v '^missing .* /usr/share/\(doc\|man\)/' || true"#;

/// Builds that share no step but the base image, and every cache.
fn build(number: usize, package: &str) -> Build {
    let home = format!("/opt/airflow-{number}");
    let args =
        [("AIRFLOW_HOME", home.as_str()), ("ADDITIONAL_PYTHON_DEPS", package), ("DEV_APT_DEPS", "make")];
    small().with(&args)
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn four_builds_at_once_share_empty_caches() {
    let engine = empty();
    let packages = ["humanize==4.12.0", "boltons==25.0.0", "more-itertools==10.5.0", "toolz==1.0.0"];
    let built: Vec<(Image, Vec<Vertex>)> = thread::scope(|scope| {
        let builds = packages.iter().enumerate().map(|(number, package)| build(number, package).on(&engine));
        let running: Vec<_> = builds.map(|build| scope.spawn(move || build.vertices())).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });

    for (number, (image, _)) in built.iter().enumerate() {
        let (name, release) = packages[number].split_once("==").unwrap();
        let installed = image.shell(&format!(
            "python -c 'import importlib.metadata as m; print(m.version(\"apache-airflow\"), m.version(\"{name}\"))'"
        ));
        assert_eq!(installed.trim(), format!("2.10.5 {release}"));
        assert_eq!(image.shell("echo $AIRFLOW_HOME").trim(), format!("/opt/airflow-{number}"));
        let checked: usize = image.shell(VERIFY).trim().parse().unwrap();
        assert!(checked > 5000, "only {checked} files have a checksum");
    }

    // Python packages are installed in parallel with a shared cache; no build waits for another.
    let times: Vec<&(String, String)> = built
        .iter()
        .map(|(_, vertices)| {
            let installs = |vertex: &&Vertex| vertex.name.contains("install Airflow 2.10.5") && vertex.ran;
            &vertices.iter().find(installs).expect("Airflow is installed in each of the builds").time
        })
        .collect();
    let overlap = |one: &(String, String), other: &(String, String)| one.0 < other.1 && other.0 < one.1;
    let pairs = (0..times.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    let together = pairs.filter(|(one, other)| overlap(times[*one], times[*other])).count();
    assert!(together > 0, "each build waited for the one before: {times:?}");
}
