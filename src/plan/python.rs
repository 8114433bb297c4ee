//! How Python packages get into the virtual environment: by which tool, from where, in which steps.

use super::build_stage::{pair, run};
use super::compilers::{self, Compilers};
use super::place::Place;
use super::scripts::Script;
use super::{
    Action, Cache, Change, Draft, Entry, Keeps, Mount, Origin, Run, Stage, StepId, User, indexes, install_env,
};
use crate::config::rules::CONTEXT_MOUNT;
use crate::config::{Config, Constraints, Installer, extras_suffix};
use crate::diagnostic::masked;
use crate::facts::Facts;
use crate::facts::context::{self, AIRFLOW, Archive};
use crate::facts::installer::Installation;
use crate::facts::references::{self, PIP_CONF, PIPRC, REQUIREMENTS, References, whole};

/// Where a step finds the constraints.
const CONSTRAINTS_MOUNT: &str = "/run/airflow-frontend/constraints.txt";

/// A step on the virtual environment.
pub(super) struct Job<'a> {
    pub(super) title: String,
    pub(super) args: Vec<String>,
    pub(super) place: Place,
    pub(super) script: Script,
    pub(super) constraints: Option<&'a (StepId, String)>,
    /// What the script sees of the context folder besides pip's settings; the folder itself is the empty path.
    pub(super) files: Vec<String>,
}

/// How Python packages are installed in this build.
pub(super) struct Python {
    /// The archives of the context folder, when they are to be installed.
    archives: Vec<Archive>,
    /// Whether Airflow is among them: then nothing is taken from anywhere else.
    pub(super) offline: bool,
    /// Airflow with its extras, by name.
    airflow: String,
    /// What the virtual environment is set up with.
    tools: Vec<String>,
    /// The settings file of pip in the context folder.
    settings: Option<&'static str>,
    /// Where packages come from, for people.
    places: String,
    /// Options that say where packages come from.
    index_flags: String,
    /// What options for every installation name there.
    flag_files: Vec<String>,
    references: References,
    uv_is_copied: bool,
    /// Whether a repository is reached by SSH.
    uses_ssh: bool,
    context: Option<StepId>,
    pub(super) compilers: Compilers,
    venv: String,
    env: Vec<(String, String)>,
    /// What steps that install the packages see besides.
    install_env: Vec<(String, String)>,
    uid: u32,
    /// For steps that compile nothing.
    cache: Cache,
    /// For steps that may fetch compilers.
    apt_cache: Cache,
    /// For steps that may compile: what they leave there depends on the headers that were there.
    compiled_cache: Cache,
    /// What compilers are to take for now.
    epoch: Option<i64>,
}

