//! What is worth saying about a build: rules with names, each one row.
//!
//! A rule speaks of build args that the user gave, never of a default. Most rules are about builds that work; those
//! that [`of_problem`] names tell of a build that is refused. Nothing here asks: rules are told what a build knows.

mod conflicts;
mod context;
mod names;
mod packages;
mod pins;
mod pythons;
mod secrets_given;
pub mod secrets;
mod settings;

use std::fmt::Write as _;

use crate::config::Config;
use crate::config::problem::{Code, Problem, Problems};
use crate::options::{Options, table};
use crate::plan::facts::Facts;
pub use pythons::tag_python;
pub use settings::Checks;

/// The page that explains the rules.
const PAGE: &str = "https://github.com/myorg/airflow-frontend/blob/main/docs/lint.md";

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The name that `BUILDKIT_DOCKERFILE_CHECK=skip=…` takes.
    pub name: &'static str,
    /// What it is about, in one sentence.
    pub description: &'static str,
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

/// All rules, in the order in which they speak.
pub const RULES: &[Rule] = &[
    Rule {
        name: "UnknownBuildArg",
        description: "No build arg has this name; the build is refused.",
        check: names::unknown,
    },
    Rule {
        name: "UnsupportedBuildArg",
        description: "Airflow's own image knows this build arg, this frontend does not; the build is refused.",
        check: names::unsupported,
    },
    Rule {
        name: "DeprecatedBuildArg",
        description: "The build arg has another name now.",
        check: names::deprecated,
    },
    Rule {
        name: "DeadBuildArg",
        description: "The build arg has no effect on this build.",
        check: names::dead,
    },
    Rule {
        name: "ConflictingBuildArgs",
        description: "Build args contradict each other, or one takes the effect of another away.",
        check: conflicts::args,
    },
    Rule {
        name: "UnsupportedPython",
        description: "The Airflow release does not run on this Python.",
        check: pythons::unsupported,
    },
    Rule {
        name: "PlatformMismatch",
        description: "The base image is for another platform than the one that is built for.",
        check: pins::platform,
    },
    Rule {
        name: "SecretInBuildArg",
        description: "A build arg holds a password or token, which provenance, history and caches keep in plain text.",
        check: secrets_given::check,
    },
    Rule {
        name: "UnpinnedRequirement",
        description: "A requirement without an exact version is another package on another day.",
        check: pins::requirements,
    },
    Rule {
        name: "UnpinnedConstraints",
        description: "The constraints come from a branch that moves.",
        check: pins::constraints,
    },
    Rule {
        name: "ConstraintsOfOtherRelease",
        description: "The constraints are those of another Airflow release.",
        check: pins::other_release,
    },
    Rule {
        name: "MovingBaseImageTag",
        description: "The tag of the base image moves from one Python release to the next.",
        check: pins::base_image,
    },
    Rule {
        name: "MissingRuntimePackage",
        description: "The list of runtime packages lacks what the image needs to start.",
        check: packages::missing,
    },
    Rule {
        name: "DevelopmentPackageInRuntime",
        description: "Compilers and headers end up in the image people run.",
        check: packages::development,
    },
    Rule {
        name: "UnusedContextFile",
        description: "Nothing in the build reads this file of the context folder.",
        check: context::unused,
    },
];

/// What rules are told.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Everything the build was asked for.
    pub options: &'a Options,
    /// The sound build, or what is wrong with it.
    pub config: Result<&'a Config, &'a Problems>,
    /// What the build learned from outside; a check without a build has nothing of it.
    pub facts: Option<&'a Facts>,
}

impl<'a> Subject<'a> {
    /// The name and text under which a row was given, be it its own or another name for it; empty text is none.
    fn given(&self, row: &table::Arg) -> Option<(&'a str, &'a str)> {
        let named = |name: &str| self.options.build_args.get_key_value(name);
        let others =
            table::names().filter(|name| table::support(name) == Some(table::Support::SameAs(row.name)));
        let (name, text) = std::iter::once(row.name).chain(others).find_map(named)?;
        Some((name.as_str(), text.trim())).filter(|(_, text)| !text.is_empty())
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
}

impl Said {
    fn new(option: &str, message: String, hint: &str) -> Self {
        Self {
            option: option.to_owned(),
            message,
            hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()),
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        Self {
            option: problem.option.clone(),
            message: format!("{}: {}", problem.option, problem.message),
            hint: problem.hint.clone(),
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
pub fn findings(subject: &Subject<'_>, checks: &Checks) -> Vec<Finding> {
    let mut all = Vec::new();
    for rule in RULES.iter().filter(|rule| !checks.skips(rule)) {
        all.extend((rule.check)(subject).into_iter().map(|said| Finding {
            rule,
            option: said.option,
            message: secrets::masked(&said.message),
            hint: said.hint,
        }));
    }
    all
}

/// The rule that tells of a problem, so that it need not be told twice.
pub fn of_problem(problem: &Problem) -> Option<&'static Rule> {
    let by_code = [
        (Code::UnknownBuildArg, "UnknownBuildArg"),
        (Code::UnsupportedBuildArg, "UnsupportedBuildArg"),
        (Code::ConflictingOptions, "ConflictingBuildArgs"),
    ];
    let (_, mut name) = by_code.into_iter().find(|(code, _)| *code == problem.code)?;
    if name == "ConflictingBuildArgs" && problem.option == table::AIRFLOW_PYTHON_VERSION.name {
        name = "UnsupportedPython";
    }
    Rule::find(name)
}

/// What problems of a refused build a rule tells.
fn problems_of(subject: &Subject<'_>, name: &str) -> Vec<Said> {
    let told = |problem: &&Problem| of_problem(problem).is_some_and(|rule| rule.name == name);
    subject.problems().iter().filter(told).map(Said::of_problem).collect()
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
