//! Where Python packages come from, for people; steps ask pip itself.

use crate::config::Config;
use crate::diagnostic::masked;
use crate::facts::Facts;
use crate::facts::installer::external_settings;
use crate::paths::PIP_CONF;

/// The places in pip's order of precedence, each with who named it.
pub(super) fn places(config: &Config, facts: &Facts) -> String {
    let all = external_settings(&facts.base, facts.pip_conf.as_deref());
    let values = |name: &str| {
        let flags: Vec<String> = (config.install.flags.iter())
            .filter(|flag| crate::config::pip::setting(&flag.name).is_some_and(|row| row.name == name))
            .map(|flag| format!("{} (ADDITIONAL_PIP_INSTALL_FLAGS)", flag.value()))
            .collect();
        let variable = format!("PIP_{}", name.to_ascii_uppercase().replace('-', "_"));
        let arg = config.install.indexes.iter().find(|(name, _)| *name == variable);
        let arg = arg.map(|(name, value)| format!("{value} ({name})"));
        let other = || {
            let external = all.iter().find(|external| external.setting.name == name)?;
            Some(format!("{} ({})", external.value, external.origin))
        };
        (flags, arg.or_else(other))
    };
    let (no_index, set_no_index) = values("no-index");
    let (index, set_index) = values("index-url");
    let (more, set_more) = values("extra-index-url");
    let (links, set_links) = values("find-links");
    let mut places = Vec::new();
    if no_index.is_empty() && set_no_index.is_none() {
        places.push(index.last().cloned().or(set_index).unwrap_or_else(|| default(facts)));
        places.extend(set_more.into_iter().chain(more));
    }
    places.extend(set_links.into_iter().chain(links));
    if places.is_empty() { "no index".to_owned() } else { masked(&places.join(", ")) }
}

/// PyPI, unless a settings file is known by its name alone.
fn default(facts: &Facts) -> String {
    if facts.pip_conf.is_none() && facts.context.contains(PIP_CONF) {
        format!("PyPI, or the index of {PIP_CONF} in the context folder")
    } else {
        "PyPI".to_owned()
    }
}
