//! Which program installs Python packages, in which version.

use std::collections::BTreeSet;

use super::context::{self, Archive};
use super::facts::Facts;
use crate::config::values::{self, Tool};
use crate::config::{Config, Installer, UV, releases};
use crate::options::table;

/// Options that `uv pip install` reads as pip does; any other makes pip install.
const KNOWN_TO_UV: &[&str] = &[
    "--extra-index-url",
    "--find-links",
    "--index-url",
    "--no-binary",
    "--no-build-isolation",
    "--no-cache-dir",
    "--no-deps",
    "--no-index",
    "--only-binary",
    "--pre",
    "--quiet",
    "--require-hashes",
    "--trusted-host",
    "--upgrade",
    "--verbose",
    "-U",
    "-f",
    "-i",
    "-q",
    "-v",
];

/// Who installs: as it was said; else uv, unless it would miss pip's settings or is not to be had.
pub(super) fn choose(config: &Config, facts: &Facts) -> Installer {
    match why_pip(config, facts) {
        Some(why) if why.is_final || config.installer.is_none() => Installer::Pip,
        Some(_) | None => config.installer.unwrap_or(Installer::Uv),
    }
}

/// A reason for pip, for people.
pub(super) struct Reason {
    pub(super) text: String,
    /// Whether it holds although uv was asked for.
    is_final: bool,
}

/// Why pip installs, where nobody asked for it.
pub(super) fn why_pip(config: &Config, facts: &Facts) -> Option<Reason> {
    let reason = |is_final, text: String| Some(Reason { text, is_final });
    if !has_uv(facts) {
        return reason(true, format!("uv does not run on Python {}", facts.base.python));
    }
    let archives = archives(config, &facts.context);
    if holds(&archives, "apache-airflow") && !holds(&archives, "uv") && !is_brought(config) {
        return reason(true, "the context folder holds Airflow but no wheel of uv".to_owned());
    }
    let settings = settings(&facts.context);
    if context::has_pip_settings(&facts.context) {
        return reason(false, format!("uv would not read {} of the context folder", settings.join(" and ")));
    }
    let unknown = config.install.flags.iter().find(|flag| !is_known_to_uv(flag))?;
    reason(false, format!("uv does not know {}", flag_name(unknown)))
}

/// A value beside its option is no option.
fn is_known_to_uv(flag: &str) -> bool {
    !flag.starts_with('-') || KNOWN_TO_UV.contains(&flag_name(flag))
}

fn flag_name(flag: &str) -> &str {
    flag.split('=').next().unwrap_or(flag)
}

/// pip's settings files in the context folder.
pub(super) fn settings(files: &BTreeSet<String>) -> Vec<&'static str> {
    ["pip.conf", ".piprc"].into_iter().filter(|name| files.contains(*name)).collect()
}

/// Whether uv is the one of a named context.
pub(super) fn is_brought(config: &Config) -> bool {
    config.settings.named.has(UV)
}

fn has_uv(facts: &Facts) -> bool {
    facts.base.python.minor >= releases::FIRST_PYTHON_OF_UV
}

/// The pip of the image: as it was said; else that of the context folder, where all comes from there; else the usual one,
/// or the last that runs on an older Python.
pub(super) fn pip(config: &Config, facts: &Facts) -> Tool {
    let minor = facts.base.python.minor;
    let last = releases::LAST_PIPS.iter().find(|(last, _)| minor <= *last);
    let usual = last.map_or(table::AIRFLOW_PIP_VERSION.default, |(_, version)| version);
    config.pip.clone().or_else(|| brought(config, facts, "pip")).unwrap_or_else(|| tool("pip", usual))
}

/// The uv of the image, where it runs.
pub(super) fn uv(config: &Config, facts: &Facts) -> Option<Tool> {
    let usual = || tool("uv", table::AIRFLOW_UV_VERSION.default);
    has_uv(facts).then(|| config.uv.clone().or_else(|| brought(config, facts, "uv")).unwrap_or_else(usual))
}

/// The tool in the context folder, if Airflow is there too: nothing else can be had then.
fn brought(config: &Config, facts: &Facts, name: &str) -> Option<Tool> {
    let archives = archives(config, &facts.context);
    let archive = archives.iter().rfind(|archive| archive.project == name)?;
    holds(&archives, "apache-airflow").then(|| values::tool(name, &archive.version).ok())?
}

fn tool(name: &str, version: &str) -> Tool {
    values::tool(name, version).unwrap_or_else(|error| unreachable!("{name} {version}: {error}"))
}

/// The archives of the context folder, when they are to be installed.
pub(super) fn archives(config: &Config, files: &BTreeSet<String>) -> Vec<Archive> {
    if config.install_from_context { context::archives(files) } else { Vec::new() }
}

pub(super) fn holds(archives: &[Archive], project: &str) -> bool {
    archives.iter().any(|archive| archive.project == project)
}
