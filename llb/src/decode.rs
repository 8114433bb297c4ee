//! The way back from bytes: to print a graph, to look at one in a test, to build on one that came from elsewhere.

use std::collections::BTreeMap;
use std::{error, fmt};

use buildkit_proto::pb;
use prost::Message;

use crate::definition;

/// A graph, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The steps, inputs before those that use them.
    pub vertices: Vec<Vertex>,
    /// What the graph is for; none for scratch.
    pub result: Option<Edge>,
    /// Where the steps come from, by their digests, and the files in question.
    pub source: pb::Source,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Vertex {
    /// `sha256:…`.
    pub digest: String,
    /// The op as it was encoded.
    pub bytes: Vec<u8>,
    /// The op.
    pub op: pb::Op,
    /// Where its inputs come from, in the order of `op.inputs`.
    pub inputs: Vec<Edge>,
    /// What is said about it.
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

/// Why bytes are no graph.
#[derive(Clone, Debug, PartialEq)]
pub enum DecodeError {
    /// They are not protobuf, or not of the right message.
    Malformed(prost::DecodeError),
    /// An op uses one that does not come before it; the digest is of the missing one.
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

/// Takes an encoded `pb.Definition` apart.
pub fn decode_bytes(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode(&pb::Definition::decode(bytes)?)
}

/// Takes a graph apart. The empty definition is scratch.
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
    // Only the first input of the last op counts; more than one has no meaning yet.
    let result = edges(&places, &terminal.inputs)?.first().copied();
    match (result, terminal.op) {
        (Some(result), None) => {
            let source = definition.source.clone().unwrap_or_default();
            Ok(Decoded { vertices, result: Some(result), source })
        }
        _ => Err(DecodeError::NoResult),
    }
}
