//! What is assumed where nobody looks: the facts of a build without BuildKit.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Facts;
use super::base::{BaseImage, Debian};
use super::references::References;
use crate::config::rules::DEFAULT_DEBIAN;
use crate::config::values::{Platform, PythonVersion};
use crate::config::{Config, Constraints, releases};

/// The platform of a builder that did not say.
pub fn platform() -> Platform {
    Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), ..Platform::default() }
}

/// The facts of a build whose base image nobody looked at: Python and Debian are those that its name says, else those
/// that fit the Airflow release. Without a config, that of an official Python image; without a digest, the tag alone.
pub fn facts(
    config: &Config,
    platform: Platform,
    base_config: Option<Map<String, Value>>,
    digest: Option<&str>,
    context: BTreeSet<String>,
) -> Facts {
    let tag = config.base.tag().unwrap_or_default();
    let python = config
        .python
        .or_else(|| tag_python(tag))
        .unwrap_or_else(|| releases::default_python(&config.airflow));
    let base = BaseImage {
        reference: digest.map_or_else(|| config.base.to_string(), |digest| config.base.pinned(digest)),
        config: base_config.unwrap_or_else(|| official_config(python)),
        debian: debian_of(tag),
        python,
        has_debians_python: false,
    };
    Facts { platform, base, context, references: References::new(), pip_files: Vec::new(), sources: None }
}

/// The files of the context folder that options name; whatever else lies there is not known.
pub fn context(config: &Config) -> BTreeSet<String> {
    let constraints = match &config.constraints {
        Constraints::ContextFile(path) => Some(path.clone()),
        Constraints::Published { .. } | Constraints::Url(_) => None,
    };
    config
        .named_files()
        .into_iter()
        .map(|(_, named)| named.path)
        .chain(constraints)
        .filter(|path| !path.is_empty())
        .collect()
}

/// The Debian release in a tag, else the default one.
pub fn debian_of(tag: &str) -> Debian {
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

/// The Python version in a tag: `3.12` of `3.12-slim-bookworm`.
pub fn tag_python(tag: &str) -> Option<PythonVersion> {
    PythonVersion::read(tag.split('-').next()?).ok()
}
