//! From the options of one build to its image, by way of the other stations.

use std::collections::BTreeMap;

use buildkit_proto::frontend::CacheOptionsEntry;
use serde_json::json;

use super::{Bridge, Caps, Content, Environment, Failure, Outcome, Ref, caps, facts, needs, request, told};
use crate::config::values::Platform;
use crate::config::{BuildContext, Config, Settings};
use crate::graph::{self, Lowered, Surroundings};
use crate::options::Options;
use crate::plan::plan;

/// Builds what the options ask for.
pub(super) async fn build(
    bridge: &Bridge,
    environment: &Environment,
    caps: &Caps,
) -> Result<Outcome, Failure> {
    if let Some(request) = environment.options.get("requestid") {
        return request::answer(request, environment);
    }
    let options = Options::from_pairs(environment.options.clone());
    let config = Config::from_options(&options).map_err(|problems| told::refused(&problems, &options))?;
    needs::check(&config.settings, caps)?;
    if config.settings.context != BuildContext::Client {
        return Err(Failure::new("only local build contexts work so far"));
    }
    facts::check_build_file(bridge, environment, &config).await?;

    let platforms = platforms(&config.settings, environment)?;
    let several = config.settings.several();
    let around = Surroundings {
        settings: &config.settings,
        session: &environment.session,
        merges: caps.has(caps::MERGE) && caps.has(caps::DIFF),
        names_platform: platforms.len() > 1,
    };
    let context = facts::context_files(bridge, &config, &around).await?;
    crate::plan::context::judge(&config, &context).map_err(|problems| told::refused(&problems, &options))?;

    let mut built = Vec::new();
    for platform in platforms {
        let base = facts::base_image(bridge, &config, &platform).await?;
        let base = crate::config::base::BaseImage::judge(&config, base)
            .map_err(|problems| told::refused(&problems, &options))?;
        let facts = crate::plan::facts::Facts { platform, base, context: context.clone() };
        let lowered = graph::lower(&plan(&config, &facts), &facts, &around);
        if built.is_empty() {
            told::warn(bridge, &options, &config, &facts, &lowered).await?;
        }
        let tree = bridge.solve(lowered.definition.pb.clone(), &imports(&config.settings), false).await?;
        built.push(Built { facts, lowered, tree });
    }
    Ok(outcome(built, several))
}

/// One platform's part of the result.
struct Built {
    facts: crate::plan::facts::Facts,
    lowered: Lowered,
    tree: Option<Ref>,
}

/// The result in the shape that exporters take: one tree with plain keys, or a map with keys that end in the platform.
fn outcome(built: Vec<Built>, several: bool) -> Outcome {
    let mut metadata = BTreeMap::new();
    let mut trees = BTreeMap::new();
    let mut listed = Vec::new();
    for Built { facts, lowered, tree } in built {
        let id = facts.platform.to_string();
        let key = |name: &str| if several { format!("{name}/{id}") } else { name.to_owned() };
        metadata.insert(key("containerimage.config"), json(&lowered.image));
        let base = serde_json::Value::Object(facts.base.config);
        metadata.insert(key("containerimage.base.config"), json(&base));
        let mut platform = json!({ "architecture": facts.platform.architecture, "os": facts.platform.os });
        if !facts.platform.variant.is_empty() {
            platform["variant"] = json!(facts.platform.variant);
        }
        listed.push(json!({ "ID": id, "Platform": platform }));
        trees.insert(id, tree);
    }
    metadata.insert("refs.platforms".to_owned(), json(&json!({ "Platforms": listed })));
    let content = if several {
        Content::Platforms(trees)
    } else {
        Content::Single(trees.into_values().next().flatten())
    };
    Outcome { content, metadata }
}

fn json(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// The platforms asked for, or the builder's own.
fn platforms(settings: &Settings, environment: &Environment) -> Result<Vec<Platform>, Failure> {
    if !settings.platforms.is_empty() {
        return Ok(settings.platforms.clone());
    }
    let own = environment.worker_platforms.first();
    let text = own.map_or_else(
        || "linux/amd64".to_owned(),
        |own| format!("{}/{}/{}", own.os, own.architecture, own.variant).trim_end_matches('/').to_owned(),
    );
    let platform = Platform::read(&text).map_err(|message| {
        Failure::new(format!("the builder's platform is {text}: {message}; give --platform"))
    })?;
    Ok(vec![platform])
}

fn imports(settings: &Settings) -> Vec<CacheOptionsEntry> {
    let entry = |import: &crate::config::CacheImport| CacheOptionsEntry {
        r#type: import.kind.clone(),
        attrs: import.attributes.clone(),
    };
    settings.cache_imports.iter().map(entry).collect()
}
