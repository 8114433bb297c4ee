//! The rule about build args that do not go together.

use super::pythons::tag_python;
use super::{Said, Subject, base_names, problems_of};
use crate::config::values::{self, PythonVersion};
use crate::options::table;

pub(super) fn args(subject: &Subject<'_>) -> Vec<Said> {
    let mut said = problems_of(subject, "ConflictingBuildArgs");
    said.extend(python_and_image(subject));
    said.extend(location_and_reference(subject));
    said.extend(extras_and_clients(subject));
    said.extend(airflow_again(subject));
    said
}

fn python_and_image(subject: &Subject<'_>) -> Option<Said> {
    let config = subject.config.ok().filter(|config| !subject.builds && base_names::speaks(config))?;
    let (image, _) = subject.given(&table::PYTHON_BASE_IMAGE)?;
    let (python, text) = subject.given(&table::AIRFLOW_PYTHON_VERSION)?;
    let asked = PythonVersion::read(text).ok()?;
    let has = config.base.tag().and_then(tag_python).filter(|has| has.minor != asked.minor)?;
    let message = format!("{python}={asked}, but {image} has Python {has} by its tag");
    Some(Said { foretells: true, ..Said::new(python, message, "leave one of the two out") })
}

fn location_and_reference(subject: &Subject<'_>) -> Vec<Said> {
    let Some((location, _)) = subject.given(&table::AIRFLOW_CONSTRAINTS_LOCATION) else { return Vec::new() };
    [
        &table::AIRFLOW_CONSTRAINTS_REFERENCE,
        &table::AIRFLOW_CONSTRAINTS_MODE,
        &table::CONSTRAINTS_GITHUB_REPOSITORY,
    ]
    .into_iter()
    .filter_map(|row| subject.given(row))
    .map(|(name, _)| {
        Said::new(name, format!("{name} has no effect beside {location}"), "leave one of the two out")
    })
    .collect()
}

fn extras_and_clients(subject: &Subject<'_>) -> Vec<Said> {
    let declined = [(&table::INSTALL_MYSQL_CLIENT, "mysql"), (&table::INSTALL_POSTGRES_CLIENT, "postgres")];
    let rows = [&table::AIRFLOW_EXTRAS, &table::ADDITIONAL_AIRFLOW_EXTRAS];
    let mut said = Vec::new();
    for (client, extra) in declined {
        let Some((client, text)) = subject.given(client) else { continue };
        for (name, extras) in rows.iter().filter_map(|row| subject.given(row)) {
            let asked = values::extras(extras).is_ok_and(|extras| extras.iter().any(|one| one == extra));
            if asked && values::boolean(text) == Ok(false) {
                let message = format!("{name} asks for {extra}, which {client}=false leaves out");
                said.push(Said::new(name, message, "give one of the two"));
            }
        }
    }
    said
}

/// Airflow and its version have args of their own.
fn airflow_again(subject: &Subject<'_>) -> Option<Said> {
    let (name, text) = subject.given(&table::ADDITIONAL_PYTHON_DEPS)?;
    let word = text.split_whitespace().find(|word| {
        let end = word.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
        word[..end.unwrap_or(word.len())].replace(['_', '.'], "-").eq_ignore_ascii_case("apache-airflow")
    })?;
    let message = format!("{name} asks for {word}, and AIRFLOW_VERSION decides the release of Airflow");
    Some(Said::new(
        name,
        message,
        "name the release with AIRFLOW_VERSION, and extras with ADDITIONAL_AIRFLOW_EXTRAS",
    ))
}
