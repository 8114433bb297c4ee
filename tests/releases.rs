//! Compares `config::releases` with the metadata of every release on the package index: `make releases`.

use std::collections::BTreeSet;
use std::process::Command;
use std::str::FromStr;
use std::sync::Mutex;
use std::thread;

use airflow_frontend::config::newest;
use airflow_frontend::config::releases::{
    FIRST_PYTHON_OF_UV, LAST_PIPS, default_extras, default_python, python_range,
};
use airflow_frontend::config::values::AirflowVersion;
use airflow_frontend::options::table;
use pep440_rs::{Version, VersionSpecifiers};
use serde_json::Value;

/// Releases whose classifiers lack a Python version that they support.
const UNCLASSIFIED: &[(&str, u64)] = &[("2.3.0", 10), ("2.9.0", 12)];

/// Minor versions of Python to check.
const PYTHONS: std::ops::Range<u64> = 5..20;

/// The output of pip; retried once, because an index does not answer every time.
fn pip(args: &[&str]) -> String {
    let mut call = Command::new("python3");
    call.args(["-m", "pip", "--disable-pip-version-check"]).args(args).env("PIP_BREAK_SYSTEM_PACKAGES", "1");
    let mut output = call.output().expect("python3 is there");
    if !output.status.success() {
        output = call.output().expect("python3 is there");
    }
    assert!(output.status.success(), "pip {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("pip writes text")
}

/// The releases of a project, newest first; no pre-releases.
fn releases(project: &str) -> Vec<String> {
    let told = pip(&["index", "versions", project]);
    let listed = told.lines().find_map(|line| line.strip_prefix("Available versions: "));
    listed.expect("pip lists versions").split(", ").map(str::to_owned).collect()
}

/// The metadata of a release that these tests use.
struct Metadata {
    python: VersionSpecifiers,
    classified: BTreeSet<u64>,
    extras: BTreeSet<String>,
}

impl Metadata {
    fn of(project: &str, release: &str) -> Self {
        let report = pip(&[
            "install",
            "--dry-run",
            "--ignore-installed",
            "--no-deps",
            "--ignore-requires-python",
            "--quiet",
            "--report",
            "-",
            &format!("{project}=={release}"),
        ]);
        let report: Value = serde_json::from_str(&report).expect("pip reports JSON");
        let metadata = &report["install"][0]["metadata"];
        let texts = |key: &str| -> Vec<String> {
            let list = metadata[key].as_array().into_iter().flatten();
            list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let classified =
            |text: &String| text.strip_prefix("Programming Language :: Python :: 3.")?.parse().ok();
        Self {
            python: VersionSpecifiers::from_str(metadata["requires_python"].as_str().unwrap_or_default())
                .unwrap(),
            classified: texts("classifier").iter().filter_map(classified).collect(),
            extras: texts("provides_extra")
                .iter()
                .map(|extra| extra.replace(['_', '.'], "-").to_lowercase())
                .collect(),
        }
    }

    /// Whether any patch release of a Python version is allowed.
    fn admits(&self, minor: u64) -> bool {
        [0, 99].into_iter().any(|patch| self.python.contains(&Version::new([3, minor, patch])))
    }
}

/// The differences between our data and the metadata of a release.
fn compare(release: &str) -> Vec<String> {
    let airflow = AirflowVersion::read(release).unwrap();
    let metadata = Metadata::of("apache-airflow", release);
    let (first, last) = python_range(&airflow);
    let mut wrong = Vec::new();
    for minor in PYTHONS {
        let classified = metadata.classified.contains(&minor) || UNCLASSIFIED.contains(&(release, minor));
        let runs = classified && metadata.admits(minor);
        if runs != (first..=last).contains(&minor) {
            let word = if runs { "runs" } else { "does not run" };
            wrong.push(format!("{release} {word} on Python 3.{minor}, not as PYTHONS has it"));
        }
    }
    if !metadata.admits(default_python(&airflow).minor) {
        wrong.push(format!("{release} does not run on its default Python"));
    }
    let lacking = default_extras(&airflow).into_iter().filter(|extra| !metadata.extras.contains(extra));
    wrong.extend(lacking.map(|extra| format!("{release} has no extra {extra}")));
    wrong
}

#[test]
#[ignore = "asks the package index: make releases"]
fn pythons_and_extras_are_those_of_every_release() {
    let all = releases("apache-airflow");
    let known: Vec<&String> = all.iter().filter(|release| AirflowVersion::read(release).is_ok()).collect();
    assert!(known.len() > 60, "{all:?}");
    assert!(known.iter().any(|release| *release == table::AIRFLOW_VERSION.default));
    let mut wrong = Vec::new();
    for release in &known {
        let (series, _) = release.rsplit_once('.').unwrap();
        let first = known.iter().find(|other| other.rsplit_once('.').is_some_and(|(it, _)| it == series));
        if first == Some(release) && newest::of(series) != Some(release) {
            wrong.push(format!("{release} is the newest {series}, not as newest.rs has it"));
        }
    }
    assert!(
        newest::RELEASES.iter().all(|release| known.iter().any(|it| it == release)),
        "newest.rs has a release that does not exist"
    );
    // pip waits for the index most of the time.
    let (left, found) = (Mutex::new(known), Mutex::new(wrong));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(release) = { left.lock().unwrap().pop() } {
                    let wrong = compare(release);
                    found.lock().unwrap().extend(wrong);
                }
            });
        }
    });
    let wrong = found.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "asks the package index: make releases"]
fn old_pythons_get_the_last_pip_that_supports_them() {
    let all = releases("pip");
    for (python, pip) in LAST_PIPS {
        assert!(Metadata::of("pip", pip).admits(*python), "pip {pip} does not run on Python 3.{python}");
        let place = all.iter().position(|release| release == pip).unwrap();
        let next = &all[place - 1];
        assert!(!Metadata::of("pip", next).admits(*python), "pip {next} runs on Python 3.{python} too");
    }
    let first = LAST_PIPS.last().unwrap().0 + 1;
    assert!(Metadata::of("pip", table::AIRFLOW_PIP_VERSION.default).admits(first));
    let uv = Metadata::of("uv", table::AIRFLOW_UV_VERSION.default);
    assert!(uv.admits(FIRST_PYTHON_OF_UV) && !uv.admits(FIRST_PYTHON_OF_UV - 1));
}
