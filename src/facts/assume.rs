//! Assumed facts, for commands and requests that do not read the base image or the context folder.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::base::{BaseImage, Debian};
use super::context::Folder;
use super::{Facts, Outside};
use crate::config::releases::{self, DEFAULT_DEBIAN};
use crate::config::values::{Platform, PythonVersion};
use crate::config::{Config, Constraints};

/// The facts of a build that reads nothing: no base image, no context folder and no sources. `platform` is the builder's.
pub fn facts(config: &Config, platform: Option<&Platform>) -> Facts {
    Facts::new(config, base(config), outside(config, platform))
}

/// The base image as an official Python image. Python and Debian come from its tag, or otherwise from the Airflow release.
/// The reference has no digest.
pub fn base(config: &Config) -> BaseImage {
    let tag = config.base.tag().unwrap_or_default();
    let python = config
        .python
        .or_else(|| tag_python(tag))
        .unwrap_or_else(|| releases::default_python(&config.airflow));
    BaseImage {
        reference: config.base.to_string(),
        config: official_config(python),
        debian: debian_of(tag),
        python,
        has_debians_python: false,
        pip_files: Vec::new(),
    }
}

/// Other facts: the first platform of the build, by default the builder's or `linux/amd64`, and the files of the context
/// folder that build args name.
pub fn outside(config: &Config, platform: Option<&Platform>) -> Outside {
    Outside {
        platform: config.settings.platforms_or(platform).swap_remove(0),
        folder: Folder { files: named_files(config), ..Folder::default() },
        sources: None,
    }
}

fn named_files(config: &Config) -> BTreeSet<String> {
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

/// The Debian release in a tag, or the default one.
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
