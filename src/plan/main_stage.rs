//! The steps that make the image people run: no compiler, no header, no cache.

use super::apt::Apt;
use super::build_stage::{Built, airflow_name};
use super::draft::{Draft, StepFile};
use super::image::{PIP_REFUSAL_PATH, runtime_files};
use super::step::{Action, Entry, Stage, StepId};
use super::{clients, constraints, debian};
use crate::config::Config;
use crate::facts::Facts;
use crate::paths;

/// Plans the stage on the user's tree; answers with the step that is the image.
pub(super) fn plan(draft: &mut Draft, config: &Config, facts: &Facts, user: StepId, built: &Built) -> StepId {
    let apt = Apt {
        stage: Stage::Main,
        packages: &config.runtime_apt,
        default: debian::runtime_packages(&config.airflow, facts.base.debian),
        clients: clients::of(config, facts, Stage::Main),
        secure_path: Some(format!("{}/bin", paths::virtual_env(&config.user_home))),
    };
    let last = apt.install(draft, user, facts);
    let StepFile { step: from, path } = built.constraints.clone();
    let folder = PIP_REFUSAL_PATH.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let mut entries = vec![Entry::Folder { path: folder.to_owned(), mode: 0o755 }];
    entries.extend(runtime_files(config));
    entries.push(Entry::Copy { from, path, to: constraints::path(config), uid: config.uid, mode: 0o664 });
    let title = "add the entrypoint and its helpers".to_owned();
    let files = draft.add(Stage::Main, title, Action::Write { on: last, entries });
    let title = format!("add {} and its Python packages", airflow_name(config));
    draft.add(Stage::Main, title, Action::Overlay { on: files, changes: built.changes.clone() })
}
