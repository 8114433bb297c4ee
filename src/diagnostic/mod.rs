//! Diagnostics: one type for errors, warnings and advice.
//!
//! Three functions make a [`Diagnostic`]: [`Diagnostic::new`] about an option, [`Diagnostic::literal`] about a name itself,
//! and [`Diagnostic::of_build_file`]. [`code`] is the table of codes.

pub mod code;
mod hidden;

use std::fmt::{self, Write as _};

use crate::options::{self, Options, table};
pub use code::{Code, Severity, Subject};
pub use hidden::{masked, shown};

/// An error, a warning or advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// What it means for the build.
    pub severity: Severity,
    /// The option, or the build file.
    pub option: Named,
    /// The value as the user wrote it, or the default; `None` for a hidden value.
    pub value: Option<String>,
    /// Lower case, no full stop; fits after `NAME=value: `.
    pub message: String,
    /// How to fix it, if known.
    pub hint: Option<String>,
    /// Where the option was given; `None` for flags and defaults.
    pub place: Option<Place>,
}

/// An option under the name that the user gave: an alias keeps its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name of the build arg's row; `None` for flags, BuildKit's own args, and names that no row has.
    pub row: Option<&'static str>,
    /// The name as written: a build arg, a flag such as `--target`, or the name of the build file.
    pub name: String,
}

/// Where an option was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the listing of build args, under this name.
    BuildArg(String),
    /// In the build file.
    BuildFile {
        /// The file's name.
        filename: String,
        /// Its whole text.
        text: String,
        /// The line, counted from 1.
        line: u32,
    },
}

