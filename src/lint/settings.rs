//! `BUILDKIT_DOCKERFILE_CHECK`: which rules are skipped, and whether a finding fails a build.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::Options;

/// The build arg, as for Dockerfiles; a line `# check=…` at the top of the build file is its default.
pub const OPTION: &str = "BUILDKIT_DOCKERFILE_CHECK";

/// How rules are applied. By `Default`, all rules give warnings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    /// Whether all rules are skipped.
    pub skip_all: bool,
    /// Skipped rules, in lower case. Unknown names are allowed, because several frontends can share a setting.
    pub skip: BTreeSet<String>,
    /// Whether a finding fails a build.
    pub error: bool,
}

impl Checks {
    /// Reads `skip=all|RuleA,RuleB;error=true;experimental=…`, in any order. No rule is experimental, so that part has no
    /// effect.
    pub fn of(options: &Options) -> Result<Self, Diagnostics> {
        let text = options.build_args.get(OPTION).map_or("", |text| text.trim());
        let refused = |message: String| {
            let hint = format!("for example {OPTION}=skip=MovingBaseImageTag,UnpinnedRequirement;error=true");
            Diagnostics::from(Diagnostic::new(options, Code::InvalidValue, OPTION, &message, &*hint))
        };
        let mut checks = Self::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
                Some(("skip", "all")) => checks.skip_all = true,
                Some(("skip", names)) => {
                    checks.skip.extend(names.split(',').map(|name| name.trim().to_ascii_lowercase()));
                }
                Some(("error", value)) => {
                    checks.error = boolean(value).ok_or_else(|| {
                        refused(format!("expected error=true or error=false, not `{part}`"))
                    })?;
                }
                Some(("experimental", _)) => {}
                Some(_) | None => {
                    return Err(refused(format!("expected skip=…, error=… or experimental=…, not `{part}`")));
                }
            }
        }
        Ok(checks)
    }

    /// Whether a rule is skipped.
    pub fn skips(&self, rule: Code) -> bool {
        self.skip_all || self.skip.contains(&rule.name().to_ascii_lowercase())
    }
}

/// The words of Go's `strconv.ParseBool`, which reads this setting for Dockerfiles.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Checks, String> {
        let options = Options::from_pairs([(format!("build-arg:{OPTION}"), text)]);
        Checks::of(&options).map_err(|errors| errors.0[0].message.clone())
    }

    #[test]
    fn checks_are_read_as_for_dockerfiles() {
        let check = |text: &str, skip_all: bool, skip: &[&str], error: bool| {
            let skip = skip.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(read(text), Ok(Checks { skip_all, skip, error }), "{text}");
        };
        check("", false, &[], false);
        check(" skip=all ", true, &[], false);
        check("skip=all;error=true", true, &[], true);
        check("error=1; skip = DeadBuildArg , Other", false, &["deadbuildarg", "other"], true);
        check("experimental=all;error=false", false, &[], false);
        assert_eq!(Checks::of(&Options::default()), Ok(Checks::default()));
    }

    #[test]
    fn other_words_are_rejected() {
        for text in ["error=perhaps", "skip", "ignore=all", "error"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
