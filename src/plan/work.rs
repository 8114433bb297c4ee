//! The kinds of work on the virtual environment: the script of each, its arguments, and what it needs.

use super::scripts::Script;
use crate::facts::references::{self, REQUIREMENTS, whole};
use crate::paths::CONTEXT_MOUNT;

/// One piece of work on the virtual environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    /// Makes it, with these tools in it.
    Make { tools: Vec<String> },
    /// Installs Airflow.
    Airflow { pass: Pass, requirements: Vec<String> },
    /// Installs archives of the context folder as they are, without their dependencies.
    Archives { files: Vec<String> },
    /// Installs the additional Python packages.
    Packages { requirements: Vec<String> },
    /// Installs the requirements file of the context folder.
    RequirementsFile,
    /// Writes the installed versions to a file, as constraints.
    Freeze { to: String },
}

/// Airflow is installed at once, or first as far as there are wheels and then the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Everything.
    Install,
    /// What has a wheel; gives up without an error where something has none.
    Attempt,
    /// What the attempt did not install.
    Complete,
}

impl Pass {
    /// The first argument of the script.
    const fn word(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Attempt => "attempt",
            Self::Complete => "complete",
        }
    }
}

impl Work {
    pub(super) const fn script(&self) -> Script {
        match self {
            Self::Make { .. } => Script::MakeVenv,
            Self::Airflow { .. } => Script::InstallAirflow,
            Self::Archives { .. } | Self::Packages { .. } | Self::RequirementsFile => Script::InstallPackages,
            Self::Freeze { .. } => Script::FreezeConstraints,
        }
    }

    /// The script that installs compilers when a package calls one; none if the work compiles nothing.
    pub(super) const fn script_with_compilers(&self) -> Option<Script> {
        match self {
            Self::Airflow { .. } => Some(Script::InstallAirflowOnDemand),
            Self::Packages { .. } | Self::RequirementsFile => Some(Script::InstallPackagesOnDemand),
            Self::Make { .. } | Self::Archives { .. } | Self::Freeze { .. } => None,
        }
    }

    pub(super) fn args(&self) -> Vec<String> {
        let kind = |kind: &str, rest: &[String]| [&[kind.to_owned()], rest].concat();
        match self {
            Self::Make { tools } => tools.clone(),
            Self::Airflow { pass, requirements } => kind(pass.word(), requirements),
            Self::Archives { files } => {
                let paths: Vec<String> = files.iter().map(|file| in_context_mount(file)).collect();
                kind("as-they-are", &paths)
            }
            Self::Packages { requirements } => kind("deps", requirements),
            Self::RequirementsFile => kind("requirements", &[in_context_mount(REQUIREMENTS)]),
            Self::Freeze { to } => vec![to.clone()],
        }
    }

    /// The files of the context folder that it names; the folder itself is the empty path. Without an index, packages may
    /// depend on anything in the folder.
    pub(super) fn files(&self, offline: bool) -> Vec<String> {
        match self {
            Self::Freeze { .. } => Vec::new(),
            _ if offline => whole(),
            Self::Make { tools: words }
            | Self::Airflow { requirements: words, .. }
            | Self::Packages { requirements: words } => references::named_paths(words).collect(),
            Self::Archives { files } => files.clone(),
            Self::RequirementsFile => vec![REQUIREMENTS.to_owned()],
        }
    }

    /// Whether the installer's options matter, and with them the files that they name.
    pub(super) const fn has_flags(&self) -> bool {
        !matches!(self, Self::Freeze { .. })
    }

    /// Whether it installs the packages that were asked for.
    pub(super) const fn installs(&self) -> bool {
        match self {
            Self::Airflow { .. } | Self::Archives { .. } | Self::Packages { .. } | Self::RequirementsFile => {
                true
            }
            Self::Make { .. } | Self::Freeze { .. } => false,
        }
    }

    /// Whether it fetches packages, where there is an index.
    pub(super) const fn fetches(&self) -> bool {
        match self {
            Self::Make { .. } | Self::Airflow { .. } | Self::Packages { .. } | Self::RequirementsFile => true,
            Self::Archives { .. } | Self::Freeze { .. } => false,
        }
    }
}

fn in_context_mount(file: &str) -> String {
    format!("{CONTEXT_MOUNT}/{file}")
}
