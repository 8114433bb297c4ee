//! The file whose first line names the frontend.

use super::ask::Ask;
use super::context::Context;
use super::{Failure, Place, refuse};
use crate::config::problem::{Code, Problem, Problems};

/// What was read of the build file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BuildFile {
    /// Its list of what the builder does not get, which counts in place of the context's own.
    pub(super) ignored: Option<String>,
}

/// Reads the build file, and refuses one that says more than the frontend reads: it holds comments and blank lines only.
pub(super) async fn read(ask: &Ask<'_>, context: &Context) -> Result<BuildFile, Failure> {
    let (tree, filename) = &context.build_file;
    let names: Vec<String> = std::iter::once(filename.clone()).chain(lower_case(filename)).collect();
    let follow: Vec<String> =
        names.iter().flat_map(|name| [name.clone(), format!("{name}.dockerignore")]).collect();
    let title = format!("[internal] load build definition from {filename}");
    let Some(tree) = ask.open(tree, None, &follow, &title).await? else { return Ok(BuildFile::default()) };
    for name in &names {
        if let Some(content) = ask.text(&tree, &format!("/{name}")).await? {
            check(name, &content)?;
            let ignored = if context.tree.is_local() && ask.uses_context() {
                ask.text(&tree, &format!("/{name}.dockerignore")).await?
            } else {
                None
            };
            return Ok(BuildFile { ignored });
        }
    }
    // A frontend that was chosen on the command line needs no build file.
    Ok(BuildFile::default())
}

/// The other spelling of the usual name, which counts where that is missing.
fn lower_case(filename: &str) -> Option<String> {
    let folder = filename.strip_suffix("Dockerfile")?;
    (folder.is_empty() || folder.ends_with('/')).then(|| format!("{folder}dockerfile"))
}

fn check(filename: &str, content: &str) -> Result<(), Failure> {
    let wrong: Vec<(u32, &str)> = (1u32..)
        .zip(content.lines())
        .map(|(number, line)| (number, line.trim_start_matches('\u{feff}').trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let Some((_, first)) = wrong.first() else { return Ok(()) };
    let problem = Problem {
        code: Code::InvalidBuildFile,
        option: filename.to_owned(),
        value: None,
        message: format!("after the syntax line only comments are read, not `{first}`"),
        hint: Some(
            "say what to build with --build-arg; extend the image in a Dockerfile of its own".to_owned(),
        ),
    };
    let place = Place {
        filename: filename.to_owned(),
        text: content.to_owned(),
        language: "Dockerfile".to_owned(),
        lines: wrong.iter().map(|(number, _)| *number..=*number).take(1).collect(),
    };
    Err(refuse(&[Problems(vec![problem]).to_string()], Some(&place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_name_has_another_spelling() {
        assert_eq!(lower_case("Dockerfile").as_deref(), Some("dockerfile"));
        assert_eq!(lower_case("a/b/Dockerfile").as_deref(), Some("a/b/dockerfile"));
        for name in ["dockerfile", "MyDockerfile", "Dockerfile.airflow", "a/Dockerfile/b"] {
            assert_eq!(lower_case(name), None, "{name}");
        }
    }
}
