//! Helpers of several tests on the engine; each file only uses those above it.

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
