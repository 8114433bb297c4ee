//! Helpers of several tests.

pub mod case;
pub mod commands;
pub mod example;
pub mod graph;
pub mod process;
pub mod record;
pub mod readme;
pub mod scene;
