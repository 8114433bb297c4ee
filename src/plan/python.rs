//! How Python packages are installed in this build: with which tools, settings and caches, and what the user should know
//! about that. [`Venv`](super::venv::Venv) adds the steps.

use super::apt;
use super::compilers::{self, Compilers};
use super::draft::{pair, short};
use super::install_env;
use super::step::Cache;
use super::work::Work;
use crate::config::{Config, Installer, extras_suffix};
use crate::diagnostic::masked;
use crate::facts::Facts;
use crate::facts::context::{self, AIRFLOW};
use crate::facts::installer::Installation;
use crate::facts::references::{self, PIPRC, REQUIREMENTS, whole};
use crate::paths::{self, PIP_CONF};

/// How Python packages are installed in this build.
pub(super) struct Python<'a> {
    pub(super) config: &'a Config,
    pub(super) facts: &'a Facts,
    /// The folder of the virtual environment.
    pub(super) venv: String,
    /// The variables of all work on it.
    pub(super) env: Vec<(String, String)>,
    /// The variables of work that installs the packages.
    pub(super) install_env: Vec<(String, String)>,
    pub(super) compilers: Compilers,
    /// Whether a repository is reached by SSH.
    pub(super) uses_ssh: bool,
}

impl<'a> Python<'a> {
    pub(super) fn choose(config: &'a Config, facts: &'a Facts) -> Self {
        let venv = paths::virtual_env(&config.user_home);
        let installer = match facts.installation.installer {
            Installer::Uv => "uv",
            Installer::Pip => "pip",
        };
        let env = [
            pair("VIRTUAL_ENV", &venv),
            pair("INSTALLER", installer),
            pair("OFFLINE", if facts.offline { "true" } else { "" }),
        ];
        Self {
            config,
            facts,
            venv,
            env: env.into_iter().chain(config.install.indexes.iter().cloned()).collect(),
            install_env: install_env::of(config, facts),
            compilers: compilers::choose(config, facts),
            uses_ssh: references::use_ssh(config, &facts.references),
        }
    }

    /// What the virtual environment is made with.
    pub(super) fn tools(&self) -> Vec<String> {
        let Installation { pip, uv, uv_is_copied, .. } = &self.facts.installation;
        let in_folder = |name: &str| context::holds(&self.facts.archives, name);
        [("pip", Some(pip)), ("uv", uv.as_ref().filter(|_| !uv_is_copied))]
            .into_iter()
            .filter(|(name, _)| !self.facts.offline || in_folder(name))
            .filter_map(|(_, tool)| Some(tool?.requirement.clone()))
            .collect()
    }

    /// What the user should know about these choices.
    pub(super) fn notes(&self) -> Vec<String> {
        let (config, facts) = (self.config, self.facts);
        let why_pip = facts.installation.why_pip.as_ref().map(|why| format!("pip is used, because {why}"));
        let piprc = (config.context_files.is_some() && facts.context.contains(PIPRC))
            .then(|| format!("pip does not read {PIPRC} of the context folder; call it {PIP_CONF}"));
        let by_pip = facts.references.get(REQUIREMENTS).and_then(|text| text.by_pip.as_deref());
        let by_pip = by_pip.filter(|_| facts.installation.installer == Installer::Uv).map(|what| {
            let what = masked(what);
            format!("pip installs {REQUIREMENTS}, since uv has no equivalent of {what}")
        });
        let bases_pip = (facts.offline && !context::holds(&facts.archives, "pip")).then(|| {
            "the base image's pip is kept, because the context folder contains Airflow but no wheel of pip"
                .to_owned()
        });
        [why_pip, piprc, by_pip, bases_pip].into_iter().flatten().collect()
    }

    /// The files of the context folder that steps use; none if no step uses any, and the empty path for all of it.
    pub(super) fn used_files(&self) -> Vec<String> {
        let facts = self.facts;
        if facts.archives.is_empty() {
            references::used(self.config, &facts.context, &facts.references)
        } else {
            whole()
        }
    }

    /// The requirements that are installed together with Airflow: Airflow with these extras, those of its distributions
    /// that are in the context folder, and the bounds of an upgrade.
    pub(super) fn airflow_requirements(&self, extras: &[String]) -> Vec<String> {
        let (config, offline) = (self.config, self.facts.offline);
        let mut all = if offline { Vec::new() } else { config.airflow_requirement(extras) };
        let extras = extras_suffix(extras);
        let tools = ["pip", "uv"];
        let archives = self.facts.archives.iter().filter(|it| !tools.contains(&it.project.as_str()));
        all.extend(archives.filter(|it| offline || it.is_airflows()).map(|archive| {
            let extras = if archive.project == AIRFLOW { extras.as_str() } else { "" };
            format!("{}{extras} @ file://{}", archive.project, archive.path())
        }));
        all.extend(config.install.upgrade.iter().flat_map(|upgrade| upgrade.requirements.iter().cloned()));
        all
    }

    /// The work after Airflow is installed, each with its title.
    pub(super) fn later_work(&self) -> Vec<(String, Work)> {
        let (config, facts) = (self.config, self.facts);
        let mut all = Vec::new();
        let others = facts.archives.iter().filter(|archive| !archive.is_airflows());
        let files: Vec<String> = others.map(|archive| archive.file.clone()).collect();
        if !files.is_empty() && !facts.offline {
            let title = format!("install {} packages of the context folder", files.len());
            all.push((title, Work::Archives { files }));
        }
        if !config.python_deps.is_empty() {
            let requirements = config.python_deps.clone();
            let title = format!("install additional Python packages: {}", short(&requirements));
            all.push((title, Work::Packages { requirements }));
        }
        if config.context_files.is_some() && facts.context.contains(REQUIREMENTS) {
            all.push((format!("install {REQUIREMENTS}"), Work::RequirementsFile));
        }
        all
    }

    /// What pip and uv have downloaded and built, for builds with the same Debian; what is compiled depends on the headers
    /// that were there, so it is kept apart for each list of packages.
    pub(super) fn cache(&self, compiles: bool) -> Cache {
        let epoch = &self.config.install.cache_epoch;
        let epoch = if epoch.is_empty() { String::new() } else { format!("-{epoch}") };
        let (debian, architecture) = (self.facts.base.debian.name(), &self.facts.platform.architecture);
        let headers = || apt::dev(self.config, self.facts).beside_the_default();
        Cache {
            id: format!("python-{debian}-{architecture}-{}{epoch}", self.config.uid),
            at: paths::PYTHON_CACHE,
            uid: self.config.uid,
            beside: if compiles { headers() } else { Vec::new() },
        }
    }
}
