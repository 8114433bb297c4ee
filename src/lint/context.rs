//! The rule about files of the context folder.

use super::subject::Subject;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::references;
use crate::options::table;

/// The largest number of files in a message.
const NAMED: usize = 5;

/// Reports a folder without useful files, or files that no step reads.
pub(super) fn unused(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (Ok(config), Some(facts)) = (subject.config, subject.facts) else { return Vec::new() };
    let Some((name, folder)) = subject.given(&table::DOCKER_CONTEXT_FILES) else { return Vec::new() };
    if config.context_files.is_none() {
        return Vec::new();
    }
    let hint = "a build reads requirements.txt, pip.conf and .piprc at the top of the folder, files that they or build args name, and with INSTALL_PACKAGES_FROM_CONTEXT=true the packages at the top";
    if facts.context.iter().all(|file| is_for_people(file)) {
        let message = format!("the folder {folder} contains nothing that a build uses");
        return vec![subject.warn(Code::UnusedContextFile, name, &message, hint)];
    }
    let read = references::used(config, &facts.context, &facts.references);
    let is_named = |file: &str| {
        let below =
            |folder: &String| file.strip_prefix(folder.as_str()).is_some_and(|it| it.starts_with('/'));
        read.iter().any(|it| it.is_empty() || it == file || below(it))
    };
    let used = |file: &str| {
        is_read(config, file)
            || is_for_people(file)
            || is_named(file)
            || facts.archives.iter().any(|archive| archive.file == file)
    };
    let unused: Vec<&str> = facts.context.iter().map(String::as_str).filter(|file| !used(file)).collect();
    if unused.is_empty() {
        return Vec::new();
    }
    let more = unused.len().saturating_sub(NAMED);
    let mut names = unused[..unused.len() - more].join(", ");
    if more > 0 {
        names = format!("{names} and {more} more");
    }
    vec![subject.warn(Code::UnusedContextFile, name, &format!("no step reads {names}"), hint)]
}

fn is_read(config: &Config, file: &str) -> bool {
    config.install.constrain_context == Some(true) && file.starts_with("constraints-")
}

/// Files for people and for tools such as Git are not expected to be used.
fn is_for_people(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.starts_with("README")
        || name.starts_with(".git")
        || [".keep", ".dockerignore", ".DS_Store"].contains(&name)
}
