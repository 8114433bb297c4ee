//! What was found in a base image, and whether the build can start from it.
//!
//! The gateway reads the files; this module checks them before the first step.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::config::install::Method;
use crate::config::path::{has_to_be_new, is_or_below};
use crate::config::values::PythonVersion;
use crate::config::{Config, rules};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::table;
use crate::paths;

/// What was read from a base image.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The reference, pinned to a digest.
    pub reference: String,
    /// The image config, as published.
    pub config: Map<String, Value>,
    /// `/etc/os-release`, if it exists.
    pub os_release: Option<String>,
    /// `/etc/passwd`, if it exists.
    pub passwd: Option<String>,
    /// Whether `/bin/bash` exists, which runs every step.
    pub has_bash: bool,
    /// The folders of `PATH` in order, each with its file names that start with `python3`; at least up to the first folder
    /// that [shows the version](tells_python).
    pub pythons: Vec<(String, BTreeSet<String>)>,
    /// The existing pip settings files with their paths, in the order in which pip reads them.
    pub pip_files: Vec<(String, String)>,
    /// Those of the [`wanted_paths`] that exist.
    pub present: BTreeSet<String>,
}

/// The user that Airflow runs as.
const USER: &str = "airflow";

/// Paths that make an image unusable if they exist; none in most builds.
pub fn wanted_paths(config: &Config, passwd: Option<&str>) -> Vec<String> {
    let folders = chosen(config).map(|(_, path)| path.to_owned());
    // Packages that are already there would mix with Airflow's.
    let known = users(passwd).any(|user| user.name == USER).then(|| packages(config));
    folders.filter(|path| has_to_be_new(path)).chain(known).collect()
}

/// The folders that user airflow will own, each with the option that names it.
fn chosen(config: &Config) -> impl Iterator<Item = (&'static str, &str)> {
    let sources = match &config.install.method {
        Method::Sources { to, .. } if *to != config.airflow_home => {
            Some((table::AIRFLOW_SOURCES_TO.name, to.as_str()))
        }
        Method::Sources { .. } | Method::Index | Method::Url(_) => None,
    };
    let homes = [
        (table::AIRFLOW_HOME.name, config.airflow_home.as_str()),
        (table::AIRFLOW_USER_HOME_DIR.name, config.user_home.as_str()),
    ];
    homes.into_iter().chain(sources)
}

fn packages(config: &Config) -> String {
    paths::virtual_env(&config.user_home)
}

/// A base image that the build can start from.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseImage {
    /// The reference, pinned to a digest.
    pub reference: String,
    /// The image config, as published, with unknown fields.
    pub config: Map<String, Value>,
    /// Its Debian release.
    pub debian: Debian,
    /// Its Python, the first on `PATH`.
    pub python: PythonVersion,
    /// Whether that Python is Debian's package, whose headers are in a separate package.
    pub has_debians_python: bool,
    /// Its pip settings files with their paths, in the order in which pip reads them.
    pub pip_files: Vec<(String, String)>,
}

/// The Debian releases that package lists exist for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Debian {
    /// Debian 11.
    Bullseye,
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
}

impl Debian {
    /// All, oldest first.
    pub const ALL: [Self; 3] = [Self::Bullseye, Self::Bookworm, Self::Trixie];

    /// The code name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bullseye => "bullseye",
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }
}

impl BaseImage {
    /// Checks what was found: Debian, Python, bash, users and folders.
    pub fn judge(config: &Config, found: Found) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut refuse = |option: &str, value: &str, message: &str, hint: &str| {
            let rejected = Diagnostic::new(&config.given, Code::UnusableBaseImage, option, message, hint);
            problems.0.push(rejected.or_value(value));
        };
        let debian = judge_system(config, &found, &mut refuse);
        let python = judge_python(config, &found, &mut refuse);
        judge_folders(config, &found, &mut refuse);
        match (debian, python) {
            (Some(debian), Some((python, has_debians_python))) => problems.or(Self {
                reference: found.reference,
                config: found.config,
                debian,
                python,
                has_debians_python,
                pip_files: found.pip_files,
            }),
            _ => Err(problems),
        }
    }

    /// The environment of the image config, in order.
    pub fn env(&self) -> Vec<(String, String)> {
        env(&self.config)
    }
}