impl Diagnostic {
    /// About an option, which is a build arg under any of its names, or a flag. The message and hint may name other build
    /// args by their rows' names; they are shown under the names that were given.
    pub fn new<'a>(
        options: &Options,
        code: Code,
        option: &str,
        message: &str,
        hint: impl Into<Option<&'a str>>,
    ) -> Self {
        let row = table::row(option);
        // Two names of one row can be given; each keeps its own.
        let own = options.build_args.get_key_value(option);
        let given = own
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .or_else(|| row.and_then(|row| options::given(options, row)));
        let name = given.map_or(option, |(name, _)| name);
        let hidden = table::is_hidden(option);
        let value = given.map(|(_, text)| text.trim()).filter(|text| !text.is_empty() && !hidden);
        Self {
            code,
            severity: code.row().severity,
            option: Named { row: row.map(|row| row.name), name: name.to_owned() },
            value: value.map(str::to_owned),
            message: options::as_written(options, message),
            hint: hint.into().map(|hint| options::as_written(options, hint)),
            place: given.map(|(name, _)| Place::BuildArg(name.to_owned())),
        }
    }

    /// About a build arg's name itself: the message and hint are shown as they are.
    pub fn literal<'a>(
        options: &Options,
        code: Code,
        name: &str,
        message: &str,
        hint: impl Into<Option<&'a str>>,
    ) -> Self {
        let hint = hint.into().map(str::to_owned);
        Self { message: message.to_owned(), hint, ..Self::new(options, code, name, "", None) }
    }

    /// About a line of the build file.
    pub fn of_build_file(filename: &str, text: &str, line: u32, message: String, hint: &str) -> Self {
        Self {
            code: Code::InvalidBuildFile,
            severity: Severity::Error,
            option: Named { row: None, name: filename.to_owned() },
            value: None,
            message,
            hint: Some(hint.to_owned()),
            place: Some(Place::BuildFile { filename: filename.to_owned(), text: text.to_owned(), line }),
        }
    }

    /// With a value to show if the user gave none, such as a default.
    #[must_use]
    pub fn or_value(self, value: &str) -> Self {
        let hidden = table::is_hidden(&self.option.name);
        let value = self.value.or_else(|| Some(value.to_owned()).filter(|_| !hidden));
        Self { value, ..self }
    }

    /// With another severity than the code's usual one.
    #[must_use]
    pub fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// `Code: NAME: message`, as a warning starts.
    pub fn short(&self) -> String {
        format!("{}: {}", self.code.name(), self.text())
    }

    /// `NAME: message`, without the value.
    pub fn text(&self) -> String {
        format!("{}: {}", self.option.name, self.message)
    }

    /// `NAME: message`, and the hint on a line of its own.
    pub fn detail(&self) -> String {
        let mut detail = self.text();
        if let Some(hint) = &self.hint {
            let _ = write!(detail, "\nhint: {hint}");
        }
        detail
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.option.name)?;
        if let Some(value) = &self.value {
            write!(f, "={}", shown(value))?;
        }
        write!(f, ": {} [{}]", self.message, self.code.in_brackets())?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// All problems of one build, which are reported together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Returns a valid value, or records its problem.
    pub fn take<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.0.push(diagnostic)).ok()
    }

    /// The value if there are no problems.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for subject in Subject::ALL {
            let about = || self.0.iter().filter(|it| it.code.row().subject == subject);
            let head = match (subject, about().count()) {
                (_, 0) => continue,
                (Subject::Options, 1) => "1 option cannot be used:".to_owned(),
                (Subject::Options, many) => format!("{many} options cannot be used:"),
                (Subject::BaseImage, _) => "the base image cannot be used:".to_owned(),
                (Subject::ContextFolder, _) => "the context folder cannot be used:".to_owned(),
                (Subject::BuildFile, _) => "the build file cannot be used:".to_owned(),
            };
            write!(f, "{separator}{head}")?;
            for diagnostic in about() {
                write!(f, "\n\n  {}", diagnostic.to_string().replace('\n', "\n  "))?;
            }
            separator = "\n\n";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[(&str, &str)]) -> Options {
        Options::from_pairs(args.iter().map(|(name, value)| (format!("build-arg:{name}"), *value)))
    }

    #[test]
    fn an_option_has_the_name_that_was_given() {
        let options = options(&[("BASE_IMAGE", " a:1\n"), ("ADDITIONAL_DEV_APT_ENV", "A=secret")]);
        let about = |option| {
            Diagnostic::new(
                &options,
                Code::InvalidValue,
                option,
                "not beside PYTHON_BASE_IMAGE",
                "leave PYTHON_BASE_IMAGE out",
            )
        };
        let image = about("PYTHON_BASE_IMAGE").or_value("b:2");
        assert_eq!(image.option, Named { row: Some("PYTHON_BASE_IMAGE"), name: "BASE_IMAGE".to_owned() });
        assert_eq!(image.place, Some(Place::BuildArg("BASE_IMAGE".to_owned())));
        assert_eq!(
            image.to_string(),
            "BASE_IMAGE=a:1: not beside BASE_IMAGE [invalid-value]\n  hint: leave BASE_IMAGE out"
        );
        assert_eq!(about("ADDITIONAL_DEV_APT_ENV").or_value("A=secret").value, None);
        let flag = about("--target").or_value("x");
        assert_eq!((flag.option.row, flag.place, flag.value.as_deref()), (None, None, Some("x")));
    }

    #[test]
    fn each_subject_has_its_own_heading() {
        let options = options(&[("AIRFLOW_VERSION", "two"), ("B", "two")]);
        let about = |code, option, hint| Diagnostic::new(&options, code, option, "not this", hint);
        let file =
            Diagnostic::of_build_file("Dockerfile", "RUN x", 1, "only comments".to_owned(), "delete it");
        insta::assert_snapshot!(
            Diagnostics(vec![
                about(Code::UnusableBaseImage, "PYTHON_BASE_IMAGE", None).or_value("a"),
                about(Code::InvalidValue, "AIRFLOW_VERSION", None),
                file,
                about(Code::UnknownBuildArg, "B", Some("leave it out")),
            ]),
            @r"
        2 options cannot be used:

          AIRFLOW_VERSION=two: not this [invalid-value]

          B=two: not this [unknown-build-arg]
            hint: leave it out

        the base image cannot be used:

          PYTHON_BASE_IMAGE=a: not this [unusable-base-image]

        the build file cannot be used:

          Dockerfile: only comments [invalid-build-file]
            hint: delete it
        "
        );
    }
}
