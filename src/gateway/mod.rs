//! The door to `BuildKit`: asks for the facts of a build, and answers with its graph.

mod ask;
mod base;
mod build;
mod build_file;
mod context;
mod context_folder;
mod dockerignore;
mod epoch;
mod required_caps;
mod report;
mod request;

use std::process::ExitCode;

use buildkit_frontend::{
    BuildResult, BuiltImage, Caps, Client, EntryKind, Environment, Error, ImageRequest, Location, OciLayout,
    Reference, Resolved, Warning, caps,
};

pub use self::build_file::{check_build_file, directive};
pub use self::required_caps::FEATURES;

/// Builds what `BuildKit` asks for on standard input and output.
pub fn serve() -> ExitCode {
    buildkit_frontend::serve(async |client, environment| {
        build::build(client, environment, client.caps()).await
    })
}
