//! Conversations of a frontend with BuildKit, whatever it builds.

mod answer;
mod calls;

use buildkit_frontend::{Client, Error, ImageRequest, Reference};
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

async fn context(client: &Client) -> Result<Reference, Error> {
    Ok(client.solve(graph("local://context"), &[], false).await?.expect("a tree"))
}

fn python(platform: Option<&str>) -> ImageRequest {
    ImageRequest {
        reference: PYTHON.to_owned(),
        platform: platform.map(|platform| platform.parse().expect("a platform")),
        resolve_mode: "pull".to_owned(),
        log_name: format!("[internal] load metadata for {PYTHON}"),
        oci_layout: None,
    }
}
