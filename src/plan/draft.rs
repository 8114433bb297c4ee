//! A plan while steps are added, and what most steps have in common.

use super::scripts::Script;
use super::step::{Action, Run, Stage, Step, StepId, User};
use crate::diagnostic::masked;

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) steps: Vec<Step>,
    pub(super) notes: Vec<String>,
}

/// A file of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StepFile {
    pub(super) step: StepId,
    pub(super) path: String,
}

impl Draft {
    pub(super) fn add(&mut self, stage: Stage, title: String, action: Action) -> StepId {
        self.steps.push(Step { stage, title, action, downloads: Vec::new() });
        StepId(self.steps.len() - 1)
    }

    /// Says what a step fetches from outside.
    pub(super) fn downloads(&mut self, id: StepId, downloads: Vec<String>) {
        self.steps[id.0].downloads = downloads;
    }
}

/// A script as root, without network, caches or mounts.
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

/// A variable.
pub(super) fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The first few words of a list, for a title; without the credentials of URLs.
pub(super) fn short(words: &[String]) -> String {
    let text = masked(&words.join(" "));
    if text.chars().count() <= 60 { text } else { text.chars().take(59).chain(['…']).collect() }
}
