//! What lowering a step needs, whatever its kind.

use std::collections::BTreeMap;

use buildkit_llb as llb;

use super::surroundings::Surroundings;
use super::trees::Trees;
use crate::facts::Facts;
use crate::plan::{Action, Plan, StepId};

/// Lowers one step. Each kind of step has a method in `steps.rs`.
pub(super) struct Lowering<'a> {
    pub(super) graph: &'a mut llb::Graph,
    /// The trees of the steps before.
    pub(super) outputs: &'a [Option<llb::Output>],
    pub(super) plan: &'a Plan,
    pub(super) facts: &'a Facts,
    pub(super) around: &'a Surroundings<'a>,
    /// The scripts that earlier steps have mounted, by name.
    pub(super) scripts: &'a mut BTreeMap<&'static str, llb::Output>,
    pub(super) trees: &'a Trees,
    pub(super) title: String,
    pub(super) ignore_cache: bool,
}

impl Lowering<'_> {
    pub(super) fn output(&self, step: StepId) -> Option<llb::Output> {
        self.outputs[step.place()]
    }

    /// A path of a step, in the tree of its vertex: the context folder has its own path there.
    pub(super) fn path_in(&self, step: StepId, path: &str) -> String {
        if let Action::Context { folder, .. } = &self.plan.step(step).action
            && !folder.is_empty()
        {
            return format!("/{folder}{path}").trim_end_matches('/').to_owned();
        }
        path.to_owned()
    }

    /// The metadata of the step's vertex.
    pub(super) fn metadata(&self) -> llb::Metadata {
        llb::Metadata { ignore_cache: self.ignore_cache, ..llb::Metadata::named(&self.title) }
    }
}

/// The metadata of a small vertex that is shown as part of a group.
pub(super) fn internal(group: &str, name: String) -> llb::Metadata {
    let id = format!("airflow-frontend-{group}");
    let group = llb::ProgressGroup { id, name: format!("[internal] prepare {group}"), weak: false };
    llb::Metadata { progress_group: Some(group), ..llb::Metadata::named(name) }
}
