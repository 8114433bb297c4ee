//! The steps that install Debian packages.

use super::build_stage::{pair, run};
use super::facts::Facts;
use super::python::short;
use super::scripts::Script;
use super::{Action, Cache, Draft, Run, Stage, StepId};
use crate::config::AptPackages;

/// The Debian packages of one stage.
pub(super) struct Apt<'a> {
    pub(super) stage: Stage,
    /// What was asked for.
    pub(super) packages: &'a AptPackages,
    /// What there is when no list was asked for.
    pub(super) default: Vec<String>,
    /// A folder that sudo searches first, where sudo is installed.
    pub(super) secure_path: Option<String>,
}

/// Installs the stage's list on a tree, and then what comes besides: so one package more does not install all again.
pub(super) fn install(draft: &mut Draft, on: StepId, facts: &Facts, apt: Apt<'_>) -> StepId {
    let Apt { stage, packages, default, secure_path } = apt;
    let kind = match stage {
        Stage::Base | Stage::Build => "dev",
        Stage::Main => "runtime",
    };
    let list = packages.instead.clone().unwrap_or(default);
    let title = format!("install {} {kind} apt packages", list.len());
    let env = secure_path.iter().map(|path| pair("SECURE_PATH", path)).collect();
    let installed = step(draft, stage, on, facts, title, (list, env));
    if packages.additional.is_empty() {
        return installed;
    }
    let title = format!("install additional {kind} apt packages: {}", short(&packages.additional));
    step(draft, stage, installed, facts, title, (packages.additional.clone(), Vec::new()))
}

type ArgsAndEnv = (Vec<String>, Vec<(String, String)>);

fn step(
    draft: &mut Draft,
    stage: Stage,
    on: StepId,
    facts: &Facts,
    title: String,
    (args, env): ArgsAndEnv,
) -> StepId {
    let cache = format!("apt-{}-{}-{}", facts.base.debian.name(), facts.platform.architecture, stage.name());
    let id = draft.add(
        stage,
        title,
        Action::Run(Run {
            args,
            env,
            network: true,
            // apt holds a lock on its folders, so two builds cannot use them at once.
            cache: Some(Cache { id: cache, exclusive: true }),
            ..run(on, Script::AptInstall)
        }),
    );
    draft.downloads(id, vec!["Debian packages, from the apt sources of the base image".to_owned()]);
    id
}
