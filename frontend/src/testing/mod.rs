//! A scripted `BuildKit` for tests: it drives a frontend's binary over pipes, or work of the test's own in this process,
//! and holds it to the daemon's rules.
//!
//! ```ignore
//! use buildkit_frontend::testing::FakeBuildKit;
//!
//! let session = FakeBuildKit::driving(env!("CARGO_BIN_EXE_my-frontend"))
//!     .image("docker.io/library/alpine:latest", serde_json::json!({"config": {"User": "root"}}))
//!     .file("local://dockerfile", "Dockerfile", "# syntax=my-frontend")
//!     .disabled("mergeop", "only enabled with containerd image store backend")
//!     .run(&[("build-arg:VERSION", "1.2.3")]);
//! assert_eq!(session.definition().def.len(), 12);
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "what cannot be unwrapped fails the test"
)]
#![expect(clippy::disallowed_methods, reason = "tests start programs and look at the clock")]

mod answers;
mod daemon;
mod fake_buildkit;
mod http2;
mod process;
mod session;

pub use answers::{failed_step, noise};
pub use daemon::Heard;
pub use fake_buildkit::{Call, FakeBuildKit, Trouble, environment};
pub use session::Session;
