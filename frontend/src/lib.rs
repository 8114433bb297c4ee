//! What a BuildKit frontend in Rust starts from: the connection, BuildKit's own options, images and contexts, answers to
//! `--call`, errors that quote the user's lines. Graphs are built with [`buildkit_llb`].
//!
//! BuildKit starts a frontend for a build file whose first line is `# syntax=IMAGE`. The program calls [`serve`] with a
//! function from the [`Environment`] to a [`BuildResult`]:
//!
//! ```no_run
#![doc = include_str!("../examples/smallest.rs")]
//! ```
//!
//! `examples/recipe.rs` is a frontend for a file format of its own, with packages, copied files, an outline and errors
//! that quote the file; `examples/Dockerfile` makes an image of either. The feature `testing` adds a scripted BuildKit
//! that drives a frontend's binary.
//!
//! The protocol is that of BuildKit's `frontend/gateway/pb/gateway.proto`.

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
