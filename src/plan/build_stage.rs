//! The steps that compile and install.
//!
//! Three branches start from the user's tree and run side by side: the Debian packages, the constraints, and the
//! virtual environment in which Airflow is installed from wheels. They meet where something has to be compiled.

use super::apt::Apt;
use super::facts::Facts;
use super::python::{Job, Python, short};
use super::scripts::Script;
use super::{Action, Change, Draft, Run, Stage, StepId, User, clients, debian, sources};
use crate::config::Config;
use crate::config::base::Debian;
use crate::config::install::Method;

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
    let apt = Apt {
        stage: Stage::Build,
        packages: &config.dev_apt,
        default: debian::dev_packages(&config.airflow, facts.base.has_debians_python),
        clients: clients::of(config, facts, Stage::Build),
        secure_path: None,
    };
    let dev = apt.install(draft, user, facts);
    let constraints = python.constraints(draft, config, facts, user);
    let venv = python.make_venv(draft, user);
    let requirements = python.airflow_requirements(config, &config.extras);
    // What is known to compile would end the attempt for all the rest.
    let (compiled, wheels): (Vec<_>, Vec<_>) =
        config.extras.iter().cloned().partition(|extra| debian::COMPILED_EXTRAS.contains(&extra.as_str()));
    let splits = !compiled.is_empty() && config.install.method == Method::Index && !python.offline;
    let first = if splits { python.airflow_requirements(config, &wheels) } else { requirements.clone() };
    let airflow = airflow_name(config);

    let mut changes = vec![python.change(user, venv)];
    let sources = sources::copy(draft, config, venv);
    changes.extend(sources.iter().cloned());
    let ready = sources.as_ref().map_or(venv, |change| change.upper);
    let install = |draft: &mut Draft, on, title, how: &str, requirements: &[String]| {
        let args = std::iter::once(how.to_owned()).chain(requirements.iter().cloned()).collect();
        let constraints = constraints.as_ref();
        python.run(
            draft,
            Job {
                title,
                args,
                on,
                script: Script::InstallAirflow,
                constraints,
                whole_context: python.has_parts(),
            },
        )
    };
    // What is installed as editable leaves traces in its folder.
    let traced = |lower, upper| {
        let traces = sources.iter().map(move |change| Change { lower, upper, folder: change.folder.clone() });
        std::iter::once(python.change(lower, upper)).chain(traces)
    };
    let title = format!("install {airflow} from wheels");
    let attempt = install(draft, ready, title, "without-compilers", &first);
    changes.extend(traced(ready, attempt));
    let title = "bring compilers and Python packages together".to_owned();
    let met = draft.add(Stage::Build, title, Action::Overlay { on: dev, changes: changes.clone() });
    let (title, how) = if splits {
        (format!("install the extras that compile: {}", compiled.join(", ")), "the-rest")
    } else {
        (format!("compile what {airflow} has no wheel for"), "with-compilers")
    };
    let mut last = install(draft, met, title, how, &requirements);
    changes.extend(traced(met, last));

    for (title, args, whole_context) in python.later_packages(config, facts) {
        let before = last;
        let script = Script::InstallPackages;
        last = python.run(draft, Job { title, args, on: before, script, constraints: None, whole_context });
        changes.push(python.change(before, last));
    }
    // With a fallback the given file may not be what was met.
    let constraints = constraints
        .filter(|_| !config.install.fallback)
        .unwrap_or_else(|| python.freeze(draft, config, last));
    Built { result: last, changes, constraints }
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
        cache: None,
        mounts: vec![],
    }
}

pub(super) fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
