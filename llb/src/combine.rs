//! Trees combined without copying: merge and diff.

use buildkit_proto::pb;

use crate::caps;
use crate::op::{Lowered, NO_INPUT, Op, position};
use crate::output::Output;
use crate::platform::Platform;

/// Lays trees on top of each other, the first at the bottom. Needs the cap [`caps::MERGE`].
///
/// Scratch adds nothing, so fewer than two trees make no step: the result is the one tree, or scratch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// The trees, from the bottom.
    pub inputs: Vec<Option<Output>>,
}

impl Merge {
    /// Merges these trees.
    pub fn new(inputs: impl Into<Vec<Option<Output>>>) -> Self {
        Self { inputs: inputs.into() }
    }
}

impl Op for Merge {
    type Outputs = Option<Output>;

    fn lower(self, _: &Platform, add: impl FnOnce(Lowered) -> Output) -> Option<Output> {
        let inputs: Vec<Output> = self.inputs.into_iter().flatten().collect();
        if inputs.len() < 2 {
            return inputs.first().copied();
        }
        // The same tree twice stays twice: what comes later covers what came between.
        let places = (0..inputs.len()).map(|place| pb::MergeInput { input: position(place) });
        let op = pb::op::Op::Merge(pb::MergeOp { inputs: places.collect() });
        Some(add(Lowered { op, inputs: inputs.into(), platform: None, caps: vec![caps::MERGE] }))
    }
}

/// What `upper` has that `lower` does not. Needs the cap [`caps::DIFF`].
///
/// The difference to scratch is all of `upper`, which makes no step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The tree before the change.
    pub lower: Option<Output>,
    /// The tree after it.
    pub upper: Option<Output>,
}

impl Diff {
    /// What changed from `lower` to `upper`.
    pub fn new(lower: impl Into<Option<Output>>, upper: impl Into<Option<Output>>) -> Self {
        Self { lower: lower.into(), upper: upper.into() }
    }
}

impl Op for Diff {
    type Outputs = Option<Output>;

    fn lower(self, _: &Platform, add: impl FnOnce(Lowered) -> Output) -> Option<Output> {
        let Some(lower) = self.lower else { return self.upper };
        let inputs: Vec<Output> = [lower].into_iter().chain(self.upper).collect();
        let upper = self.upper.map_or(NO_INPUT, |_| 1);
        let op = pb::op::Op::Diff(pb::DiffOp {
            lower: Some(pb::LowerDiffInput { input: 0 }),
            upper: Some(pb::UpperDiffInput { input: upper }),
        });
        Some(add(Lowered { op, inputs: inputs.into(), platform: None, caps: vec![caps::DIFF] }))
    }
}
