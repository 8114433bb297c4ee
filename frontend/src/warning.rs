//! Warnings: messages that do not end the build.

use buildkit_proto::frontend::WarnRequest;

use crate::location::Location;

/// A message for the user that does not end the build.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Warning {
    /// The step it belongs to: the digest of a vertex of this build, `sha256:…`.
    pub vertex: String,
    /// One line.
    pub short: String,
    /// More lines.
    pub detail: Vec<String>,
    /// A page with more about it; may be empty.
    pub url: String,
    /// The lines it is about.
    pub location: Option<Location>,
}

impl From<Warning> for WarnRequest {
    fn from(warning: Warning) -> Self {
        Self {
            digest: warning.vertex,
            level: 1,
            short: warning.short.into_bytes(),
            detail: warning.detail.into_iter().map(String::into_bytes).collect(),
            url: warning.url,
            info: warning.location.as_ref().map(Location::info),
            ranges: warning.location.as_ref().map(Location::ranges).unwrap_or_default(),
        }
    }
}
