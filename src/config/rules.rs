//! Rules between options, and values that depend on several options.

use buildkit_frontend::position;

use super::clients::{Clients, Mysql, Source};
use super::install::Method;
use super::path::is_or_below;
use super::pip::InUv;
use super::reader::Reader;
use super::values::{self, AirflowVersion, ImageRef, Platform, PythonVersion};
use super::{
    AIRFLOW_SOURCES, CONTEXT_FILES, Config, Constraints, Installer, published_constraints, releases,
    requirement,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::table;
use crate::paths::{self, CONTEXT_MOUNT};

/// The official Python image for a Python version, or for the default version of an Airflow release.
pub(super) fn derived_base(python: Option<PythonVersion>, airflow: Option<&AirflowVersion>) -> ImageRef {
    let python = python.unwrap_or_else(|| releases::default_python(airflow.unwrap_or(&any_airflow())));
    // There are no official images of Python 3.6 for bookworm.
    let debian = if python.minor < 7 { "bullseye" } else { releases::DEFAULT_DEBIAN };
    let text = format!("python:{python}-slim-{debian}");
    ImageRef::read(&text).unwrap_or_else(|error| unreachable!("{text}: {error}"))
}

/// A placeholder for an invalid version, so that the other options are still checked.
pub(super) fn any_airflow() -> AirflowVersion {
    let text = table::AIRFLOW_VERSION.default;
    AirflowVersion::read(text).unwrap_or_else(|error| unreachable!("{text}: {error}"))
}

/// The extras to install: given or default ones, plus additional ones, minus those whose client is not installed.
pub(super) fn extras(
    read: &mut Reader<'_>,
    airflow: Option<&AirflowVersion>,
    clients: Clients,
) -> Vec<String> {
    let given = read.given(&table::AIRFLOW_EXTRAS).is_some();
    let mut all = if given {
        read.list(&table::AIRFLOW_EXTRAS, values::extras)
    } else {
        releases::default_extras(airflow.unwrap_or(&any_airflow()))
    };
    let additional = read.list(&table::ADDITIONAL_AIRFLOW_EXTRAS, values::extras);
    for extra in additional {
        if !all.contains(&extra) {
            all.push(extra);
        }
    }
    let dropped = [("mysql", clients.mysql.is_none()), ("postgres", !clients.postgres)];
    all.retain(|extra| !dropped.iter().any(|(name, gone)| *gone && name == extra));
    all
}

/// Warns of build args that have no effect with the chosen release.
pub(super) fn warn_of_releases(read: &mut Reader<'_>, airflow: Option<&AirflowVersion>) {
    let Some(airflow) = airflow else { return };
    for row in table::RELEASE_BOUND {
        if read.given(row).is_some() && !table::is_within(row, airflow.numbers()) {
            let (first, last) = row.releases;
            let until = if last.is_empty() { "and later".to_owned() } else { format!("to {last}") };
            read.warn(row.name, &format!("this option only has an effect with Airflow {first} {until}"));
        }
    }
}

/// Where the constraints come from.
pub(super) fn constraints(
    read: &mut Reader<'_>,
    airflow: Option<&AirflowVersion>,
    context_files: Option<&str>,
) -> Constraints {
    let location = read.optional(&table::AIRFLOW_CONSTRAINTS_LOCATION, |text| location(text, context_files));
    let repository = read.value(&table::CONSTRAINTS_GITHUB_REPOSITORY, github_repository).unwrap_or_default();
    let of_airflow = repository == table::CONSTRAINTS_GITHUB_REPOSITORY.default;
    let reference = |text: &str| published_constraints::reference(text, of_airflow);
    let branch = read.value(&table::DEFAULT_CONSTRAINTS_BRANCH, reference).unwrap_or_default();
    let reference = read.optional(&table::AIRFLOW_CONSTRAINTS_REFERENCE, reference);
    let mode = read.text(&table::AIRFLOW_CONSTRAINTS_MODE);
    let by_release = || {
        let release = airflow.and_then(AirflowVersion::constrained_as);
        release.map_or(branch, |release| format!("constraints-{release}"))
    };
    location.unwrap_or_else(|| Constraints::Published {
        repository,
        reference: reference.unwrap_or_else(by_release),
        mode,
    })
}

fn location(text: &str, context_files: Option<&str>) -> Result<Constraints, String> {
    if let Some((_, rest)) = text.split_once("://").filter(|(scheme, _)| ["http", "https"].contains(scheme)) {
        let sound = !rest.is_empty() && !rest.starts_with('/') && !text.contains(char::is_whitespace);
        if !sound {
            return Err(position::at_letter("not a URL", text, |letter| !letter.is_whitespace()));
        }
        return published_constraints::reject_web_page(text).map(|()| Constraints::Url(text.to_owned()));
    }
    let inside = text.strip_prefix(CONTEXT_MOUNT).and_then(|path| path.strip_prefix('/'));
    let Some(path) = inside else {
        return Err(format!("expected a URL, or a path below {CONTEXT_MOUNT}"));
    };
    if context_files.is_none() {
        return Err("there is no context folder; set DOCKER_CONTEXT_FILES".to_owned());
    }
    values::context_path(path).map(Constraints::ContextFile)
}

fn github_repository(text: &str) -> Result<String, String> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let sound = |text: &str| text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name));
    sound(text).then(|| text.to_owned()).ok_or_else(|| position::at("expected owner/name", text, sound))
}

