//! Trees made of trees, without copying: merge and diff.

use buildkit_proto::pb;

use crate::caps;
use crate::graph::{Lowered, Output, SCRATCH, position};

pub(crate) fn merge(inputs: Vec<Output>) -> Lowered {
    // The same tree twice stays twice: what comes later covers what came between.
    let places = (0..inputs.len()).map(|place| pb::MergeInput { input: position(place) });
    let op = pb::op::Op::Merge(pb::MergeOp { inputs: places.collect() });
    Lowered { op, inputs: inputs.into(), platform: None, caps: vec![caps::MERGE] }
}

pub(crate) fn diff(lower: Output, upper: Option<Output>) -> Lowered {
    let inputs: Vec<Output> = [lower].into_iter().chain(upper).collect();
    let upper = upper.map_or(SCRATCH, |_| 1);
    let op = pb::op::Op::Diff(pb::DiffOp {
        lower: Some(pb::LowerDiffInput { input: 0 }),
        upper: Some(pb::UpperDiffInput { input: upper }),
    });
    Lowered { op, inputs: inputs.into(), platform: None, caps: vec![caps::DIFF] }
}
