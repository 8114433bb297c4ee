//! Examples of the table of codes and of the pages about them.

use std::collections::BTreeSet;

use airflow_frontend::options::Options;

use super::commands::arguments;

/// Arguments of a build, and what the build finds.
pub struct Example {
    pub options: Options,
    pub context: BTreeSet<String>,
    pub base_architecture: Option<String>,
    pub sources: Option<String>,
    pub build_file: Option<String>,
}

impl Example {
    /// Reads an example of the table of codes.
    pub fn read(text: &str) -> Self {
        let mut example = Self {
            options: Options::default(),
            context: BTreeSet::new(),
            base_architecture: None,
            sources: None,
            build_file: None,
        };
        for line in text.lines() {
            if let Some(files) = line.strip_prefix("# context: ") {
                example.context = files.split(' ').map(str::to_owned).collect();
            } else if let Some(architecture) = line.strip_prefix("# base image: ") {
                example.base_architecture = Some(architecture.to_owned());
            } else if let Some(release) = line.strip_prefix("# sources: ") {
                example.sources = Some(release.to_owned());
            } else if let Some(line) = line.strip_prefix("# build file: ") {
                example.build_file = Some(line.to_owned());
            } else {
                example.options = arguments(line);
            }
        }
        example
    }
}

/// An example of the table in the form of the pages.
pub fn as_command(example: &str) -> String {
    let (found, arguments) = example.rsplit_once('\n').map_or(("", example), |(found, rest)| (found, rest));
    let command = ["docker buildx build", arguments, "."].into_iter().filter(|word| !word.is_empty());
    let command = command.collect::<Vec<_>>().join(" ");
    if found.is_empty() { command } else { format!("{found}\n{command}") }
}

/// Reads an example of a page.
pub fn shown(text: &str) -> Example {
    let start = text.find("docker buildx build").unwrap_or_else(|| panic!("not a build: {text}"));
    let line = text[start..].lines().next().unwrap_or_default();
    Example { options: command(line), ..Example::read(&text[..start]) }
}

/// Reads a command line whose flags and values are separate words.
pub fn command(line: &str) -> Options {
    let rest = line.strip_prefix("docker buildx build ").and_then(|rest| rest.strip_suffix('.'));
    arguments(rest.unwrap_or_else(|| panic!("not a build: {line}")).trim())
}
