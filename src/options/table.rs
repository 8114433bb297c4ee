//! One row per build arg: the only place where its name, default and help are written.
//!
//! Parsing, suggestions, the command line's `options` and `docs/args.md` all read these rows.

/// The type of a build arg's value, as `config` parses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false` in any case, also `1`/`0`, `yes`/`no`, `on`/`off`.
    Boolean,
    /// A release such as `2.10.5` (PEP 440).
    Version,
    /// A tool's release or PEP 508 URL; empty for the newest release.
    Tool,
    /// Names separated by commas.
    Extras,
    /// Debian package names separated by white space.
    AptPackages,
    /// Requirements (PEP 508) and options of the installer, separated by white space or commas.
    Requirements,
    /// An OCI image reference.
    Image,
    /// An absolute path in the image, outside the system's folders.
    Path,
    /// A path in the build context, relative to its root.
    ContextPath,
    /// A URL, or an absolute path below `/docker-context-files`.
    Location,
    /// URLs of package indexes separated by white space, without passwords.
    Indexes,
    /// Hosts, each with an optional port, separated by white space.
    Hosts,
    /// A user id: a decimal number from 1 to 2147483646, other than 65534 and 65535.
    Uid,
    /// One of the words in the row's `choices`.
    Choice,
    /// How Airflow is installed: `apache-airflow`, `.` or a URL.
    Method,
    /// Version specifiers such as `>=2.10,<2.11` (PEP 440).
    Specification,
    /// Options of the installer, as words of a shell.
    Flags,
    /// A bash command; it may contain a secret, so it is never shown.
    Command,
    /// `NAME=value` pairs separated by white space; they may contain secrets, so they are never shown.
    Variables,
    /// A whole number.
    Number,
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
            Self::Indexes => "URL …",
            Self::Hosts => "HOST …",
            Self::Uid => "UID",
            Self::Choice => "CHOICE",
            Self::Method => "apache-airflow|.|URL",
            Self::Specification => "SPECIFIERS",
            Self::Flags => "FLAG …",
            Self::Command => "COMMAND",
            Self::Variables => "NAME=VALUE …",
            Self::Number => "NUMBER",
            Self::Text => "TEXT",
        }
    }

    /// How values of this kind may be shown.
    const fn secrecy(self) -> Secrecy {
        match self {
            Self::Command | Self::Variables => Secrecy::Hidden,
            Self::Extras
            | Self::Requirements
            | Self::Image
            | Self::Location
            | Self::Indexes
            | Self::Method
            | Self::Flags
            | Self::Tool
            | Self::Text => Secrecy::Masked,
            Self::Boolean
            | Self::Version
            | Self::AptPackages
            | Self::Path
            | Self::ContextPath
            | Self::Uid
            | Self::Hosts
            | Self::Choice
            | Self::Specification
            | Self::Number => Secrecy::Shown,
        }
    }
}

/// How a value may be shown. BuildKit itself writes every build arg into the provenance of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Shown in messages, plans and the image.
    Shown,
    /// As `Shown`, with the credentials of URLs masked.
    Masked,
    /// Never shown in messages, plans or the image.
    Hidden,
}

/// The stages that an arg affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Only the build stage, which is not shipped.
    Build,
    /// Only the final image.
    Main,
    /// Both stages.
    Both,
}

/// How a name is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// A row of the table.
    Works,
    /// An alias of a row; a warning says so unless it is in [`TODAY`].
    SameAs(&'static str),
    /// A name without effect; a warning gives this reason.
    Dead(&'static str),
}

/// A build arg.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// The name as users write it; case matters.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// The value if none, or only white space, is given; empty where the help says what happens then.
    pub default: &'static str,
    /// The allowed words, for [`Kind::Choice`].
    pub choices: &'static [&'static str],
    /// The stages it affects.
    pub stage: Stage,
    /// The first and last release of Airflow whose own image has it; empty for none and for no end.
    pub releases: (&'static str, &'static str),
    /// How its value may be shown.
    pub secrecy: Secrecy,
    /// What it does. The first sentence, see [`Arg::summary`], fits a terminal.
    pub help: &'static str,
    /// A typical value.
    pub example: &'static str,
}

