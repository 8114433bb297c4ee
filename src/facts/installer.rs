//! Which program installs Python packages, in which version.

use std::collections::BTreeSet;

use super::Facts;
use super::context::{self, Archive};
use crate::config::pip::{self, ExternalSetting, InUv};
use crate::config::values::{self, Tool};
use crate::config::{Config, Installer, UV, releases};
use crate::options::table;

/// Who installs: as it was said; else uv, unless it cannot follow what pip was told, or is not to be had.
pub(crate) fn choose(config: &Config, facts: &Facts) -> Installer {
    if why_pip(config, facts).is_some() { Installer::Pip } else { config.installer.unwrap_or(Installer::Uv) }
}

/// Why pip has to install, whatever was asked for.
pub(crate) fn why_pip(config: &Config, facts: &Facts) -> Option<String> {
    if !has_uv(facts) {
        return Some(format!("uv does not run on Python {}", facts.base.python));
    }
    let archives = archives(config, &facts.context);
    if holds(&archives, "apache-airflow") && !holds(&archives, "uv") && !is_brought(config) {
        return Some("the context folder holds Airflow but no wheel of uv".to_owned());
    }
    let flag =
        config.install.flags.iter().find(|flag| flag.in_uv() == InUv::Pip).map(|flag| flag.name.clone());
    let external = || external_settings(facts).into_iter().find(needs_pip).map(|it| it.origin);
    flag.or_else(external).map(|what| format!("uv has no equivalent of {what}"))
}

fn needs_pip(external: &ExternalSetting) -> bool {
    match external.setting.name {
        // uv can call the program, but cannot load the module.
        "keyring-provider" => external.value == "import",
        _ => external.setting.in_uv == InUv::Pip,
    }
}

/// What pip is told by the base image and the context folder: of two that speak of one setting, the first counts.
pub(crate) fn external_settings(facts: &Facts) -> Vec<ExternalSetting> {
    let variables = pip::from_variables(&facts.base.env());
    let files = facts.pip_files.iter().rev().flat_map(|(name, text)| pip::from_file(name, text));
    variables.into_iter().chain(files).collect()
}

/// pip's settings file in the context folder, if there is one.
pub(crate) fn settings_file(files: &BTreeSet<String>) -> Option<&'static str> {
    files.contains("pip.conf").then_some("pip.conf")
}

/// Whether uv is the one of a named context.
pub(crate) fn is_brought(config: &Config) -> bool {
    config.settings.named.has(UV)
}

fn has_uv(facts: &Facts) -> bool {
    facts.base.python.minor >= releases::FIRST_PYTHON_OF_UV
}

/// The pip of the image: as it was said; else that of the context folder, where all comes from there; else the usual one,
/// or the last that runs on an older Python.
pub(crate) fn pip(config: &Config, facts: &Facts) -> Tool {
    let minor = facts.base.python.minor;
    let last = releases::LAST_PIPS.iter().find(|(last, _)| minor <= *last);
    let usual = last.map_or(table::AIRFLOW_PIP_VERSION.default, |(_, version)| version);
    config.pip.clone().or_else(|| brought(config, facts, "pip")).unwrap_or_else(|| tool("pip", usual))
}

/// The uv of the image, where it runs.
pub(crate) fn uv(config: &Config, facts: &Facts) -> Option<Tool> {
    let usual = || tool("uv", table::AIRFLOW_UV_VERSION.default);
    has_uv(facts).then(|| config.uv.clone().or_else(|| brought(config, facts, "uv")).unwrap_or_else(usual))
}

/// The tool among the packages of the context folder, which are all installed.
fn brought(config: &Config, facts: &Facts, name: &str) -> Option<Tool> {
    let archives = archives(config, &facts.context);
    let archive = archives.iter().rfind(|archive| archive.project == name)?;
    values::tool(name, &archive.version).ok()
}

fn tool(name: &str, version: &str) -> Tool {
    values::tool(name, version).unwrap_or_else(|error| unreachable!("{name} {version}: {error}"))
}

/// The archives of the context folder, when they are to be installed.
pub(crate) fn archives(config: &Config, files: &BTreeSet<String>) -> Vec<Archive> {
    if config.install_from_context { context::archives(files) } else { Vec::new() }
}

pub(crate) fn holds(archives: &[Archive], project: &str) -> bool {
    archives.iter().any(|archive| archive.project == project)
}
