//! The table of rules.

use super::subject::Subject;
use super::{base_names, conflicts, context, names, packages, pins, pythons, secret_args};
use crate::diagnostic::{Code, Diagnostic};

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The code of its findings.
    pub code: Code,
    pub(super) check: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// All rules, in the order of their findings. A `check` that finds nothing is for a code that only errors have.
pub const RULES: &[Rule] = &[
    Rule { code: Code::UnknownBuildArg, check: |_| Vec::new() },
    Rule { code: Code::DeprecatedBuildArg, check: names::deprecated },
    Rule { code: Code::DeadBuildArg, check: names::dead },
    Rule { code: Code::ConflictingBuildArgs, check: conflicts::args },
    Rule { code: Code::UnsupportedPython, check: pythons::unsupported },
    Rule {
        code: Code::UnusableBaseImage,
        check: |subject| base_names::unusable(subject).into_iter().collect(),
    },
    Rule { code: Code::PlatformMismatch, check: pins::platform },
    Rule { code: Code::SecretInBuildArg, check: secret_args::check },
    Rule { code: Code::UnpinnedRequirement, check: pins::requirements },
    Rule { code: Code::UnpinnedConstraints, check: pins::constraints },
    Rule { code: Code::ConstraintsOfOtherRelease, check: pins::other_release },
    Rule { code: Code::SourcesOfOtherRelease, check: pins::sources },
    Rule { code: Code::MovingBaseImageTag, check: pins::base_image },
    Rule { code: Code::MissingRuntimePackage, check: packages::missing },
    Rule { code: Code::DevelopmentPackageInRuntime, check: packages::development },
    Rule { code: Code::AptKeyInCommand, check: packages::apt_key },
    Rule { code: Code::UnusedContextFile, check: context::unused },
];
