//! The validated configuration of a build.

use std::collections::BTreeMap;

use buildkit_frontend::options::Settings;

use super::apt::AptPackages;
use super::clients::Clients;
use super::install::{Install, Method};
use super::target::{NoCache, Target};
use super::values::{AirflowVersion, ImageRef, PythonVersion, Tool};
use crate::diagnostic::Diagnostic;
use crate::options::Options;

/// The validated configuration of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The image both stages start from.
    pub base: ImageRef,
    /// The Python version, if given.
    pub python: Option<PythonVersion>,
    /// The Airflow release.
    pub airflow: AirflowVersion,
    /// Extras of apache-airflow, each once.
    pub extras: Vec<String>,
    /// Requirements to install after Airflow.
    pub python_deps: Vec<String>,
    /// The constraints to install Airflow with.
    pub constraints: Constraints,
    /// The installer, if given.
    pub installer: Option<Installer>,
    /// The pip of the image, if given.
    pub pip: Option<Tool>,
    /// The uv of the image, if given.
    pub uv: Option<Tool>,
    /// How Python packages are installed.
    pub install: Install,
    /// The folder of the build context that the build stage sees as `/docker-context-files`.
    pub context_files: Option<String>,
    /// Whether the packages in that folder are installed.
    pub install_from_context: bool,
    /// Debian packages of the build stage.
    pub dev_apt: AptPackages,
    /// Debian packages of the main stage.
    pub runtime_apt: AptPackages,
    /// The database clients of both stages.
    pub clients: Clients,
    /// Airflow's home.
    pub airflow_home: String,
    /// The home of user airflow.
    pub user_home: String,
    /// The id of user airflow.
    pub uid: u32,
    /// Texts that are only used in the image's labels and environment.
    pub image_texts: ImageTexts,
    /// Labels given on the command line; they override all others.
    pub labels: BTreeMap<String, String>,
    /// The stage to build.
    pub target: Target,
    /// Which steps run although they are cached.
    pub no_cache: NoCache,
    /// BuildKit's own options.
    pub settings: Settings,
    /// The options as given, which diagnostics name and quote.
    pub given: Options,
    /// Warnings, which do not stop the build.
    pub warnings: Vec<Diagnostic>,
}

/// Where the constraints come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraints {
    /// The file that Airflow publishes for a release and a Python version.
    Published {
        /// `owner/name` on GitHub.
        repository: String,
        /// Branch or tag.
        reference: String,
        /// The file's stem.
        mode: String,
    },
    /// A URL.
    Url(String),
    /// A file of the context folder, relative to it.
    ContextFile(String),
}

impl Constraints {
    /// The URL for a Python version such as `3.12`; `None` for a file of the context folder.
    pub fn url(&self, python: &str) -> Option<String> {
        match self {
            Self::Published { repository, reference, mode } => Some(format!(
                "https://raw.githubusercontent.com/{repository}/{reference}/{mode}-{python}.txt"
            )),
            Self::Url(url) => Some(url.clone()),
            Self::ContextFile(_) => None,
        }
    }
}

/// The program that installs Python packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// uv.
    Uv,
    /// pip.
    Pip,
}

/// Texts that are only used in the image's labels and environment: changing them reruns no step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageTexts {
    /// Where the image's sources are.
    pub repository: String,
    /// When the image was created, as given.
    pub date_created: String,
    /// The build's id.
    pub build_id: String,
    /// The commit that the image is built from.
    pub commit_sha: String,
    /// The kind of image, since Airflow 3.0.
    pub image_type: String,
}

impl Config {
    /// The arguments that install Airflow: `apache-airflow[extras]==version`, a URL, or an editable folder.
    pub fn airflow_requirement(&self, extras: &[String]) -> Vec<String> {
        let extras = extras_suffix(extras);
        match &self.install.method {
            Method::Index => {
                let version =
                    self.install.specification.clone().unwrap_or_else(|| format!("=={}", self.airflow));
                vec![format!("apache-airflow{extras}{version}")]
            }
            Method::Url(url) => vec![format!("apache-airflow{extras} @ {url}")],
            Method::Sources { to, .. } => vec!["--editable".to_owned(), format!("{to}{extras}")],
        }
    }
}

/// `[celery,redis]`, or nothing without extras.
pub fn extras_suffix(extras: &[String]) -> String {
    if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) }
}
