//! Rules for the warnings of the config.

use super::subject::Subject;
use crate::diagnostic::{Code, Diagnostic};

pub(super) fn deprecated(subject: &Subject<'_>) -> Vec<Diagnostic> {
    warnings(subject, Code::DeprecatedBuildArg)
}

pub(super) fn dead(subject: &Subject<'_>) -> Vec<Diagnostic> {
    warnings(subject, Code::DeadBuildArg)
}

fn warnings(subject: &Subject<'_>, code: Code) -> Vec<Diagnostic> {
    let warnings = subject.config.map_or(&[][..], |config| &config.warnings);
    warnings.iter().filter(|warning| warning.code == code).cloned().collect()
}
