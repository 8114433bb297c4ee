//! Lint rules, each for one diagnostic code.
//!
//! A rule reports build args that the user gave, never defaults or rejected values. Most rules are about builds that work;
//! errors with the code of a rule are reported under its name. Rules get all facts as arguments.

mod base_names;
mod conflicts;
mod context;
mod names;
mod packages;
mod pins;
mod pythons;
mod rules;
pub mod secrets;
mod secret_args;
mod settings;
mod subject;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
pub use base_names::unseen;
pub use rules::{RULES, Rule};
pub use settings::{Checks, OPTION as CHECKS};
pub use subject::Subject;

/// The findings of all rules that are not skipped, and the errors of a rejected build that have a rule.
///
/// A build does not print advice unless findings are errors, because it should only report what can go wrong now.
pub fn findings(subject: &Subject<'_>, checks: &Checks) -> Vec<Diagnostic> {
    let advises = !subject.builds || checks.error;
    let applies =
        |rule: &&Rule| !checks.skips(rule.code) && (advises || rule.code.row().severity != Severity::Advice);
    let mut all = Vec::new();
    for rule in RULES.iter().filter(applies) {
        let errors = subject.errors().iter().filter(|error| error.code == rule.code).cloned();
        all.extend(errors.chain((rule.check)(subject)));
    }
    for diagnostic in &mut all {
        diagnostic.message = secrets::masked(&diagnostic.message);
    }
    all
}

/// The errors that no rule reports, because it has none or is skipped.
pub fn errors_without_rule(errors: &Diagnostics, checks: &Checks) -> Diagnostics {
    let is_reported =
        |error: &Diagnostic| RULES.iter().any(|rule| rule.code == error.code && !checks.skips(rule.code));
    Diagnostics(errors.0.iter().filter(|error| !is_reported(error)).cloned().collect())
}

/// The error of a build that treats findings as errors; `None` otherwise.
pub fn violation(findings: &[Diagnostic], checks: &Checks) -> Option<String> {
    if !checks.error || findings.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.code.name()).collect();
    names.sort_unstable();
    names.dedup();
    Some(format!("lint violation found for rules: {}", names.join(", ")))
}
