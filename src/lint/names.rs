//! Rules about names of build args.

use super::{Said, Subject, problems_of};
use crate::config::problem::Problem;
use crate::options::table::{self, Support};

pub(super) fn unknown(subject: &Subject<'_>) -> Vec<Said> {
    problems_of(subject, "UnknownBuildArg")
}

/// What the config warns of under a name that stands for another.
pub(super) fn deprecated(subject: &Subject<'_>) -> Vec<Said> {
    let said = |warning: &Problem| {
        let (name, row) = (&warning.option, renamed(&warning.option)?);
        let hint = format!("give --build-arg {row}=… instead");
        Some(Said::new(name, format!("{name} is called {row} here"), &hint))
    };
    warnings(subject).iter().filter_map(said).collect()
}

/// Everything else that the config warns of: it has read the option, and something of it comes to nothing.
pub(super) fn dead(subject: &Subject<'_>) -> Vec<Said> {
    let said = |warning: &Problem| {
        // The config speaks of the row, which may have been given under another name.
        let given = table::Arg::find(&warning.option).and_then(|row| subject.options.given(row));
        let option = given.map_or(warning.option.clone(), |(name, _)| name.to_owned());
        Said::of_problem(&Problem { option, ..warning.clone() })
    };
    warnings(subject).iter().filter(|warning| renamed(&warning.option).is_none()).map(said).collect()
}

fn warnings<'a>(subject: &Subject<'a>) -> &'a [Problem] {
    subject.config.map_or(&[], |config| &config.warnings)
}

fn renamed(name: &str) -> Option<&'static str> {
    match table::support(name) {
        Some(Support::SameAs(row)) => Some(row),
        Some(Support::Works | Support::Dead(_)) | None => None,
    }
}
