//! The table of rules.

use super::{Rule, base_names, conflicts, context, names, packages, pins, pythons, secrets_given};

/// All rules, in the order in which they speak.
pub const RULES: &[Rule] = &[
    Rule {
        name: "UnknownBuildArg",
        description: "No build arg has this name; the build is refused.",
        advice: false,
        check: names::unknown,
    },
    Rule {
        name: "DeprecatedBuildArg",
        description: "The build arg has another name now.",
        advice: false,
        check: names::deprecated,
    },
    Rule {
        name: "DeadBuildArg",
        description: "The build arg, or a part of what it says, has no effect on this build.",
        advice: false,
        check: names::dead,
    },
    Rule {
        name: "ConflictingBuildArgs",
        description: "Build args contradict each other, or one takes the effect of another away.",
        advice: false,
        check: conflicts::args,
    },
    Rule {
        name: "UnsupportedPython",
        description: "The Airflow release does not run on this Python.",
        advice: false,
        check: pythons::unsupported,
    },
    Rule {
        name: "UnusableBaseImage",
        description: "The base image is, by its name, one that no build can start from.",
        advice: false,
        check: |subject| base_names::unusable(subject).into_iter().collect(),
    },
    Rule {
        name: "PlatformMismatch",
        description: "The base image is for another platform than the one that is built for.",
        advice: false,
        check: pins::platform,
    },
    Rule {
        name: "SecretInBuildArg",
        description: "A build arg holds a password or token, which provenance, history and caches keep in plain text.",
        advice: false,
        check: secrets_given::check,
    },
    Rule {
        name: "UnpinnedRequirement",
        description: "A requirement without an exact version is another package on another day.",
        advice: true,
        check: pins::requirements,
    },
    Rule {
        name: "UnpinnedConstraints",
        description: "The constraints come from a branch that moves.",
        advice: false,
        check: pins::constraints,
    },
    Rule {
        name: "ConstraintsOfOtherRelease",
        description: "The constraints are those of another Airflow release.",
        advice: false,
        check: pins::other_release,
    },
    Rule {
        name: "SourcesOfOtherRelease",
        description: "Airflow's sources are those of another release than AIRFLOW_VERSION.",
        advice: false,
        check: pins::sources,
    },
    Rule {
        name: "MovingBaseImageTag",
        description: "The tag of the base image moves from one Python release to the next.",
        advice: true,
        check: pins::base_image,
    },
    Rule {
        name: "MissingRuntimePackage",
        description: "The list of runtime packages lacks what the image needs to start.",
        advice: false,
        check: packages::missing,
    },
    Rule {
        name: "DevelopmentPackageInRuntime",
        description: "Compilers and headers end up in the image people run.",
        advice: false,
        check: packages::development,
    },
    Rule {
        name: "AptKeyInCommand",
        description: "The command calls apt-key, which Debian trixie does not have.",
        advice: false,
        check: packages::apt_key,
    },
    Rule {
        name: "UnusedContextFile",
        description: "Nothing in the build reads this file of the context folder.",
        advice: false,
        check: context::unused,
    },
];
