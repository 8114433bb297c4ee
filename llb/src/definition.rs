//! Encoding. The bytes of an op are its identity, so they must be the very bytes BuildKit's own client would write: the
//! daemon encodes every op again, and places in files and warnings find their step only if it gets the same digest.

use std::collections::BTreeMap;
use std::fmt::Write;

use buildkit_proto::pb;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::caps;
use crate::graph::{Output, Vertex};

/// A graph, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// What is sent.
    pub pb: pb::Definition,
    /// The digest of every op, in the order of `pb.def`; the last one only points at the result.
    pub digests: Vec<String>,
    /// The digest of the step that makes the result; none for scratch.
    pub head: Option<String>,
}

/// The bytes of an op. Fields ascend, except that what kind of op it is comes last, after platform and constraints:
/// Go writes a message's plain fields before its oneofs.
pub fn encode(op: &pb::Op) -> Vec<u8> {
    let plain = pb::Op {
        inputs: op.inputs.clone(),
        platform: op.platform.clone(),
        constraints: op.constraints.clone(),
        op: None,
    };
    let mut bytes = plain.encode_to_vec();
    if let Some(kind) = &op.op {
        kind.encode(&mut bytes);
    }
    bytes
}

/// The digest that other ops know an op by, `sha256:…`.
pub fn digest(bytes: &[u8]) -> String {
    let mut digest = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

pub(crate) fn definition(
    vertices: &[Vertex],
    files: &[pb::SourceInfo],
    output: Option<Output>,
) -> Definition {
    let Some(output) = output else { return Definition::default() };
    let mut definition = Definition::default();
    let mut order = Vec::new();
    visit(vertices, output.vertex, &mut vec![false; vertices.len()], &mut order);
    for vertex in order.iter().map(|place| &vertices[*place]) {
        definition.pb.def.push(vertex.bytes.clone());
        definition.pb.metadata.insert(vertex.digest.clone(), vertex.metadata.clone());
        definition.digests.push(vertex.digest.clone());
    }
    definition.pb.source = source(vertices, files, &order);

    let head = vertices[output.vertex].digest.clone();
    let input = pb::Input { digest: head.clone(), index: output.index };
    let terminal = encode(&pb::Op { inputs: vec![input], ..pb::Op::default() });
    let terminal_digest = digest(&terminal);
    let metadata = terminal_metadata(&definition.pb.metadata);
    definition.pb.def.push(terminal);
    definition.pb.metadata.insert(terminal_digest.clone(), metadata);
    definition.digests.push(terminal_digest);
    definition.head = Some(head);
    definition
}

/// Puts what a vertex needs into `order`, then the vertex.
fn visit(vertices: &[Vertex], place: usize, seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[place], true) {
        return;
    }
    for input in &vertices[place].inputs {
        visit(vertices, input.vertex, seen, order);
    }
    order.push(place);
}

/// The caps that are about the graph as a whole.
fn terminal_metadata(metadata: &BTreeMap<String, pb::OpMetadata>) -> pb::OpMetadata {
    let ignores_cache = metadata.values().any(|about| about.ignore_cache);
    let describes = metadata.values().any(|about| !about.description.is_empty());
    let needs = [
        (true, caps::CONSTRAINTS),
        (true, caps::PLATFORM),
        (ignores_cache, caps::META_IGNORE_CACHE),
        (describes, caps::META_DESCRIPTION),
    ];
    let caps = needs.into_iter().filter(|(needed, _)| *needed);
    pb::OpMetadata {
        caps: caps.map(|(_, cap)| (cap.to_owned(), true)).collect(),
        ..pb::OpMetadata::default()
    }
}

/// Places of the vertices in use, and only the files they are in, counted anew.
fn source(vertices: &[Vertex], files: &[pb::SourceInfo], order: &[usize]) -> Option<pb::Source> {
    let mut source = pb::Source::default();
    let mut kept: Vec<i32> = Vec::new();
    for vertex in order.iter().map(|place| &vertices[*place]).filter(|vertex| !vertex.locations.is_empty()) {
        let mut locations = vertex.locations.clone();
        for location in &mut locations {
            let known = kept.iter().position(|file| *file == location.source_index);
            let place = known.unwrap_or_else(|| {
                let file = usize::try_from(location.source_index).ok().and_then(|file| files.get(file));
                source.infos.push(file.cloned().unwrap_or_default());
                kept.push(location.source_index);
                kept.len() - 1
            });
            location.source_index = i32::try_from(place).unwrap_or(i32::MAX);
        }
        source.locations.insert(vertex.digest.clone(), pb::Locations { locations });
    }
    (!source.infos.is_empty()).then_some(source)
}
