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
    /// Requirements (PEP 508) and options of the installer, separated by white space or commas.
    Requirements,
    /// An OCI image reference.
    Image,
    /// An absolute path in the image, of a folder that does not belong to the system.
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
    /// A command for bash; it may hold a secret, so it is never shown.
    Command,
    /// `NAME=value` pairs separated by white space; they may hold secrets, so they are never shown.
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

    /// Who may see a value of this kind.
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

/// Who may see what was given for an arg. BuildKit itself writes every build arg into the provenance of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Messages, plans and the image may show it.
    Shown,
    /// As `Shown`, but the credentials of URLs in it are hidden.
    Masked,
    /// No message, plan or image shows it.
    Hidden,
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
    /// Another name of a row, which gets its value; unless it is among [`TODAY`], a warning says so.
    SameAs(&'static str),
    /// A name without effect, by this reason; a warning gives it.
    Dead(&'static str),
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
    /// The first and last release of Airflow whose own image has it; empty: none, or no end.
    pub releases: (&'static str, &'static str),
    /// Who may see its value.
    pub secrecy: Secrecy,
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
        /// The rows that work, in the order in which the reference shows them.
        pub const WORKING: &[&Arg] = &[$(&$name),+];
    };
}

args! {
    PYTHON_BASE_IMAGE: Image = "", Both, "2.0".."3.0",
        "The image both stages start from: Debian bullseye, bookworm or trixie with Python in it. Empty: python:X.Y-slim-bookworm for AIRFLOW_PYTHON_VERSION.",
        "python:3.12-slim-bookworm";
    AIRFLOW_PYTHON_VERSION: Version = "", Both, "3.1".."",
        "The Python to run on, two or three numbers, where PYTHON_BASE_IMAGE is not given. Empty: the newest that the Airflow release supports in its official images.",
        "3.12";
    AIRFLOW_VERSION: Version = "3.3.2", Both, "2.2".."",
        "The Airflow release to install from the package index, with all three numbers; decides the constraints, the default extras, the entrypoint's rules and the image's labels. A fork such as 2.10.5+acme.1 takes the constraints of its release.",
        "2.10.5";
    AIRFLOW_VERSION_SPECIFICATION: Specification = "", Build, "2.2".."",
        "Specifiers that the installed release has to meet, in place of ==AIRFLOW_VERSION. AIRFLOW_VERSION has to meet them too, as it still decides the constraints.",
        "<4";
    AIRFLOW_INSTALLATION_METHOD: Method = "apache-airflow", Build, "2.2".."",
        "Where Airflow comes from. apache-airflow: the package index, or the context folder where that holds it. A URL, also as apache-airflow @ URL or with #egg=apache-airflow: that archive or repository. A dot: AIRFLOW_SOURCES_FROM.",
        "apache-airflow @ https://github.com/apache/airflow/archive/v2-10-test.tar.gz";
    AIRFLOW_SOURCES_FROM: ContextPath = "", Build, "2.2".."",
        "The folder of the build context with Airflow's sources, for AIRFLOW_INSTALLATION_METHOD=. only. Empty: the root of the build context.",
        "airflow";
    AIRFLOW_SOURCES_TO: Path = "", Both, "2.2".."",
        "Where the sources lie in both stages, installed as editable. Empty: AIRFLOW_HOME.",
        "/opt/airflow";
    VERSION_SUFFIX: Text = "", Build, "2.7".."",
        "A suffix that Airflow's sources give to their versions when they are built; for AIRFLOW_INSTALLATION_METHOD=. only.",
        "dev0";
    AIRFLOW_EXTRAS: Extras = "", Build, "2.2".."",
        "Extras of apache-airflow to install, in place of the release's default list. Not given: the default list; given but empty: none.",
        "celery,postgres";
    ADDITIONAL_AIRFLOW_EXTRAS: Extras = "", Build, "2.2".."",
        "Extras to install besides AIRFLOW_EXTRAS.",
        "slack,jdbc";
    ADDITIONAL_PYTHON_DEPS: Requirements = "", Build, "2.2".."",
        "Python packages to install after Airflow, without its constraints; compiled in the build stage where they have no wheel. Written as in requirements.txt or on a command line; paths start from the context folder, and URLs may be git+https:// or, with --ssh, git+ssh://.",
        "mpi4py pandas<3";
    AIRFLOW_USE_UV: Boolean = "true", Build, "2.9".."",
        "Whether uv installs; false: pip. Settings of pip that uv has no equivalent of make it pip.",
        "false";
    AIRFLOW_PIP_VERSION: Tool = "26.2.1", Both, "2.2".."",
        "The pip to put into the image. Not given: this one, or the last that runs on an older Python. Given but empty: the newest.",
        "25.3";
    AIRFLOW_UV_VERSION: Tool = "0.12.18", Both, "2.9".."",
        "The uv to put into the image, for Python 3.8 and later. Given but empty: the newest.",
        "0.12.18";
    ADDITIONAL_PIP_INSTALL_FLAGS: Flags = "", Build, "2.3.4".."",
        "Options for every installation of packages, as pip or uv knows them, in quotes where one has blanks; paths start from the context folder, and an index holds for pip and uv themselves, too. One that uv has no equivalent of makes pip install.",
        "--no-binary lxml";
    PIP_INDEX_URL: Indexes = "", Build, "".."",
        "The package index for pip, uv and everything they install, in place of PyPI and of what the base image says. Passwords belong into the secret netrc.",
        "https://pypi.example.com/simple";
    PIP_EXTRA_INDEX_URL: Indexes = "", Build, "".."",
        "Package indexes besides PIP_INDEX_URL. As with pip, the best version of all of them is taken.",
        "https://packages.example.com/simple";
    PIP_TRUSTED_HOST: Hosts = "", Build, "".."",
        "Hosts of package indexes whose certificates are not checked, each with an optional port.",
        "pypi.example.com:8443";
    INCLUDE_PRE_RELEASE: Boolean = "false", Build, "3.0".."",
        "Whether pre-releases of packages are taken too.",
        "true";
    PIP_PROGRESS_BAR: Choice["off", "on", "raw"] = "off", Build, "2.2".."",
        "Whether downloads of packages show their progress in the build log.",
        "on";
    UV_HTTP_TIMEOUT: Number = "300", Build, "2.9".."3.1",
        "How many seconds uv and pip wait for an answer of the package index.",
        "60";
    DEPENDENCY_CACHE_EPOCH: Text = "", Build, "2.7.3".."",
        "Part of the name of the cache that keeps downloads between builds; another text starts an empty one.",
        "2";
    AIRFLOW_CONSTRAINTS_LOCATION: Location = "", Build, "2.2".."",
        "The constraints file to install Airflow with: a URL of the file itself, not of a page that shows it, or a path below /docker-context-files. Empty: the file of the Airflow release and Python version.",
        "/docker-context-files/constraints-3.12.txt";
    AIRFLOW_CONSTRAINTS_REFERENCE: Text = "", Build, "2.2".."",
        "The branch, tag or commit of the constraints repository; in Airflow's own, their names start with constraints-. Empty: constraints-AIRFLOW_VERSION for a release, DEFAULT_CONSTRAINTS_BRANCH for a development version.",
        "constraints-2.10.5";
    AIRFLOW_CONSTRAINTS_MODE: Choice["constraints", "constraints-no-providers", "constraints-source-providers"] = "constraints", Build, "2.3.1".."",
        "Which of a release's constraints files to take.",
        "constraints-no-providers";
    CONSTRAINTS_GITHUB_REPOSITORY: Text = "apache/airflow", Build, "2.2".."",
        "The GitHub repository, as owner/name, that has the constraints branches.",
        "myorg/airflow";
    DEFAULT_CONSTRAINTS_BRANCH: Text = "constraints-main", Build, "2.2".."",
        "The constraints branch for an AIRFLOW_VERSION that is not a release.",
        "constraints-2-10";
    AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION: Boolean = "false", Build, "3.2".."",
        "Whether Airflow is installed without constraints where it cannot be with them. The image's constraints.txt then says what is installed.",
        "true";
    UPGRADE_TO_NEWER_DEPENDENCIES: Text = "false", Build, "2.2".."2.8.4",
        "Anything but false: all packages of Airflow are the newest that fit together, without constraints. Another text does it again.",
        "2026-01-31";
    UPGRADE_INVALIDATION_STRING: Text = "", Build, "2.9".."2.11",
        "Any text, also false: as UPGRADE_TO_NEWER_DEPENDENCIES.",
        "2026-01-31";
    UPGRADE_RANDOM_INDICATOR_STRING: Text = "", Build, "3.0".."",
        "Any text, also false: as UPGRADE_TO_NEWER_DEPENDENCIES.",
        "2026-01-31";
    EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS: Requirements = "", Build, "2.2".."2.11",
        "Requirements that bound an upgrade: installed together with Airflow, and only in an upgrade.",
        "protobuf<4.21.0";
    DOCKER_CONTEXT_FILES: ContextPath = "", Build, "2.3".."",
        "The folder of the build context that the build stage sees as /docker-context-files: requirements.txt, constraints, wheels, pip.conf. Empty: none.",
        "docker-context-files";
    INSTALL_PACKAGES_FROM_CONTEXT: Boolean = "false", Build, "2.3".."2.11",
        "Whether to install the wheels and source archives that lie in the context folder; with Airflow among them, the Python steps have no network.",
        "true";
    USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES: Boolean = "", Build, "2.7.3".."2.11",
        "Whether constraints hold for packages of the context folder: true takes constraints-X.Y/MODE-X.Y.txt there, or else the usual ones; false takes none. Not given: only those that AIRFLOW_CONSTRAINTS_LOCATION names.",
        "true";
    DEV_APT_COMMAND: Command = "", Build, "2.2".."",
        "A command that root runs before the Debian packages of the build stage are installed, to add apt sources; with curl, gnupg and lsb-release there.",
        "echo 'deb https://apt.example.com bookworm main' > /etc/apt/sources.list.d/example.list";
    ADDITIONAL_DEV_APT_COMMAND: Command = "", Build, "2.2".."",
        "A command to run after DEV_APT_COMMAND.",
        "curl -sSf https://apt.example.com/key.asc > /etc/apt/trusted.gpg.d/example.asc";
    DEV_APT_DEPS: AptPackages = "", Build, "2.2".."",
        "Debian packages of the build stage, in place of the default list. Empty: the default list.",
        "build-essential libffi-dev";
    ADDITIONAL_DEV_APT_DEPS: AptPackages = "", Build, "2.2".."",
        "Debian packages of the build stage besides DEV_APT_DEPS: headers and compilers for packages that have no wheel.",
        "libopenmpi-dev";
    ADDITIONAL_DEV_APT_ENV: Variables = "", Build, "2.2".."",
        "Variables for the commands and for apt in the build stage, and for nothing else.",
        "ACCEPT_EULA=Y";
    RUNTIME_APT_COMMAND: Command = "", Main, "2.2".."",
        "A command that root runs before the Debian packages of the image people run are installed, as DEV_APT_COMMAND.",
        "echo 'deb https://apt.example.com bookworm main' > /etc/apt/sources.list.d/example.list";
    ADDITIONAL_RUNTIME_APT_COMMAND: Command = "", Main, "2.2".."",
        "A command to run after RUNTIME_APT_COMMAND.",
        "curl -sSf https://apt.example.com/key.asc > /etc/apt/trusted.gpg.d/example.asc";
    RUNTIME_APT_DEPS: AptPackages = "", Main, "2.2".."",
        "Debian packages of the image people run, in place of the default list. Empty: the default list.",
        "dumb-init netcat-openbsd";
    ADDITIONAL_RUNTIME_APT_DEPS: AptPackages = "", Main, "2.2".."",
        "Debian packages of the image people run besides RUNTIME_APT_DEPS.",
        "openmpi-common libopenmpi3";
    ADDITIONAL_RUNTIME_APT_ENV: Variables = "", Main, "2.2".."",
        "Variables for the commands and for apt in the image people run, and for nothing else.",
        "ACCEPT_EULA=Y";
    INSTALL_MYSQL_CLIENT: Boolean = "true", Both, "2.2".."",
        "Whether to install the MySQL client. false also drops the mysql extra.",
        "false";
    INSTALL_MYSQL_CLIENT_TYPE: Choice["mariadb", "mysql"] = "mariadb", Both, "2.7.3".."",
        "Whose MySQL client: MariaDB's, or Oracle's, which there is for amd64 and with DATABASE_CLIENTS_FROM=vendor only.",
        "mariadb";
    INSTALL_MSSQL_CLIENT: Boolean = "", Both, "2.2".."",
        "Whether to install Microsoft's ODBC driver, which only Microsoft's apt source has; with true you accept its licence. Not given: as DATABASE_CLIENTS_FROM=vendor.",
        "false";
    INSTALL_POSTGRES_CLIENT: Boolean = "true", Both, "2.3".."",
        "Whether to install the PostgreSQL client. false also drops the postgres extra.",
        "false";
    DATABASE_CLIENTS_FROM: Choice["debian", "vendor"] = "debian", Both, "".."",
        "Who makes the database clients. debian: the base image's own apt sources, so no other host is asked. vendor: the apt sources of MariaDB or MySQL, Microsoft and PostgreSQL, as in Airflow's own image.",
        "vendor";
    AIRFLOW_HOME: Path = "/opt/airflow", Both, "2.2".."",
        "Airflow's home: DAGs, logs and configuration; the working directory of the image. A folder of its own, as user airflow gets it.",
        "/srv/airflow";
    AIRFLOW_USER_HOME_DIR: Path = "/home/airflow", Both, "2.2".."",
        "The home of user airflow; Python packages live in its .local. A folder of its own, as for AIRFLOW_HOME.",
        "/home/me";
    AIRFLOW_UID: Uid = "50000", Both, "2.2".."",
        "The user id of user airflow, whose group is always 0: up to 2147483646, and of nobody else in the base image. A user airflow of the base image gets this id.",
        "1000";
    AIRFLOW_IMAGE_TYPE: Text = "prod", Main, "3.0".."",
        "An environment variable of the image, for Airflow 3.0 and later.",
        "prod";
    AIRFLOW_IMAGE_REPOSITORY: Text = "https://github.com/apache/airflow", Main, "2.2".."",
        "The label org.opencontainers.image.source.",
        "https://git.example.com/platform/airflow-image";
    AIRFLOW_IMAGE_DATE_CREATED: Text = "", Main, "2.2".."",
        "The label org.opencontainers.image.created.",
        "2026-01-31T00:00:00Z";
    BUILD_ID: Text = "", Main, "2.2".."",
        "A label and an environment variable of the image; changing it runs no step again.",
        "4711";
    COMMIT_SHA: Text = "", Main, "2.2".."",
        "A label and an environment variable of the image; changing it runs no step again.",
        "0a1b2c3d";
}

