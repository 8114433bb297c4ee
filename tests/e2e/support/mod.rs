//! What several tests on the engine need, each file using only those above it.

pub(super) mod docker;
pub(super) mod machine;
pub(super) mod folder;
pub(super) mod image;
pub(super) mod build;
pub(super) mod builds;
pub(super) mod bases;
pub(super) mod wheels;
pub(super) mod checks;
pub(super) mod fake_hosts;
pub(super) mod example;
