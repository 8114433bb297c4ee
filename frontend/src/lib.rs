//! The start of a BuildKit frontend in Rust: the connection, the calls, the answer.

mod environment;
mod stdio;

mod daemon_caps;
pub mod context;
pub mod options;
pub mod position;
mod location;
mod error;
mod entry;
mod warning;
mod result;
mod client;
mod image;
mod panics;
mod serve;
pub mod subrequests;
#[cfg(feature = "testing")]
pub mod testing;

pub use buildkit_proto::caps;
pub use client::Client;
pub use daemon_caps::Caps;
pub use entry::{Entry, EntryKind};
pub use environment::Environment;
pub use error::Error;
pub use image::{ImageRequest, OciLayout, Resolved, ResolvedImage};
pub use location::Location;
pub use result::{BuildResult, BuiltImage, Content, Reference};
pub use serve::serve;
pub use stdio::are_pipes as is_started_by_buildkit;
pub use warning::Warning;
