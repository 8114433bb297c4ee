//! What a graph depends on besides the plan.

use crate::config::{Config, NoCache, Settings};

/// What a graph depends on besides the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings<'a> {
    /// BuildKit's own options.
    pub settings: &'a Settings,
    /// Which steps run again although they are cached.
    pub no_cache: &'a NoCache,
    /// The client's session, which serves local folders.
    pub session: &'a str,
    /// Whether the worker can merge and diff trees. Otherwise files are copied, with the same result.
    pub merges: bool,
    /// Whether titles name the platform, because there are several.
    pub names_platform: bool,
}

impl<'a> Surroundings<'a> {
    /// For a client's session, on a worker that can merge and diff trees or not, in a build for so many platforms.
    pub const fn new(config: &'a Config, session: &'a str, merges: bool, platforms: usize) -> Self {
        Self {
            settings: &config.settings,
            no_cache: &config.no_cache,
            session,
            merges,
            names_platform: platforms > 1,
        }
    }
}
