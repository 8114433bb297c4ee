//! The rule about files of the context folder.

use super::{Said, Subject};
use crate::config::rules::CONTEXT_MOUNT;
use crate::config::{Config, Constraints};
use crate::options::table;
use crate::plan::context::archives;

/// So many names are told.
const NAMED: usize = 5;

/// Files that no step is told of. A requirement may name any file of the folder, so nothing is said where there is one
/// that could.
pub(super) fn unused(subject: &Subject<'_>) -> Vec<Said> {
    let (Ok(config), Some(facts)) = (subject.config, subject.facts) else { return Vec::new() };
    let Some((name, _)) = subject.given(&table::DOCKER_CONTEXT_FILES) else { return Vec::new() };
    let named_elsewhere = |text: &String| text.contains(CONTEXT_MOUNT);
    let free =
        facts.context.contains("requirements.txt")
            || subject.options.build_args.iter().any(|(other, text)| {
                other != table::AIRFLOW_CONSTRAINTS_LOCATION.name && named_elsewhere(text)
            });
    if free {
        return Vec::new();
    }
    let installed = if config.install_from_context { archives(&facts.context) } else { Vec::new() };
    let used = |file: &str| is_read(config, file) || installed.iter().any(|archive| archive.file == file);
    let unused: Vec<&str> = facts.context.iter().map(String::as_str).filter(|file| !used(file)).collect();
    if unused.is_empty() {
        return Vec::new();
    }
    let more = unused.len().saturating_sub(NAMED);
    let mut names = unused[..unused.len() - more].join(", ");
    if more > 0 {
        names = format!("{names} and {more} more");
    }
    let message = format!("{name}: no step reads {names}");
    let hint = "a build reads requirements.txt, pip.conf and .piprc at the top of the folder, the file of AIRFLOW_CONSTRAINTS_LOCATION, and with INSTALL_PACKAGES_FROM_CONTEXT=true packages at its top";
    vec![Said::new(name, message, hint)]
}

fn is_read(config: &Config, file: &str) -> bool {
    let constraints = matches!(&config.constraints, Constraints::ContextFile(path) if path == file);
    // Notes to people are meant for nobody else, and Git keeps empty folders by such files.
    let for_people =
        file.rsplit('/').next().is_some_and(|name| name.starts_with("README") || name.starts_with(".git"));
    let for_python = config.install.constrain_context == Some(true) && file.starts_with("constraints-");
    constraints || for_python || for_people || ["pip.conf", ".piprc"].contains(&file)
}
