//! What is worth saying about a build: rules, each for one code.
//!
//! A rule speaks of build args that the user gave, never of a default and never of a value that was rejected. Most rules
//! are about builds that work; errors with the code of a rule are reported under its name. Nothing here asks: rules are
//! told what a build knows.

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

/// A rule: what of a build has its code.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What it finds.
    pub code: Code,
    check: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// What rules are told.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything the build was asked for.
    pub options: &'a Options,
    /// The sound build, or what is wrong with it.
    pub config: Result<&'a Config, &'a Diagnostics>,
    /// What the build learned from outside; a check without a build has nothing of it.
    pub facts: Option<&'a Facts>,
    /// Whether this is a build, and not a question about one.
    pub builds: bool,
}

impl<'a> Subject<'a> {
    /// The name and text under which a row was given; empty text is none, and so is a value that was rejected.
    fn given(&self, row: &table::Arg) -> Option<(&'a str, &'a str)> {
        let given = options::given(self.options, row).map(|(name, text)| (name, text.trim()));
        let is_rejected = self.errors().iter().any(|error| error.option.row == Some(row.name));
        given.filter(|(_, text)| !text.is_empty() && !is_rejected)
    }

    /// Why the build is rejected.
    fn errors(&self) -> &'a [Diagnostic] {
        self.config.err().map_or(&[], |errors| &errors.0)
    }

    /// A warning about a build arg that works, by any of its names.
    fn warn(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        let severity = code.row().severity.max(Severity::Warning);
        Diagnostic::new(self.options, code, name, message, hint).severity(severity)
    }

    /// A warning about what a build is rejected for once it has looked at the base image.
    fn predict(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        self.warn(code, name, message, hint).severity(Severity::Predicted)
    }
}

/// Everything there is to say, by the rules that are not skipped; of a rejected build, also the errors that have a rule.
///
/// A build does not give advice unless findings are errors: who builds wants to know of what may go wrong now.
pub fn findings(subject: &Subject<'_>, checks: &Checks) -> Vec<Diagnostic> {
    let advises = !subject.builds || checks.error;
    let speaks =
        |rule: &&Rule| !checks.skips(rule.code) && (advises || rule.code.row().severity != Severity::Advice);
    let mut all = Vec::new();
    for rule in RULES.iter().filter(speaks) {
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

/// Why a build is rejected that treats findings as errors; nothing otherwise.
pub fn violation(findings: &[Diagnostic], checks: &Checks) -> Option<String> {
    if !checks.error || findings.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.code.name()).collect();
    names.sort_unstable();
    names.dedup();
    Some(format!("lint violation found for rules: {}", names.join(", ")))
}
