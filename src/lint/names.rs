//! Rules about names of build args.

use super::{Said, Subject, problems_of};
use crate::options::table::{self, Support};

pub(super) fn unknown(subject: &Subject<'_>) -> Vec<Said> {
    problems_of(subject, "UnknownBuildArg")
}

pub(super) fn unsupported(subject: &Subject<'_>) -> Vec<Said> {
    problems_of(subject, "UnsupportedBuildArg")
}

pub(super) fn deprecated(subject: &Subject<'_>) -> Vec<Said> {
    let renamed = |name: &String| match table::support(name) {
        Some(Support::SameAs(row)) => {
            let message = format!("{name} is called {row} here");
            Some(Said::new(name, message, &format!("give --build-arg {row}=… instead")))
        }
        _ => None,
    };
    subject.options.build_args.keys().filter_map(renamed).collect()
}

/// What the config warns of besides renamed args: it is there that args are known to do nothing.
pub(super) fn dead(subject: &Subject<'_>) -> Vec<Said> {
    let warnings = subject.config.map_or(&[][..], |config| &config.warnings);
    let renamed = |name: &str| matches!(table::support(name), Some(Support::SameAs(_)));
    let given = |name: &str| subject.options.build_args.contains_key(name);
    warnings.iter().filter(|it| given(&it.option) && !renamed(&it.option)).map(Said::of_problem).collect()
}
