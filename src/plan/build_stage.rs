//! The steps that compile and install.
//!
//! Branches start from the user's tree and run side by side: the Debian packages, if something is known to be compiled;
//! the constraints; and the virtual environment. Steps on it work in its folder alone, whatever tree they run in, so what
//! they need to compile stays behind.

use super::compilers::Compilers;
use super::place::Place;
use super::python::{Job, Python, short};
use super::scripts::Script;
use super::{Action, Change, Draft, Run, Stage, StepId, User, apt, debian, sources};
use crate::config::install::Method;
use crate::config::{Config, Target};
use crate::facts::Facts;
use crate::facts::base::Debian;

/// What the build stage hands on.
pub(super) struct Built {
    /// The last step, whose tree is the stage's image.
    pub(super) result: StepId,
    /// What was changed in the folder of Python packages, step by step.
    pub(super) changes: Vec<Change>,
    /// The step and path of the constraints that hold for the image.
    pub(super) constraints: (StepId, String),
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

/// What `adduser` of the Debian release would give the home, opened for the group.
fn home_mode(facts: &Facts) -> &'static str {
    match facts.base.debian {
        Debian::Bullseye => "0775",
        Debian::Bookworm | Debian::Trixie => "0770",
    }
}

/// Plans the stage on the user's tree.
pub(super) fn plan(draft: &mut Draft, config: &Config, facts: &Facts, user: StepId) -> Built {
    let python = Python::choose(draft, config, facts);
    let beside_the_rest = python.compilers == Compilers::Beside;
    let dev = beside_the_rest.then(|| apt::dev(config, facts).install(draft, user, facts));
    let constraints = python.constraints(draft, config, facts, user);
    let mut venv = python.make_venv(draft, user);
    let mut changes = vec![python.change(user, venv)];
    if let Some(with_uv) = python.bring_uv(draft, venv) {
        changes.push(python.change(venv, with_uv));
        venv = with_uv;
    }
    let sources = sources::copy(draft, config, venv);
    changes.extend(sources.iter().cloned());
    let mut place = match &sources {
        Some(change) => Place::inside(change.upper),
        None => Place { keeps: Some(venv), ..Place::inside(user) },
    };
    let install = |draft: &mut Draft, place, title, how: &str, requirements: &[String]| {
        let args = std::iter::once(how.to_owned()).chain(requirements.iter().cloned()).collect();
        let (script, constraints) = (Script::InstallAirflow, constraints.as_ref());
        let files = python.airflow_files(requirements);
        python.run(draft, Job { title, args, place, script, constraints, files })
    };
    // What is installed as editable leaves traces in its folder.
    let traced = |lower, upper| {
        let traces = sources.iter().map(move |change| Change { lower, upper, folder: change.folder.clone() });
        std::iter::once(python.change(lower, upper)).chain(traces)
    };
    let requirements = python.airflow_requirements(config, &config.extras);
    let airflow = airflow_name(config);
    if let Some(dev) = dev {
        // What is known to compile would end the attempt for all the rest.
        let (compiled, wheels): (Vec<_>, Vec<_>) =
            config.extras.iter().cloned().partition(|it| debian::COMPILED_EXTRAS.contains(&it.as_str()));
        let splits = !compiled.is_empty() && config.install.method == Method::Index && !python.offline;
        let first = if splits { python.airflow_requirements(config, &wheels) } else { requirements.clone() };
        let attempt =
            install(draft, place, format!("install {airflow} without compilers"), "attempt", &first);
        changes.extend(traced(place.changes(), attempt));
        place = if sources.is_some() {
            Place::beside_compilers(beside(draft, dev, &changes), None)
        } else {
            Place::beside_compilers(dev, Some(attempt))
        };
        let (title, how) = if splits {
            (format!("install the extras that compile: {}", compiled.join(", ")), "install")
        } else {
            (format!("compile what {airflow} has no wheel for"), "complete")
        };
        let rest = install(draft, place, title, how, &requirements);
        changes.extend(traced(place.changes(), rest));
        place = place.after(rest);
    } else {
        let all = install(draft, place, format!("install {airflow}"), "install", &requirements);
        changes.push(python.change(place.changes(), all));
        place = place.after(all);
    }
    for (title, args, files) in python.later_packages(config, facts) {
        let script = Script::InstallPackages;
        let step = python.run(draft, Job { title, args, place, script, constraints: None, files });
        changes.push(python.change(place.changes(), step));
        place = place.after(step);
    }
    // With a fallback the given file may not be what was met.
    let constraints = constraints
        .filter(|_| !config.install.fallback)
        .unwrap_or_else(|| python.freeze(draft, config, place.changes()));
    let result = match (config.settings.target, dev, &sources) {
        (Target::Build, Some(dev), None) => beside(draft, dev, &changes),
        _ => place.changes(),
    };
    Built { result, changes, constraints }
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

/// A script as root, without network, cache or mounts.
pub(super) fn run(on: StepId, script: Script) -> Run {
    Run {
        on,
        script,
        args: vec![],
        env: vec![],
        user: User::Root,
        network: false,
        uses_ssh: false,
        caches: vec![],
        mounts: vec![],
        keeps: None,
    }
}

pub(super) fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
