//! The steps on the virtual environment, which holds the Python packages.

use super::draft::{Draft, StepFile, pair, run};
use super::place::Place;
use super::python::Python;
use super::step::{Action, Cache, Change, Entry, Keeps, Mount, Origin, Run, Stage, StepId, User};
use super::work::Work;
use super::{apt, constraints, indexes, install_env};
use crate::config::extras_suffix;
use crate::diagnostic::masked;
use crate::facts::context::AIRFLOW;
use crate::facts::references::{self, REQUIREMENTS, whole};
use crate::paths::{CONSTRAINTS, CONTEXT_MOUNT, PIP_CONF};

/// The virtual environment of a build.
pub(super) struct Venv<'a> {
    pub(super) python: Python<'a>,
    /// The step that loads the context folder, if steps use anything of it.
    pub(super) folder: Option<StepId>,
}

/// A step on the virtual environment.
pub(super) struct Job<'a> {
    pub(super) title: String,
    pub(super) work: Work,
    pub(super) place: Place,
    pub(super) constraints: Option<&'a StepFile>,
}

impl<'a> Venv<'a> {
    /// Loads what the steps use of the context folder.
    pub(super) fn new(draft: &mut Draft, python: Python<'a>) -> Self {
        let config = python.config;
        let used = python.used_files();
        let folder = config.context_files.clone().filter(|_| !used.is_empty()).map(|folder| {
            let origin = Origin::of_context_files(&config.settings);
            let place = if folder.is_empty() { "the build context" } else { &folder };
            let title = format!("load {}", origin.name().unwrap_or(place));
            // No names stand for the whole folder.
            let files = if used == whole() { Vec::new() } else { used };
            draft.add(Stage::Build, title, Action::Context { origin, folder, files })
        });
        Self { python, folder }
    }

    /// Makes it on a tree.
    pub(super) fn make(&self, draft: &mut Draft, on: StepId) -> StepId {
        let tools = self.python.tools();
        let mut title = format!("make the virtual environment {}", self.python.venv);
        if !tools.is_empty() {
            title = format!("{title} with {}", tools.join(" and "));
        }
        self.run(
            draft,
            Job { title, work: Work::Make { tools }, place: Place::inside(on), constraints: None },
        )
    }

    /// Copies uv from its named context into the virtual environment, if there is one.
    pub(super) fn copy_uv(&self, draft: &mut Draft, venv: StepId) -> Option<StepId> {
        if !self.python.facts.installation.uv_is_copied {
            return None;
        }
        let (origin, files) = (Origin::Uv, vec!["uv".to_owned()]);
        let title = "load uv from the named context uv".to_owned();
        let from = draft.add(Stage::Build, title, Action::Context { origin, folder: String::new(), files });
        let (path, to) = ("/uv".to_owned(), format!("{}/bin/uv", self.python.venv));
        let copy = Entry::Copy { from, path, to, uid: self.python.config.uid, mode: 0o775 };
        let title = "add uv to the virtual environment".to_owned();
        Some(draft.add(Stage::Build, title, Action::Write { on: venv, entries: vec![copy] }))
    }

    /// Writes the installed versions down as constraints.
    pub(super) fn freeze(&self, draft: &mut Draft, on: StepId) -> StepFile {
        let path = constraints::path(self.python.config);
        let title = "write down what is installed as constraints".to_owned();
        let work = Work::Freeze { to: path.clone() };
        let step = self.run(draft, Job { title, work, place: Place::inside(on), constraints: None });
        StepFile { step, path }
    }

    /// What steps change in its folder, from one tree to another.
    pub(super) fn change(&self, lower: StepId, upper: StepId) -> Change {
        Change { lower, upper, folder: self.python.venv.clone() }
    }

