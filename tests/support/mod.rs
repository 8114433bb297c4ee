//! What several tests need.

pub mod answers;
pub mod daemon;
pub mod fake_buildkit;
pub mod http2;
pub mod process;
pub mod session;
