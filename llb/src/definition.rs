//! Encoding. The bytes of an op are its identity, so they must be exactly those that BuildKit's own client writes: the
//! daemon encodes every op again, and source locations and warnings find their step only if the digest is the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use buildkit_proto::pb;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::caps;
use crate::metadata::overlay;
use crate::output::Output;

/// A graph, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Definition {
    /// The message for BuildKit.
    pub pb: pb::Definition,
    /// The digest of every op, in the order of `pb.def`. The last op only points at the result.
    pub digests: Vec<String>,
    /// The digest of the step that produces the result; none for scratch.
    pub head: Option<String>,
}

/// The bytes of an op. Fields are in ascending order, except that the kind of op comes last, after platform and
/// constraints: Go writes the plain fields of a message before its oneofs.
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

/// The digest by which ops refer to each other, `sha256:…`.
pub fn digest(bytes: &[u8]) -> String {
    let mut digest = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

/// A step as it was added. Equal steps become one only when they are sent: the metadata of each counts where the result
/// leads to it, and the last one wins, as with Go's client.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub digest: String,
    pub bytes: Vec<u8>,
    /// The vertices it uses, in the order in which Go's client visits them.
    pub visits: Vec<usize>,
    pub metadata: pb::OpMetadata,
    pub locations: Vec<pb::Location>,
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
    let order: Vec<&Vertex> = order.into_iter().map(|place| &vertices[place]).collect();
    for vertex in &order {
        if let Some(said) = definition.pb.metadata.get_mut(&vertex.digest) {
            overlay(said, vertex.metadata.clone());
            continue;
        }
        definition.pb.def.push(vertex.bytes.clone());
        definition.pb.metadata.insert(vertex.digest.clone(), vertex.metadata.clone());
        definition.digests.push(vertex.digest.clone());
    }
    definition.pb.source = source(&order, files);

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

/// Appends what a vertex uses to `order`, then the vertex.
fn visit(vertices: &[Vertex], place: usize, seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[place], true) {
        return;
    }
    for used in &vertices[place].visits {
        visit(vertices, *used, seen, order);
    }
    order.push(place);
}

/// The caps of the graph as a whole.
fn terminal_metadata(metadata: &BTreeMap<String, pb::OpMetadata>) -> pb::OpMetadata {
    let ignores_cache = metadata.values().any(|about| about.ignore_cache);
    let describes = metadata.values().any(|about| !about.description.is_empty());
    let exports_cache = metadata.values().any(|about| about.export_cache.is_some());
    let needs = [
        (true, caps::CONSTRAINTS),
        (true, caps::PLATFORM),
        (ignores_cache, caps::META_IGNORE_CACHE),
        (describes, caps::META_DESCRIPTION),
        (exports_cache, caps::META_EXPORT_CACHE),
    ];
    let caps = needs.into_iter().filter(|(needed, _)| *needed);
    pb::OpMetadata {
        caps: caps.map(|(_, cap)| (cap.to_owned(), true)).collect(),
        ..pb::OpMetadata::default()
    }
}

/// The locations of the vertices in use, and only the files they are in, renumbered. Equal files become one.
fn source(order: &[&Vertex], files: &[pb::SourceInfo]) -> Option<pb::Source> {
    let mut source = pb::Source::default();
    for vertex in order.iter().filter(|vertex| !vertex.locations.is_empty()) {
        for location in &vertex.locations {
            let file = usize::try_from(location.source_index).ok().and_then(|file| files.get(file));
            let Some(file) = file else { continue };
            let known = source.infos.iter().position(|known| is_same_file(known, file));
            let place = known.unwrap_or_else(|| {
                source.infos.push(file.clone());
                source.infos.len() - 1
            });
            let source_index = i32::try_from(place).unwrap_or(i32::MAX);
            let located = pb::Location { source_index, ranges: location.ranges.clone() };
            source.locations.entry(vertex.digest.clone()).or_default().locations.push(located);
        }
    }
    (!source.infos.is_empty()).then_some(source)
}

/// If both name the graph they were read from, the graphs must lead to the same result; otherwise equal text is enough.
fn is_same_file(one: &pb::SourceInfo, other: &pb::SourceInfo) -> bool {
    let same_graph = match (&one.definition, &other.definition) {
        (Some(one), Some(other)) => one.def.len() == other.def.len() && one.def.last() == other.def.last(),
        (None, _) | (_, None) => true,
    };
    same_graph && one.filename == other.filename && one.language == other.language && one.data == other.data
}
