//! The metadata of ops, and where they come from.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_proto::pb;
use serde_json::{Map, Value, json};

use super::message::{each, long, message};
use crate::lean::limits_json;

/// The metadata of an op as in BuildKit's answers, which use Go's own JSON: names in snake case, numbers as numbers.
pub(super) fn plain(about: &pb::OpMetadata) -> Value {
    let limits = about.linux_resources.as_ref().map(limits_json);
    message([
        ("ignore_cache", json!(about.ignore_cache)),
        ("description", unless_empty(json!(about.description))),
        ("export_cache", export_cache(about)),
        ("caps", unless_empty(json!(about.caps))),
        ("progress_group", group(about)),
        ("linux_resources", json!(limits)),
    ])
}

/// The metadata of an op within a message.
fn metadata(about: &pb::OpMetadata) -> Value {
    let unsigned = |number: u64| if number == 0 { Value::Null } else { json!(number.to_string()) };
    let limits = about.linux_resources.as_ref().map(|limits| {
        message([
            ("memory", long(limits.memory)),
            ("memorySwap", long(limits.memory_swap)),
            ("cpuShares", unsigned(limits.cpu_shares)),
            ("cpuPeriod", unsigned(limits.cpu_period)),
            ("cpuQuota", long(limits.cpu_quota)),
            ("cpusetCpus", json!(limits.cpuset_cpus)),
            ("cpusetMems", json!(limits.cpuset_mems)),
        ])
    });
    message([
        ("ignoreCache", json!(about.ignore_cache)),
        ("description", unless_empty(json!(about.description))),
        ("exportCache", export_cache(about)),
        ("caps", unless_empty(json!(about.caps))),
        ("progressGroup", group(about)),
        ("linuxResources", json!(limits)),
    ])
}

fn export_cache(about: &pb::OpMetadata) -> Value {
    json!(about.export_cache.map(|export| message([("Value", json!(export.value))])))
}

fn group(about: &pb::OpMetadata) -> Value {
    let group = about.progress_group.as_ref();
    json!(group.map(|group| {
        message([("id", json!(group.id)), ("name", json!(group.name)), ("weak", json!(group.weak))])
    }))
}

fn unless_empty(map: Value) -> Value {
    if map.as_object().is_some_and(Map::is_empty) { Value::Null } else { map }
}

/// The files that ops come from, and the location of each op.
pub(super) fn source(source: &pb::Source) -> Value {
    let position =
        |at: &pb::Position| message([("line", json!(at.line)), ("character", json!(at.character))]);
    let range = |range: &pb::Range| {
        message([
            ("start", json!(range.start.as_ref().map(position))),
            ("end", json!(range.end.as_ref().map(position))),
        ])
    };
    let location = |location: &pb::Location| {
        message([("sourceIndex", json!(location.source_index)), ("ranges", each(&location.ranges, range))])
    };
    let locations: Map<String, Value> = source
        .locations
        .iter()
        .map(|(digest, all)| (digest.clone(), message([("locations", each(&all.locations, location))])))
        .collect();
    let info = |info: &pb::SourceInfo| {
        message([
            ("filename", json!(info.filename)),
            ("data", json!(STANDARD.encode(&info.data))),
            ("definition", json!(info.definition.as_ref().map(definition))),
            ("language", json!(info.language)),
        ])
    };
    message([("locations", unless_empty(Value::Object(locations))), ("infos", each(&source.infos, info))])
}

/// A graph within a message, where ops stay encoded.
fn definition(definition: &pb::Definition) -> Value {
    let said: Map<String, Value> =
        definition.metadata.iter().map(|(digest, about)| (digest.clone(), metadata(about))).collect();
    message([
        ("def", each(&definition.def, |bytes| json!(STANDARD.encode(bytes)))),
        ("metadata", unless_empty(Value::Object(said))),
        ("source", json!(definition.source.as_ref().map(source))),
    ])
}