impl Arg {
    /// The row of a name, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        TABLE.iter().copied().find(|row| row.name == name)
    }

    /// The first sentence of the help, without its full stop: short enough for a table on a terminal.
    pub fn summary(&self) -> &'static str {
        self.help.split(". ").next().unwrap_or_default().trim_end_matches('.')
    }
}

/// Writes the rows: `NAME: Kind = "default", Stage, "first release".."last", "help", "example"` and optional `[choices]`.
macro_rules! args {
    ($($name:ident: $kind:ident $([$($choice:literal),+])? = $default:literal, $stage:ident, $since:literal..$until:literal, $help:literal, $example:literal;)+) => {
        $(
            #[doc = concat!("The row of `", stringify!($name), "`.")]
            pub const $name: Arg = Arg {
                name: stringify!($name),
                kind: Kind::$kind,
                default: $default,
                choices: &[$($($choice),+)?],
                stage: Stage::$stage,
                releases: ($since, $until),
                secrecy: Kind::$kind.secrecy(),
                help: $help,
                example: $example,
            };
        )+
        /// The rows in the order of the reference.
        pub const WORKING: &[&Arg] = &[$(&$name),+];
    };
}

args! {
    PYTHON_BASE_IMAGE: Image = "", Both, "2.0".."3.0",
        "The base image of both stages, with Debian and Python. It must be Debian bullseye, bookworm or trixie. Empty: python:X.Y-slim-bookworm for AIRFLOW_PYTHON_VERSION.",
        "python:3.12-slim-bookworm";
    AIRFLOW_PYTHON_VERSION: Version = "", Both, "3.1".."",
        "The Python version, if PYTHON_BASE_IMAGE is not given. Two or three numbers. Empty: the newest version that the official images of the Airflow release support.",
        "3.12";
    AIRFLOW_VERSION: Version = "3.3.2", Both, "2.2".."",
        "The Airflow release to install, with all three numbers. It decides the constraints, the default extras, the behavior of the entrypoint and the image's labels. A fork such as 2.10.5+acme.1 uses the constraints of its release.",
        "2.10.5";
    AIRFLOW_VERSION_SPECIFICATION: Specification = "", Build, "2.2".."",
        "Version specifiers to use instead of ==AIRFLOW_VERSION. AIRFLOW_VERSION must satisfy them too, because it still decides the constraints.",
        "<4";
    AIRFLOW_INSTALLATION_METHOD: Method = "apache-airflow", Build, "2.2".."",
        "Where Airflow comes from: apache-airflow, a URL, or a dot. apache-airflow: the package index, or the context folder if Airflow is in it. A URL, also written as apache-airflow @ URL or with #egg=apache-airflow: that archive or repository. A dot: the sources in AIRFLOW_SOURCES_FROM.",
        "apache-airflow @ https://github.com/apache/airflow/archive/v2-10-test.tar.gz";
    AIRFLOW_SOURCES_FROM: ContextPath = "", Build, "2.2".."",
        "The folder of the build context with Airflow's sources. Only with AIRFLOW_INSTALLATION_METHOD=. (a dot). Empty: the root of the build context.",
        "airflow";
    AIRFLOW_SOURCES_TO: Path = "", Both, "2.2".."",
        "The folder for Airflow's sources in both stages. Airflow is installed from there as editable. Empty: AIRFLOW_HOME.",
        "/opt/airflow";
    VERSION_SUFFIX: Text = "", Build, "2.7".."",
        "A suffix for the versions built from Airflow's sources. Only with AIRFLOW_INSTALLATION_METHOD=. (a dot).",
        "dev0";
    AIRFLOW_EXTRAS: Extras = "", Build, "2.2".."",
        "The extras of apache-airflow to install. Not given: the default list of the release. Given but empty: none.",
        "celery,postgres";
    ADDITIONAL_AIRFLOW_EXTRAS: Extras = "", Build, "2.2".."",
        "Extras to install in addition to AIRFLOW_EXTRAS.",
        "slack,jdbc";
    ADDITIONAL_PYTHON_DEPS: Requirements = "", Build, "2.2".."",
        "Python packages to install after Airflow. Airflow's constraints do not apply to them. Packages without a wheel are compiled in the build stage. Write them as in requirements.txt or on a command line. Paths are relative to the context folder; URLs can be git+https:// or, with --ssh, git+ssh://.",
        "mpi4py pandas<3";
    AIRFLOW_USE_UV: Boolean = "true", Build, "2.9".."",
        "Whether to install packages with uv instead of pip. If a setting of pip has no equivalent in uv, pip is used.",
        "false";
    AIRFLOW_PIP_VERSION: Tool = "26.2.1", Both, "2.2".."",
        "The pip version in the image. Not given: the default, or the last version that runs on an older Python. Given but empty: the newest.",
        "25.3";
    AIRFLOW_UV_VERSION: Tool = "0.12.18", Both, "2.9".."",
        "The uv version in the image, for Python 3.8 and later. Given but empty: the newest.",
        "0.12.18";
    ADDITIONAL_PIP_INSTALL_FLAGS: Flags = "", Build, "2.3.4".."",
        "Options of pip or uv for all package installations. Quote an option that contains blanks. Paths are relative to the context folder. An index also applies to pip and uv themselves. If an option has no equivalent in uv, pip is used.",
        "--no-binary lxml";
    PIP_INDEX_URL: Indexes = "", Build, "".."",
        "The package index to use instead of PyPI. It applies to pip, uv and everything they install, and replaces the index that the base image sets. Put passwords in the secret netrc.",
        "https://pypi.example.com/simple";
    PIP_EXTRA_INDEX_URL: Indexes = "", Build, "".."",
        "Package indexes in addition to PIP_INDEX_URL. As with pip, the best version from all of them is installed.",
        "https://packages.example.com/simple";
    PIP_TRUSTED_HOST: Hosts = "", Build, "".."",
        "Package index hosts whose certificates are not checked. Each host can have a port.",
        "pypi.example.com:8443";
    INCLUDE_PRE_RELEASE: Boolean = "false", Build, "3.0".."",
        "Whether to allow pre-releases of packages.",
        "true";
    PIP_PROGRESS_BAR: Choice["off", "on", "raw"] = "off", Build, "2.2".."",
        "How the build log shows the progress of downloads.",
        "on";
    UV_HTTP_TIMEOUT: Number = "300", Build, "2.9".."3.1",
        "Seconds that uv and pip wait for the package index. Not given: the default for uv and pip's own default for pip, unless the base image sets another.",
        "60";
    DEPENDENCY_CACHE_EPOCH: Text = "", Build, "2.7.3".."",
        "Part of the name of the download cache. Downloads are kept between builds; change the value to start with an empty cache.",
        "2";
    AIRFLOW_CONSTRAINTS_LOCATION: Location = "", Build, "2.2".."",
        "The constraints file for Airflow: a URL or a path. A URL must point to the file itself, not to a page that shows it. A path must be below /docker-context-files. Empty: the file of the Airflow release and Python version.",
        "/docker-context-files/constraints-3.12.txt";
    AIRFLOW_CONSTRAINTS_REFERENCE: Text = "", Build, "2.2".."",
        "The branch, tag or commit of the constraints repository. In Airflow's own repository, branches and tags start with constraints-. Empty: constraints-AIRFLOW_VERSION for a release, DEFAULT_CONSTRAINTS_BRANCH for a development version.",
        "constraints-2.10.5";
    AIRFLOW_CONSTRAINTS_MODE: Choice["constraints", "constraints-no-providers", "constraints-source-providers"] = "constraints", Build, "2.3.1".."",
        "Which of the release's constraints files to use.",
        "constraints-no-providers";
    CONSTRAINTS_GITHUB_REPOSITORY: Text = "apache/airflow", Build, "2.2".."",
        "The GitHub repository of the constraints, as owner/name.",
        "myorg/airflow";
    DEFAULT_CONSTRAINTS_BRANCH: Text = "constraints-main", Build, "2.2".."",
        "The constraints branch for a development version. It is used if AIRFLOW_VERSION is not a release.",
        "constraints-2-10";
    AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION: Boolean = "false", Build, "3.2".."",
        "Whether to retry without constraints if they do not work. This applies to the installation of Airflow. The image's constraints.txt then lists the installed packages.",
        "true";
    UPGRADE_TO_NEWER_DEPENDENCIES: Text = "false", Build, "2.2".."2.8.4",
        "Any value except false upgrades Airflow's dependencies. The newest packages that work together are installed, without constraints. Change the value to upgrade again.",
        "2026-01-31";
    UPGRADE_INVALIDATION_STRING: Text = "", Build, "2.9".."2.11",
        "Any value requests an upgrade, including false. See UPGRADE_TO_NEWER_DEPENDENCIES.",
        "2026-01-31";
    UPGRADE_RANDOM_INDICATOR_STRING: Text = "", Build, "3.0".."",
        "Any value requests an upgrade, including false. See UPGRADE_TO_NEWER_DEPENDENCIES.",
        "2026-01-31";
    EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS: Requirements = "", Build, "2.2".."2.11",
        "Requirements that limit an upgrade. They are installed together with Airflow, and only in an upgrade.",
        "protobuf<4.21.0";
    DOCKER_CONTEXT_FILES: ContextPath = "", Build, "2.3".."",
        "The context folder: a folder of the build context. The build stage sees it as /docker-context-files. It can contain requirements.txt, constraints, wheels and pip.conf. Empty: none.",
        "docker-context-files";
    INSTALL_PACKAGES_FROM_CONTEXT: Boolean = "false", Build, "2.3".."2.11",
        "Whether to install the packages in the context folder. These are wheels and source archives. If Airflow is among them, the Python steps run without network.",
        "true";
    USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES: Boolean = "", Build, "2.7.3".."2.11",
        "Whether packages of the context folder use constraints. true: constraints-X.Y/MODE-X.Y.txt of the folder, or else the usual file. false: none. Not given: only the file that AIRFLOW_CONSTRAINTS_LOCATION names.",
        "true";
    DEV_APT_COMMAND: Command = "", Build, "2.2".."",
        "A command to run before apt in the build stage. It runs as root, for instance to add apt sources; curl, gnupg and lsb-release are available.",
        "echo 'deb https://apt.example.com bookworm main' > /etc/apt/sources.list.d/example.list";
    ADDITIONAL_DEV_APT_COMMAND: Command = "", Build, "2.2".."",
        "A command to run after DEV_APT_COMMAND.",
        "curl -sSf https://apt.example.com/key.asc > /etc/apt/trusted.gpg.d/example.asc";
    DEV_APT_DEPS: AptPackages = "", Build, "2.2".."",
        "Debian packages of the build stage. Empty: the default list.",
        "build-essential libffi-dev";
    ADDITIONAL_DEV_APT_DEPS: AptPackages = "", Build, "2.2".."",
        "Debian packages in addition to DEV_APT_DEPS. For instance headers and compilers for Python packages without a wheel.",
        "libopenmpi-dev";
    ADDITIONAL_DEV_APT_ENV: Variables = "", Build, "2.2".."",
        "Variables for apt and its commands in the build stage. Nothing else sees them.",
        "ACCEPT_EULA=Y";
    RUNTIME_APT_COMMAND: Command = "", Main, "2.2".."",
        "A command to run before apt in the main stage. It runs as root, for instance to add apt sources; curl, gnupg and lsb-release are available.",
        "echo 'deb https://apt.example.com bookworm main' > /etc/apt/sources.list.d/example.list";
    ADDITIONAL_RUNTIME_APT_COMMAND: Command = "", Main, "2.2".."",
        "A command to run after RUNTIME_APT_COMMAND.",
        "curl -sSf https://apt.example.com/key.asc > /etc/apt/trusted.gpg.d/example.asc";
    RUNTIME_APT_DEPS: AptPackages = "", Main, "2.2".."",
        "Debian packages of the main stage. Empty: the default list.",
        "dumb-init netcat-openbsd";
    ADDITIONAL_RUNTIME_APT_DEPS: AptPackages = "", Main, "2.2".."",
        "Debian packages in addition to RUNTIME_APT_DEPS.",
        "openmpi-common libopenmpi3";
    ADDITIONAL_RUNTIME_APT_ENV: Variables = "", Main, "2.2".."",
        "Variables for apt and its commands in the main stage. Nothing else sees them.",
        "ACCEPT_EULA=Y";
    INSTALL_MYSQL_CLIENT: Boolean = "true", Both, "2.2".."",
        "Whether to install the MySQL client. false also removes the mysql extra.",
        "false";
    INSTALL_MYSQL_CLIENT_TYPE: Choice["mariadb", "mysql"] = "mariadb", Both, "2.7.3".."",
        "The MySQL client to install: MariaDB's or Oracle's. Oracle's (mysql) is available for amd64 only, and requires DATABASE_CLIENTS_FROM=vendor.",
        "mariadb";
    INSTALL_MSSQL_CLIENT: Boolean = "", Both, "2.2".."",
        "Whether to install Microsoft's ODBC driver. Only Microsoft's apt source has it; true accepts its licence. Not given: true with DATABASE_CLIENTS_FROM=vendor, false otherwise.",
        "false";
    INSTALL_POSTGRES_CLIENT: Boolean = "true", Both, "2.3".."",
        "Whether to install the PostgreSQL client. false also removes the postgres extra.",
        "false";
    DATABASE_CLIENTS_FROM: Choice["debian", "vendor"] = "debian", Both, "".."",
        "Where the database clients come from. debian: the apt sources of the base image, so no other host is contacted. vendor: the apt sources of MariaDB or MySQL, Microsoft and PostgreSQL, as in Airflow's own image.",
        "vendor";
    AIRFLOW_HOME: Path = "/opt/airflow", Both, "2.2".."",
        "Airflow's home and the image's working directory. It contains DAGs, logs and configuration. Nothing else may use the folder, because user airflow owns it.",
        "/srv/airflow";
    AIRFLOW_USER_HOME_DIR: Path = "/home/airflow", Both, "2.2".."",
        "The home of user airflow. Python packages are installed in its folder .local. Nothing else may use the folder, because user airflow owns it.",
        "/home/me";
    AIRFLOW_UID: Uid = "50000", Both, "2.2".."",
        "The user id of user airflow. Up to 2147483646, and not the id of another user in the base image. If the base image has a user airflow, it gets this id. The group is always 0.",
        "1000";
    AIRFLOW_IMAGE_TYPE: Text = "prod", Main, "3.0".."",
        "The environment variable AIRFLOW_IMAGE_TYPE of the image. Airflow 3.0 and later.",
        "prod";
    AIRFLOW_IMAGE_REPOSITORY: Text = "https://github.com/apache/airflow", Main, "2.2".."",
        "The label org.opencontainers.image.source.",
        "https://git.example.com/platform/airflow-image";
    AIRFLOW_IMAGE_DATE_CREATED: Text = "", Main, "2.2".."",
        "The label org.opencontainers.image.created.",
        "2026-01-31T00:00:00Z";
    BUILD_ID: Text = "", Main, "2.2".."",
        "A label and an environment variable of the image. Changing it does not rerun any step.",
        "4711";
    COMMIT_SHA: Text = "", Main, "2.2".."",
        "A label and an environment variable of the image. Changing it does not rerun any step.",
        "0a1b2c3d";
}

