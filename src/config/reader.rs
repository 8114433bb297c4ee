//! Reads build args by the rows of the table, and collects what is wrong with them.

use super::pip;
use super::requirement::list::{List, Rejected};
use super::values::{self, Tool};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, masked};
use crate::options::table::{Arg, Kind, Support};
use crate::options::{self, Options, elsewhere, suggest, table};

/// One pass over the build args.
pub(super) struct Reader<'a> {
    options: &'a Options,
    /// What is wrong so far.
    pub(super) problems: Diagnostics,
    warnings: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    /// Starts with the names: unknown ones, dead ones, and those that stand for others.
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

    /// The text given for a row, under its own name or another one that stands for it; empty text counts.
    pub(super) fn given(&self, row: &Arg) -> Option<&'a str> {
        options::given(self.options, row).map(|(_, text)| text)
    }

    /// The value of a row that has no default; `None` also after a problem.
    pub(super) fn optional<T>(&mut self, row: &Arg, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.given(row).map(str::trim).filter(|text| !text.is_empty())?;
        self.read(row, text, read)
    }

    /// The value of a row, given or by default; `None` only after a problem.
    pub(super) fn value<T>(&mut self, row: &Arg, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.given(row).map(str::trim).filter(|text| !text.is_empty()).unwrap_or(row.default);
        self.read(row, text, read)
    }

    /// The words of a row; none when nothing was given.
    pub(super) fn list(
        &mut self,
        row: &Arg,
        read: impl Fn(&str) -> Result<Vec<String>, String>,
    ) -> Vec<String> {
        self.optional(row, read).unwrap_or_default()
    }

    /// The arguments of an installer that a row holds; none when nothing was given.
    pub(super) fn args(&mut self, row: &Arg, read: fn(&str) -> Result<List, Rejected>) -> Vec<String> {
        let Some(text) = self.given(row).map(str::trim).filter(|text| !text.is_empty()) else {
            return Vec::new();
        };
        let name = options::given(self.options, row).map_or(row.name, |(name, _)| name);
        match read(text) {
            Ok(list) => {
                // On a line of its own a comment is one; on the only line it may have become one by accident.
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

    /// One line of text, empty when nothing was given and the row has no default.
    pub(super) fn text(&mut self, row: &Arg) -> String {
        self.value(row, values::line).unwrap_or_default()
    }

    /// A packaging tool, if it was given; given but empty means the newest.
    pub(super) fn tool(&mut self, row: &Arg, tool: &str) -> Option<Tool> {
        let text = self.given(row).map(str::trim)?;
        self.read(row, text, |text| values::tool(tool, text))
    }

    /// A switch that has a default.
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

    /// Notes that something of a build arg has no effect, though the build goes on.
    pub(super) fn warn(&mut self, name: &str, message: &str) {
        self.warnings.push(Diagnostic::new(self.options, Code::DeadBuildArg, name, message, None));
    }

    /// The warnings and the problems.
    pub(super) fn finish(self) -> (Vec<Diagnostic>, Diagnostics) {
        (self.warnings, self.problems)
    }
}

/// How a variable of pip or uv is given to a build.
fn as_option(name: &str) -> Option<String> {
    let option = |prefix: &str| Some(name.strip_prefix(prefix)?.to_ascii_lowercase().replace('_', "-"));
    let option = option("PIP_").filter(|it| pip::setting(it).is_some()).or_else(|| option("UV_"))?;
    Some(format!(
        "use {} for options of pip and uv, such as --{option}",
        table::ADDITIONAL_PIP_INSTALL_FLAGS.name
    ))
}

/// The name that may have been meant.
fn suggestion(name: &str) -> String {
    let near = suggest::nearest(name, table::live_names().map(|(known, _)| known));
    let named = table::live_names().find(|(known, _)| Some(*known) == near).map(|(_, name)| name);
    named.map_or_else(
        || "see `airflow-frontend options` for all build args".to_owned(),
        |named| format!("did you mean {named}?"),
    )
}
