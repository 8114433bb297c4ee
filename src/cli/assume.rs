//! Reads the files that stand for what a build would learn from BuildKit.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::command::Build;
use crate::config::Config;
use crate::config::values::AirflowVersion;
use crate::diagnostic::Diagnostics;
use crate::facts::Facts;
use crate::facts::context::{self, Folder, PIP_CONF, Presence};
use crate::facts::references::Reading;
use crate::facts::{assume, sources, wheels};

/// The platform, the base image and the context folder, as far as they are named; what an official Python image has
/// otherwise.
pub(super) fn facts(build: &Build, config: &Config) -> Result<Facts, String> {
    let platform = config.settings.platforms.first().cloned().unwrap_or_else(assume::platform);
    let base_config = build.base_config.as_deref().map(read_config).transpose()?;
    let folder = match &config.context_files {
        Some(folder) => read_folder(config, &build.context.join(folder))?,
        None => Folder::default(),
    };
    let refused = |problems: Diagnostics| problems.to_string();
    context::judge(config, &folder).map_err(refused)?;
    let release = release(build, config)?;
    sources::judge(config, release.as_ref()).map_err(refused)?;
    let digest = build.base_digest.as_deref();
    let mut facts = assume::facts(config, platform, base_config, digest, folder.files);
    facts.references = folder.references;
    facts.context = wheels::fitting(config, &facts.context, &facts.base, &facts.platform).map_err(refused)?;
    facts.pip_files.extend(folder.pip_conf.map(|text| (PIP_CONF.to_owned(), text)));
    facts.sources = release;
    Ok(facts)
}

/// The release that Airflow's sources name.
fn release(build: &Build, config: &Config) -> Result<Option<AirflowVersion>, String> {
    let Some(folder) = sources::folder(config) else { return Ok(None) };
    for file in sources::RELEASE_FILES {
        let path = build.context.join(folder).join(file);
        #[expect(clippy::disallowed_methods, reason = "a person named the folder")]
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            text => text.map_err(|error| format!("{}: {error}", path.display()))?,
        };
        if let Some(release) = sources::release(file, &text) {
            return Ok(Some(release));
        }
    }
    Ok(None)
}

fn read_folder(config: &Config, folder: &Path) -> Result<Folder, String> {
    if !folder.is_dir() {
        return Ok(Folder { presence: Presence::Missing, ..Folder::default() });
    }
    let files = files(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut reading = Reading::of(config, &files);
    while let Some(path) = reading.next_file() {
        #[expect(clippy::disallowed_methods, reason = "an option or a file of the named folder names it")]
        // One that cannot be read is not there, and judged so.
        let content = std::fs::read(folder.join(&path)).unwrap_or_default();
        reading.take(path, &content);
    }
    Ok(Folder { files, references: reading.references, pip_conf: reading.pip_conf, ..Folder::default() })
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
