//! Tests that need an engine that also runs programs for linux/arm64; see `tests/engine/emulation`.

use std::fs::File;

use super::super::support::machine::work;

mod nodes;
mod platforms;

/// Runs one of these tests at a time. They share steps, and a step that two builds run together has the name that one
/// of them gave it.
fn alone() -> File {
    let lock = File::create(work().join("emulated.lock")).unwrap();
    lock.lock().unwrap();
    lock
}
