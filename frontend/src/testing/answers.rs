//! Small things that a daemon knows: digests, platforms, files.

use buildkit_proto::fsutil::types::Stat;
use buildkit_proto::google::protobuf::Any;
use buildkit_proto::google::rpc;
use buildkit_proto::pb;
use prost::Message;
use serde_json::{Value, json};
use tonic::{Code, Status};

/// The identifiers of a graph's sources.
pub(super) fn sources(definition: &pb::Definition) -> Vec<String> {
    let ops = definition.def.iter().map(|op| pb::Op::decode(op.as_slice()).unwrap());
    let source = |op: pb::Op| match op.op {
        Some(pb::op::Op::Source(source)) => Some(source.identifier),
        _ => None,
    };
    ops.filter_map(source).collect()
}

/// Makes a config that of a platform.
pub(super) fn adopt(config: &mut Value, platform: &str) {
    let mut parts = platform.split('/').filter(|it| !it.is_empty());
    for key in ["os", "architecture", "variant"] {
        if let Some(part) = parts.next() {
            config[key] = json!(part);
        }
    }
}

/// Looks like a digest, and differs when the content does.
pub(super) fn digest(content: &[u8]) -> String {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("sha256:{hash:016x}{hash:016x}{hash:016x}{hash:016x}")
}

pub(super) fn platform_id(platform: Option<&pb::Platform>) -> String {
    let parts = platform.map(|it| [it.os.clone(), it.architecture.clone(), it.variant.clone()]);
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

pub(super) fn not_there(path: &str) -> Status {
    Status::unknown(format!("lstat {path}: no such file or directory"))
}

pub(super) fn file_stat(name: &str, content: &[u8]) -> Stat {
    Stat { path: name.to_owned(), mode: 0o644, size: content.len().try_into().unwrap(), ..Stat::default() }
}

/// A directory in the mode bits of Go.
pub(super) fn directory_stat(name: &str) -> Stat {
    Stat { path: name.to_owned(), mode: 1 << 31 | 0o755, ..Stat::default() }
}

/// A shell pattern with `*` only.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| matches(tail, &rest[at..]))
        }),
    }
}

/// Bytes whose order shows.
pub fn noise(size: usize) -> Vec<u8> {
    (0..=250).cycle().take(size).collect()
}

/// A failure as a daemon reports it, with this many bytes of details in two parts.
pub fn failed_step(bytes: usize) -> (Status, Vec<Any>) {
    let name = |it: &str| format!("github.com/moby/buildkit/errdefs.{it}+json");
    let details = vec![
        Any { type_url: name("Vertex"), value: br#"{"digest":"sha256:1"}"#.to_vec() },
        Any { type_url: name("Solve"), value: noise(bytes) },
    ];
    let message = "process \"/bin/sh -c false\" did not complete successfully: exit code: 1";
    let status = rpc::Status { code: 2, message: message.to_owned(), details: details.clone() };
    (Status::with_details(Code::Unknown, message, status.encode_to_vec().into()), details)
}
