//! The rule about Python versions.

use super::base_names;
use super::subject::Subject;
use crate::config::releases;
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::assume::tag_python;
use crate::options::table;

/// Checks the version in the tag of the base image; only builds read the image itself.
pub(super) fn unsupported(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if let (Ok(config), Some((name, _))) = (subject.config, subject.given(&table::PYTHON_BASE_IMAGE))
        && !subject.builds
        && base_names::is_name_of_image(config)
        && let Some(python) = config.base.tag().and_then(tag_python)
    {
        let (first, last) = releases::python_range(&config.airflow);
        if !(first..=last).contains(&python.minor) {
            let message = format!(
                "this image has Python {python}, according to its tag, but Airflow {} runs on Python 3.{first} to 3.{last}",
                config.airflow
            );
            let hint = "choose another base image or Airflow version";
            findings.push(subject.predict(Code::UnsupportedPython, name, &message, hint));
        }
    }
    findings
}