/// Rows that only affect the releases of Airflow whose own image has them; otherwise a warning says so.
pub const RELEASE_BOUND: &[&Arg] = &[&AIRFLOW_IMAGE_TYPE];

/// Rows whose default depends on the release of Airflow.
pub const BY_RELEASE: &[&Arg] =
    &[&PYTHON_BASE_IMAGE, &AIRFLOW_PYTHON_VERSION, &AIRFLOW_EXTRAS, &DEV_APT_DEPS, &RUNTIME_APT_DEPS];

/// Aliases that the newest release of Airflow's own image uses; they cause no warning.
pub const TODAY: &[&str] =
    &["BASE_IMAGE", "INSTALL_DISTRIBUTIONS_FROM_CONTEXT", "USE_CONSTRAINTS_FOR_CONTEXT_DISTRIBUTIONS"];

/// Rows that Airflow's own image does not have, and their aliases.
pub const OURS: &[&str] = &[
    "DATABASE_CLIENTS_FROM",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
];

/// Other names of Airflow's own image, current and former, and of uv, with their support here.
pub const OTHERS: &[(&str, Support)] = &[
    ("BASE_IMAGE", Support::SameAs("PYTHON_BASE_IMAGE")),
    ("INSTALL_DISTRIBUTIONS_FROM_CONTEXT", Support::SameAs("INSTALL_PACKAGES_FROM_CONTEXT")),
    ("USE_CONSTRAINTS_FOR_CONTEXT_DISTRIBUTIONS", Support::SameAs("USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES")),
    ("ADDITIONAL_DEV_DEPS", Support::SameAs("ADDITIONAL_DEV_APT_DEPS")),
    ("ADDITIONAL_RUNTIME_DEPS", Support::SameAs("ADDITIONAL_RUNTIME_APT_DEPS")),
    ("AIRFLOW_CONSTRAINTS", Support::SameAs("AIRFLOW_CONSTRAINTS_MODE")),
    ("AIRFLOW_CONSTRAINTS_URL", Support::SameAs("AIRFLOW_CONSTRAINTS_LOCATION")),
    ("AIRFLOW_INSTALL_SOURCES", Support::SameAs("AIRFLOW_INSTALLATION_METHOD")),
    ("AIRFLOW_INSTALL_VERSION", Support::SameAs("AIRFLOW_VERSION_SPECIFICATION")),
    ("INSTALL_FROM_DOCKER_CONTEXT_FILES", Support::SameAs("INSTALL_PACKAGES_FROM_CONTEXT")),
    ("PIP_CACHE_EPOCH", Support::SameAs("DEPENDENCY_CACHE_EPOCH")),
    ("UV_DEFAULT_INDEX", Support::SameAs("PIP_INDEX_URL")),
    ("UV_EXTRA_INDEX_URL", Support::SameAs("PIP_EXTRA_INDEX_URL")),
    ("UV_INDEX", Support::SameAs("PIP_EXTRA_INDEX_URL")),
    ("UV_INDEX_URL", Support::SameAs("PIP_INDEX_URL")),
    ("UV_INSECURE_HOST", Support::SameAs("PIP_TRUSTED_HOST")),
    ("PYTHON_MAJOR_MINOR_VERSION", Support::SameAs("AIRFLOW_PYTHON_VERSION")),
    ("VERSION_SUFFIX_FOR_PYPI", Support::SameAs("VERSION_SUFFIX")),
    ("AIRFLOW_BRANCH", Support::Dead(PRE_CACHE)),
    ("AIRFLOW_CI_BUILD_EPOCH", Support::Dead("use --no-cache to rerun every step")),
    ("AIRFLOW_GID", Support::Dead("the group of user airflow is always 0")),
    ("AIRFLOW_IMAGE_README_URL", Support::Dead("the image has no such label; use --label to add your own")),
    ("AIRFLOW_IS_IN_CONTEXT", Support::Dead("the frontend looks for Airflow in the context folder itself")),
    ("AIRFLOW_PRE_CACHED_PIP_PACKAGES", Support::Dead(PRE_CACHE)),
    ("AIRFLOW_REPO", Support::Dead(PRE_CACHE)),
    (
        "AIRFLOW_SETUPTOOLS_VERSION",
        Support::Dead("the image does not contain setuptools; add it with ADDITIONAL_PYTHON_DEPS"),
    ),
    ("AIRFLOW_SOURCES_WWW_FROM", Support::Dead(WWW)),
    ("AIRFLOW_SOURCES_WWW_TO", Support::Dead(WWW)),
    ("CASS_DRIVER_BUILD_CONCURRENCY", Support::Dead("the Cassandra driver has wheels and is not compiled")),
    ("CONTINUE_ON_PIP_CHECK_FAILURE", Support::Dead("conflicting packages always fail the build")),
    ("INSTALL_FROM_PYPI", Support::Dead("AIRFLOW_INSTALLATION_METHOD and the context folder decide it")),
    (
        "INSTALL_PROVIDERS_FROM_SOURCES",
        Support::Dead("providers are installed from the package index, or from wheels in the context folder"),
    ),
    ("PYTHON_LTO", Support::Dead("Python comes from the base image and is not compiled")),
];

