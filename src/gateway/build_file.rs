//! The file whose first line names the frontend.

use super::ask::Ask;
use super::context::Context;
use super::{Error, report};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint;
use crate::options::Options;

/// What was read of the build file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BuildFile {
    /// Its list of what the builder does not get, which counts in place of the context's own.
    pub(super) ignored: Option<String>,
    /// What its line `# check=…` says of the rules.
    pub(super) check: Option<String>,
}

impl BuildFile {
    /// The options, with what the file says of the rules where no build arg does.
    pub(super) fn with_checks(&self, mut options: Options) -> Options {
        if let Some(check) = &self.check {
            options.build_args.entry(lint::CHECKS.to_owned()).or_insert_with(|| check.clone());
        }
        options
    }
}

/// Reads the build file, and refuses one that says more than the frontend reads: it holds comments and blank lines only.
pub(super) async fn read(ask: &Ask<'_>, context: &Context) -> Result<BuildFile, Error> {
    let (tree, filename) = &context.build_file;
    let names: Vec<String> = std::iter::once(filename.clone()).chain(lower_case(filename)).collect();
    let follow: Vec<String> =
        names.iter().flat_map(|name| [name.clone(), format!("{name}.dockerignore")]).collect();
    let title = format!("[internal] load build definition from {filename}");
    let Some(tree) = ask.open(tree, None, &follow, &title).await? else { return Ok(BuildFile::default()) };
    for name in &names {
        if let Some(content) = ask.text(&tree, &format!("/{name}")).await? {
            check_build_file(name, &content).map_err(|error| report::rejected_file(&error))?;
            let listed = context.tree.is_local() || ask.has_sources();
            let ignored = if listed && ask.uses_context() {
                ask.text(&tree, &format!("/{name}.dockerignore")).await?
            } else {
                None
            };
            return Ok(BuildFile { ignored, check: directive(&content, "check") });
        }
    }
    // A frontend that was chosen on the command line needs no build file.
    Ok(BuildFile::default())
}

/// What a directive says: a comment `# name=value` among those that start the file, before any line that is none.
pub fn directive(content: &str, name: &str) -> Option<String> {
    let text = content.trim_start_matches('\u{feff}');
    let lines = text.lines().skip(usize::from(text.starts_with("#!")));
    let directives = lines.map_while(|line| {
        let (key, value) = line.trim().strip_prefix('#')?.split_once('=')?;
        let (key, value) = (key.trim(), value.trim());
        let sound = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !value.is_empty();
        sound.then(|| (key.to_ascii_lowercase(), value.to_owned()))
    });
    directives.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The other spelling of the usual name, which counts where that is missing.
fn lower_case(filename: &str) -> Option<String> {
    let folder = filename.strip_suffix("Dockerfile")?;
    (folder.is_empty() || folder.ends_with('/')).then(|| format!("{folder}dockerfile"))
}

/// Rejects a build file that holds more than comments and blank lines.
pub fn check_build_file(filename: &str, content: &str) -> Result<(), Diagnostics> {
    let mut wrong = (1u32..)
        .zip(content.lines())
        .map(|(number, line)| (number, line.trim_start_matches('\u{feff}').trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let Some((line, first)) = wrong.next() else { return Ok(()) };
    let message = format!("only comments are allowed after the syntax line, not `{first}`");
    let hint = "set options with --build-arg; to extend the image, use a separate Dockerfile";
    Err(Diagnostic::of_build_file(filename, content, line, message, hint).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_stand_at_the_top() {
        let check = |content: &str, expected: Option<&str>| {
            assert_eq!(directive(content, "check").as_deref(), expected, "{content:?}");
        };
        check("# syntax=x\n# check=skip=all;error=true\n", Some("skip=all;error=true"));
        check("\u{feff}#Check = error=true \r\n", Some("error=true"));
        check("#!/usr/bin/env x\n# check=skip=A", Some("skip=A"));
        check("# escape=`\n# check=a=b\n# check=c=d", Some("a=b"));
        check("# syntax=x\n\n# check=skip=all\n", None);
        check("# a comment\n# check=skip=all\n", None);
        check("# check=\n", None);
        check("check=skip=all\n", None);
        check("", None);
    }

    #[test]
    fn only_the_usual_name_has_another_spelling() {
        assert_eq!(lower_case("Dockerfile").as_deref(), Some("dockerfile"));
        assert_eq!(lower_case("a/b/Dockerfile").as_deref(), Some("a/b/dockerfile"));
        for name in ["dockerfile", "MyDockerfile", "Dockerfile.airflow", "a/Dockerfile/b"] {
            assert_eq!(lower_case(name), None, "{name}");
        }
    }
}
