//! The steps that compile and install.
//!
//! Branches start from the user's tree and run side by side: the Debian packages, if something is known to be compiled;
//! the constraints; and the virtual environment. Steps on the virtual environment change only its folder, whatever tree
//! they run in, so compilers do not get into the image.

use super::compilers::Compilers;
use super::draft::{Draft, StepFile, pair, run, short};
use super::place::Place;
use super::python::Python;
use super::scripts::Script;
use super::step::{Action, Change, Run, Stage, StepId};
use super::venv::{Job, Venv};
use super::work::{Pass, Work};
use super::{apt, constraints, debian, sources};
use crate::config::install::Method;
use crate::config::{Config, Target};
use crate::facts::Facts;
use crate::facts::base::Debian;

/// What the main stage uses of the build stage.
pub(super) struct Built {
    /// The last step, whose tree is the stage's image.
    pub(super) result: StepId,
    /// What was changed in the folder of Python packages, step by step.
    pub(super) changes: Vec<Change>,
    /// The constraints of the image.
    pub(super) constraints: StepFile,
}

/// The first step of both stages: user airflow and the folders.
pub(super) fn add_user(draft: &mut Draft, config: &Config, facts: &Facts, base: StepId) -> StepId {
    let title =
        format!("add user airflow ({}), {} and {}", config.uid, config.user_home, config.airflow_home);
    let env = vec![
        pair("AIRFLOW_UID", &config.uid.to_string()),
        pair("AIRFLOW_USER_HOME_DIR", &config.user_home),
        pair("USER_HOME_MODE", home_mode(facts)),
        pair("AIRFLOW_HOME", &config.airflow_home),
    ];
    draft.add(Stage::Base, title, Action::Run(Run { env, ..run(base, Script::AddUser) }))
}

/// The mode that `adduser` of the Debian release gives a home, opened for the group.
fn home_mode(facts: &Facts) -> &'static str {
    match facts.base.debian {
        Debian::Bullseye => "0775",
        Debian::Bookworm | Debian::Trixie => "0770",
    }
}

/// Plans the stage on the user's tree.
pub(super) fn plan(draft: &mut Draft, config: &Config, facts: &Facts, user: StepId) -> Built {
    let python = Python::choose(config, facts);
    draft.notes.extend(python.notes());
    let venv = Venv::new(draft, python);
    let beside_the_rest = venv.python.compilers == Compilers::Beside;
    let dev = beside_the_rest.then(|| apt::dev(config, facts).install(draft, user, facts));
    let constraints = constraints::step(draft, config, facts, user, venv.folder);

    let mut last = venv.make(draft, user);
    let mut changes = vec![venv.change(user, last)];
    if let Some(with_uv) = venv.copy_uv(draft, last) {
        changes.push(venv.change(last, with_uv));
        last = with_uv;
    }
    let sources = sources::copy(draft, config, last);
    changes.extend(sources.iter().cloned());
    let place = match &sources {
        Some(change) => Place::inside(change.upper),
        None => Place { keeps: Some(last), ..Place::inside(user) },
    };
    let mut progress = Progress {
        venv: &venv,
        constraints: constraints.as_ref(),
        sources: sources.as_ref(),
        place,
        changes,
    };
    match dev {
        Some(dev) => progress.install_airflow_twice(draft, dev),
        None => progress.install_airflow(draft),
    }
    progress.install_the_rest(draft);

    let Progress { place, changes, .. } = progress;
    // After a fallback, the given file may not be what is installed.
    let constraints = constraints
        .filter(|_| !config.install.fallback)
        .unwrap_or_else(|| venv.freeze(draft, place.changes()));
    let result = match (config.target, dev, &sources) {
        (Target::Build, Some(dev), None) => beside(draft, dev, &changes),
        _ => place.changes(),
    };
    Built { result, changes, constraints }
}

