//! `BuildKit`'s own options: target, platforms, contexts, caches, network, limits.
//!
//! [`Options`] sorts what `BuildKit` hands over into its name spaces and judges nothing. [`read`] goes through the
//! [table](TABLE) of those that every frontend has, as `frontend/dockerui` of `BuildKit` does in Go.

mod choices;
mod git;
mod given;
mod image_ref;
mod lists;
mod settings;
mod sources;
mod table;
mod values;

pub use choices::NoCache;
pub use git::{GitRef, Mtime};
pub use given::{Options, PROXY_ARGS, Problem};
pub use image_ref::ImageRef;
pub use lists::{CacheImport, Resources, Ulimit};
pub use settings::Settings;
pub use sources::{BuildContext, NamedContexts, Source, familiar};
pub use table::{EPOCH, Key, NO_CACHE, Row, TABLE, TARGET, read};
pub use values::boolean;

#[cfg(test)]
mod tests;