impl Python {
    pub(super) fn choose(draft: &mut Draft, config: &Config, facts: &Facts) -> Self {
        let files = &facts.context;
        let settings = files.contains(PIP_CONF).then_some(PIP_CONF);
        let (archives, offline) = (facts.archives.clone(), facts.offline);
        let has = |tool: &str| context::holds(&archives, tool);
        let Installation { installer, why_pip, pip, uv, uv_is_copied } = &facts.installation;
        if let Some(why) = why_pip {
            draft.notes.push(format!("pip installs, since {why}"));
        }
        if config.context_files.is_some() && facts.context.contains(PIPRC) {
            draft.notes.push(format!("pip does not read {PIPRC} of the context folder; call it {PIP_CONF}"));
        }
        let requirements = facts.references.get(REQUIREMENTS);
        if *installer == Installer::Uv
            && let Some(what) = requirements.and_then(|text| text.by_pip.as_deref())
        {
            let what = masked(what);
            draft.notes.push(format!("pip installs requirements.txt, since uv has no equivalent of {what}"));
        }
        let tools = [("pip", Some(pip)), ("uv", uv.as_ref())]
            .into_iter()
            .filter(|(name, _)| (!offline || has(name)) && !(*name == "uv" && *uv_is_copied))
            .filter_map(|(_, tool)| Some(tool?.requirement.clone()))
            .collect();
        if offline && !has("pip") {
            draft.notes.push(
                "the base image's pip stays, since the context folder holds Airflow but no wheel of pip"
                    .to_owned(),
            );
        }
        let mut used = references::used(config, files, &facts.references);
        if !archives.is_empty() {
            used = whole();
        }
        let context = config.context_files.clone().filter(|_| !used.is_empty()).map(|folder| {
            let origin = Origin::of_context_files(&config.settings);
            let place = if folder.is_empty() { "the build context" } else { &folder };
            let title = format!("load {}", origin.name().unwrap_or(place));
            // Nothing in particular is all of it.
            let files = if used == whole() { Vec::new() } else { used };
            draft.add(Stage::Build, title, Action::Context { origin, folder, files })
        });
        let venv = format!("{}/.local", config.user_home);
        let compilers = compilers::of(config, facts, &archives, offline);
        Self {
            compilers,
            offline,
            airflow: format!("{AIRFLOW}{}", extras_suffix(&config.extras)),
            tools,
            settings,
            places: indexes::places(config, facts),
            index_flags: install_env::words(config.install.flags.iter().filter(|flag| flag.is_index())),
            flag_files: references::named_paths(&config.install.flag_words()).collect(),
            references: facts.references.clone(),
            uv_is_copied: *uv_is_copied,
            uses_ssh: references::use_ssh(config, &facts.references),
            context,
            env: vec![
                pair("VIRTUAL_ENV", &venv),
                pair(
                    "INSTALLER",
                    match installer {
                        Installer::Uv => "uv",
                        Installer::Pip => "pip",
                    },
                ),
                pair("OFFLINE", if offline { "true" } else { "" }),
            ]
            .into_iter()
            .chain(config.install.indexes.iter().cloned())
            .collect(),
            install_env: install_env::of(config, &archives, offline),
            venv,
            uid: config.uid,
            cache: cache(config, facts, Vec::new()),
            apt_cache: super::apt::cache(facts),
            compiled_cache: cache(config, facts, super::apt::dev(config, facts).beside_the_default()),
            epoch: config.settings.epoch,
            archives,
        }
    }

    /// The constraints as a step and a path in it; none in an upgrade, and where packages come from the context folder
    /// alone.
    pub(super) fn constraints(
        &self,
        draft: &mut Draft,
        config: &Config,
        facts: &Facts,
        user: StepId,
    ) -> Option<(StepId, String)> {
        let install = &config.install;
        if install.upgrade.is_some() || (self.offline && install.constrain_context == Some(false)) {
            return None;
        }
        let python = facts.base.python.short();
        let url = match &config.constraints {
            Constraints::ContextFile(path) => {
                return self.context.map(|context| (context, format!("/{path}")));
            }
            Constraints::Published { mode, .. } if self.offline => {
                let path = format!("constraints-{python}/{mode}-{python}.txt");
                if install.constrain_context.is_none() {
                    return None;
                } else if facts.context.contains(&path) {
                    return self.context.map(|context| (context, format!("/{path}")));
                }
                config.constraints.url(&python)?
            }
            Constraints::Published { .. } | Constraints::Url(_) => config.constraints.url(&python)?,
        };
        let path = format!("{}/constraints.txt", config.user_home);
        let title = "fetch the constraints".to_owned();
        let step = draft.add(
            Stage::Build,
            title,
            Action::Run(Run {
                args: vec![url.clone(), path.clone()],
                user: User::Airflow(self.uid),
                network: true,
                ..run(user, Script::FetchConstraints)
            }),
        );
        draft.downloads(step, vec![masked(&url)]);
        Some((step, path))
    }

    pub(super) fn make_venv(&self, draft: &mut Draft, on: StepId) -> StepId {
        let title = if self.tools.is_empty() {
            format!("make the virtual environment {}", self.venv)
        } else {
            format!("make the virtual environment {} with {}", self.venv, self.tools.join(" and "))
        };
        let files = if self.offline { whole() } else { references::named_paths(&self.tools).collect() };
        let (args, place) = (self.tools.clone(), Place::inside(on));
        self.run(draft, Job { title, args, place, script: Script::MakeVenv, constraints: None, files })
    }

