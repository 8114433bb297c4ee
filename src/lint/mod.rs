//! What is worth saying about a build: rules with names, each one row.
//!
//! A rule speaks of build args that the user gave, never of a default. Most rules are about builds that work; those
//! that [`of_problem`] names tell of a build that is refused. Nothing here asks: rules are told what a build knows.

mod base_names;
mod conflicts;
mod context;
mod names;
mod packages;
mod pins;
mod pythons;
mod rules;
pub mod secrets;
mod secrets_given;
mod settings;

use std::fmt::Write as _;

use crate::config::Config;
use crate::config::problem::{Code, Problem, Problems};
use crate::options::{Options, table};
use crate::plan::facts::Facts;
pub use base_names::unseen;
pub use pythons::tag_python;
pub use rules::RULES;
pub use settings::{Checks, OPTION as CHECKS};

/// The page that explains the rules.
const PAGE: &str = "https://github.com/myorg/airflow-frontend/blob/main/docs/lint.md";

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The name that `BUILDKIT_DOCKERFILE_CHECK=skip=…` takes.
    pub name: &'static str,
    /// What it is about, in one sentence.
    pub description: &'static str,
    /// Whether it is advice for builds that are to give the same image another day; see [`findings`].
    pub advice: bool,
    check: fn(&Subject<'_>) -> Vec<Said>,
}

impl Rule {
    /// Where the rule is explained.
    pub fn url(&self) -> String {
        format!("{PAGE}#{}", self.name.to_ascii_lowercase())
    }

    /// The rule of a name; case does not matter.
    pub fn find(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name.eq_ignore_ascii_case(name))
    }
}

/// What rules are told.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything the build was asked for.
    pub options: &'a Options,
    /// The sound build, or what is wrong with it.
    pub config: Result<&'a Config, &'a Problems>,
    /// What the build learned from outside; a check without a build has nothing of it.
    pub facts: Option<&'a Facts>,
    /// Whether this is a build, and not a question about one.
    pub builds: bool,
}

impl<'a> Subject<'a> {
    /// The name and text under which a row was given; empty text is none.
    fn given(&self, row: &table::Arg) -> Option<(&'a str, &'a str)> {
        let given = self.options.given(row).map(|(name, text)| (name, text.trim()));
        given.filter(|(_, text)| !text.is_empty())
    }

    /// The problems of a build that is refused.
    fn problems(&self) -> &'a [Problem] {
        self.config.err().map_or(&[], |problems| &problems.0)
    }
}

/// What a rule says of one build arg.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    option: String,
    message: String,
    hint: Option<String>,
    refuses: bool,
    foretells: bool,
}

impl Said {
    fn new(option: &str, message: String, hint: &str) -> Self {
        Self {
            option: option.to_owned(),
            message,
            hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()),
            refuses: false,
            foretells: false,
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        Self {
            option: problem.option.clone(),
            message: format!("{}: {}", problem.option, problem.message),
            hint: problem.hint.clone(),
            refuses: false,
            foretells: false,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The build arg it is about, by the name the user gave.
    pub option: String,
    /// What is to be said: one line, no secret.
    pub message: String,
    /// What to do, where we know.
    pub hint: Option<String>,
    /// Whether the build is refused for it.
    pub refuses: bool,
    /// Whether the build would be refused for it once the base image is looked at.
    pub foretells: bool,
}

impl Finding {
    /// `Rule: message`.
    pub fn short(&self) -> String {
        format!("{}: {}", self.rule.name, self.message)
    }

    /// The message, and the hint on a line of its own.
    pub fn detail(&self) -> String {
        let mut detail = self.message.clone();
        if let Some(hint) = &self.hint {
            let _ = write!(detail, "\nhint: {hint}");
        }
        detail
    }
}

/// Everything there is to say, by the rules that are not skipped.
///
/// A build does not give advice unless findings are errors: who builds wants to know of what may go wrong now.
pub fn findings(subject: &Subject<'_>, checks: &Checks) -> Vec<Finding> {
    let told = |rule: &&Rule| !checks.skips(rule) && (!rule.advice || !subject.builds || checks.error);
    let mut all = Vec::new();
    for rule in RULES.iter().filter(told) {
        // Its words are about the other name.
        let renames = rule.name == "DeprecatedBuildArg";
        let written = |text: &str| if renames { text.to_owned() } else { subject.options.as_written(text) };
        all.extend((rule.check)(subject).into_iter().map(|said| Finding {
            rule,
            option: written(&said.option),
            message: secrets::masked(&written(&said.message)),
            hint: said.hint.as_deref().map(written),
            refuses: said.refuses,
            foretells: said.foretells,
        }));
    }
    all
}

/// The rule that tells of a problem, so that it need not be told twice.
pub fn of_problem(problem: &Problem) -> Option<&'static Rule> {
    let by_code =
        [(Code::UnknownBuildArg, "UnknownBuildArg"), (Code::ConflictingOptions, "ConflictingBuildArgs")];
    let (_, mut name) = by_code.into_iter().find(|(code, _)| *code == problem.code)?;
    let row = table::row(&problem.option).map(|row| row.name);
    if name == "ConflictingBuildArgs" && row == Some(table::AIRFLOW_PYTHON_VERSION.name) {
        name = "UnsupportedPython";
    }
    Rule::find(name)
}

/// What problems of a refused build a rule tells.
fn problems_of(subject: &Subject<'_>, name: &str) -> Vec<Said> {
    let told = |problem: &&Problem| of_problem(problem).is_some_and(|rule| rule.name == name);
    let said = |problem| Said { refuses: true, ..Said::of_problem(problem) };
    subject.problems().iter().filter(told).map(said).collect()
}

/// Why a build is refused that treats findings as errors; nothing otherwise.
pub fn violation(findings: &[Finding], checks: &Checks) -> Option<String> {
    if !checks.error || findings.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
    names.sort_unstable();
    names.dedup();
    Some(format!("lint violation found for rules: {}", names.join(", ")))
}
