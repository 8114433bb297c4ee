//! How packages are installed, as the variables that `python.sh` reads.

use super::draft::pair;
use super::sources::PROJECTS;
use crate::config::Config;
use crate::config::install::Method;
use crate::config::pip::Flag;
use crate::facts::Facts;
use crate::options::table;

/// The variables; what is as usual is left out.
pub(super) fn of(config: &Config, facts: &Facts) -> Vec<(String, String)> {
    let install = &config.install;
    let yes = |yes: bool| if yes { "true" } else { "" }.to_owned();
    let local: Vec<&str> = match install.method {
        Method::Index => {
            let archives = facts.archives.iter().filter(|it| facts.offline || it.is_airflows());
            archives.map(|it| it.project.as_str()).collect()
        }
        Method::Url(_) | Method::Sources { .. } => PROJECTS.to_vec(),
    };
    let sources = match &install.method {
        Method::Sources { to, .. } => to.as_str(),
        Method::Index | Method::Url(_) => "",
    };
    let changed =
        |value: &str, row: &table::Arg| Some(value).filter(|it| *it != row.default).map(str::to_owned);
    let all = [
        ("INSTALL_FLAGS", words(install.flags.iter().filter(|flag| !flag.is_of_uv_alone()))),
        ("UV_FLAGS", words(install.flags.iter().filter(|flag| flag.is_of_uv_alone()))),
        ("PRE_RELEASES", yes(install.pre_releases)),
        ("PROGRESS", changed(&install.progress, &table::PIP_PROGRESS_BAR).unwrap_or_default()),
        ("INDEX_TIMEOUT", install.timeout.map(|seconds| seconds.to_string()).unwrap_or_default()),
        ("UPGRADE", install.upgrade.as_ref().map(|upgrade| upgrade.token.clone()).unwrap_or_default()),
        ("FALLBACK", yes(install.fallback)),
        ("LOCAL_PROJECTS", local.join(" ")),
        ("SOURCES", sources.to_owned()),
        (
            "VERSION_SUFFIX",
            Some(&install.version_suffix).filter(|_| !sources.is_empty()).cloned().unwrap_or_default(),
        ),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| pair(name, &value)).collect()
}

/// Options as the scripts read them: a word on each line.
pub(super) fn words<'a>(flags: impl Iterator<Item = &'a Flag>) -> String {
    flags.flat_map(|flag| &flag.words).map(String::as_str).collect::<Vec<_>>().join("\n")
}
