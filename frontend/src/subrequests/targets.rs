//! `frontend.targets`: the stages that can be built.

use serde_json::{Value, json};

use super::answer::{Answer, table};

/// The stages that `--target` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets(pub Vec<Target>);

/// A stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The name.
    pub name: String,
    /// What it is, in a few words.
    pub description: String,
    /// The image that it starts from; empty if unknown.
    pub base: String,
    /// Whether it is built where no target is named.
    pub is_default: bool,
}

impl Targets {
    /// The answer.
    pub fn answer(&self) -> Answer {
        let json: Vec<Value> = self.0.iter().map(Target::to_json).collect();
        let rows = self.0.iter().map(|target| {
            let default = if target.is_default { " (default)" } else { "" };
            vec![format!("{}{default}", target.name), target.description.clone()]
        });
        Answer::new(&json!({ "targets": json, "sources": [] }), table(&["TARGET", "DESCRIPTION"], rows))
    }
}

impl Target {
    fn to_json(&self) -> Value {
        let mut json = json!({ "name": self.name });
        if self.is_default {
            json["default"] = json!(true);
        }
        json["description"] = json!(self.description);
        if !self.base.is_empty() {
            json["base"] = json!(self.base);
        }
        json
    }
}
