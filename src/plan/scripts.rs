//! The scripts: those that steps run, and those that the image carries. One file each below `scripts/`.

use serde::Serialize;

/// A script that a step runs, mounted while it runs and never in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Script {
    /// Makes the user and the folders.
    AddUser,
    /// Runs the user's commands before Debian packages are installed.
    AptCommands,
    /// Installs Debian packages.
    AptInstall,
    /// Installs Debian packages, also from apt sources besides those of the base image.
    ClientInstall,
    /// Copies Airflow's sources.
    CopySources,
    /// Makes the virtual environment.
    MakeVenv,
    /// Fetches the constraints file.
    FetchConstraints,
    /// Installs Airflow.
    InstallAirflow,
    /// Installs Airflow as root, and compilers beside it when a package calls one.
    InstallAirflowOnDemand,
    /// Installs packages after Airflow.
    InstallPackages,
    /// Installs packages after Airflow as root, and compilers beside them when a package calls one.
    InstallPackagesOnDemand,
    /// Writes down what is installed.
    FreezeConstraints,
}

impl Script {
    /// The file's name below [`SCRIPTS`](crate::paths::SCRIPTS).
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddUser => "add-user.sh",
            Self::AptCommands => "apt-commands.sh",
            Self::AptInstall | Self::ClientInstall => "apt-install.sh",
            Self::CopySources => "copy-sources.sh",
            Self::MakeVenv => "make-venv.sh",
            Self::FetchConstraints => "fetch-constraints.sh",
            Self::InstallAirflow | Self::InstallAirflowOnDemand => "install-airflow.sh",
            Self::InstallPackages | Self::InstallPackagesOnDemand => "install-packages.sh",
            Self::FreezeConstraints => "freeze-constraints.sh",
        }
    }

    /// Whether it works with apt and dpkg, which write logs.
    pub const fn uses_apt(self) -> bool {
        matches!(self, Self::AptCommands | Self::AptInstall | Self::ClientInstall)
    }

    /// Whether it names the cause in a line of its own when a tool fails. What commands of the user say is theirs alone, and
    /// the others have one cause, which they name.
    const fn explains_failures(self) -> bool {
        match self {
            Self::AptInstall
            | Self::ClientInstall
            | Self::MakeVenv
            | Self::InstallAirflow
            | Self::InstallAirflowOnDemand
            | Self::InstallPackages
            | Self::InstallPackagesOnDemand
            | Self::FreezeConstraints => true,
            Self::AddUser | Self::AptCommands | Self::CopySources | Self::FetchConstraints => false,
        }
    }

    /// The file and what it takes besides, each as name and text.
    pub fn files(self) -> Vec<(&'static str, &'static str)> {
        const PRELUDE: (&str, &str) = ("prelude.sh", include_str!("scripts/build/prelude.sh"));
        const PYTHON: (&str, &str) = ("python.sh", include_str!("scripts/build/python.sh"));
        const SETTINGS: (&str, &str) = ("pip-settings.sh", include_str!("scripts/build/pip-settings.sh"));
        const UV_TERMS: (&str, &str) = ("uv-terms.py", include_str!("scripts/build/uv-terms.py"));
        const MISSING: (&str, &str) =
            ("missing-projects.py", include_str!("scripts/build/missing-projects.py"));
        const APT: (&str, &str) = ("apt.sh", include_str!("scripts/build/apt.sh"));
        const FAILURES: [(&str, &str); 3] = [
            ("failures.sh", include_str!("scripts/build/failures.sh")),
            ("cause.py", include_str!("scripts/build/cause.py")),
            ("dev-packages.txt", include_str!("scripts/build/dev-packages.txt")),
        ];
        const COMPILERS: (&str, &str) = ("compilers.sh", include_str!("scripts/build/compilers.sh"));
        const INSTALL_AIRFLOW: &str = include_str!("scripts/build/install-airflow.sh");
        const INSTALL_PACKAGES: &str = include_str!("scripts/build/install-packages.sh");
        const APT_INSTALL: &str = include_str!("scripts/build/apt-install.sh");
        const KEYS: [(&str, &str); 4] = [
            ("mariadb.asc", include_str!("keys/mariadb.asc")),
            ("microsoft.asc", include_str!("keys/microsoft.asc")),
            ("mysql.asc", include_str!("keys/mysql.asc")),
            ("postgresql.asc", include_str!("keys/postgresql.asc")),
        ];
        let (text, sourced): (_, &[_]) = match self {
            Self::AddUser => (include_str!("scripts/build/add-user.sh"), &[]),
            Self::AptCommands => (include_str!("scripts/build/apt-commands.sh"), &[PRELUDE, APT]),
            Self::AptInstall => (APT_INSTALL, &[PRELUDE, APT]),
            Self::ClientInstall => (APT_INSTALL, &[PRELUDE, APT, KEYS[0], KEYS[1], KEYS[2], KEYS[3]]),
            Self::CopySources => (include_str!("scripts/build/copy-sources.sh"), &[]),
            Self::MakeVenv => {
                (include_str!("scripts/build/make-venv.sh"), &[PRELUDE, PYTHON, SETTINGS, MISSING])
            }
            Self::FetchConstraints => (include_str!("scripts/build/fetch-constraints.sh"), &[PRELUDE]),
            Self::InstallAirflow => (INSTALL_AIRFLOW, &[PRELUDE, PYTHON, SETTINGS, UV_TERMS, COMPILERS]),
            Self::InstallAirflowOnDemand => {
                (INSTALL_AIRFLOW, &[PRELUDE, PYTHON, SETTINGS, UV_TERMS, COMPILERS, APT])
            }
            Self::InstallPackages => (INSTALL_PACKAGES, &[PRELUDE, PYTHON, SETTINGS, UV_TERMS]),
            Self::InstallPackagesOnDemand => {
                (INSTALL_PACKAGES, &[PRELUDE, PYTHON, SETTINGS, UV_TERMS, COMPILERS, APT])
            }
            Self::FreezeConstraints => {
                (include_str!("scripts/build/freeze-constraints.sh"), &[PRELUDE, PYTHON, SETTINGS])
            }
        };
        let failures: &[_] = if self.explains_failures() { &FAILURES } else { &[] };
        sourced.iter().chain(failures).copied().chain([(self.name(), text)]).collect()
    }
}

/// The script that runs another with arguments from the file [`ARGUMENTS`], as name and text.
pub const WITH_ARGUMENTS: (&str, &str) =
    ("with-arguments.sh", include_str!("scripts/build/with-arguments.sh"));

/// The file of arguments beside the scripts.
pub const ARGUMENTS: &str = "arguments";
