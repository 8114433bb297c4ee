//! Station 2: what was asked, proven sound.
//!
//! [`Config::from_options`] is the only place that refuses, and it reports everything at once. What a `Config`
//! says is true from then on: no later station checks it again.

pub mod base;
pub mod problem;
mod reader;
pub mod releases;
pub mod rules;
mod settings;
pub mod values;

use std::collections::BTreeMap;

use crate::options::{Options, table};
use problem::{Problem, Problems};
use reader::Reader;
pub use settings::{
    BuildContext, CONTEXT_FILES, CacheImport, GitRef, Mtime, NamedContexts, NoCache, ResolveMode, Resources,
    Settings, Source, StepNetwork, Target, Ulimit, familiar,
};
use values::{AirflowVersion, ImageRef, PythonVersion, Tool};

/// A sound build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The image both stages start from.
    pub base: ImageRef,
    /// The Python that was asked for or is implied by the base image's derived name.
    pub python: Option<PythonVersion>,
    /// The Airflow release.
    pub airflow: AirflowVersion,
    /// Extras of apache-airflow, each once.
    pub extras: Vec<String>,
    /// Requirements to install after Airflow.
    pub python_deps: Vec<String>,
    /// The constraints to install Airflow with.
    pub constraints: Constraints,
    /// Who installs, if it was said in so many words.
    pub installer: Option<Installer>,
    /// The pip in the image.
    pub pip: Tool,
    /// The uv in the image.
    pub uv: Tool,
    /// The folder of the build context that the build stage sees as `/docker-context-files`.
    pub context_files: Option<String>,
    /// Whether packages that lie in that folder are installed.
    pub install_from_context: bool,
    /// Debian packages of the build stage.
    pub dev_apt: AptPackages,
    /// Debian packages of the main stage.
    pub runtime_apt: AptPackages,
    /// Which database clients were declined in so many words.
    pub declined_clients: DeclinedClients,
    /// Airflow's home.
    pub airflow_home: String,
    /// The home of user airflow.
    pub user_home: String,
    /// The id of user airflow.
    pub uid: u32,
    /// Texts that only the image's labels and environment hold.
    pub image_texts: ImageTexts,
    /// Labels given on the command line; they win over all others.
    pub labels: BTreeMap<String, String>,
    /// What BuildKit itself was asked for.
    pub settings: Settings,
    /// What the user should know, though the build goes on.
    pub warnings: Vec<Problem>,
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

/// The program that installs Python packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// uv.
    Uv,
    /// pip.
    Pip,
}

/// Debian packages of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AptPackages {
    /// The list that replaces the default one, if any.
    pub instead: Option<Vec<String>>,
    /// Packages besides.
    pub additional: Vec<String>,
}

/// Database clients that `INSTALL_…_CLIENT=false` declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclinedClients {
    /// No MySQL client.
    pub mysql: bool,
    /// No PostgreSQL client.
    pub postgres: bool,
}

/// Texts that only the image's labels and environment hold: changing them runs no step again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageTexts {
    /// Where the image's sources are.
    pub repository: String,
    /// When the image was made, in the user's words.
    pub date_created: String,
    /// The build's id.
    pub build_id: String,
    /// The commit that the image is made from.
    pub commit_sha: String,
}

