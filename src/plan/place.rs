//! Where a step on the virtual environment runs, and what it changes.

use super::step::StepId;

/// Where a step on the virtual environment runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The tree it runs in.
    pub(super) on: StepId,
    /// The tree whose virtual environment it works in, if that is not `on` itself.
    pub(super) keeps: Option<StepId>,
    /// Whether there are compilers.
    pub(super) compiles: bool,
}

impl Place {
    /// In a tree that holds the virtual environment, without compilers.
    pub(super) const fn inside(on: StepId) -> Self {
        Self { on, keeps: None, compiles: false }
    }

    /// In a tree that has compilers.
    pub(super) const fn beside_compilers(on: StepId, keeps: Option<StepId>) -> Self {
        Self { on, keeps, compiles: true }
    }

    /// The tree that the step changes.
    pub(super) fn changes(self) -> StepId {
        self.keeps.unwrap_or(self.on)
    }

    /// The same place after a step.
    pub(super) fn after(self, step: StepId) -> Self {
        match self.keeps {
            Some(_) => Self { keeps: Some(step), ..self },
            None => Self { on: step, ..self },
        }
    }
}
