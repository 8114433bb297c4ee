//! How a frontend behaves towards BuildKit, whatever it builds.

mod answer;
mod calls;

use buildkit_frontend::{Bridge, Failure, ImageRequest, Ref};
use buildkit_proto::google::protobuf::Any;
use buildkit_proto::google::rpc;
use buildkit_proto::pb;
use prost::Message;
use tonic::{Code, Status};

const PYTHON: &str = "docker.io/library/python:3.12-slim-bookworm";

/// A graph of one source.
fn graph(identifier: &str) -> pb::Definition {
    let source = pb::SourceOp { identifier: identifier.to_owned(), ..pb::SourceOp::default() };
    let op = pb::Op { op: Some(pb::op::Op::Source(source)), ..pb::Op::default() };
    let terminal = pb::Op { inputs: vec![pb::Input::default()], ..pb::Op::default() };
    pb::Definition { def: vec![op.encode_to_vec(), terminal.encode_to_vec()], ..pb::Definition::default() }
}

async fn context(bridge: &Bridge) -> Result<Ref, Failure> {
    Ok(bridge.solve(graph("local://context"), &[], false).await?.expect("a tree"))
}

fn python(platform: Option<(&str, &str)>) -> ImageRequest {
    ImageRequest {
        reference: PYTHON.to_owned(),
        platform: platform.map(|(os, architecture)| pb::Platform {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            ..pb::Platform::default()
        }),
        resolve_mode: "pull".to_owned(),
        log_name: format!("[internal] load metadata for {PYTHON}"),
        oci_layout: None,
    }
}

/// Bytes whose order shows.
fn noise(size: usize) -> Vec<u8> {
    (0..=250).cycle().take(size).collect()
}

/// A failure as a daemon reports it, with this many bytes of details in two parts.
fn failed_step(bytes: usize) -> (Status, Vec<Any>) {
    let name = |it: &str| format!("github.com/moby/buildkit/errdefs.{it}+json");
    let details = vec![
        Any { type_url: name("Vertex"), value: br#"{"digest":"sha256:1"}"#.to_vec() },
        Any { type_url: name("Solve"), value: noise(bytes) },
    ];
    let message = "process \"/bin/sh -c false\" did not complete successfully: exit code: 1";
    let status = rpc::Status { code: 2, message: message.to_owned(), details: details.clone() };
    (Status::with_details(Code::Unknown, message, status.encode_to_vec().into()), details)
}
