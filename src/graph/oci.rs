//! The image config as exporters take it: the base image's own JSON with ours laid over it.

use serde_json::{Map, Value, json};

use crate::facts::Facts;
use crate::facts::base::env;
use crate::plan::image::LEFT_OUT;
use crate::plan::{Action, Plan, StepId};

/// Marks our history entries, as the image specification's `comment`.
const COMMENT: &str = "airflow-frontend.v0";

/// The config of the plan's image. Exporters fill in `rootfs` and `created`.
pub(super) fn image(plan: &Plan, facts: &Facts, merges: bool) -> Value {
    let mut config = facts.base.config.clone();
    // Both speak of the base image's own build.
    config.remove("created");
    config.remove("moby.buildkit.cache.v0");
    config.remove("rootfs");
    config.insert("architecture".to_owned(), json!(facts.platform.architecture));
    config.insert("os".to_owned(), json!(facts.platform.os));
    if facts.platform.variant.is_empty() {
        config.remove("variant");
    } else {
        config.insert("variant".to_owned(), json!(facts.platform.variant));
    }
    let inner = match config.remove("config") {
        Some(Value::Object(inner)) => inner,
        Some(_) | None => Map::new(),
    };
    config.insert("config".to_owned(), Value::Object(run_config(inner, plan, facts)));
    let history = base_history(facts).into_iter().chain(own_history(plan, merges)).collect();
    config.insert("history".to_owned(), Value::Array(history));
    Value::Object(config)
}

fn run_config(mut config: Map<String, Value>, plan: &Plan, facts: &Facts) -> Map<String, Value> {
    let image = &plan.image;
    let mut variables = env(&facts.base.config);
    variables.retain(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
    for (name, value) in &image.env {
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1.clone_from(value),
            None => variables.push((name.clone(), value.clone())),
        }
    }
    let variables: Vec<String> =
        variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut labels = match config.remove("Labels") {
        Some(Value::Object(labels)) => labels,
        Some(_) | None => Map::new(),
    };
    labels.extend(image.labels.iter().map(|(key, value)| (key.clone(), json!(value))));
    labels.sort_keys();
    config.insert("User".to_owned(), json!(image.user));
    config.insert("WorkingDir".to_owned(), json!(image.working_dir));
    config.insert("Env".to_owned(), json!(variables));
    config.insert("Labels".to_owned(), Value::Object(labels));
    config.insert("Shell".to_owned(), json!(image.shell));
    config.remove("OnBuild");
    if let Some(entrypoint) = &image.entrypoint {
        config.insert("Entrypoint".to_owned(), json!(entrypoint));
        // A command of the base image would become the entrypoint's arguments.
        config.remove("Cmd");
    }
    if !image.ports.is_empty() {
        let ports = image.ports.iter().map(|port| (port.clone(), json!({}))).collect();
        config.insert("ExposedPorts".to_owned(), Value::Object(ports));
    }
    config
}

fn base_history(facts: &Facts) -> Vec<Value> {
    match facts.base.config.get("history") {
        Some(Value::Array(entries)) => entries.clone(),
        Some(_) | None => Vec::new(),
    }
}

/// One entry per layer over the base image's, in layer order, and one for what makes no layer.
fn own_history(plan: &Plan, merges: bool) -> Vec<Value> {
    let layers = layer_titles(plan, plan.result, merges);
    let mut entries: Vec<Value> =
        layers.into_iter().map(|title| json!({ "created_by": title, "comment": COMMENT })).collect();
    let settings = "set user, environment, labels, entrypoint and ports";
    entries.push(json!({ "created_by": settings, "comment": COMMENT, "empty_layer": true }));
    entries
}

fn layer_titles(plan: &Plan, id: StepId, merges: bool) -> Vec<String> {
    let own = || plan.numbered_title(id);
    match &plan.step(id).action {
        Action::Base(_) | Action::Context { .. } => Vec::new(),
        Action::Run(run) => [layer_titles(plan, run.on, merges), vec![own()]].concat(),
        Action::Write { on, .. } => [layer_titles(plan, *on, merges), vec![own()]].concat(),
        Action::Overlay { on, changes } => {
            let added = if merges {
                changes.iter().map(|change| plan.numbered_title(change.upper)).collect()
            } else {
                vec![own()]
            };
            [layer_titles(plan, *on, merges), added].concat()
        }
    }
}
