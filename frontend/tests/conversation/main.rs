//! How a frontend behaves towards BuildKit, whatever it builds.

mod answer;
mod calls;

use buildkit_frontend::{Bridge, Failure, ImageRequest, Ref};
use buildkit_proto::pb;
use prost::Message;

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
