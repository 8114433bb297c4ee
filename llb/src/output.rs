//! Handles to the trees that steps produce.

use std::cmp::Ordering;
use std::fmt;

/// One tree that a step produces. It belongs to the graph that returned it.
///
/// Where an `Option<Output>` is expected, `None` means [`SCRATCH`]. Two outputs are equal if they are the same tree of
/// the same step, no matter how often that step was added.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub(crate) vertex: usize,
    /// The first vertex that is the same step.
    pub(crate) first: usize,
    pub(crate) index: i64,
    /// The beginning of the step's digest: what sits at the same place in another graph is another step.
    pub(crate) step: u64,
}

/// The empty tree.
pub const SCRATCH: Option<Output> = None;

impl Output {
    pub(crate) fn at(self, index: i64) -> Self {
        Self { index, ..self }
    }
}

/// The beginning of a digest (`sha256:…`), as a number.
pub(crate) fn beginning(digest: &str) -> u64 {
    let digits = digest.split_once(':').and_then(|(_, digits)| digits.get(..16));
    digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Output {}

impl PartialOrd for Output {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Output {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.first, self.index, self.step).cmp(&(other.first, other.index, other.step))
    }
}

/// An output was used with a graph that it does not belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignOutput {
    /// What used the output.
    pub(crate) used_by: String,
    /// The output.
    pub(crate) output: Output,
    /// The step at the same place in the graph it was used with, if there is one.
    pub(crate) here: Option<String>,
}

impl fmt::Display for ForeignOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { used_by, output, here } = self;
        let place = output.vertex + 1;
        write!(
            f,
            "{used_by} uses an output of another graph: step {place} there is sha256:{:016x}…, ",
            output.step
        )?;
        match here {
            Some(here) => write!(f, "step {place} of this graph is {here}"),
            None => write!(f, "this graph has no step {place}"),
        }
    }
}

impl std::error::Error for ForeignOutput {}
