//! Phase 3: what is known of the outside, judged.
//!
//! The gateway asks BuildKit, the command line reads files, and [`assume`] stands in where nobody looks.

pub mod assume;
pub mod base;
pub mod context;
pub mod installer;
pub mod references;
pub mod sources;
pub mod wheels;

use std::collections::BTreeSet;

use crate::config::values::{AirflowVersion, Platform};
use base::BaseImage;
use references::References;

/// Everything about the outside that a plan depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// What the image is for.
    pub platform: Platform,
    /// What it starts from.
    pub base: BaseImage,
    /// The files of the context folder: paths relative to it, with `/` between folders.
    pub context: BTreeSet<String>,
    /// What files of that folder name, as far as they were read.
    pub references: References,
    /// pip's settings files of the base image, in the order in which pip reads them, and that of the context folder: what
    /// each is called, and its text.
    pub pip_files: Vec<(String, String)>,
    /// The release that Airflow's sources name, if there are any and they do.
    pub sources: Option<AirflowVersion>,
}
