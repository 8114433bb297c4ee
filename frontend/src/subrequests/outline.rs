//! `frontend.outline`: the build args, secrets and caches of a target.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::{Answer, location, table};

/// What a target can be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The target's name; may be empty.
    pub name: String,
    /// What the target is, in a few words.
    pub description: String,
    /// Build args.
    pub args: Vec<OutlineArg>,
    /// Secrets by id.
    pub secrets: BTreeMap<String, OutlineSecret>,
    /// Ids of cache mounts.
    pub caches: BTreeSet<String>,
    /// The text that locations of build args point into; may be empty.
    pub source: String,
}

/// A build arg.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutlineArg {
    /// The name.
    pub name: String,
    /// What it is for, short enough for a table.
    pub description: String,
    /// The value in this build, given or default. Never a secret.
    pub value: String,
    /// The lines of [`Outline::source`] that set it.
    pub lines: Option<RangeInclusive<u32>>,
}

/// A secret that steps read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutlineSecret {
    /// Whether a step fails without it.
    pub required: bool,
}

impl Outline {
    /// The answer.
    pub fn answer(&self) -> Answer {
        Answer::new(&self.to_json(), self.text())
    }

    fn to_json(&self) -> Value {
        let args: Vec<Value> = self.args.iter().map(OutlineArg::to_json).collect();
        let mut json = json!({ "name": self.name, "description": self.description, "args": args });
        if !self.secrets.is_empty() {
            json["secrets"] = self.secrets.iter().map(secret_to_json).collect();
        }
        if !self.caches.is_empty() {
            json["cache"] = self.caches.iter().map(|id| json!({ "ID": id })).collect();
        }
        if !self.source.is_empty() {
            json["sources"] = json!([STANDARD.encode(&self.source)]);
        }
        json
    }

    fn text(&self) -> String {
        let args =
            self.args.iter().map(|arg| vec![arg.name.clone(), arg.value.clone(), arg.description.clone()]);
        let secrets = self.secrets.iter().map(|(id, secret)| {
            vec![id.clone(), if secret.required { "true".to_owned() } else { String::new() }]
        });
        let caches = self.caches.iter().map(|id| vec![id.clone()]);
        format!(
            "TARGET: {}\nDESCRIPTION: {}\n\n{}\n{}\n{}",
            self.name,
            self.description,
            table(&["BUILD ARG", "VALUE", "DESCRIPTION"], args),
            table(&["SECRET", "REQUIRED"], secrets),
            table(&["CACHE"], caches),
        )
    }
}

impl OutlineArg {
    fn to_json(&self) -> Value {
        let mut json = json!({ "name": self.name, "description": self.description });
        if !self.value.is_empty() {
            json["value"] = json!(self.value);
        }
        if let Some(lines) = &self.lines {
            json["location"] = location(lines);
        }
        json
    }
}

fn secret_to_json((id, secret): (&String, &OutlineSecret)) -> Value {
    if secret.required { json!({ "name": id, "required": true }) } else { json!({ "name": id }) }
}
