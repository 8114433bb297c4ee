//! A build that is rejected.

use super::{Failure, Place};

/// A request that cannot be built, with everything that is wrong with it, one line each, and where.
pub(super) fn refuse(problems: &[String], place: Option<&Place>) -> Failure {
    let failure = Failure::new(problems.join("\n"));
    match place {
        Some(place) => failure.at(place),
        None => failure,
    }
}
