//! `convertllb`: the graph of a build.

use buildkit_llb as llb;

use buildkit_frontend::subrequests::Answer;

use super::asked::Asked;
use crate::diagnostic::Diagnostics;
use crate::facts::assume;
use crate::graph::{self, Surroundings};
use crate::plan::plan;

pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let config = asked.sound()?;
    let facts = assume::facts(config, asked.platform);
    let around = Surroundings::new(config, "", true, 1);
    let lowered = graph::lower(&plan(config, &facts), &facts, &around);
    let decoded = llb::decode::decode(&lowered.definition.pb)
        .unwrap_or_else(|error| unreachable!("a graph of our own cannot be read: {error}"));
    let json = llb::protojson(&lowered.definition.pb)
        .unwrap_or_else(|error| unreachable!("a graph of our own cannot be read: {error}"));
    Ok(Answer::new(&json, llb::print::text(&decoded)))
}
