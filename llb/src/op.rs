//! What every kind of step has in common.

use buildkit_proto::pb;

use crate::output::Output;
use crate::platform::Platform;

/// A kind of step, for [`Graph::add`](crate::Graph::add). Only this crate implements it.
pub trait Op {
    /// What a step of this kind produces: one tree, several, or one that may be scratch.
    type Outputs;

    /// Writes the step for the wire and passes it to `add`, if there is anything to do.
    #[doc(hidden)]
    fn lower(self, platform: &Platform, add: impl FnOnce(Lowered) -> Output) -> Self::Outputs;
}

/// An op as on the wire, except that its inputs are handles.
#[derive(Clone, Debug)]
pub struct Lowered {
    pub(crate) op: pb::op::Op,
    pub(crate) inputs: Inputs,
    pub(crate) platform: Option<Platform>,
    pub(crate) caps: Vec<&'static str>,
}

/// The inputs of an op.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// As the op lists them; the same tree twice is one input.
    pub wire: Vec<Output>,
    /// Every handle, in the order in which Go's client visits them.
    pub visits: Vec<Output>,
}

impl Inputs {
    /// The position among the inputs, [`NO_INPUT`] for scratch.
    pub(crate) fn add(&mut self, output: Option<Output>) -> i64 {
        let Some(output) = output else { return NO_INPUT };
        self.visits.push(output);
        let place = self.wire.iter().position(|known| *known == output).unwrap_or_else(|| {
            self.wire.push(output);
            self.wire.len() - 1
        });
        position(place)
    }
}

impl From<Vec<Output>> for Inputs {
    fn from(outputs: Vec<Output>) -> Self {
        Self { wire: outputs.clone(), visits: outputs }
    }
}

/// The position of an input that is scratch, and of an output that is not kept.
pub(crate) const NO_INPUT: i64 = -1;

/// A position as the wire counts.
pub(crate) fn position(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
