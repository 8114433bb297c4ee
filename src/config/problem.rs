//! Everything we can refuse, and how we say it.

use std::fmt;

use crate::options::{Options, table};

/// The kinds of problem; each has a stable name that stands in its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// No option has this name.
    UnknownBuildArg,
    /// The arg has another name here, or no effect: told in warnings.
    UnsupportedBuildArg,
    /// The value cannot be read as what the option stands for.
    InvalidValue,
    /// Two options, each fine alone, exclude each other.
    ConflictingOptions,
    /// The stage, platform or other BuildKit option does not exist here.
    InvalidOption,
    /// The base image lacks what the build needs, or contradicts an option.
    UnusableBaseImage,
    /// The context folder lacks a file that an option names.
    MissingContextFile,
    /// The build file holds something that this frontend does not read.
    InvalidBuildFile,
}

impl Code {
    /// The name in messages and documentation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownBuildArg => "unknown-build-arg",
            Self::UnsupportedBuildArg => "unsupported-build-arg",
            Self::InvalidValue => "invalid-value",
            Self::ConflictingOptions => "conflicting-options",
            Self::InvalidOption => "invalid-option",
            Self::UnusableBaseImage => "unusable-base-image",
            Self::MissingContextFile => "missing-context-file",
            Self::InvalidBuildFile => "invalid-build-file",
        }
    }
}

/// One thing that cannot be done, with a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: Code,
    /// The option as the user wrote it: a build arg's name, or a flag such as `--target`.
    pub option: String,
    /// The value given, if it has to do with the problem. Passwords in URLs are hidden when it is shown.
    pub value: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do instead, where we know.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.option)?;
        if let Some(value) = &self.value {
            write!(f, "={}", shown(value))?;
        }
        write!(f, ": {} [{}]", self.message, self.code.name())?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl Problem {
    /// The same in the words of who wrote the build: build args under the names that were given, with the text that was.
    #[must_use]
    pub fn as_written(self, options: &Options) -> Self {
        let given = table::row(&self.option).and_then(|row| options.given(row));
        let given = given.map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
        Self {
            option: options.as_written(&self.option),
            value: self.value.map(|value| given.map_or(value, str::to_owned)),
            message: options.as_written(&self.message),
            hint: self.hint.map(|hint| options.as_written(&hint)),
            ..self
        }
    }
}

/// All that is wrong with one build; never shown one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Keeps a value, or its problem.
    pub fn take<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    /// All of them [`Problem::as_written`].
    #[must_use]
    pub fn as_written(self, options: &Options) -> Self {
        Self(self.0.into_iter().map(|problem| problem.as_written(options)).collect())
    }

    /// The value if nothing was wrong.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("1 option cannot be used:")?,
            many => write!(f, "{many} options cannot be used:")?,
        }
        for problem in &self.0 {
            write!(f, "\n\n  {}", problem.to_string().replace('\n', "\n  "))?;
        }
        Ok(())
    }
}

/// A value fit for a message: as [`masked`], and not endless.
pub fn shown(value: &str) -> String {
    let masked = masked(value);
    if masked.chars().count() <= 200 { masked } else { masked.chars().take(199).chain(['…']).collect() }
}

/// A value on one line, without the credentials of the URLs in it.
pub fn masked(value: &str) -> String {
    let line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut masked = String::new();
    let mut rest = line.as_str();
    while let Some(scheme) = rest.find("://") {
        let start = scheme + 3;
        let end = rest[start..].find(['/', ' ']).map_or(rest.len(), |end| start + end);
        masked.push_str(&rest[..start]);
        match rest[start..end].rfind('@') {
            Some(at) => {
                masked.push_str("***@");
                masked.push_str(&rest[start + at + 1..end]);
            }
            None => masked.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden() {
        let check = |value: &str, expected: &str| assert_eq!(shown(value), expected);
        check("https://me:pw@host/x", "https://***@host/x");
        check("a https://h/x https://t@h:1/y@z", "a https://h/x https://***@h:1/y@z");
        check("pkg @ git+https://tok@h", "pkg @ git+https://***@h");
        check("plain@text", "plain@text");
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 200);
    }

    #[test]
    fn problems_are_listed_with_their_hints() {
        let problem = |option: &str, hint: Option<&str>| Problem {
            code: Code::InvalidValue,
            option: option.to_owned(),
            value: Some("two".to_owned()),
            message: "expected a release such as 2.10.5".to_owned(),
            hint: hint.map(str::to_owned),
        };
        insta::assert_snapshot!(
            Problems(vec![problem("AIRFLOW_VERSION", None), problem("B", Some("leave it out"))]),
            @r"
        2 options cannot be used:

          AIRFLOW_VERSION=two: expected a release such as 2.10.5 [invalid-value]

          B=two: expected a release such as 2.10.5 [invalid-value]
            hint: leave it out
        "
        );
    }
}
