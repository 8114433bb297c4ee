//! Phase 3: what a build finds outside of its options, validated.
//!
//! The gateway reads it from BuildKit and the command line from files; [`assume`] has what neither of them looks at.
//! Whatever of it can make a build fail is found here, so that planning cannot fail.

pub mod assume;
pub mod base;
pub mod context;
pub mod installer;
pub mod references;
pub mod sources;
pub mod wheels;

use std::collections::BTreeSet;

use crate::config::Config;
use crate::config::values::{AirflowVersion, Platform};
use crate::diagnostic::Diagnostics;
use base::BaseImage;
use context::{AIRFLOW, Archive, Folder};
use installer::Installation;
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
    /// What the files of that folder refer to, as far as they were read.
    pub references: References,
    /// The text of `pip.conf` in that folder.
    pub pip_conf: Option<String>,
    /// The wheels and source archives of that folder that are installed.
    pub archives: Vec<Archive>,
    /// Whether Airflow is one of these archives: then all packages come from the folder, and none from an index.
    pub offline: bool,
    /// The program that installs Python packages, and the tools that the image gets.
    pub installation: Installation,
    /// The release that Airflow's sources name, if there are any and they name one.
    pub sources: Option<AirflowVersion>,
}

/// What was found besides the base image, not judged yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outside {
    /// What the image is for.
    pub platform: Platform,
    /// The context folder.
    pub folder: Folder,
    /// The release that Airflow's sources name, if there are any and they name one.
    pub sources: Option<AirflowVersion>,
}

impl Facts {
    /// Judges what was found; on failure, reports all that is wrong.
    pub fn judge(
        config: &Config,
        base: Result<BaseImage, Diagnostics>,
        mut outside: Outside,
    ) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut keep = |found: Diagnostics| problems.0.extend(found.0);
        let base = base.map_err(&mut keep).ok();
        context::judge(config, &outside.folder).unwrap_or_else(&mut keep);
        sources::judge(config, outside.sources.as_ref()).unwrap_or_else(&mut keep);
        let Some(base) = base else { return Err(problems) };
        match wheels::fitting(config, &outside.folder.files, &base, &outside.platform) {
            Ok(fitting) => outside.folder.files = fitting,
            Err(found) => keep(found),
        }
        problems.or(())?;
        Ok(Self::new(config, base, outside))
    }

    /// Facts that are known to be sound, or assumed.
    pub fn new(config: &Config, base: BaseImage, outside: Outside) -> Self {
        let Outside { platform, folder, sources } = outside;
        let archives =
            if config.install_from_context { context::archives(&folder.files) } else { Vec::new() };
        let offline = context::holds(&archives, AIRFLOW);
        let installation = Installation::choose(config, &base, &archives, folder.pip_conf.as_deref());
        Self {
            platform,
            base,
            context: folder.files,
            references: folder.references,
            pip_conf: folder.pip_conf,
            archives,
            offline,
            installation,
            sources,
        }
    }
}