    /// Adds a step.
    pub(super) fn run(&self, draft: &mut Draft, job: Job<'_>) -> StepId {
        let Python { config, facts, venv, .. } = &self.python;
        let Job { title, work, place, constraints } = job;
        let network = work.fetches() && !facts.offline;
        let compilers = self.python.compilers.on_demand().filter(|_| network);
        let on_demand = work.script_with_compilers().zip(compilers);
        let mut env = self.env(&work, constraints.is_some());
        let (script, user) = match &on_demand {
            Some((script, variables)) => {
                env.extend(variables.iter().cloned());
                (*script, User::Root)
            }
            None => (work.script(), User::Airflow(config.uid)),
        };
        if place.compiles {
            // Compilers that support it put no other time into their output. Elsewhere it would only make steps run again.
            let epoch = config.settings.epoch;
            env.extend(epoch.map(|seconds| pair("SOURCE_DATE_EPOCH", &seconds.to_string())));
        }
        // All of them, so that the first one reports a missing agent.
        let uses_ssh = self.python.uses_ssh && network;
        if uses_ssh {
            env.push(pair("USES_SSH", "true"));
        }
        let run = Run {
            args: work.args(),
            env,
            user,
            network,
            uses_ssh,
            caches: self.caches(place, on_demand.is_some()),
            mounts: self.mounts(&work, constraints),
            keeps: place.keeps.map(|from| Keeps { from, folder: venv.clone() }),
            ..run(place.on, script)
        };
        let step = draft.add(Stage::Build, title, Action::Run(run));
        if network {
            draft.downloads(step, self.downloads(&work, on_demand.is_some()));
        }
        step
    }

    /// The variables of the work, except those that depend on where it runs.
    fn env(&self, work: &Work, constrained: bool) -> Vec<(String, String)> {
        let Python { config, facts, env, install_env, .. } = &self.python;
        let mut env = env.clone();
        env.push(pair("CONSTRAINTS", if constrained { CONSTRAINTS } else { "" }));
        if work.installs() {
            env.extend(install_env.iter().cloned());
        }
        if let Work::Make { .. } = work {
            let flags = install_env::words(config.install.flags.iter().filter(|flag| flag.is_index()));
            if !flags.is_empty() {
                env.push(pair("INSTALL_FLAGS", &flags));
            }
            if facts.offline {
                let airflow = format!("{AIRFLOW}{}", extras_suffix(&config.extras));
                env.push(pair("FOLDER_HOLDS", &airflow));
            }
        }
        env
    }

    /// The constraints, and what the work reads of the context folder.
    fn mounts(&self, work: &Work, constraints: Option<&StepFile>) -> Vec<Mount> {
        let Python { config, facts, .. } = &self.python;
        let constraints = constraints.map(|file| Mount {
            from: file.step,
            path: file.path.clone(),
            at: CONSTRAINTS.to_owned(),
        });
        let mut mounts: Vec<Mount> = constraints.into_iter().collect();
        let Some(from) = self.folder else { return mounts };
        let mut files = work.files(facts.offline);
        if facts.context.contains(PIP_CONF) {
            files.push(PIP_CONF.to_owned());
        }
        if work.has_flags() {
            files.extend(references::named_paths(&config.install.flag_words()));
        }
        let files = references::with_named(files, &facts.references);
        mounts.extend(files.into_iter().map(|file| Mount {
            from,
            path: format!("/{file}"),
            at: format!("{CONTEXT_MOUNT}/{file}").trim_end_matches('/').to_owned(),
        }));
        mounts
    }

    fn caches(&self, place: Place, on_demand: bool) -> Vec<Cache> {
        let packages = self.python.cache(on_demand || place.compiles);
        std::iter::once(packages).chain(on_demand.then(|| apt::cache(self.python.facts))).collect()
    }

    fn downloads(&self, work: &Work, on_demand: bool) -> Vec<String> {
        let Python { config, facts, .. } = &self.python;
        let mut places = indexes::places(config, facts);
        let list = Some(work).filter(|work| **work == Work::RequirementsFile);
        let list = list.and_then(|_| facts.references.get(REQUIREMENTS));
        for place in list.iter().flat_map(|text| &text.places) {
            places = format!("{places}, {} ({REQUIREMENTS})", masked(place));
        }
        let compilers =
            "DEV_APT_DEPS, from the apt sources of the base image, if a package has to be compiled";
        let packages = format!("Python packages, from {places}");
        std::iter::once(packages).chain(on_demand.then(|| compilers.to_owned())).collect()
    }
}
