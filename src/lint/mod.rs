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

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::facts::Facts;
use crate::options::{self, Options, table};
pub use base_names::unseen;
pub use rules::RULES;
pub use settings::{Checks, OPTION as CHECKS};

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The code of its findings.
    pub code: Code,
    check: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// What rules check.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The options of the build.
    pub options: &'a Options,
    /// The configuration, or why the build is rejected.
    pub config: Result<&'a Config, &'a Diagnostics>,
    /// The facts of the build; `None` for a check without a build.
    pub facts: Option<&'a Facts>,
    /// Whether this is a build and not a check.
    pub builds: bool,
}

impl<'a> Subject<'a> {
    /// The name and text given for a row; `None` if it is empty or rejected.
    fn given(&self, row: &table::Arg) -> Option<(&'a str, &'a str)> {
        let given = options::given(self.options, row).map(|(name, text)| (name, text.trim()));
        let is_rejected = self.errors().iter().any(|error| error.option.row == Some(row.name));
        given.filter(|(_, text)| !text.is_empty() && !is_rejected)
    }

    /// Why the build is rejected.
    fn errors(&self) -> &'a [Diagnostic] {
        self.config.err().map_or(&[], |errors| &errors.0)
    }

    /// A warning about a valid build arg, by any of its names.
    fn warn(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        let severity = code.row().severity.max(Severity::Warning);
        Diagnostic::new(self.options, code, name, message, hint).severity(severity)
    }

    /// A warning about a problem that a build would be rejected for after reading the base image.
    fn predict(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        self.warn(code, name, message, hint).severity(Severity::Predicted)
    }
}

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
