//! The files from which the command line reads what a build gets from BuildKit.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use super::command::Build;
use crate::config::Config;
use crate::config::values::AirflowVersion;
use crate::facts::context::{Folder, Presence};
use crate::facts::references::Reading;
use crate::facts::{Facts, Outside, assume, sources};

/// The facts of a build: from the files that the command line names, or assumed.
pub(super) fn facts(build: &Build, config: &Config) -> Result<Facts, String> {
    let mut base = assume::base(config);
    if let Some(file) = &build.base_config {
        base.config = read_config(file)?;
    }
    if let Some(digest) = &build.base_digest {
        base.reference = config.base.pinned(digest);
    }
    let folder = match &config.context_files {
        Some(folder) => read_folder(config, &build.context.join(folder))?,
        None => Folder::default(),
    };
    let outside = Outside { folder, sources: release(build, config)?, ..assume::outside(config, None) };
    Facts::judge(config, Ok(base), outside).map_err(|problems| problems.to_string())
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
        // A file that cannot be read counts as missing.
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

/// The files below a folder, relative to it; none if the folder does not exist.
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
