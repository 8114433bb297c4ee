//! `airflow.plan`: what a build would do.

use std::fmt::Write as _;

use serde_json::{Value, json};

use buildkit_frontend::subrequests::Answer;

use super::asked::Asked;
use crate::diagnostic::{Diagnostics, masked};
use crate::facts::assume;
use crate::lint::secrets;
use crate::plan::{Plan, plan};

pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let config = asked.sound()?;
    let facts = assume::facts(config, asked.platform);
    let plan = plan(config, &facts);
    let files: Vec<&String> = facts.context.iter().collect();
    let mut json = masked_json(&plan);
    json["assumed"] = json!({
        "platform": facts.platform.to_string(),
        "baseImage": facts.base.reference,
        "python": facts.base.python.to_string(),
        "debian": facts.base.debian.name(),
        "contextFiles": files,
    });
    let mut text = plan.text().text;
    let base = &facts.base;
    let _ = writeln!(
        text,
        "assumed, because the base image is not read: {} has Python {} and Debian {}, for {}",
        base.reference,
        base.python,
        base.debian.name(),
        facts.platform,
    );
    if let Some(folder) = &config.context_files {
        let folder = if folder.is_empty() { "the build context" } else { folder };
        let used = files.first().map_or("nothing", |file| file.as_str());
        let _ = writeln!(
            text,
            "assumed, because the context is not loaded: {folder} contains {used} that steps use"
        );
    }
    Ok(Answer::new(&json, text))
}

/// A plan as JSON, without what looks like a secret.
pub fn masked_json(plan: &Plan) -> Value {
    let mut json =
        serde_json::to_value(plan).unwrap_or_else(|error| unreachable!("a plan is plain data: {error}"));
    mask(&mut json);
    json
}

fn mask(value: &mut Value) {
    match value {
        // Texts of several lines are scripts and files of our own; a value is put on one line where it is shown.
        Value::String(text) if !text.contains('\n') => *text = secrets::masked(&masked_urls(text)),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(members) => members.values_mut().for_each(mask),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn masked_urls(text: &str) -> String {
    if text.contains("://") { masked(text) } else { text.to_owned() }
}
