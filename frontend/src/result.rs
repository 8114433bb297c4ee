//! The one answer that ends a build.

use std::collections::BTreeMap;

use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::frontend::{self, ReturnRequest};
use tonic::transport::Channel;

use crate::error::Failure;

/// A tree that `BuildKit` holds or can make. Valid on the connection it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref(pub(crate) String);

/// What a build comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The image's content.
    pub content: Content,
    /// What is said about it: `containerimage.config`, `refs.platforms`, `result.json`, … by name.
    pub metadata: BTreeMap<String, Vec<u8>>,
}

/// The content of one image, or of one per platform.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// One image; `None` when it is empty, and in the answer to a subrequest.
    Single(Option<Ref>),
    /// By platform id, such as `linux/amd64`; metadata keys then carry `/linux/amd64` at their end.
    Platforms(BTreeMap<String, Option<Ref>>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Single(None)
    }
}

/// The right to answer, which is used up by answering.
#[derive(Debug)]
pub(crate) struct Answer(LlbBridgeClient<Channel>);

impl Answer {
    pub(crate) fn new(client: LlbBridgeClient<Channel>) -> Self {
        Self(client)
    }

    /// Sends the answer and waits until it has arrived.
    pub(crate) async fn give(mut self, answer: Result<Outcome, Failure>) -> Result<(), Failure> {
        let request = match answer {
            Ok(outcome) => ReturnRequest { result: Some(outcome.into_wire()), error: None },
            Err(failure) => ReturnRequest { result: None, error: Some(failure.into_status()) },
        };
        self.0.r#return(request).await?;
        Ok(())
    }
}

impl Outcome {
    fn into_wire(self) -> frontend::Result {
        use frontend::result::Result as Shape;

        // BuildKit's nil is a reference without id.
        let wire =
            |tree: Option<Ref>| frontend::Ref { id: tree.map(|it| it.0).unwrap_or_default(), def: None };
        let result = match self.content {
            Content::Single(tree) => Shape::Ref(wire(tree)),
            Content::Platforms(trees) => Shape::Refs(frontend::RefMap {
                refs: trees.into_iter().map(|(platform, tree)| (platform, wire(tree))).collect(),
            }),
        };
        frontend::Result { result: Some(result), metadata: self.metadata, ..frontend::Result::default() }
    }
}
