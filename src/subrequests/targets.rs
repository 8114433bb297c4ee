//! `targets`: the stages that can be a result.

use buildkit_frontend::subrequests::{self, Answer};

use super::asked::Asked;
use crate::config::Target;
use crate::diagnostic::Diagnostics;

/// What a stage is.
pub(super) const fn description(target: Target) -> &'static str {
    match target {
        Target::Build => "compilers, headers and the installed packages",
        Target::Main => "the image people run",
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let base = asked.config.map(|config| config.base.to_string()).unwrap_or_default();
    let target = |target: Target| subrequests::Target {
        name: target.name().to_owned(),
        description: description(target).to_owned(),
        base: base.clone(),
        is_default: target == Target::Main,
    };
    Ok(subrequests::Targets(Target::ALL.map(target).into()).answer())
}
