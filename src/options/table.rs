//! One row per build arg: the only place where its name, default and help are written.
//!
//! Parsing, suggestions, the command line's `options` and `docs/args.md` all read these rows.

/// What a build arg's text stands for; `config` reads it accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false` in any case, also `1`/`0`, `yes`/`no`, `on`/`off`.
    Boolean,
    /// A release such as `2.10.5` (PEP 440).
    Version,
    /// A tool's release, or where to get the tool from (a PEP 508 URL); empty for the newest.
    Tool,
    /// Names separated by commas.
    Extras,
    /// Debian package names separated by white space.
    AptPackages,
    /// Requirements (PEP 508) separated by white space.
    Requirements,
    /// An OCI image reference.
    Image,
    /// An absolute path in the image.
    Path,
    /// A path in the build context, relative to its root.
    ContextPath,
    /// A URL, or an absolute path below `/docker-context-files`.
    Location,
    /// A user id: a decimal number from 1 to 65533.
    Uid,
    /// One of the words in the row's `choices`.
    Choice,
    /// Any one line of text.
    Text,
}

impl Kind {
    /// The placeholder that help shows for a value.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Boolean => "true|false",
            Self::Version => "VERSION",
            Self::Tool => "VERSION|URL",
            Self::Extras => "EXTRA,…",
            Self::AptPackages => "PACKAGE …",
            Self::Requirements => "REQUIREMENT …",
            Self::Image => "IMAGE",
            Self::Path | Self::ContextPath => "PATH",
            Self::Location => "URL|PATH",
            Self::Uid => "UID",
            Self::Choice => "CHOICE",
            Self::Text => "TEXT",
        }
    }
}

/// Which of the image's stages an arg has an effect on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Only what is installed with, not what is shipped.
    Build,
    /// Only the image people run.
    Main,
    /// Both stages.
    Both,
}

/// How far a name is honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It works as its help says.
    Works,
    /// An older or newer name for another row, which gets its value; a warning says so.
    SameAs(&'static str),
    /// Airflow's own image knows the name, this release does not: an error that gives this way out.
    NotYet(&'static str),
}

/// A build arg.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// The name as users write it; case matters.
    pub name: &'static str,
    /// What its text stands for.
    pub kind: Kind,
    /// The text it has when nothing, or nothing but white space, is given; empty where help tells what happens then.
    pub default: &'static str,
    /// The allowed words, for [`Kind::Choice`].
    pub choices: &'static [&'static str],
    /// The stages it has an effect on.
    pub stage: Stage,
    /// How far it is honoured.
    pub support: Support,
    /// What it does, in one or two sentences.
    pub help: &'static str,
    /// A value that a user might give.
    pub example: &'static str,
}

impl Arg {
    /// The row of a name, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        TABLE.iter().copied().find(|row| row.name == name)
    }
}

/// Writes the rows: `NAME: Kind = "default", stage, "help", "example"` and an optional `[choices]`.
macro_rules! args {
    ($($name:ident: $kind:ident $([$($choice:literal),+])? = $default:literal, $stage:ident, $help:literal, $example:literal;)+) => {
        $(
            #[doc = concat!("The row of `", stringify!($name), "`.")]
            pub const $name: Arg = Arg {
                name: stringify!($name),
                kind: Kind::$kind,
                default: $default,
                choices: &[$($($choice),+)?],
                stage: Stage::$stage,
                support: Support::Works,
                help: $help,
                example: $example,
            };
        )+
        /// The rows that work, in the order in which the reference shows them.
        pub const WORKING: &[&Arg] = &[$(&$name),+];
    };
}

