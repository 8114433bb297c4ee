//! The shell scripts: those that steps run, and those that the image carries. One file each below `scripts/`.

use serde::Serialize;

/// A script that a step runs, mounted while it runs and never in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Script {
    /// Makes the user and the folders.
    AddUser,
    /// Installs Debian packages.
    AptInstall,
    /// Makes the virtual environment.
    MakeVenv,
    /// Fetches the constraints file.
    FetchConstraints,
    /// Installs Airflow.
    InstallAirflow,
    /// Installs packages after Airflow.
    InstallPackages,
    /// Writes down what is installed.
    FreezeConstraints,
}

impl Script {
    /// The file's name below [`MOUNT`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddUser => "add-user.sh",
            Self::AptInstall => "apt-install.sh",
            Self::MakeVenv => "make-venv.sh",
            Self::FetchConstraints => "fetch-constraints.sh",
            Self::InstallAirflow => "install-airflow.sh",
            Self::InstallPackages => "install-packages.sh",
            Self::FreezeConstraints => "freeze-constraints.sh",
        }
    }

    /// The file and what it sources, each as name and text.
    pub fn files(self) -> Vec<(&'static str, &'static str)> {
        const PRELUDE: (&str, &str) = ("prelude.sh", include_str!("scripts/build/prelude.sh"));
        const PYTHON: (&str, &str) = ("python.sh", include_str!("scripts/build/python.sh"));
        let (text, sourced): (_, &[_]) = match self {
            Self::AddUser => (include_str!("scripts/build/add-user.sh"), &[]),
            Self::AptInstall => (include_str!("scripts/build/apt-install.sh"), &[PRELUDE]),
            Self::MakeVenv => (include_str!("scripts/build/make-venv.sh"), &[PRELUDE, PYTHON]),
            Self::FetchConstraints => (include_str!("scripts/build/fetch-constraints.sh"), &[PRELUDE]),
            Self::InstallAirflow => (include_str!("scripts/build/install-airflow.sh"), &[PRELUDE, PYTHON]),
            Self::InstallPackages => (include_str!("scripts/build/install-packages.sh"), &[PRELUDE, PYTHON]),
            Self::FreezeConstraints => {
                (include_str!("scripts/build/freeze-constraints.sh"), &[PRELUDE, PYTHON])
            }
        };
        sourced.iter().copied().chain([(self.name(), text)]).collect()
    }
}

/// Where steps find their scripts.
pub const MOUNT: &str = "/run/airflow-frontend/scripts";