/// The installation, step by step.
struct Progress<'a> {
    venv: &'a Venv<'a>,
    constraints: Option<&'a StepFile>,
    /// The change that brought Airflow's sources.
    sources: Option<&'a Change>,
    /// Where the next step runs.
    place: Place,
    changes: Vec<Change>,
}

impl Progress<'_> {
    /// Without compilers beside it: all at once.
    fn install_airflow(&mut self, draft: &mut Draft) {
        let config = self.venv.python.config;
        let requirements = self.venv.python.airflow_requirements(&config.extras);
        let title = format!("install {}", airflow_name(config));
        let all = self.airflow(draft, title, Pass::Install, &requirements);
        self.changes.push(self.venv.change(self.place.changes(), all));
        self.place = self.place.after(all);
    }

    /// While compilers are installed, installs what has a wheel; then compiles the rest beside them.
    fn install_airflow_twice(&mut self, draft: &mut Draft, dev: StepId) {
        let (python, config) = (&self.venv.python, self.venv.python.config);
        let airflow = airflow_name(config);
        let requirements = python.airflow_requirements(&config.extras);
        // Extras that are known to compile would end the attempt for all the others.
        let (compiled, wheels): (Vec<_>, Vec<_>) =
            config.extras.iter().cloned().partition(|it| debian::COMPILED_EXTRAS.contains(&it.as_str()));
        let splits = !compiled.is_empty() && config.install.method == Method::Index && !python.facts.offline;
        let first = if splits { python.airflow_requirements(&wheels) } else { requirements.clone() };
        let title = format!("install {airflow} without compilers");
        let attempt = self.airflow(draft, title, Pass::Attempt, &first);
        self.add_changes(attempt);
        self.place = if self.sources.is_some() {
            Place::beside_compilers(beside(draft, dev, &self.changes), None)
        } else {
            Place::beside_compilers(dev, Some(attempt))
        };
        let (title, pass) = if splits {
            (format!("install the extras that compile: {}", compiled.join(", ")), Pass::Install)
        } else {
            (format!("compile what {airflow} has no wheel for"), Pass::Complete)
        };
        let rest = self.airflow(draft, title, pass, &requirements);
        self.add_changes(rest);
        self.place = self.place.after(rest);
    }

    fn install_the_rest(&mut self, draft: &mut Draft) {
        for (title, work) in self.venv.python.later_work() {
            let step = self.venv.run(draft, Job { title, work, place: self.place, constraints: None });
            self.changes.push(self.venv.change(self.place.changes(), step));
            self.place = self.place.after(step);
        }
    }

    fn airflow(&self, draft: &mut Draft, title: String, pass: Pass, requirements: &[String]) -> StepId {
        let work = Work::Airflow { pass, requirements: requirements.to_vec() };
        self.venv.run(draft, Job { title, work, place: self.place, constraints: self.constraints })
    }

    /// What a step changed in the virtual environment, and in the sources: an editable installation leaves files there.
    fn add_changes(&mut self, upper: StepId) {
        let lower = self.place.changes();
        self.changes.push(self.venv.change(lower, upper));
        let folder = self.sources.map(|change| change.folder.clone());
        self.changes.extend(folder.map(|folder| Change { lower, upper, folder }));
    }
}

/// The compilers with what was installed so far.
fn beside(draft: &mut Draft, dev: StepId, changes: &[Change]) -> StepId {
    let title = "bring compilers and Python packages together".to_owned();
    draft.add(Stage::Build, title, Action::Overlay { on: dev, changes: changes.to_vec() })
}

/// What is installed, for titles.
pub(super) fn airflow_name(config: &Config) -> String {
    match &config.install.method {
        Method::Index => match &config.install.specification {
            Some(specification) => format!("Airflow {specification}"),
            None => format!("Airflow {}", config.airflow),
        },
        Method::Url(url) => format!("Airflow of {}", short(std::slice::from_ref(url))),
        Method::Sources { .. } => "Airflow of the sources".to_owned(),
    }
}
