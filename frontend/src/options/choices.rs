//! Options that are one word out of a few.

use std::collections::BTreeSet;

/// The stages that can be a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Compilers, headers and the installed packages.
    Build,
    /// The image people run.
    Main,
}

impl Target {
    /// Both, in the order in which they are made.
    pub const ALL: [Self; 2] = [Self::Build, Self::Main];

    /// The name that `--target` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Main => "main",
        }
    }
}

/// How image references are resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolveMode {
    /// As the builder sees fit.
    Default,
    /// Always ask the registry (`--pull`).
    Pull,
    /// Prefer what is there already.
    Local,
}

impl ResolveMode {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Pull => "pull",
            Self::Local => "local",
        }
    }
}

/// Which steps run although they are cached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    Nothing,
    /// Every step.
    Everything,
    /// The steps of these stages.
    Stages(BTreeSet<Target>),
}

impl NoCache {
    /// Whether the steps of a stage run in any case.
    pub fn covers(&self, stage: Target) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Stages(stages) => stages.contains(&stage),
        }
    }
}

/// The network of steps that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepNetwork {
    /// The builder's default.
    Sandbox,
    /// The builder's host.
    Host,
    /// None.
    None,
}
