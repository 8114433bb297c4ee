//! Phase 2: the validated options of a build.
//!
//! [`Config::from_options`] is the only place that rejects options, and it reports all problems at once. A `Config` is
//! always valid, so no later phase checks it again.

pub mod apt;
pub mod clients;
pub mod install;
pub mod pip;
pub mod path;
pub mod named_files;
mod published_constraints;
mod reader;
pub mod releases;
pub mod rules;
mod contexts;
mod target;
pub mod requirement;
pub mod values;

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::{Options, table};
pub use apt::AptPackages;
use buildkit_frontend::options as kit;
pub use buildkit_frontend::options::{
    BuildContext, CacheImport, EPOCH, GitRef, Mtime, NamedContexts, Resources, Settings, Source, StepNetwork,
    Ulimit, familiar,
};
use clients::Clients;
pub use contexts::{AIRFLOW_SOURCES, CONTEXT_FILES, UV};
use install::{Install, Method};
use reader::Reader;
pub use target::{NoCache, Target};
use values::{AirflowVersion, ImageRef, PythonVersion, Tool};

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
    /// Reads every option and returns the configuration, or all problems.
    pub fn from_options(options: &Options) -> Result<Self, Diagnostics> {
        let mut read = Reader::new(options);
        let (settings, problems) = kit::read(options);
        let target = target::target(options, &settings, &mut read.problems);
        let no_cache = target::no_cache(options, &settings, &mut read.problems);
        target::platforms(options, &settings, &mut read.problems);
        read.problems.0.extend(problems.into_iter().map(|problem| {
            Diagnostic::new(options, Code::InvalidOption, &problem.option, &problem.message, None)
                .or_value(&problem.value)
        }));
        if settings.epoch_of_context && settings.context == BuildContext::Client {
            read.warn(EPOCH, "this option has no effect: a local folder has no commit time");
        }
        let python = read.optional(&table::AIRFLOW_PYTHON_VERSION, PythonVersion::read);
        let airflow = read.value(&table::AIRFLOW_VERSION, AirflowVersion::read);
        let clients = clients::read(&mut read);
        let airflow_home = read.value(&table::AIRFLOW_HOME, path::absolute).unwrap_or_default();
        let install = install::read(&mut read, &airflow_home);
        let image_texts = ImageTexts {
            repository: read.text(&table::AIRFLOW_IMAGE_REPOSITORY),
            date_created: read.text(&table::AIRFLOW_IMAGE_DATE_CREATED),
            build_id: read.text(&table::BUILD_ID),
            commit_sha: read.text(&table::COMMIT_SHA),
            image_type: read.text(&table::AIRFLOW_IMAGE_TYPE),
        };
        let base = read.optional(&table::PYTHON_BASE_IMAGE, ImageRef::read);
        let context_files = read
            .optional(&table::DOCKER_CONTEXT_FILES, values::context_path)
            // Airflow's own default is the name of its Dockerfile, which means "no folder".
            .filter(|path| path != "Dockerfile")
            // A named context replaces the folder, whatever the path is.
            .filter(|_| !settings.named.has(CONTEXT_FILES))
            .or_else(|| settings.named.has(CONTEXT_FILES).then(String::new));
        let install_from_context =
            read.value(&table::INSTALL_PACKAGES_FROM_CONTEXT, values::boolean).unwrap_or_default();
        let constraints = rules::constraints(&mut read, airflow.as_ref(), context_files.as_deref());
        let extras = rules::extras(&mut read, airflow.as_ref(), clients);
        rules::warn_of_releases(&mut read, airflow.as_ref());
        let config = Self {
            base: base.unwrap_or_else(|| rules::derived_base(python, airflow.as_ref())),
            python,
            extras,
            python_deps: read.args(&table::ADDITIONAL_PYTHON_DEPS, requirement::list::requirements),
            installer: read
                .optional(&table::AIRFLOW_USE_UV, values::boolean)
                .map(|uv| if uv { Installer::Uv } else { Installer::Pip }),
            pip: read.tool(&table::AIRFLOW_PIP_VERSION, "pip"),
            uv: read.tool(&table::AIRFLOW_UV_VERSION, "uv"),
            install_from_context,
            dev_apt: apt::dev(&mut read),
            runtime_apt: apt::runtime(&mut read),
            clients,
            install,
            airflow_home,
            user_home: read.value(&table::AIRFLOW_USER_HOME_DIR, path::absolute).unwrap_or_default(),
            uid: read.value(&table::AIRFLOW_UID, values::uid).unwrap_or_default(),
            image_texts,
            labels: options.labels.clone(),
            target,
            no_cache,
            settings,
            constraints,
            context_files,
            airflow: airflow.unwrap_or_else(rules::any_airflow),
            given: options.clone(),
            warnings: Vec::new(),
        };
        rules::check(&config, &mut read.problems);
        let (warnings, problems) = read.finish();
        problems.or(Self { warnings, ..config })
    }

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

#[cfg(test)]
mod tests;