/// Rejects an option, with a value, a message and a hint.
type Refuse<'a> = dyn FnMut(&str, &str, &str, &str) + 'a;

const USABLE: &str = "use a Debian image with Python, such as python:3.12-slim-bookworm";

fn judge_system(config: &Config, found: &Found, refuse: &mut Refuse<'_>) -> Option<Debian> {
    let (option, image) = (table::PYTHON_BASE_IMAGE.name, config.base.to_string());
    let debian = debian(found.os_release.as_deref());
    if debian.is_none() {
        let is = os_name(found.os_release.as_deref());
        let message = format!("this image is {is}, not Debian bullseye, bookworm or trixie");
        refuse(option, &image, &message, USABLE);
    }
    if !found.has_bash {
        refuse(option, &image, "this image has no /bin/bash", USABLE);
    }
    debian
}

/// The version, and whether it is Debian's own.
fn judge_python(config: &Config, found: &Found, refuse: &mut Refuse<'_>) -> Option<(PythonVersion, bool)> {
    let (option, image) = (table::PYTHON_BASE_IMAGE.name, config.base.to_string());
    let Some((python, is_debians)) = python(found) else {
        refuse(option, &image, "this image has no python3 on its PATH", USABLE);
        return None;
    };
    if let Some(message) = rules::python_refused(&config.airflow, python) {
        let message = format!("this image has Python {python}, but {message}");
        refuse(option, &image, &message, "choose another base image or Airflow version");
    }
    if let Some(given) = config.python.filter(|given| given.minor != python.minor) {
        let message = format!("the base image {image} has Python {python}");
        let hint = "remove it, or choose another base image";
        refuse(table::AIRFLOW_PYTHON_VERSION.name, &given.to_string(), &message, hint);
    }
    Some((python, is_debians))
}

/// The user airflow and its folders must not belong to anybody else.
fn judge_folders(config: &Config, found: &Found, refuse: &mut Refuse<'_>) {
    let users: Vec<User<'_>> = users(found.passwd.as_deref()).collect();
    let others = || users.iter().filter(|user| user.name != USER);
    if let Some(owner) = others().find(|user| user.uid == Some(config.uid)) {
        let message = format!("the base image has a user {} with this id", owner.name);
        refuse(table::AIRFLOW_UID.name, &config.uid.to_string(), &message, "choose another id");
    }
    for (option, path) in chosen(config) {
        let holds_home = |user: &&User<'_>| !user.home.is_empty() && is_or_below(user.home, path);
        if let Some(owner) = others().find(holds_home) {
            let message = format!("this folder is or contains the home of {} in the base image", owner.name);
            refuse(option, path, &message, "use a separate folder, such as /opt/airflow");
        } else if has_to_be_new(path) && found.present.contains(path) {
            let message = "this folder is in the base image and belongs to the system";
            refuse(option, path, message, "use a new folder, such as /opt/airflow");
        }
    }
    let packages = packages(config);
    if found.present.contains(&packages) {
        let (option, image) = (table::PYTHON_BASE_IMAGE.name, config.base.to_string());
        let message =
            format!("this image already has packages in {packages}, where Airflow's packages are installed");
        let hint = "use the image that this one was built from, or set another AIRFLOW_USER_HOME_DIR";
        refuse(option, &image, &message, hint);
    }
}