/// Checks that options of pip and uv, and their versions, do not conflict.
fn tools(config: &Config, conflict: &mut impl FnMut(&str, &str, &str, &str)) {
    let flags = &config.install.flags;
    let option = table::ADDITIONAL_PIP_INSTALL_FLAGS.name;
    for flag in flags.iter().filter(|flag| flag.in_uv() == InUv::Refused) {
        conflict(
            option,
            &flag.words.join(" "),
            "this option installs packages outside the image's virtual environment",
            "remove it",
        );
    }
    if let Some(of_uv) = flags.iter().find(|flag| flag.is_of_uv_alone()) {
        let value = of_uv.words.join(" ");
        let of_pip = flags.iter().find(|flag| flag.in_uv() == InUv::Pip);
        if config.installer == Some(Installer::Pip) {
            let message = format!("pip has no option {}", of_uv.name);
            conflict(option, &value, &message, "remove it, or set AIRFLOW_USE_UV=true");
        } else if let Some(of_pip) = of_pip {
            let message =
                format!("pip has no option {}, and uv has no equivalent of {}", of_uv.name, of_pip.name);
            conflict(option, &value, &message, "remove one of the two");
        }
    }
    for (tool, row) in [("pip", &table::AIRFLOW_PIP_VERSION), ("uv", &table::AIRFLOW_UV_VERSION)] {
        let same = |word: &&String| requirement::project(word) == tool && word.as_str() != tool;
        if let Some(word) = config.python_deps.iter().find(same) {
            let hint = format!("set {}, and remove it here", row.name);
            let message = format!("the image already contains {tool}, in the version that {} sets", row.name);
            conflict(table::ADDITIONAL_PYTHON_DEPS.name, word, &message, &hint);
        }
    }
}

