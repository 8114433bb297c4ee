//! What a graph depends on besides the plan.

use crate::config::Settings;

/// What a graph depends on besides the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings<'a> {
    /// BuildKit's own options.
    pub settings: &'a Settings,
    /// The client's session, which serves local folders.
    pub session: &'a str,
    /// Whether the worker can merge and diff trees. Otherwise files are copied, with the same result.
    pub merges: bool,
    /// Whether titles name the platform, because there are several.
    pub names_platform: bool,
}
