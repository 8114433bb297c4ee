//! A graph as JSON.

use std::collections::BTreeMap;

use buildkit_proto::pb;
use serde_json::{Value, json};

use super::op::{location_json, op_json};
use super::step::kind;
use crate::decode::{self, Decoded, Edge, Vertex};
use crate::lean::{lean, limits_json};
use crate::metadata::CUSTOM_NAME;
use crate::platform::Platform;

/// Everything in the graph: `vertices` in order, each with `digest`, `kind`, `inputs`, `op` and metadata; the `files` they
/// come from; and the `result`. Empty and default values are left out. Inputs are digests and output numbers; a position
/// in a file is `line:character`.
pub fn json(graph: &Decoded) -> Value {
    let edge = |edge: &Edge| json!({ "digest": graph.vertices[edge.vertex].digest, "output": edge.index });
    let vertex = |vertex: &Vertex| {
        let about = &vertex.metadata;
        let places = graph.source.locations.get(&vertex.digest);
        lean(json!({
            "digest": vertex.digest,
            "kind": kind(&vertex.op),
            "name": about.description.get(CUSTOM_NAME),
            "inputs": vertex.inputs.iter().map(edge).collect::<Vec<_>>(),
            "platform": vertex.op.platform.clone().map(|platform| Platform::from(platform).to_string()),
            "op": op_json(&vertex.op),
            "description": about.description.iter().filter(|(key, _)| *key != CUSTOM_NAME).collect::<BTreeMap<_, _>>(),
            "ignoreCache": about.ignore_cache,
            // As text, so that `false` is not left out.
            "exportCache": about.export_cache.map(|export| export.value.to_string()),
            "progressGroup": about.progress_group.as_ref().map(|group| &group.name),
            "linuxResources": about.linux_resources.as_ref().map(limits_json),
            "caps": about.caps.keys().collect::<Vec<_>>(),
            "locations": places.map(|all| all.locations.iter().map(location_json).collect::<Vec<_>>()),
        }))
    };
    let mut printed = json!({
        "vertices": graph.vertices.iter().map(vertex).collect::<Vec<_>>(),
        "result": graph.result.as_ref().map(edge),
    });
    if !graph.source.infos.is_empty() {
        printed["files"] = graph.source.infos.iter().map(file).collect();
    }
    printed
}

/// A file that steps come from, and the graph it was read from.
fn file(file: &pb::SourceInfo) -> Value {
    let graph = |definition: &pb::Definition| match decode::decode(definition) {
        Ok(graph) => json(&graph),
        Err(error) => json!({ "error": error.to_string() }),
    };
    let mut printed = lean(json!({
        "filename": file.filename,
        "language": file.language,
        "data": std::str::from_utf8(&file.data).ok(),
        "bytes": file.data.len(),
    }));
    if let Some(definition) = &file.definition {
        printed["definition"] = graph(definition);
    }
    printed
}
