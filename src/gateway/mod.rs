//! The door to `BuildKit`: asks for the facts of a build, and answers with its graph.

mod ask;
mod base;
mod build;
mod build_file;
mod context;
mod context_folder;
mod epoch;
mod ignore;
mod needs;
mod report;
mod request;

use std::process::ExitCode;

use buildkit_frontend::{
    Bridge, Caps, Content, EntryKind, Environment, Failure, ImageRequest, OciLayout, Outcome, Place, Ref,
    Resolved, Warning, caps,
};

pub use self::build_file::{check_build_file, directive};
pub use self::ignore::patterns;
pub use self::needs::FEATURES;

/// Builds what `BuildKit` asks for on standard input and output.
pub fn serve() -> ExitCode {
    // The work holds what is known of every platform at once: too much for the stack.
    buildkit_frontend::serve("airflow-frontend", async |bridge, environment, caps| {
        Box::pin(build::build(bridge, environment, caps)).await
    })
}
