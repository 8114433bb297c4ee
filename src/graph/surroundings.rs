//! What a graph depends on besides the plan.

use crate::config::{NoCache, Settings};

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