const PRE_CACHE: &str = "downloads are kept between builds instead of a pre-cache";
const WWW: &str = "web assets are not compiled; install a release or wheels, which contain them";

/// All rows; [`OTHERS`] has the other names.
pub const TABLE: &[&Arg] = WORKING;

/// The support of a name; `None` if it is unknown.
pub fn support(name: &str) -> Option<Support> {
    Arg::find(name)
        .map(|_| Support::Works)
        .or_else(|| OTHERS.iter().find(|(other, _)| *other == name).map(|(_, support)| *support))
}

/// Whether Airflow's own image of a release, by major, minor and patch number, has a row.
pub fn is_within(row: &Arg, release: [u64; 3]) -> bool {
    let numbers = |text: &str| {
        let mut parts = text.split('.').map_while(|part| part.parse().ok());
        [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)]
    };
    let (first, last) = row.releases;
    // A last release without a patch number stands for all of them.
    let until = if last.matches('.').count() < 2 { [release[0], release[1], 0] } else { release };
    release >= numbers(first) && (last.is_empty() || until <= numbers(last))
}

/// The row of a name or an alias.
pub fn row(name: &str) -> Option<&'static Arg> {
    match support(name)? {
        Support::Works => Arg::find(name),
        Support::SameAs(row) => Arg::find(row),
        Support::Dead(_) => None,
    }
}

