//! Phase 5: the plan in BuildKit's terms.
//!
//! A step of the plan becomes one named vertex, with the lines of the readable plan as its source location. Small
//! vertices (scripts, cache folders, differences) are shown in groups. Nothing here can fail or wait.

mod lowering;
mod mounts;
pub mod oci;
mod steps;
mod surroundings;
mod trees;

use std::collections::BTreeMap;

use buildkit_llb as llb;
use serde_json::Value;

use crate::config::{NoCache, Target};
use crate::facts::Facts;
use crate::plan::{Action, Plan, Stage, StepId};
pub use buildkit_frontend::context::Tree;
use lowering::Lowering;
pub use surroundings::Surroundings;
pub use trees::{Trees, client_context};

/// The graph of one platform, with the config of its image.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// The graph.
    pub definition: llb::Definition,
    /// The image config for exporters.
    pub image: Value,
    /// The digest (`sha256:…`) of each step's vertex, in the plan's order: for an overlay that of its last vertex, and
    /// empty for an empty tree.
    pub digests: Vec<String>,
}

/// The name of the readable plan in errors.
pub const PLAN_FILE: &str = "airflow.plan";

/// Lowers a plan that starts from an image and the client's folder.
pub fn lower(plan: &Plan, facts: &Facts, around: &Surroundings<'_>) -> Lowered {
    lower_from(plan, facts, around, &Trees::usual(&facts.base.reference, around))
}

/// Lowers a plan that starts from these trees.
#[expect(clippy::missing_panics_doc, reason = "outputs come from no other graph")]
pub fn lower_from(plan: &Plan, facts: &Facts, around: &Surroundings<'_>, trees: &Trees) -> Lowered {
    let mut graph = llb::Graph::new(facts.platform.clone());
    let readable = plan.text();
    let file = graph.source_file(llb::SourceFile {
        filename: PLAN_FILE.to_owned(),
        data: readable.text.into_bytes(),
        ..llb::SourceFile::default()
    });
    let mut outputs: Vec<Option<llb::Output>> = Vec::with_capacity(plan.steps.len());
    let mut scripts = BTreeMap::new();
    for (id, step) in plan.iter() {
        let mut lowering = Lowering {
            graph: &mut graph,
            outputs: &outputs,
            plan,
            facts,
            around,
            scripts: &mut scripts,
            trees,
            title: title(plan, id, facts, around),
            ignore_cache: ignores_cache(around.no_cache, step.stage),
        };
        let output = match &step.action {
            Action::Base(_) => lowering.base(),
            Action::Context { origin, folder, files } => lowering.context(*origin, folder, files),
            Action::Run(run) => lowering.run(run),
            Action::Write { on, entries } => Some(lowering.write(*on, entries)),
            Action::Overlay { on, changes } => lowering.overlay(*on, changes),
        };
        graph.locate(output, file, &[shown(&readable.lines, outputs.len())]);
        outputs.push(output);
    }
    let definition = graph.definition(outputs[plan.result.place()]);
    let digest = |output: &Option<llb::Output>| output.map_or("", |output| graph.digest(output)).to_owned();
    Lowered {
        definition: definition.expect("every output is of this graph"),
        image: oci::image(plan, facts, around.merges),
        digests: outputs.iter().map(digest).collect(),
    }
}

/// The lines of the plan that stand for a step; `lines` has the first line of each.
fn shown(lines: &[usize], step: usize) -> llb::Range {
    let first = lines[step];
    let last = lines.get(step + 1).map_or(first, |next| next - 1);
    llb::Range::lines(line(first), line(last.min(first + SHOWN_LINES - 1)))
}

/// The most lines of the plan that a failing step shows.
const SHOWN_LINES: usize = 6;

fn line(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn title(plan: &Plan, id: StepId, facts: &Facts, around: &Surroundings<'_>) -> String {
    let title = plan.numbered_title(id);
    if around.names_platform { title.replacen('[', &format!("[{} ", facts.platform), 1) } else { title }
}

fn ignores_cache(no_cache: &NoCache, stage: Stage) -> bool {
    match stage {
        Stage::Base => *no_cache == NoCache::Everything,
        Stage::Build => no_cache.covers(Target::Build),
        Stage::Main => no_cache.covers(Target::Main),
    }
}
