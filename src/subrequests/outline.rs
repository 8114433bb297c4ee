//! `outline`: every build arg with its value, the secrets, and the caches.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_llb as llb;
use buildkit_proto::pb::{self, op::Op};
use serde_json::{Value, json};

use super::listing::{Listing, value_shown};
use super::{Answer, Asked, assume, columns, defaults, targets};
use crate::config::{Config, Target};
use crate::diagnostic::Diagnostics;
use crate::graph::{self, Surroundings};
use crate::options::Options;
use crate::options::table::{self, Arg, Stage};
use crate::plan::plan;

/// Answers for a build that is refused as well, unless it is for its target.
pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let targets = asked.config.map_or_else(|problems| problems.0.clone(), |_| Vec::new());
    let targets = targets.into_iter().filter(|problem| problem.option.name == "--target").collect();
    Diagnostics(targets).or(())?;
    let listing = Listing::of(asked.options);
    let target = asked.config.map_or(Target::Main, |config| config.settings.target);
    let args: Vec<Given> = table::TABLE
        .iter()
        // What the main image is made of passes through the build stage.
        .filter(|row| target == Target::Main || row.stage != Stage::Main)
        .map(|row| given(row, asked))
        .collect();
    let used = uses(asked);
    let json_args: Vec<Value> = args.iter().map(|arg| arg.to_json(&listing)).collect();
    let mut json =
        json!({ "name": target.name(), "description": targets::description(target), "args": json_args });
    if !used.secrets.is_empty() {
        json["secrets"] =
            used.secrets
                .iter()
                .map(|(name, required)| {
                    if *required {
                        json!({ "name": name, "required": true })
                    } else {
                        json!({ "name": name })
                    }
                })
                .collect();
    }
    if !used.caches.is_empty() {
        json["cache"] = used.caches.iter().map(|id| json!({ "ID": id })).collect();
    }
    if !listing.text.is_empty() {
        json["sources"] = json!([STANDARD.encode(&listing.text)]);
    }
    Ok(Answer::new(&json, text(target, &args, &used)))
}

/// A row with the value it has in this build.
struct Given {
    row: &'static Arg,
    /// The name under which it was given.
    name: Option<String>,
    value: String,
}

impl Given {
    /// The name that the user knows it by.
    fn written(&self) -> &str {
        self.name.as_deref().unwrap_or(self.row.name)
    }

    fn to_json(&self, listing: &Listing) -> Value {
        let mut json = json!({ "name": self.written(), "description": self.row.summary() });
        if !self.value.is_empty() {
            json["value"] = json!(self.value);
        }
        if let Some(line) = self.name.as_ref().and_then(|name| listing.line(name)) {
            json["location"] = super::lint::location(line);
        }
        json
    }
}

fn given(row: &'static Arg, asked: &Asked<'_>) -> Given {
    let named = asked.options.given(row);
    // Nothing but white space counts as not given, and no extras are as good as some.
    let value = named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
    let default = || asked.config.map_or(row.default.to_owned(), |config| defaults::value(row, config));
    let none = named.is_some() && row.name == table::AIRFLOW_EXTRAS.name;
    let value = value.map_or_else(|| if none { String::new() } else { default() }, str::to_owned);
    Given { row, name: named.map(|(name, _)| name.to_owned()), value: value_shown(row.name, &value) }
}

/// What steps are handed besides files.
#[derive(Default)]
struct Uses {
    /// Secrets by id, and whether a step cannot do without.
    secrets: BTreeMap<String, bool>,
    caches: Vec<String>,
}

/// Read from the graph of the build, so that it cannot fall behind; where the build is refused, of one without options.
fn uses(asked: &Asked<'_>) -> Uses {
    let fallback = || Config::from_options(&Options::default()).ok();
    let Some(config) = asked.config.ok().cloned().or_else(fallback) else { return Uses::default() };
    let facts = assume::facts(&config, asked.platform(&config), None, None, assume::context(&config));
    let around =
        Surroundings { settings: &config.settings, session: "", merges: true, names_platform: false };
    let lowered = graph::lower(&plan(&config, &facts), &facts, &around);
    let Ok(decoded) = llb::decode::decode(&lowered.definition.pb) else { return Uses::default() };
    let mut uses = Uses::default();
    for vertex in decoded.vertices {
        if let Some(Op::Exec(exec)) = vertex.op.op {
            uses.add(&exec);
        }
    }
    uses.caches.sort();
    uses.caches.dedup();
    uses
}

impl Uses {
    fn add(&mut self, exec: &pb::ExecOp) {
        for mount in &exec.mounts {
            if let Some(secret) = &mount.secret_opt {
                *self.secrets.entry(secret.id.clone()).or_default() |= !secret.optional;
            }
            if let Some(cache) = &mount.cache_opt {
                self.caches.push(cache.id.clone());
            }
        }
        for secret in &exec.secretenv {
            *self.secrets.entry(secret.id.clone()).or_default() |= !secret.optional;
        }
    }
}

fn text(target: Target, args: &[Given], used: &Uses) -> String {
    let rows = |heading: &[&str], rows: Vec<Vec<String>>| {
        let heading = heading.iter().map(|word| (*word).to_owned()).collect();
        columns(&std::iter::once(heading).chain(rows).collect::<Vec<_>>())
    };
    let args = args
        .iter()
        .map(|arg| vec![arg.written().to_owned(), arg.value.clone(), arg.row.summary().to_owned()]);
    let secrets = used.secrets.iter().map(|(name, required)| {
        vec![name.clone(), if *required { "true".to_owned() } else { String::new() }]
    });
    let caches = used.caches.iter().map(|id| vec![id.clone()]);
    format!(
        "TARGET: {}\nDESCRIPTION: {}\n\n{}\n{}\n{}",
        target.name(),
        targets::description(target),
        rows(&["BUILD ARG", "VALUE", "DESCRIPTION"], args.collect()),
        rows(&["SECRET", "REQUIRED"], secrets.collect()),
        rows(&["CACHE"], caches.collect()),
    )
}