/// Whether the value of a name must never be shown.
pub fn is_hidden(name: &str) -> bool {
    row(name).is_some_and(|row| row.secrecy == Secrecy::Hidden)
}

/// Every name that has an effect with the name to prefer, rows first.
pub fn live_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let others = OTHERS.iter().filter_map(|(name, support)| match support {
        Support::SameAs(_) if TODAY.contains(name) => Some((*name, *name)),
        Support::SameAs(row) => Some((*name, *row)),
        Support::Works | Support::Dead(_) => None,
    });
    TABLE.iter().map(|row| (row.name, row.name)).chain(others)
}

/// Every known name, rows first.
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
    fn every_row_has_help_an_example_and_releases() {
        for row in TABLE {
            assert!(row.help.ends_with('.'), "{}: help is a sentence", row.name);
            let summary = row.summary();
            assert!((10..=60).contains(&summary.len()), "{}: {summary}", row.name);
            assert!(!row.example.is_empty(), "{}: an example", row.name);
            assert_eq!(row.choices.is_empty(), row.kind != Kind::Choice, "{}", row.name);
            let own = OURS.contains(&row.name);
            assert_eq!(row.releases.0.is_empty(), own, "{}: the first release that has it", row.name);
        }
    }

    #[test]
    fn other_names_lead_to_rows_that_work() {
        for (name, support) in OTHERS {
            match support {
                Support::SameAs(row) => assert!(Arg::find(row).is_some(), "{name} stands for {row}"),
                Support::Dead(why) => assert!(!why.is_empty() && !why.ends_with('.'), "{name}: {why}"),
                Support::Works => panic!("{name} works, so it needs a row"),
            }
        }
        for name in TODAY {
            assert!(matches!(support(name), Some(Support::SameAs(_))), "{name}");
        }
    }

    /// Every arg of Airflow's two references, of its Dockerfiles, and of their history.
    const AIRFLOWS_OWN: &str = "
        ADDITIONAL_AIRFLOW_EXTRAS ADDITIONAL_DEV_APT_COMMAND ADDITIONAL_DEV_APT_DEPS ADDITIONAL_DEV_APT_ENV
        ADDITIONAL_DEV_DEPS ADDITIONAL_PIP_INSTALL_FLAGS ADDITIONAL_PYTHON_DEPS ADDITIONAL_RUNTIME_APT_COMMAND
        ADDITIONAL_RUNTIME_APT_DEPS ADDITIONAL_RUNTIME_APT_ENV ADDITIONAL_RUNTIME_DEPS AIRFLOW_BRANCH
        AIRFLOW_CI_BUILD_EPOCH AIRFLOW_CONSTRAINTS AIRFLOW_CONSTRAINTS_LOCATION AIRFLOW_CONSTRAINTS_MODE
        AIRFLOW_CONSTRAINTS_REFERENCE AIRFLOW_CONSTRAINTS_URL AIRFLOW_EXTRAS
        AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION AIRFLOW_GID AIRFLOW_HOME AIRFLOW_IMAGE_DATE_CREATED
        AIRFLOW_IMAGE_README_URL AIRFLOW_IMAGE_REPOSITORY AIRFLOW_IMAGE_TYPE AIRFLOW_INSTALLATION_METHOD
        AIRFLOW_INSTALL_SOURCES AIRFLOW_INSTALL_VERSION AIRFLOW_IS_IN_CONTEXT AIRFLOW_PIP_VERSION
        AIRFLOW_PRE_CACHED_PIP_PACKAGES AIRFLOW_PYTHON_VERSION AIRFLOW_REPO AIRFLOW_SETUPTOOLS_VERSION
        AIRFLOW_SOURCES_FROM AIRFLOW_SOURCES_TO AIRFLOW_SOURCES_WWW_FROM AIRFLOW_SOURCES_WWW_TO AIRFLOW_UID
        AIRFLOW_USER_HOME_DIR AIRFLOW_USE_UV AIRFLOW_UV_VERSION AIRFLOW_VERSION AIRFLOW_VERSION_SPECIFICATION
        BASE_IMAGE BUILD_ID CASS_DRIVER_BUILD_CONCURRENCY COMMIT_SHA CONSTRAINTS_GITHUB_REPOSITORY
        CONTINUE_ON_PIP_CHECK_FAILURE DEFAULT_CONSTRAINTS_BRANCH DEPENDENCY_CACHE_EPOCH DEV_APT_COMMAND DEV_APT_DEPS
        DOCKER_CONTEXT_FILES EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS INCLUDE_PRE_RELEASE
        INSTALL_DISTRIBUTIONS_FROM_CONTEXT INSTALL_FROM_DOCKER_CONTEXT_FILES INSTALL_FROM_PYPI INSTALL_MSSQL_CLIENT
        INSTALL_MYSQL_CLIENT INSTALL_MYSQL_CLIENT_TYPE INSTALL_PACKAGES_FROM_CONTEXT INSTALL_POSTGRES_CLIENT
        INSTALL_PROVIDERS_FROM_SOURCES PIP_CACHE_EPOCH PIP_PROGRESS_BAR PYTHON_BASE_IMAGE PYTHON_LTO
        PYTHON_MAJOR_MINOR_VERSION RUNTIME_APT_COMMAND RUNTIME_APT_DEPS UPGRADE_INVALIDATION_STRING
        UPGRADE_RANDOM_INDICATOR_STRING UPGRADE_TO_NEWER_DEPENDENCIES USE_CONSTRAINTS_FOR_CONTEXT_DISTRIBUTIONS
        USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES UV_HTTP_TIMEOUT VERSION_SUFFIX VERSION_SUFFIX_FOR_PYPI";

    #[test]
    fn every_arg_of_airflows_own_image_is_known_and_no_other() {
        let theirs: BTreeSet<&str> = AIRFLOWS_OWN.split_whitespace().collect();
        let ours: BTreeSet<&str> = names().filter(|name| !OURS.contains(name)).collect();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn what_may_hold_a_secret_is_hidden_under_all_its_names() {
        for name in ["DEV_APT_COMMAND", "ADDITIONAL_RUNTIME_APT_COMMAND", "ADDITIONAL_DEV_APT_ENV"] {
            assert!(is_hidden(name), "{name}");
        }
        assert!(!is_hidden("ADDITIONAL_PYTHON_DEPS") && !is_hidden("PIZZA"));
    }
}