/// Rows that have an effect only for the releases of Airflow whose own image has them; otherwise a warning says so.
pub const RELEASE_BOUND: &[&Arg] = &[&AIRFLOW_IMAGE_TYPE];

/// Rows without a default of their own that have one for each release of Airflow.
pub const BY_RELEASE: &[&Arg] =
    &[&PYTHON_BASE_IMAGE, &AIRFLOW_PYTHON_VERSION, &AIRFLOW_EXTRAS, &DEV_APT_DEPS, &RUNTIME_APT_DEPS];

/// Other names that the newest release of Airflow's own image uses: as good as the row's own.
pub const TODAY: &[&str] =
    &["BASE_IMAGE", "INSTALL_DISTRIBUTIONS_FROM_CONTEXT", "USE_CONSTRAINTS_FOR_CONTEXT_DISTRIBUTIONS"];

/// Rows that Airflow's own image does not have, and other names for them.
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

/// Other names that Airflow's own image knows or once knew, and names of uv's; each with what becomes of it here.
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
    ("AIRFLOW_CI_BUILD_EPOCH", Support::Dead("--no-cache runs every step again")),
    ("AIRFLOW_GID", Support::Dead("the group of user airflow is always 0")),
    (
        "AIRFLOW_IMAGE_README_URL",
        Support::Dead("no label of the image has it; --label sets labels of your own"),
    ),
    (
        "AIRFLOW_IS_IN_CONTEXT",
        Support::Dead("whether the context folder holds Airflow is seen by the files in it"),
    ),
    ("AIRFLOW_PRE_CACHED_PIP_PACKAGES", Support::Dead(PRE_CACHE)),
    ("AIRFLOW_REPO", Support::Dead(PRE_CACHE)),
    (
        "AIRFLOW_SETUPTOOLS_VERSION",
        Support::Dead("setuptools is no part of the image; ADDITIONAL_PYTHON_DEPS can add it"),
    ),
    ("AIRFLOW_SOURCES_WWW_FROM", Support::Dead(WWW)),
    ("AIRFLOW_SOURCES_WWW_TO", Support::Dead(WWW)),
    (
        "CASS_DRIVER_BUILD_CONCURRENCY",
        Support::Dead("the driver of Cassandra has wheels, and nothing of it is compiled"),
    ),
    (
        "CONTINUE_ON_PIP_CHECK_FAILURE",
        Support::Dead("packages that do not fit together always end the build"),
    ),
    (
        "INSTALL_FROM_PYPI",
        Support::Dead("it follows from AIRFLOW_INSTALLATION_METHOD and the context folder"),
    ),
    (
        "INSTALL_PROVIDERS_FROM_SOURCES",
        Support::Dead("providers come from the package index, or as wheels from the context folder"),
    ),
    ("PYTHON_LTO", Support::Dead("Python is that of the base image, and is never compiled here")),
];

