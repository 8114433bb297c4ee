//! What several tests on the engine need.

pub(super) mod docker;
pub(super) mod fake_hosts;
pub(super) mod example;
