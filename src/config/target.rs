//! The stages of an Airflow image, and the options that select them.

use std::collections::BTreeSet;

use buildkit_frontend::options::{self as kit, Row, Settings};

use super::values;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::{Options, suggest};

/// The stages that can be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Compilers, headers and the installed packages.
    Build,
    /// The image people run.
    Main,
}

impl Target {
    /// Both, in the order in which they are built.
    pub const ALL: [Self; 2] = [Self::Build, Self::Main];

    /// The name for `--target`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Main => "main",
        }
    }
}

/// Which steps run although they are cached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    Nothing,
    /// Every step.
    Everything,
    /// The steps of these stages.
    Stages(BTreeSet<Target>),
}

impl NoCache {
    /// Whether the steps of a stage run even if they are cached.
    pub fn covers(&self, stage: Target) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Stages(stages) => stages.contains(&stage),
        }
    }
}

/// Reads `--target`; returns the main stage if it is invalid.
pub(super) fn target(options: &Options, settings: &Settings, problems: &mut Diagnostics) -> Target {
    let wanted = settings.target.as_deref();
    wanted.and_then(|text| stage(options, &kit::TARGET, text, problems)).unwrap_or(Target::Main)
}

/// Reads the stages of `--no-cache-filter`.
pub(super) fn no_cache(options: &Options, settings: &Settings, problems: &mut Diagnostics) -> NoCache {
    match &settings.no_cache {
        kit::NoCache::Nothing => NoCache::Nothing,
        kit::NoCache::Everything => NoCache::Everything,
        kit::NoCache::Stages(names) => NoCache::Stages(
            names.iter().filter_map(|name| stage(options, &kit::NO_CACHE, name, problems)).collect(),
        ),
    }
}

fn stage(options: &Options, row: &Row, text: &str, problems: &mut Diagnostics) -> Option<Target> {
    let found = match text.to_ascii_lowercase().as_str() {
        "build" | "airflow-build-image" => Some(Target::Build),
        "main" => Some(Target::Main),
        _ => None,
    };
    if found.is_none() {
        let near = suggest::nearest(text, Target::ALL.map(Target::name));
        let hint = near.map_or_else(
            || "the stages are build and main".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        let rejected =
            Diagnostic::new(options, Code::InvalidOption, row.flag, "there is no such stage", hint.as_str());
        problems.0.push(rejected.or_value(text));
    }
    found
}

/// Rejects unsupported platforms.
pub(super) fn platforms(options: &Options, settings: &Settings, problems: &mut Diagnostics) {
    for platform in &settings.platforms {
        let text = platform.to_string();
        if let Err(message) = values::platform(&text) {
            let rejected = Diagnostic::new(options, Code::InvalidOption, "--platform", &message, None);
            problems.0.push(rejected.or_value(&text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::from_options(&Options::from_pairs(pairs.iter().copied())).map_err(|it| it.to_string())
    }

    #[test]
    fn stages_and_platforms_are_checked() {
        let check = |key: &str, value: &str, expected: &str| {
            let refused = read(&[(key, value)]).unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        };
        check(
            "target",
            "mian",
            "--target=mian: there is no such stage [invalid-option]\n    hint: did you mean main?",
        );
        check("no-cache", "biuld", "did you mean build?");
        check("platform", "linux/s390x", "--platform=linux/s390x: expected linux/amd64 or linux/arm64");
        check("shm-size", "1g", "--shm-size=1g: expected a number above 0");
    }

    #[test]
    fn all_invalid_options_are_reported_at_once() {
        let options =
            Options::from_pairs([("target", "x"), ("ulimit", "a=1,b=2"), ("build-arg:AIRFLOW_UID", "0")]);
        assert_eq!(Config::from_options(&options).unwrap_err().0.len(), 4);
    }

    #[test]
    fn stages_are_read_in_any_case() {
        let config = read(&[("target", "BUILD"), ("no-cache", "main")]).unwrap();
        assert_eq!(config.target, Target::Build);
        assert!(config.no_cache.covers(Target::Main) && !config.no_cache.covers(Target::Build));
    }
}