    /// Takes uv from its named context into the virtual environment, if there is one.
    pub(super) fn bring_uv(&self, draft: &mut Draft, venv: StepId) -> Option<StepId> {
        if !self.uv_is_copied {
            return None;
        }
        let (origin, files) = (Origin::Uv, vec!["uv".to_owned()]);
        let title = "load uv from the named context uv".to_owned();
        let from = draft.add(Stage::Build, title, Action::Context { origin, folder: String::new(), files });
        let to = format!("{}/bin/uv", self.venv);
        let copy = Entry::Copy { from, path: "/uv".to_owned(), to, uid: self.uid, mode: 0o775 };
        let title = "add uv to the virtual environment".to_owned();
        Some(draft.add(Stage::Build, title, Action::Write { on: venv, entries: vec![copy] }))
    }

    /// What is installed together with Airflow: Airflow, its parts in the context folder, and what bounds an upgrade.
    pub(super) fn airflow_requirements(&self, config: &Config, extras: &[String]) -> Vec<String> {
        let mut all = if self.offline { Vec::new() } else { config.airflow_requirement(extras) };
        let extras = extras_suffix(extras);
        let tools = |archive: &&Archive| !["pip", "uv"].contains(&archive.project.as_str());
        all.extend(self.archives.iter().filter(tools).filter(|it| self.offline || is_part(it)).map(
            |archive| {
                let extras = if archive.project == AIRFLOW { extras.as_str() } else { "" };
                format!("{}{extras} @ file://{}", archive.project, archive.path())
            },
        ));
        all.extend(config.install.upgrade.iter().flat_map(|upgrade| upgrade.requirements.iter().cloned()));
        all
    }

    /// What the installation of Airflow with these requirements sees of the context folder.
    pub(super) fn airflow_files(&self, requirements: &[String]) -> Vec<String> {
        if self.offline { whole() } else { references::named_paths(requirements).collect() }
    }

    /// Title, arguments and files of the context folder for each step after Airflow.
    pub(super) fn later_packages(
        &self,
        config: &Config,
        facts: &Facts,
    ) -> Vec<(String, Vec<String>, Vec<String>)> {
        let mut steps = Vec::new();
        let others: Vec<&Archive> = self.archives.iter().filter(|archive| !is_part(archive)).collect();
        if !others.is_empty() && !self.offline {
            let mut args = vec!["as-they-are".to_owned()];
            args.extend(others.iter().map(|archive| archive.path()));
            let files = others.iter().map(|archive| archive.file.clone()).collect();
            steps.push((format!("install {} packages of the context folder", others.len()), args, files));
        }
        if !config.python_deps.is_empty() {
            let mut args = vec!["deps".to_owned()];
            args.extend(config.python_deps.iter().cloned());
            let title = format!("install additional Python packages: {}", short(&config.python_deps));
            let named = references::named_paths(&config.python_deps).collect();
            steps.push((title, args, if self.offline { whole() } else { named }));
        }
        if config.context_files.is_some() && facts.context.contains(REQUIREMENTS) {
            let args = vec!["requirements".to_owned(), format!("{CONTEXT_MOUNT}/{REQUIREMENTS}")];
            let files = if self.offline { whole() } else { vec![REQUIREMENTS.to_owned()] };
            steps.push((format!("install {REQUIREMENTS}"), args, files));
        }
        steps
    }

    pub(super) fn freeze(&self, draft: &mut Draft, config: &Config, on: StepId) -> (StepId, String) {
        let path = format!("{}/constraints.txt", config.user_home);
        let title = "write down what is installed as constraints".to_owned();
        let (script, args, place) = (Script::FreezeConstraints, vec![path.clone()], Place::inside(on));
        (self.run(draft, Job { title, args, place, script, constraints: None, files: Vec::new() }), path)
    }

