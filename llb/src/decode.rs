//! Decoding: for printing a graph, for looking at one in a test, and for building on one from elsewhere.

use std::collections::BTreeMap;
use std::{error, fmt};

use buildkit_proto::pb;
use prost::Message;

use crate::definition;

/// A decoded graph.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Decoded {
    /// The steps; each comes after its inputs.
    pub vertices: Vec<Vertex>,
    /// The result; none for scratch.
    pub result: Option<Edge>,
    /// The files that steps come from, and the locations of each step by its digest.
    pub source: pb::Source,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Vertex {
    /// `sha256:…`.
    pub digest: String,
    /// The encoded op.
    pub bytes: Vec<u8>,
    /// The op.
    pub op: pb::Op,
    /// The sources of its inputs, in the order of `op.inputs`.
    pub inputs: Vec<Edge>,
    /// Its metadata.
    pub metadata: pb::OpMetadata,
}

/// One output of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The step's position in [`Decoded::vertices`].
    pub vertex: usize,
    /// Which of its outputs.
    pub index: i64,
}

/// Why bytes are not a valid graph.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DecodeError {
    /// They are not protobuf, or not the right message.
    Malformed(prost::DecodeError),
    /// An op uses an op that does not come before it, by this digest.
    UnknownInput(String),
    /// The last op does not point at a result.
    NoResult,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "cannot decode the graph: {error}"),
            Self::UnknownInput(digest) => {
                write!(f, "an op of the graph uses {digest}, which does not come before it")
            }
            Self::NoResult => write!(f, "the last op of the graph does not point at a result"),
        }
    }
}

impl error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            Self::UnknownInput(_) | Self::NoResult => None,
        }
    }
}

impl From<prost::DecodeError> for DecodeError {
    fn from(error: prost::DecodeError) -> Self {
        Self::Malformed(error)
    }
}

/// Decodes an encoded `pb.Definition`.
pub fn decode_bytes(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode(&pb::Definition::decode(bytes)?)
}

/// Decodes a graph. The empty definition is scratch.
pub fn decode(definition: &pb::Definition) -> Result<Decoded, DecodeError> {
    let Some((terminal, ops)) = definition.def.split_last() else { return Ok(Decoded::default()) };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let edges = |places: &BTreeMap<String, usize>, inputs: &[pb::Input]| {
        let edge = |input: &pb::Input| match places.get(&input.digest) {
            Some(&vertex) => Ok(Edge { vertex, index: input.index }),
            None => Err(DecodeError::UnknownInput(input.digest.clone())),
        };
        inputs.iter().map(edge).collect::<Result<Vec<_>, _>>()
    };

    let mut vertices = Vec::new();
    for bytes in ops {
        let digest = definition::digest(bytes);
        if places.contains_key(&digest) {
            continue;
        }
        let op = pb::Op::decode(&**bytes)?;
        let inputs = edges(&places, &op.inputs)?;
        let metadata = definition.metadata.get(&digest).cloned().unwrap_or_default();
        places.insert(digest.clone(), vertices.len());
        vertices.push(Vertex { digest, bytes: bytes.clone(), op, inputs, metadata });
    }

    let terminal = pb::Op::decode(&**terminal)?;
    // BuildKit uses only the first input of the last op.
    let result = edges(&places, &terminal.inputs)?.first().copied();
    match (result, terminal.op) {
        (Some(result), None) => {
            let source = definition.source.clone().unwrap_or_default();
            Ok(Decoded { vertices, result: Some(result), source })
        }
        _ => Err(DecodeError::NoResult),
    }
}
