//! What rules check, and how they warn.

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::facts::Facts;
use crate::options::{self, Options, table};

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
    pub(super) fn given(&self, row: &table::Arg) -> Option<(&'a str, &'a str)> {
        let given = options::given(self.options, row).map(|(name, text)| (name, text.trim()));
        let is_rejected = self.errors().iter().any(|error| error.option.row == Some(row.name));
        given.filter(|(_, text)| !text.is_empty() && !is_rejected)
    }

    /// Why the build is rejected.
    pub(super) fn errors(&self) -> &'a [Diagnostic] {
        self.config.err().map_or(&[], |errors| &errors.0)
    }

    /// A warning about a valid build arg, by any of its names.
    pub(super) fn warn(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        let severity = code.row().severity.max(Severity::Warning);
        Diagnostic::new(self.options, code, name, message, hint).severity(severity)
    }

    /// A warning about a problem that a build would be rejected for after reading the base image.
    pub(super) fn predict(&self, code: Code, name: &str, message: &str, hint: &str) -> Diagnostic {
        self.warn(code, name, message, hint).severity(Severity::Predicted)
    }
}