const PRE_CACHE: &str = "there is no pre-cache; downloads are kept between builds instead";
const WWW: &str = "web pages are not compiled here; install a release or wheels to have them";

/// The rows that work; [`OTHERS`] holds the rest of the names.
pub const TABLE: &[&Arg] = WORKING;

/// What becomes of a name: works, stands for another, or dead; `None` for an unknown name.
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

/// The row that a name stands for: its own, or that of its newer name.
pub fn row(name: &str) -> Option<&'static Arg> {
    match support(name)? {
        Support::Works => Arg::find(name),
        Support::SameAs(row) => Arg::find(row),
        Support::Dead(_) => None,
    }
}

/// Whether no message may show what was given for a name.
pub fn is_hidden(name: &str) -> bool {
    row(name).is_some_and(|row| row.secrecy == Secrecy::Hidden)
}

/// Every name that has an effect, and the one to give in its place; the ones that work first.
pub fn live_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let others = OTHERS.iter().filter_map(|(name, support)| match support {
        Support::SameAs(_) if TODAY.contains(name) => Some((*name, *name)),
        Support::SameAs(row) => Some((*name, *row)),
        Support::Works | Support::Dead(_) => None,
    });
    TABLE.iter().map(|row| (row.name, row.name)).chain(others)
}

/// Every name that means something: the ones that work first.
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