    /// Adds a step that works on the virtual environment.
    pub(super) fn run(&self, draft: &mut Draft, job: Job<'_>) -> StepId {
        let Job { title, args, place, script, constraints, mut files } = job;
        let mut env = self.env.clone();
        let mut mounts = Vec::new();
        env.push(pair("CONSTRAINTS", if constraints.is_some() { CONSTRAINTS_MOUNT } else { "" }));
        let installs = [Script::InstallAirflow, Script::InstallPackages].contains(&script);
        if installs {
            env.extend(self.install_env.iter().cloned());
        } else if script == Script::MakeVenv && !self.index_flags.is_empty() {
            env.push(pair("INSTALL_FLAGS", &self.index_flags));
        }
        if script == Script::MakeVenv && self.offline {
            env.push(pair("FOLDER_HOLDS", &self.airflow));
        }
        if let Some((from, path)) = constraints {
            mounts.push(Mount { from: *from, path: path.clone(), at: CONSTRAINTS_MOUNT.to_owned() });
        }
        if let Some(from) = self.context {
            files.extend(self.settings.iter().map(|name| (*name).to_owned()));
            if script != Script::FreezeConstraints {
                files.extend(self.flag_files.iter().cloned());
            }
            mounts.extend(references::with_named(files, &self.references).into_iter().map(|file| Mount {
                from,
                path: format!("/{file}"),
                at: format!("{CONTEXT_MOUNT}/{file}").trim_end_matches('/').to_owned(),
            }));
        }
        let lists = Some(&args).filter(|args| args.first().is_some_and(|what| what == "requirements"));
        let lists = lists.and_then(|_| self.references.get(REQUIREMENTS));
        let as_they_are = args.first().is_some_and(|what| what == "as-they-are");
        let network = !self.offline && !as_they_are && script != Script::FreezeConstraints;
        let on_demand = installs && network && self.compilers.on_demand(&mut env);
        let compiles = on_demand || place.compiles;
        let mut caches = vec![if compiles { &self.compiled_cache } else { &self.cache }.clone()];
        caches.extend(on_demand.then(|| self.apt_cache.clone()));
        if place.compiles {
            // Compilers that know it put no other time into what they make. Elsewhere it would only make steps run again.
            env.extend(self.epoch.map(|seconds| pair("SOURCE_DATE_EPOCH", &seconds.to_string())));
        }
        let (mut user, mut script) = (User::Airflow(self.uid), script);
        if on_demand {
            let airflow = script == Script::InstallAirflow;
            script = if airflow { Script::InstallAirflowOnDemand } else { Script::InstallPackagesOnDemand };
            user = User::Root;
        }
        // All of them, so that the first one tells of an agent that is missing.
        let uses_ssh = self.uses_ssh && network;
        if uses_ssh {
            env.push(pair("USES_SSH", "true"));
        }
        let keeps = place.keeps.map(|from| Keeps { from, folder: self.venv.clone() });
        let run = Run { args, env, user, network, uses_ssh, caches, mounts, keeps, ..run(place.on, script) };
        let step = draft.add(Stage::Build, title, Action::Run(run));
        if network {
            let mut places = self.places.clone();
            for place in lists.iter().flat_map(|text| &text.places) {
                places = format!("{places}, {} ({REQUIREMENTS})", masked(place));
            }
            let mut downloads = vec![format!("Python packages, from {places}")];
            if on_demand {
                downloads.push(
                    "DEV_APT_DEPS, from the apt sources of the base image, if a package has to be compiled"
                        .to_owned(),
                );
            }
            draft.downloads(step, downloads);
        }
        step
    }

    pub(super) fn change(&self, lower: StepId, upper: StepId) -> Change {
        Change { lower, upper, folder: self.venv.clone() }
    }
}

/// Whether an archive is a part of Airflow, which is installed together with it.
pub(super) fn is_part(archive: &Archive) -> bool {
    archive.project == AIRFLOW || archive.project.starts_with("apache-airflow-")
}

/// What pip and uv have downloaded and built, for builds with the same Debian; `beside` tells those apart that compile
/// against other headers.
fn cache(config: &Config, facts: &Facts, beside: Vec<String>) -> Cache {
    let epoch = &config.install.cache_epoch;
    let epoch = if epoch.is_empty() { String::new() } else { format!("-{epoch}") };
    let (debian, architecture) = (facts.base.debian.name(), &facts.platform.architecture);
    Cache {
        id: format!("python-{debian}-{architecture}-{}{epoch}", config.uid),
        at: "/run/airflow-frontend/cache",
        uid: config.uid,
        beside,
    }
}

/// The first few words of a list, for a title; without the credentials of URLs.
pub(super) fn short(words: &[String]) -> String {
    let text = masked(&words.join(" "));
    if text.chars().count() <= 60 { text } else { text.chars().take(59).chain(['…']).collect() }
}