impl Config {
    /// Reads every option, and answers with a sound build or with all that is wrong.
    pub fn from_options(options: &Options) -> Result<Self, Problems> {
        let mut read = Reader::new(options);
        let settings = settings::read(options, &mut read.problems);
        let python = read.optional(&table::AIRFLOW_PYTHON_VERSION, PythonVersion::read);
        let airflow = read.value(&table::AIRFLOW_VERSION, AirflowVersion::read);
        let clients = read_clients(&mut read);
        let image_texts = ImageTexts {
            repository: read.text(&table::AIRFLOW_IMAGE_REPOSITORY),
            date_created: read.text(&table::AIRFLOW_IMAGE_DATE_CREATED),
            build_id: read.text(&table::BUILD_ID),
            commit_sha: read.text(&table::COMMIT_SHA),
        };
        let base = read.optional(&table::PYTHON_BASE_IMAGE, ImageRef::read);
        let context_files = read
            .optional(&table::DOCKER_CONTEXT_FILES, values::context_path)
            // Airflow's own default names its Dockerfile, which stands for "no folder".
            .filter(|path| path != "Dockerfile")
            // A named context is the folder, whatever a path says.
            .filter(|_| !settings.named.has(CONTEXT_FILES))
            .or_else(|| settings.named.has(CONTEXT_FILES).then(String::new));
        let install_from_context =
            read.value(&table::INSTALL_PACKAGES_FROM_CONTEXT, values::boolean).unwrap_or_default();
        let constraints = rules::constraints(&mut read, airflow.as_ref(), context_files.as_deref());
        let extras = rules::extras(&mut read, airflow.as_ref(), clients);
        read.value(&table::AIRFLOW_INSTALLATION_METHOD, values::line);
        let config = Self {
            base: base.unwrap_or_else(|| rules::derived_base(python, airflow.as_ref())),
            python,
            extras,
            python_deps: read.list(&table::ADDITIONAL_PYTHON_DEPS, values::requirements),
            installer: read
                .optional(&table::AIRFLOW_USE_UV, values::boolean)
                .map(|uv| if uv { Installer::Uv } else { Installer::Pip }),
            pip: read.tool(&table::AIRFLOW_PIP_VERSION, "pip"),
            uv: read.tool(&table::AIRFLOW_UV_VERSION, "uv"),
            install_from_context,
            dev_apt: AptPackages {
                instead: read.optional(&table::DEV_APT_DEPS, values::apt_packages),
                additional: read.list(&table::ADDITIONAL_DEV_APT_DEPS, values::apt_packages),
            },
            runtime_apt: AptPackages {
                instead: read.optional(&table::RUNTIME_APT_DEPS, values::apt_packages),
                additional: read.list(&table::ADDITIONAL_RUNTIME_APT_DEPS, values::apt_packages),
            },
            declined_clients: clients,
            airflow_home: read.value(&table::AIRFLOW_HOME, values::absolute_path).unwrap_or_default(),
            user_home: read.value(&table::AIRFLOW_USER_HOME_DIR, values::absolute_path).unwrap_or_default(),
            uid: read.value(&table::AIRFLOW_UID, values::uid).unwrap_or_default(),
            image_texts,
            labels: options.labels.clone(),
            settings,
            constraints,
            context_files,
            airflow: airflow.unwrap_or_else(rules::any_airflow),
            warnings: Vec::new(),
        };
        rules::check(&config, &mut read.problems);
        let (warnings, problems) = read.finish();
        problems.or(Self { warnings, ..config })
    }

    /// What pip is asked to install: `apache-airflow[extras]==version`.
    pub fn airflow_requirement(&self) -> String {
        let extras =
            if self.extras.is_empty() { String::new() } else { format!("[{}]", self.extras.join(",")) };
        format!("apache-airflow{extras}=={}", self.airflow)
    }
}

/// Reads the three client switches; only declining works so far.
fn read_clients(read: &mut Reader<'_>) -> DeclinedClients {
    let mut declined = |row: &table::Arg, what: &str, way_out: &str| {
        let wanted = read.optional(row, values::boolean);
        if wanted == Some(true) {
            read.refuse(
                problem::Code::UnsupportedBuildArg,
                row.name,
                &format!("this release does not install {what} yet"),
                Some(way_out),
            );
        }
        wanted == Some(false)
    };
    let mysql = declined(
        &table::INSTALL_MYSQL_CLIENT,
        "the MySQL client",
        "give false, and Debian's own with ADDITIONAL_DEV_APT_DEPS=default-libmysqlclient-dev \
         ADDITIONAL_RUNTIME_APT_DEPS=libmariadb3",
    );
    declined(
        &table::INSTALL_MSSQL_CLIENT,
        "Microsoft's ODBC driver",
        "give false, and install it in a Dockerfile that starts FROM the image built here",
    );
    let postgres = declined(
        &table::INSTALL_POSTGRES_CLIENT,
        "the PostgreSQL client",
        "leave it out to keep the postgres extra, and take Debian's own with ADDITIONAL_RUNTIME_APT_DEPS=postgresql-client",
    );
    DeclinedClients { mysql, postgres }
}

#[cfg(test)]
mod tests;
