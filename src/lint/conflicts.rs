//! The rule about conflicting build args.

use super::base_names;
use super::subject::Subject;
use crate::config::values::{self, PythonVersion};
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::assume::tag_python;
use crate::options::table;

pub(super) fn args(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::from_iter(python_and_image(subject));
    findings.extend(location_and_reference(subject));
    findings.extend(extras_and_clients(subject));
    findings.extend(airflow_again(subject));
    findings
}

fn python_and_image(subject: &Subject<'_>) -> Option<Diagnostic> {
    let config =
        subject.config.ok().filter(|config| !subject.builds && base_names::is_name_of_image(config))?;
    let (image, _) = subject.given(&table::PYTHON_BASE_IMAGE)?;
    let (python, text) = subject.given(&table::AIRFLOW_PYTHON_VERSION)?;
    let asked = PythonVersion::read(text).ok()?;
    let has = config.base.tag().and_then(tag_python).filter(|has| has.minor != asked.minor)?;
    let message = format!("{image} has Python {has}, according to its tag");
    Some(subject.predict(Code::ConflictingBuildArgs, python, &message, "remove one of the two"))
}

fn location_and_reference(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some((location, _)) = subject.given(&table::AIRFLOW_CONSTRAINTS_LOCATION) else { return Vec::new() };
    [
        &table::AIRFLOW_CONSTRAINTS_REFERENCE,
        &table::AIRFLOW_CONSTRAINTS_MODE,
        &table::CONSTRAINTS_GITHUB_REPOSITORY,
    ]
    .into_iter()
    .filter_map(|row| subject.given(row))
    .map(|(name, _)| {
        let message = format!("this has no effect together with {location}");
        subject.warn(Code::ConflictingBuildArgs, name, &message, "remove one of the two")
    })
    .collect()
}

fn extras_and_clients(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let declined = [(&table::INSTALL_MYSQL_CLIENT, "mysql"), (&table::INSTALL_POSTGRES_CLIENT, "postgres")];
    let rows = [&table::AIRFLOW_EXTRAS, &table::ADDITIONAL_AIRFLOW_EXTRAS];
    let mut findings = Vec::new();
    for (client, extra) in declined {
        let Some((client, text)) = subject.given(client) else { continue };
        for (name, extras) in rows.iter().filter_map(|row| subject.given(row)) {
            let asked = values::extras(extras).is_ok_and(|extras| extras.iter().any(|one| one == extra));
            if asked && values::boolean(text) == Ok(false) {
                let message = format!("this includes the extra {extra}, which {client}=false removes");
                let hint = "remove one of the two";
                findings.push(subject.warn(Code::ConflictingBuildArgs, name, &message, hint));
            }
        }
    }
    findings
}

/// Airflow and its version have their own build args.
fn airflow_again(subject: &Subject<'_>) -> Option<Diagnostic> {
    let (name, text) = subject.given(&table::ADDITIONAL_PYTHON_DEPS)?;
    let word = text.split_whitespace().find(|word| {
        let end = word.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
        word[..end.unwrap_or(word.len())].replace(['_', '.'], "-").eq_ignore_ascii_case("apache-airflow")
    })?;
    let message = format!("this installs {word}, but AIRFLOW_VERSION sets the Airflow release");
    let hint = "set the release with AIRFLOW_VERSION, and extras with ADDITIONAL_AIRFLOW_EXTRAS";
    Some(subject.warn(Code::ConflictingBuildArgs, name, &message, hint))
}
