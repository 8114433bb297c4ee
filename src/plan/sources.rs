//! The step that copies Airflow's sources into the image.

use super::draft::{Draft, pair, run};
use super::scripts::Script;
use super::step::{Action, Change, Mount, Origin, Run, Stage, StepId};
use crate::config::Config;
use crate::config::install::Method;
use crate::facts::sources::folder;
use crate::paths::SOURCES;

/// Copies the sources onto a tree, if Airflow comes from sources; answers with what that changed.
pub(super) fn copy(draft: &mut Draft, config: &Config, on: StepId) -> Option<Change> {
    let Method::Sources { from, to, without } = &config.install.method else { return None };
    let origin = Origin::of_sources(&config.settings);
    let folder = folder(config).unwrap_or_default();
    let place = origin.name().unwrap_or(if from.is_empty() { "the build context" } else { from });
    let context = draft.add(
        Stage::Build,
        format!("load Airflow's sources from {place}"),
        Action::Context { origin, folder: folder.to_owned(), files: Vec::new() },
    );
    let build_file = config.settings.filename.rsplit('/').next().unwrap_or_default();
    let args = [SOURCES, to, build_file].into_iter().map(str::to_owned);
    let step = draft.add(
        Stage::Build,
        format!("copy Airflow's sources to {to}"),
        Action::Run(Run {
            args: args.chain(without.iter().cloned()).collect(),
            env: vec![pair("AIRFLOW_UID", &config.uid.to_string())],
            mounts: vec![Mount { from: context, path: "/".to_owned(), at: SOURCES.to_owned() }],
            ..run(on, Script::CopySources)
        }),
    );
    Some(Change { lower: on, upper: step, folder: to.clone() })
}

/// Projects that the sources hold: constraints must not name another release of them.
pub(super) const PROJECTS: &[&str] =
    &["apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk", "apache-airflow-ctl"];