/// Checks combinations of options that are valid on their own.
pub(super) fn check(config: &Config, problems: &mut Diagnostics) {
    let mut conflict = |option: &str, value: &str, message: &str, hint: &str| {
        let conflict = Diagnostic::new(&config.given, Code::ConflictingBuildArgs, option, message, hint);
        problems.0.push(conflict.or_value(value));
    };
    if config.install_from_context && config.context_files.is_none() {
        conflict(
            table::INSTALL_PACKAGES_FROM_CONTEXT.name,
            "true",
            "there is no context folder to install from",
            "set it, for example with DOCKER_CONTEXT_FILES=docker-context-files",
        );
    }
    if config.context_files.is_none() {
        for (row, named) in config.named_files() {
            conflict(
                row.name,
                &format!("{CONTEXT_MOUNT}/{}", named.path),
                "there is no context folder to read this path from",
                "set it, for example with DOCKER_CONTEXT_FILES=docker-context-files",
            );
        }
    }
    let (home, user_home) = (&config.airflow_home, &config.user_home);
    let packages = paths::virtual_env(user_home);
    if home == user_home || is_or_below(home, &packages) {
        conflict(
            table::AIRFLOW_HOME.name,
            home,
            "Airflow's home must not be the user's home or inside the folder of Python packages",
            "choose another AIRFLOW_HOME or AIRFLOW_USER_HOME_DIR",
        );
    }
    if let Method::Sources { to, .. } = &config.install.method
        && (is_or_below(user_home, to) || is_or_below(to, &packages))
    {
        conflict(
            table::AIRFLOW_SOURCES_TO.name,
            to,
            "the sources must not contain the user's home or be inside the folder of Python packages",
            "choose another folder, such as /opt/airflow",
        );
    }
    let named = &config.settings.named;
    if let Method::Sources { from, .. } = &config.install.method
        && config.context_files.as_ref() == Some(from)
        && !named.has(CONTEXT_FILES)
        && !named.has(AIRFLOW_SOURCES)
    {
        let folder = if from.is_empty() { "." } else { from };
        conflict(
            table::DOCKER_CONTEXT_FILES.name,
            folder,
            "this folder also contains Airflow's sources, so its files would be copied into the image",
            "use a separate folder for the context files, such as DOCKER_CONTEXT_FILES=docker-context-files",
        );
    }
    if let Method::Sources { .. } = &config.install.method
        && config.install_from_context
    {
        conflict(
            table::INSTALL_PACKAGES_FROM_CONTEXT.name,
            "true",
            "Airflow cannot be installed both from sources and from the context folder",
            "remove it, or remove AIRFLOW_INSTALLATION_METHOD",
        );
    }
    if let Some(specification) = &config.install.specification
        && !config.airflow.meets(specification)
    {
        conflict(
            table::AIRFLOW_VERSION_SPECIFICATION.name,
            specification,
            &format!("AIRFLOW_VERSION is {}, which does not satisfy it", config.airflow),
            "set AIRFLOW_VERSION to the release to install; its constraints are used",
        );
    }
    if config.clients.mysql == Some(Mysql::Oracle) && config.clients.from == Source::Debian {
        conflict(
            table::INSTALL_MYSQL_CLIENT_TYPE.name,
            "mysql",
            "Debian does not have Oracle's MySQL client",
            "use mariadb, or set DATABASE_CLIENTS_FROM=vendor",
        );
    }
    tools(config, &mut conflict);
    for platform in &config.settings.platforms {
        problems.0.extend(platform_refused(config, platform));
    }
    if let Some(python) = config.python
        && let Some(message) = python_refused(&config.airflow, python)
    {
        let (row, hint) = (table::AIRFLOW_PYTHON_VERSION.name, "choose another Python or Airflow version");
        let unsupported = Diagnostic::new(&config.given, Code::UnsupportedPython, row, &message, hint);
        problems.0.push(unsupported.or_value(&python.to_string()));
    }
}

/// Why a build is not possible for a platform, if so.
pub fn platform_refused(config: &Config, platform: &Platform) -> Option<Diagnostic> {
    let oracle = config.clients.mysql == Some(Mysql::Oracle) && config.clients.from == Source::Vendor;
    (oracle && platform.architecture != "amd64").then(|| {
        let row = table::INSTALL_MYSQL_CLIENT_TYPE.name;
        let message = format!("Oracle has no MySQL client for {platform}");
        let hint = "use mariadb, or build for linux/amd64";
        Diagnostic::new(&config.given, Code::ConflictingBuildArgs, row, &message, hint).or_value("mysql")
    })
}

/// Why an Airflow release does not run on a Python version, if so.
pub(crate) fn python_refused(airflow: &AirflowVersion, python: PythonVersion) -> Option<String> {
    let (first, last) = releases::python_range(airflow);
    (!(first..=last).contains(&python.minor))
        .then(|| format!("Airflow {airflow} runs on Python 3.{first} to 3.{last}"))
}
