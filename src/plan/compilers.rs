//! Whether compilers are installed beside the first steps, or when a package calls one, or not at all.

use super::apt;
use super::debian;
use super::draft::pair;
use crate::config::clients::Source;
use crate::config::install::Method;
use crate::config::requirement::project;
use crate::config::{AptPackages, Config, Target};
use crate::facts::Facts;
use crate::facts::context::Archive;

/// How compilers come into a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Compilers {
    /// In a branch of their own, since something is known to be compiled, or somebody asked for what it takes.
    Beside,
    /// In the step whose package calls one: these packages, as text, for user airflow of this id.
    OnDemand { packages: String, uid: u32 },
    /// Not at all: there are only wheels.
    Never,
}

/// The way that serves a build fastest.
pub(super) fn choose(config: &Config, facts: &Facts) -> Compilers {
    if are_wanted(config, &facts.archives) {
        Compilers::Beside
    } else if facts.offline {
        Compilers::Never
    } else {
        let packages = apt::dev(config, facts).names().join(" ");
        Compilers::OnDemand { packages, uid: config.uid }
    }
}

fn are_wanted(config: &Config, archives: &[Archive]) -> bool {
    let any = |names: &[&str], all: &[String]| all.iter().any(|one| names.contains(&project(one).as_str()));
    config.target == Target::Build
        || config.dev_apt != AptPackages::default()
        || config.install.method != Method::Index
        || config.install.fallback
        || config.clients.from == Source::Vendor
        || archives.iter().any(|archive| archive.file.ends_with(".tar.gz"))
        || any(debian::COMPILED_EXTRAS, &config.extras)
        || any(debian::COMPILED_PROJECTS, &config.python_deps)
}

impl Compilers {
    /// The variables of a step that installs compilers itself; none if no step does.
    pub(super) fn on_demand(&self) -> Option<[(String, String); 2]> {
        let Self::OnDemand { packages, uid } = self else { return None };
        Some([pair("AIRFLOW_UID", &uid.to_string()), pair("DEV_APT_DEPS", packages)])
    }
}
