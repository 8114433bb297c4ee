//! Stands in for what a build would learn from BuildKit.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::command::Build;
use crate::config::base::{BaseImage, Debian};
use crate::config::rules::DEFAULT_DEBIAN;
use crate::config::values::{Platform, PythonVersion};
use crate::config::{Config, releases};
use crate::plan::{context, facts::Facts};

/// The platform, the base image and the context folder, as far as they are named; what an official Python image has
/// otherwise.
pub(super) fn facts(build: &Build, config: &Config) -> Result<Facts, String> {
    let platform = match config.settings.platforms.first() {
        Some(platform) => platform.clone(),
        None => Platform::read("linux/amd64")?,
    };
    let tag = config.base.tag().unwrap_or_default();
    let python =
        config.python.or_else(|| python_of(tag)).unwrap_or_else(|| releases::default_python(&config.airflow));
    let base_config = match &build.base_config {
        Some(file) => read_config(file)?,
        None => official_config(python),
    };
    let reference = match &build.base_digest {
        Some(digest) => config.base.pinned(digest),
        None => config.base.to_string(),
    };
    let files = match &config.context_files {
        Some(folder) => files(&build.context.join(folder)).map_err(|error| format!("{folder}: {error}"))?,
        None => BTreeSet::new(),
    };
    context::judge(config, &files).map_err(|problems| problems.to_string())?;
    let base = BaseImage {
        reference,
        config: base_config,
        debian: debian_of(tag),
        python,
        has_debians_python: false,
    };
    Ok(Facts { platform, base, context: files })
}

/// `3.12` of `3.12-slim-bookworm`.
fn python_of(tag: &str) -> Option<PythonVersion> {
    PythonVersion::read(tag.split('-').next()?).ok()
}

fn debian_of(tag: &str) -> Debian {
    let named = |text: &str| Debian::ALL.into_iter().find(|debian| text.contains(debian.name()));
    named(tag).or_else(|| named(DEFAULT_DEBIAN)).unwrap_or(Debian::Bookworm)
}

fn official_config(python: PythonVersion) -> Map<String, Value> {
    let env = [
        "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        format!("PYTHON_VERSION={python}"),
    ];
    let config = json!({ "config": { "Env": env, "Cmd": ["python3"] } });
    config.as_object().cloned().unwrap_or_default()
}

fn read_config(file: &Path) -> Result<Map<String, Value>, String> {
    #[expect(clippy::disallowed_methods, reason = "a person named the file")]
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The files below a folder, relative to it; none if there is no such folder.
fn files(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        let entries = match std::fs::read_dir(&below) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                files.insert(name.to_string_lossy().into_owned());
            }
        }
    }
    Ok(files)
}
