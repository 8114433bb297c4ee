//! Reads build args according to the rows of the table, and collects problems.

use super::pip;
use super::requirement::list::{List, Rejected};
use super::values::{self, Tool};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, masked};
use crate::options::table::{Arg, Kind, Support};
use crate::options::{self, Options, elsewhere, suggest, table};

/// One pass over the build args.
pub(super) struct Reader<'a> {
    options: &'a Options,
    /// The problems found so far.
    pub(super) problems: Diagnostics,
    warnings: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// Checks the names first: unknown names, names without effect, and aliases.
    pub(super) fn new(options: &'a Options) -> Self {
        let mut reader = Self { options, problems: Diagnostics::default(), warnings: Vec::new() };
        for name in options.build_args.keys().filter(|name| !Options::is_builtin(name)) {
            reader.check_name(name);
        }
        reader
    }

    fn check_name(&mut self, name: &str) {
        match table::support(name) {
            Some(Support::Works) => {}
            Some(Support::SameAs(row)) if self.options.build_args.contains_key(row) => {
                if self.options.build_args[name] != self.options.build_args[row] {
                    let message = format!("{row} is the same option and has a different value");
                    self.reject_name(Code::ConflictingBuildArgs, name, &message, "remove one of the two");
                }
            }
            Some(Support::SameAs(_)) if table::TODAY.contains(&name) => {}
            Some(Support::SameAs(row)) => {
                let hint = format!("use --build-arg {row}=… instead");
                let message = format!("this option is called {row} here");
                let code = Code::DeprecatedBuildArg;
                self.warnings.push(Diagnostic::literal(self.options, code, name, &message, &*hint));
            }
            Some(Support::Dead(why)) => self.warn(name, &format!("this option has no effect: {why}")),
            None => {
                let known = elsewhere::hint(name).map(str::to_owned).or_else(|| as_option(name));
                let hint = known.unwrap_or_else(|| suggestion(name));
                self.reject_name(Code::UnknownBuildArg, name, "unknown build arg", &hint);
            }
        }
    }

    /// The text given for a row under its own name or an alias; empty text counts as given.
    pub(super) fn given(&self, row: &Arg) -> Option<&'a str> {
        options::given(self.options, row).map(|(_, text)| text)
    }

    /// The value of a row without a default; `None` if it is not given or invalid.
    pub(super) fn optional<T>(&mut self, row: &Arg, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.given(row).map(str::trim).filter(|text| !text.is_empty())?;
        self.read(row, text, read)
    }

    /// The given or default value of a row; `None` if it is invalid.
    pub(super) fn value<T>(&mut self, row: &Arg, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.given(row).map(str::trim).filter(|text| !text.is_empty()).unwrap_or(row.default);
        self.read(row, text, read)
    }

    /// The words of a row; empty if it is not given.
    pub(super) fn list(
        &mut self,
        row: &Arg,
        read: impl Fn(&str) -> Result<Vec<String>, String>,
    ) -> Vec<String> {
        self.optional(row, read).unwrap_or_default()
    }

    /// The arguments for the installer in a row; empty if it is not given.
    pub(super) fn args(&mut self, row: &Arg, read: fn(&str) -> Result<List, Rejected>) -> Vec<String> {
        let Some(text) = self.given(row).map(str::trim).filter(|text| !text.is_empty()) else {
            return Vec::new();
        };
        let name = options::given(self.options, row).map_or(row.name, |(name, _)| name);
        match read(text) {
            Ok(list) => {
                // On a single line, `#` may be a comment by accident.
                for comment in list.comments.iter().filter(|_| !text.contains('\n')) {
                    self.warn(name, &format!("`{comment}` is a comment and has no effect"));
                }
                list.args
            }
            Err(Rejected { message, corrected }) => {
                let hint = corrected.map_or_else(
                    || format!("for example {}={}", row.name, row.example),
                    |corrected| format!("write it as {name}={}", masked(&corrected)),
                );
                self.reject(row, &message, &hint);
                Vec::new()
            }
        }
    }

    /// One line of text; empty if it is not given and has no default.
    pub(super) fn text(&mut self, row: &Arg) -> String {
        self.value(row, values::line).unwrap_or_default()
    }

    /// A packaging tool, if given; an empty value means the newest release.
    pub(super) fn tool(&mut self, row: &Arg, tool: &str) -> Option<Tool> {
        let text = self.given(row).map(str::trim)?;
        self.read(row, text, |text| values::tool(tool, text))
    }

    /// A boolean with a default.
    pub(super) fn switch(&mut self, row: &Arg) -> bool {
        self.value(row, values::boolean).unwrap_or_default()
    }

    fn read<T>(&mut self, row: &Arg, text: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let read = |text: &str| {
            if row.kind == Kind::Choice && !row.choices.contains(&text) {
                return Err(format!("expected {}", row.choices.join(" or ")));
            }
            read(text)
        };
        let rejected = |message: String| {
            let hint = format!("for example {}={}", row.name, row.example);
            Diagnostic::new(self.options, Code::InvalidValue, row.name, &message, &*hint).or_value(text)
        };
        self.problems.take(read(text).map_err(rejected))
    }

    fn reject(&mut self, row: &Arg, message: &str, hint: &str) {
        let rejected = Diagnostic::new(self.options, Code::InvalidValue, row.name, message, hint);
        self.problems.0.push(rejected);
    }

    fn reject_name(&mut self, code: Code, name: &str, message: &str, hint: &str) {
        self.problems.0.push(Diagnostic::literal(self.options, code, name, message, hint));
    }

    /// Warns that a build arg, or part of its value, has no effect.
    pub(super) fn warn(&mut self, name: &str, message: &str) {
        self.warnings.push(Diagnostic::new(self.options, Code::DeadBuildArg, name, message, None));
    }

    /// The warnings and the problems.
    pub(super) fn finish(self) -> (Vec<Diagnostic>, Diagnostics) {
        (self.warnings, self.problems)
    }
}

/// The hint for a name that is an environment variable of pip or uv.
fn as_option(name: &str) -> Option<String> {
    let option = |prefix: &str| Some(name.strip_prefix(prefix)?.to_ascii_lowercase().replace('_', "-"));
    let option = option("PIP_").filter(|it| pip::setting(it).is_some()).or_else(|| option("UV_"))?;
    Some(format!(
        "use {} for options of pip and uv, such as --{option}",
        table::ADDITIONAL_PIP_INSTALL_FLAGS.name
    ))
}

/// The hint with the nearest known name.
fn suggestion(name: &str) -> String {
    let near = suggest::nearest(name, table::live_names().map(|(known, _)| known));
    let named = table::live_names().find(|(known, _)| Some(*known) == near).map(|(_, name)| name);
    named.map_or_else(
        || "see `airflow-frontend options` for all build args".to_owned(),
        |named| format!("did you mean {named}?"),
    )
}
