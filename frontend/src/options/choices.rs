//! Options that are one word out of a few.

use buildkit_llb::{NetMode, ResolveMode};

/// Which steps run although they are cached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    #[default]
    Nothing,
    /// Every step (`--no-cache`).
    Everything,
    /// The steps of these stages, as the user wrote them (`--no-cache-filter`); the frontend knows which there are.
    Stages(Vec<String>),
}

/// Reads how image references are resolved.
pub(super) fn resolve_mode(text: &str) -> Result<ResolveMode, String> {
    match text {
        "default" => Ok(ResolveMode::Default),
        "pull" => Ok(ResolveMode::Pull),
        "local" => Ok(ResolveMode::Local),
        _ => Err("expected default, pull or local".to_owned()),
    }
}

/// Reads the network of the steps that have one.
pub(super) fn network(text: &str) -> Result<NetMode, String> {
    match text {
        "sandbox" | "default" => Ok(NetMode::Unset),
        "host" => Ok(NetMode::Host),
        "none" => Ok(NetMode::None),
        _ => Err("expected default, host or none".to_owned()),
    }
}
