//! What takes an engine that also runs programs for linux/arm64, which `tests/engine/emulation` sees to.

use std::fs::File;

use super::super::support::machine::work;

mod nodes;
mod platforms;

/// One of these tests at a time. They have steps in common, and a step that two builds run together has the name that one
/// of them gave it.
fn alone() -> File {
    let lock = File::create(work().join("emulated.lock")).unwrap();
    lock.lock().unwrap();
    lock
}
