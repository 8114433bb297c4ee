//! Phase 4: the steps of a build, in Airflow's words.
//!
//! A plan is plain data: a list of steps, each after the steps that it uses; the result; and the image's own environment,
//! labels and user. [`plan`] gets the [`Facts`] and cannot fail.

pub mod step;
mod draft;
mod build_stage;
mod main_stage;

mod apt;
mod clients;
mod compilers;
pub mod debian;

mod python;
mod venv;
mod work;
mod constraints;
mod indexes;
mod install_env;
mod place;
mod sources;

pub mod image;
pub mod scripts;
pub mod text;

use serde::Serialize;

use crate::config::{Config, Target};
use crate::facts::Facts;
use draft::Draft;
use image::Image;
pub use step::{
    Action, Cache, Change, Entry, HIDDEN_ENV, Keeps, Mount, Origin, Run, Stage, Step, StepId, User,
    shown_value,
};

/// What will be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The steps; each uses only steps before it.
    pub steps: Vec<Step>,
    /// The step whose files are the image.
    pub result: StepId,
    /// What the image says of itself.
    pub image: Image,
    /// What the user should know about choices that the plan made.
    pub notes: Vec<String>,
}

impl Plan {
    /// The step at a place.
    pub fn step(&self, id: StepId) -> &Step {
        &self.steps[id.0]
    }

    /// All steps with their places, in order.
    pub fn iter(&self) -> impl Iterator<Item = (StepId, &Step)> {
        self.steps.iter().enumerate().map(|(place, step)| (StepId(place), step))
    }
}

/// Plans a build. Cannot fail: whatever could be wrong was found on the way to `Config` and `Facts`.
pub fn plan(config: &Config, facts: &Facts) -> Plan {
    let mut draft = Draft::default();
    let base =
        draft.add(Stage::Base, facts.base.reference.clone(), Action::Base(facts.base.reference.clone()));
    draft.downloads(base, vec![format!("image {}", facts.base.reference)]);
    let user = build_stage::add_user(&mut draft, config, facts, base);
    let built = build_stage::plan(&mut draft, config, facts, user);
    let result = match config.target {
        Target::Build => built.result,
        Target::Main => main_stage::plan(&mut draft, config, facts, user, &built),
    };
    Plan { steps: draft.steps, result, image: Image::new(config, facts), notes: draft.notes }
}

#[cfg(test)]
mod tests;
