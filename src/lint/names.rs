//! Rules about names of build args.

use super::{Said, Subject, problems_of};
use crate::config::problem::Problem;
use crate::options::table::{self, Support};

pub(super) fn unknown(subject: &Subject<'_>) -> Vec<Said> {
    problems_of(subject, "UnknownBuildArg")
}

/// What the config warns of: it is there that names are known.
pub(super) fn deprecated(subject: &Subject<'_>) -> Vec<Said> {
    let said = |warning: &Problem| {
        let (name, row) = (&warning.option, renamed(&warning.option)?);
        let hint = format!("give --build-arg {row}=… instead");
        Some(Said::new(name, format!("{name} is called {row} here"), &hint))
    };
    warnings(subject).filter_map(said).collect()
}

/// Everything else that the config warns of: it has read the option, and something of it comes to nothing.
pub(super) fn dead(subject: &Subject<'_>) -> Vec<Said> {
    warnings(subject).filter(|warning| renamed(&warning.option).is_none()).map(Said::of_problem).collect()
}

fn warnings<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Problem> {
    let options = subject.options;
    let warnings = subject.config.map_or(&[][..], |config| &config.warnings);
    warnings.iter().filter(|warning| options.build_args.contains_key(&warning.option))
}

fn renamed(name: &str) -> Option<&'static str> {
    match table::support(name) {
        Some(Support::SameAs(row)) => Some(row),
        _ => None,
    }
}
