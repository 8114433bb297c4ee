//! What a `BuildKit` frontend in Rust starts from: the connection, the calls, the answer.

mod environment;
mod stdio;

pub mod caps;
mod client;
mod error;
mod location;
mod panics;
mod result;
mod serve;
pub mod subrequests;
#[cfg(feature = "testing")]
pub mod testing;

pub use caps::{Cap, Caps};
pub use client::{Bridge, Entry, EntryKind, ImageRequest, OciLayout, Resolved, ResolvedImage, Warning};
pub use environment::Environment;
pub use error::Failure;
pub use location::Place;
pub use result::{Content, Outcome, Ref};
pub use serve::{converse, serve};
pub use stdio::are_pipes as is_started_by_buildkit;
