//! The program that installs Python packages, and the pip and uv that the image gets.

use super::base::BaseImage;
use super::context::{AIRFLOW, Archive, holds};
use crate::config::pip::{self, ExternalSetting, InUv};
use crate::config::values::{self, Tool};
use crate::config::{Config, Installer, UV, releases};
use crate::options::table;
use crate::paths::PIP_CONF;

/// How Python packages are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The installer: the one that was asked for, by default uv; pip where uv cannot do it.
    pub installer: Installer,
    /// Why pip installs although it was not asked for.
    pub why_pip: Option<String>,
    /// The pip of the image.
    pub pip: Tool,
    /// The uv of the image, if uv runs on its Python.
    pub uv: Option<Tool>,
    /// Whether uv comes from the named context `uv`.
    pub uv_is_copied: bool,
}

impl Installation {
    /// Chooses by the options, the base image, the archives to install, and `pip.conf` of the context folder.
    pub(super) fn choose(
        config: &Config,
        base: &BaseImage,
        archives: &[Archive],
        pip_conf: Option<&str>,
    ) -> Self {
        let why_pip = why_pip(config, base, archives, pip_conf);
        Self {
            installer: match why_pip {
                Some(_) => Installer::Pip,
                None => config.installer.unwrap_or(Installer::Uv),
            },
            why_pip: why_pip.filter(|_| config.installer != Some(Installer::Pip)),
            pip: pip(config, base, archives),
            uv: has_uv(base).then(|| uv(config, archives)),
            uv_is_copied: is_copied(config),
        }
    }
}

/// Why uv cannot install.
fn why_pip(
    config: &Config,
    base: &BaseImage,
    archives: &[Archive],
    pip_conf: Option<&str>,
) -> Option<String> {
    if !has_uv(base) {
        return Some(format!("uv does not run on Python {}", base.python));
    }
    if holds(archives, AIRFLOW) && !holds(archives, "uv") && !is_copied(config) {
        return Some("the context folder contains Airflow but no wheel of uv".to_owned());
    }
    let flag =
        config.install.flags.iter().find(|flag| flag.in_uv() == InUv::Pip).map(|flag| flag.name.clone());
    let external = || external_settings(base, pip_conf).into_iter().find(needs_pip).map(|it| it.origin);
    flag.or_else(external).map(|what| format!("uv has no equivalent of {what}"))
}

fn needs_pip(external: &ExternalSetting) -> bool {
    match external.setting.name {
        // uv can call the program, but cannot load the module.
        "keyring-provider" => external.value == "import",
        _ => external.setting.in_uv == InUv::Pip,
    }
}

/// pip's settings in the base image and in `pip.conf` of the context folder; of two for the same setting, the first counts.
pub(crate) fn external_settings(base: &BaseImage, pip_conf: Option<&str>) -> Vec<ExternalSetting> {
    let variables = pip::from_variables(&base.env());
    let name = format!("{PIP_CONF} of the context folder");
    let folder = pip_conf.into_iter().flat_map(|text| pip::from_file(&name, text));
    let image = base.pip_files.iter().rev().flat_map(|(name, text)| pip::from_file(name, text));
    variables.into_iter().chain(folder).chain(image).collect()
}

fn is_copied(config: &Config) -> bool {
    config.settings.named.has(UV)
}

fn has_uv(base: &BaseImage) -> bool {
    base.python.minor >= releases::FIRST_PYTHON_OF_UV
}

/// The pip that was asked for, by default the one of the context folder, the usual one, or the last that runs on an older
/// Python.
fn pip(config: &Config, base: &BaseImage, archives: &[Archive]) -> Tool {
    let last = releases::LAST_PIPS.iter().find(|(last, _)| base.python.minor <= *last);
    let usual = last.map_or(table::AIRFLOW_PIP_VERSION.default, |(_, version)| version);
    config.pip.clone().or_else(|| in_folder(archives, "pip")).unwrap_or_else(|| tool("pip", usual))
}

/// The uv that was asked for, by default the one of the context folder, or the usual one.
fn uv(config: &Config, archives: &[Archive]) -> Tool {
    let usual = || tool("uv", table::AIRFLOW_UV_VERSION.default);
    config.uv.clone().or_else(|| in_folder(archives, "uv")).unwrap_or_else(usual)
}

/// The tool among the archives of the context folder.
fn in_folder(archives: &[Archive], name: &str) -> Option<Tool> {
    let archive = archives.iter().rfind(|archive| archive.project == name)?;
    values::tool(name, &archive.version).ok()
}

fn tool(name: &str, version: &str) -> Tool {
    values::tool(name, version).unwrap_or_else(|error| unreachable!("{name} {version}: {error}"))
}
