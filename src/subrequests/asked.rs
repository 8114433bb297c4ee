//! The build that a request is about.

use crate::config::Config;
use crate::config::values::Platform;
use crate::diagnostic::Diagnostics;
use crate::options::Options;

/// What a request is answered from.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Everything the build was asked for.
    pub options: &'a Options,
    /// The sound build, or what is wrong with it; some requests are answered all the same.
    pub config: Result<&'a Config, &'a Diagnostics>,
    /// The builder's own platform, where it said.
    pub platform: Option<&'a Platform>,
}

impl<'a> Asked<'a> {
    /// The build, where the answer needs a sound one.
    pub(super) fn sound(&self) -> Result<&'a Config, Diagnostics> {
        self.config.map_err(Clone::clone)
    }
}