args! {
    PYTHON_BASE_IMAGE: Image = "", Both,
        "The image both stages start from: Debian bullseye, bookworm or trixie with Python in it. Empty: python:X.Y-slim-bookworm for AIRFLOW_PYTHON_VERSION.",
        "python:3.12-slim-bookworm";
    AIRFLOW_PYTHON_VERSION: Version = "", Both,
        "The Python to run on, two or three numbers, where PYTHON_BASE_IMAGE is not given. Empty: the newest that the Airflow release supports in its official images.",
        "3.12";
    AIRFLOW_VERSION: Version = "3.3.2", Both,
        "The Airflow release to install from the package index; decides the constraints, the default extras, the entrypoint's rules and the image's labels.",
        "2.10.5";
    AIRFLOW_EXTRAS: Extras = "", Build,
        "Extras of apache-airflow to install, in place of the release's default list. Empty: the default list; to install none, give `-`.",
        "celery,postgres";
    ADDITIONAL_AIRFLOW_EXTRAS: Extras = "", Build,
        "Extras to install besides AIRFLOW_EXTRAS.",
        "slack,jdbc";
    ADDITIONAL_PYTHON_DEPS: Requirements = "", Build,
        "Python packages to install after Airflow, without its constraints; compiled in the build stage where they have no wheel.",
        "mpi4py pandas<3";
    AIRFLOW_INSTALLATION_METHOD: Choice["apache-airflow"] = "apache-airflow", Build,
        "How Airflow is installed. apache-airflow: from the package index, or from the context folder where that holds it.",
        "apache-airflow";
    AIRFLOW_USE_UV: Boolean = "true", Build,
        "Whether uv installs; false: pip. A pip.conf or .piprc in the context folder makes it pip, unless true is given in so many words.",
        "false";
    AIRFLOW_PIP_VERSION: Tool = "26.2.1", Both,
        "The pip to put into the image.",
        "25.3";
    AIRFLOW_UV_VERSION: Tool = "0.12.18", Both,
        "The uv to put into the image.",
        "0.12.18";
    AIRFLOW_CONSTRAINTS_LOCATION: Location = "", Build,
        "The constraints file to install Airflow with: a URL, or a path below /docker-context-files. Empty: the file of the Airflow release and Python version.",
        "/docker-context-files/constraints-3.12.txt";
    AIRFLOW_CONSTRAINTS_REFERENCE: Text = "", Build,
        "The branch or tag of the constraints repository. Empty: constraints-AIRFLOW_VERSION for a release, DEFAULT_CONSTRAINTS_BRANCH for a development version.",
        "constraints-2.10.5";
    AIRFLOW_CONSTRAINTS_MODE: Choice["constraints", "constraints-no-providers", "constraints-source-providers"] = "constraints", Build,
        "Which of a release's constraints files to take.",
        "constraints-no-providers";
    CONSTRAINTS_GITHUB_REPOSITORY: Text = "apache/airflow", Build,
        "The GitHub repository, as owner/name, that has the constraints branches.",
        "myorg/airflow";
    DEFAULT_CONSTRAINTS_BRANCH: Text = "constraints-main", Build,
        "The constraints branch for an AIRFLOW_VERSION that is not a release.",
        "constraints-main";
    DOCKER_CONTEXT_FILES: ContextPath = "", Build,
        "The folder of the build context that the build stage sees as /docker-context-files: requirements.txt, constraints, wheels, pip.conf. Empty: none.",
        "docker-context-files";
    INSTALL_PACKAGES_FROM_CONTEXT: Boolean = "false", Build,
        "Whether to install the wheels and source archives that lie in the context folder; with Airflow among them, the Python steps have no network.",
        "true";
    DEV_APT_DEPS: AptPackages = "", Build,
        "Debian packages of the build stage, in place of the default list. Empty: the default list.",
        "build-essential libffi-dev";
    ADDITIONAL_DEV_APT_DEPS: AptPackages = "", Build,
        "Debian packages of the build stage besides DEV_APT_DEPS: headers and compilers for packages that have no wheel.",
        "libopenmpi-dev";
    RUNTIME_APT_DEPS: AptPackages = "", Main,
        "Debian packages of the image people run, in place of the default list. Empty: the default list.",
        "dumb-init netcat-openbsd";
    ADDITIONAL_RUNTIME_APT_DEPS: AptPackages = "", Main,
        "Debian packages of the image people run besides RUNTIME_APT_DEPS.",
        "openmpi-common libopenmpi3";
    INSTALL_MYSQL_CLIENT: Boolean = "", Both,
        "Whether to install the MySQL client. false also drops the mysql extra. Not installed by this release: true is an error, and without a value the mysql extra is left out.",
        "false";
    INSTALL_MSSQL_CLIENT: Boolean = "", Both,
        "Whether to install Microsoft's ODBC driver. Not installed by this release: true is an error.",
        "false";
    INSTALL_POSTGRES_CLIENT: Boolean = "", Both,
        "Whether to install the PostgreSQL client. false also drops the postgres extra. Not installed by this release: true is an error.",
        "false";
    AIRFLOW_HOME: Path = "/opt/airflow", Both,
        "Airflow's home: DAGs, logs and configuration; the working directory of the image.",
        "/opt/airflow";
    AIRFLOW_USER_HOME_DIR: Path = "/home/airflow", Both,
        "The home of user airflow; Python packages live in its .local.",
        "/home/airflow";
    AIRFLOW_UID: Uid = "50000", Both,
        "The user id of user airflow, whose group is always 0.",
        "1000";
    AIRFLOW_IMAGE_REPOSITORY: Text = "https://github.com/apache/airflow", Main,
        "The label org.opencontainers.image.source.",
        "https://git.example.com/platform/airflow-image";
    AIRFLOW_IMAGE_DATE_CREATED: Text = "", Main,
        "The label org.opencontainers.image.created.",
        "2026-01-31T00:00:00Z";
    BUILD_ID: Text = "", Main,
        "A label and an environment variable of the image; changing it runs no step again.",
        "4711";
    COMMIT_SHA: Text = "", Main,
        "A label and an environment variable of the image; changing it runs no step again.",
        "0a1b2c3d";
}

