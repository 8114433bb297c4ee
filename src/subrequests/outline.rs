//! `outline`: every build arg with its value, the secrets, and the caches.

use buildkit_frontend::subrequests::{Answer, Outline, OutlineArg};
use buildkit_llb as llb;
use buildkit_proto::pb::{self, op::Op};

use super::asked::Asked;
use super::listing::{Listing, value_shown};
use super::{defaults, targets};
use crate::config::{Config, Target};
use crate::diagnostic::Diagnostics;
use crate::facts::assume;
use crate::graph::{self, Surroundings};
use crate::options::table::{self, Arg, Stage};
use crate::options::{self, Options};
use crate::plan::plan;

/// Answers for a build that is refused as well, unless it is for its target.
pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let targets = asked.config.map_or_else(|problems| problems.0.clone(), |_| Vec::new());
    let targets = targets.into_iter().filter(|problem| problem.option.name == "--target").collect();
    Diagnostics(targets).or(())?;
    let listing = Listing::of(asked.options);
    let target = asked.config.map_or(Target::Main, |config| config.target);
    let args = table::TABLE
        .iter()
        // What the main image is made of passes through the build stage.
        .filter(|row| target == Target::Main || row.stage != Stage::Main)
        .map(|row| given(row, asked, &listing))
        .collect();
    let outline = Outline {
        name: target.name().to_owned(),
        description: targets::description(target).to_owned(),
        args,
        ..uses(asked)
    };
    Ok(Outline { source: listing.text, ..outline }.answer())
}

/// A build arg with the value it has in this build, under the name that the user knows it by.
fn given(row: &Arg, asked: &Asked<'_>, listing: &Listing) -> OutlineArg {
    let named = options::given(asked.options, row);
    // Nothing but white space counts as not given, and no extras are as good as some.
    let value = named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
    let default = || asked.config.map_or(row.default.to_owned(), |config| defaults::value(row, config));
    let none = named.is_some() && row.name == table::AIRFLOW_EXTRAS.name;
    let value = value.map_or_else(|| if none { String::new() } else { default() }, str::to_owned);
    OutlineArg {
        name: named.map_or(row.name, |(name, _)| name).to_owned(),
        description: row.summary().to_owned(),
        value: value_shown(row.name, &value),
        lines: named.and_then(|(name, _)| listing.line(name)).map(|line| line..=line),
    }
}

/// The secrets and caches, read from the graph of the build, so that it cannot fall behind; where the build is refused, of one without options.
fn uses(asked: &Asked<'_>) -> Outline {
    let fallback = || Config::from_options(&Options::default()).ok();
    let Some(config) = asked.config.ok().cloned().or_else(fallback) else { return Outline::default() };
    let facts = assume::facts(&config, asked.platform);
    let around = Surroundings::new(&config, "", true, 1);
    let lowered = graph::lower(&plan(&config, &facts), &facts, &around);
    let Ok(decoded) = llb::decode::decode(&lowered.definition.pb) else { return Outline::default() };
    let mut outline = Outline::default();
    for vertex in decoded.vertices {
        if let Some(Op::Exec(exec)) = vertex.op.op {
            add(&mut outline, &exec);
        }
    }
    outline
}

fn add(outline: &mut Outline, exec: &pb::ExecOp) {
    let mounts = exec.mounts.iter().filter_map(|mount| mount.secret_opt.as_ref());
    let mounted = mounts.map(|secret| (&secret.id, secret.optional));
    let variables = exec.secretenv.iter().map(|secret| (&secret.id, secret.optional));
    for (id, optional) in mounted.chain(variables) {
        outline.secrets.entry(id.clone()).or_default().required |= !optional;
    }
    outline.caches.extend(exec.mounts.iter().filter_map(|mount| Some(mount.cache_opt.as_ref()?.id.clone())));
}
