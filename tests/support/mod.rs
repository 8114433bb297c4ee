//! What several tests need.

pub mod answers;
pub mod case;
pub mod commands;
pub mod daemon;
pub mod fake_buildkit;
pub mod graph;
pub mod http2;
pub mod process;
pub mod record;
pub mod readme;
pub mod scene;
pub mod session;