/// The environment in an image config, in order.
pub fn env(config: &Map<String, Value>) -> Vec<(String, String)> {
    config
        .get("config")
        .and_then(|inner| inner.get("Env"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|pair| pair.as_str()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The `PATH` in an image config, or the default of a container.
pub fn search_path(config: &Map<String, Value>) -> String {
    env(config).into_iter().find(|(name, _)| name == "PATH").map_or_else(
        || "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        |(_, path)| path,
    )
}

fn os_fields(os_release: &str) -> BTreeMap<&str, &str> {
    os_release
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim().trim_matches(['"', '\''])))
        .collect()
}

fn debian(os_release: Option<&str>) -> Option<Debian> {
    let fields = os_fields(os_release?);
    let name = fields.get("VERSION_CODENAME").filter(|_| fields.get("ID") == Some(&"debian"))?;
    Debian::ALL.into_iter().find(|debian| debian.name() == *name)
}

/// The name of a system from its `os-release`, with its code name.
fn os_name(os_release: Option<&str>) -> String {
    let fields = os_fields(os_release.unwrap_or_default());
    let field = |key: &str| fields.get(key).copied().filter(|value| !value.is_empty());
    let codename = field("VERSION_CODENAME");
    if let Some(pretty) = field("PRETTY_NAME") {
        let unnamed = codename.filter(|codename| !pretty.contains(codename));
        return unnamed.map_or_else(|| pretty.to_owned(), |codename| format!("{pretty} ({codename})"));
    }
    let version = codename.or_else(|| field("VERSION")).or_else(|| field("VERSION_ID"));
    match (field("NAME").or_else(|| field("ID")), version) {
        (Some(name), Some(version)) => format!("{name} {version}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => "an unknown system".to_owned(),
    }
}

/// The version of the first `python3` on `PATH`, and whether it is Debian's own.
///
/// The version comes from a versioned name in the same folder, or `PYTHON_VERSION`, or the first versioned name in a later
/// folder, which is the target of a link.
fn python(found: &Found) -> Option<(PythonVersion, bool)> {
    let first = found.pythons.iter().position(|(_, names)| names.contains("python3"))?;
    let mut versioned = found.pythons[first..].iter().map(|(folder, names)| (folder, versions(names)));
    let (folder, beside) = versioned.next()?;
    let declared = env(&found.config)
        .into_iter()
        .find(|(name, _)| name == "PYTHON_VERSION")
        .and_then(|(_, version)| PythonVersion::read(&version).ok())
        // The variable can be outdated, so the file name wins if they disagree.
        .filter(|declared| beside.is_empty() || beside.iter().any(|one| one.minor == declared.minor));
    let debians = |folder: &str| ["/usr/bin", "/bin"].contains(&folder);
    declared
        .or_else(|| beside.into_iter().max())
        .map(|version| (version, debians(folder)))
        .or_else(|| versioned.find_map(|(folder, names)| Some((names.into_iter().max()?, debians(folder)))))
}

/// Whether a folder has a `python3` and a versioned name for it, so that later folders do not matter.
pub fn tells_python(names: &BTreeSet<String>) -> bool {
    names.contains("python3") && !versions(names).is_empty()
}

/// The versions in names such as `python3.12`.
fn versions(names: &BTreeSet<String>) -> Vec<PythonVersion> {
    let version = |name: &String| PythonVersion::read(name.strip_prefix("python")?).ok();
    names.iter().filter_map(version).filter(|version| version.patch.is_none()).collect()
}

/// A line of `/etc/passwd`.
struct User<'a> {
    name: &'a str,
    uid: Option<u32>,
    home: &'a str,
}

/// The users in an `/etc/passwd`; other lines are ignored.
fn users(passwd: Option<&str>) -> impl Iterator<Item = User<'_>> {
    passwd.unwrap_or_default().lines().filter_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, _, _, home, ..] = fields[..] else { return None };
        Some(User { name, uid: uid.trim().parse().ok(), home: home.trim_end_matches('/') })
    })
}

#[cfg(test)]
mod tests;