/// Other names that Airflow's own image knows or once knew, each with what becomes of it here.
pub const OTHERS: &[(&str, Support)] = &[
    ("BASE_IMAGE", Support::SameAs("PYTHON_BASE_IMAGE")),
    ("INSTALL_DISTRIBUTIONS_FROM_CONTEXT", Support::SameAs("INSTALL_PACKAGES_FROM_CONTEXT")),
    ("INSTALL_FROM_DOCKER_CONTEXT_FILES", Support::SameAs("INSTALL_PACKAGES_FROM_CONTEXT")),
    ("ADDITIONAL_DEV_DEPS", Support::SameAs("ADDITIONAL_DEV_APT_DEPS")),
    ("ADDITIONAL_RUNTIME_DEPS", Support::SameAs("ADDITIONAL_RUNTIME_APT_DEPS")),
    ("AIRFLOW_CONSTRAINTS", Support::SameAs("AIRFLOW_CONSTRAINTS_MODE")),
    ("AIRFLOW_CONSTRAINTS_URL", Support::SameAs("AIRFLOW_CONSTRAINTS_LOCATION")),
    ("ADDITIONAL_DEV_APT_COMMAND", Support::NotYet(EXTEND)),
    ("ADDITIONAL_DEV_APT_ENV", Support::NotYet(EXTEND)),
    (
        "ADDITIONAL_PIP_INSTALL_FLAGS",
        Support::NotYet("put the settings into a pip.conf in the context folder"),
    ),
    ("ADDITIONAL_RUNTIME_APT_COMMAND", Support::NotYet(EXTEND)),
    ("ADDITIONAL_RUNTIME_APT_ENV", Support::NotYet(EXTEND)),
    (
        "AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION",
        Support::NotYet("leave it out; constraints always hold here"),
    ),
    ("AIRFLOW_SOURCES_FROM", Support::NotYet(SOURCES)),
    ("AIRFLOW_SOURCES_TO", Support::NotYet(SOURCES)),
    ("AIRFLOW_VERSION_SPECIFICATION", Support::NotYet("name one release with AIRFLOW_VERSION")),
    ("DEV_APT_COMMAND", Support::NotYet(EXTEND)),
    (
        "EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS",
        Support::NotYet("pin the packages with ADDITIONAL_PYTHON_DEPS"),
    ),
    (
        "INCLUDE_PRE_RELEASE",
        Support::NotYet("name the pre-releases with ADDITIONAL_PYTHON_DEPS, such as pkg==2.0b1"),
    ),
    ("INSTALL_MYSQL_CLIENT_TYPE", Support::NotYet("leave it out; this release installs no database client")),
    ("INSTALL_PROVIDERS_FROM_SOURCES", Support::NotYet(SOURCES)),
    ("PIP_PROGRESS_BAR", Support::NotYet("leave it out; progress bars are off in build logs")),
    ("RUNTIME_APT_COMMAND", Support::NotYet(EXTEND)),
    ("UPGRADE_INVALIDATION_STRING", Support::NotYet(UPGRADE)),
    ("UPGRADE_RANDOM_INDICATOR_STRING", Support::NotYet(UPGRADE)),
    ("UPGRADE_TO_NEWER_DEPENDENCIES", Support::NotYet(UPGRADE)),
    (
        "USE_CONSTRAINTS_FOR_CONTEXT_DISTRIBUTIONS",
        Support::NotYet("leave it out; constraints apply whenever one is given"),
    ),
    (
        "USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES",
        Support::NotYet("leave it out; constraints apply whenever one is given"),
    ),
];

const EXTEND: &str = "run the command in a Dockerfile that starts FROM the image built here";
const SOURCES: &str = "build wheels from the sources and install them with INSTALL_PACKAGES_FROM_CONTEXT";
const UPGRADE: &str = "give a newer constraints file with AIRFLOW_CONSTRAINTS_LOCATION";

/// The rows that work; [`OTHERS`] holds the rest of the names.
pub const TABLE: &[&Arg] = WORKING;

/// What becomes of a name: works, stands for another, or not yet; `None` for an unknown name.
pub fn support(name: &str) -> Option<Support> {
    Arg::find(name)
        .map(|row| row.support)
        .or_else(|| OTHERS.iter().find(|(other, _)| *other == name).map(|(_, support)| *support))
}

/// Every name that means something, for suggestions: the ones that work first.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.name).chain(OTHERS.iter().map(|(name, _)| *name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_upper_case() {
        let mut seen = BTreeSet::new();
        for name in names() {
            assert!(seen.insert(name), "{name} stands twice");
            assert!(name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{name}");
        }
    }

    #[test]
    fn every_row_has_help_and_an_example() {
        for row in TABLE {
            assert!(row.help.ends_with('.'), "{}: help is a sentence", row.name);
            assert!(!row.example.is_empty(), "{}: an example", row.name);
            assert_eq!(row.choices.is_empty(), row.kind != Kind::Choice, "{}", row.name);
        }
    }

    #[test]
    fn other_names_lead_to_rows_that_work() {
        for (name, support) in OTHERS {
            if let Support::SameAs(row) = support {
                assert!(Arg::find(row).is_some(), "{name} stands for {row}");
            }
        }
    }
}
