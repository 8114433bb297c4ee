//! Options that are one word out of a few.

/// How image references are resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ResolveMode {
    /// As the builder sees fit.
    #[default]
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    #[default]
    Nothing,
    /// Every step (`--no-cache`).
    Everything,
    /// The steps of these stages, as the user wrote them (`--no-cache-filter`); the frontend knows which there are.
    Stages(Vec<String>),
}

/// The network of steps that have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StepNetwork {
    /// The builder's default.
    #[default]
    Sandbox,
    /// The builder's host.
    Host,
    /// None.
    None,
}
