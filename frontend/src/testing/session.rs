//! What came of a frontend that was run against the fake BuildKit.

use std::time::Duration;

use buildkit_proto::frontend::{self, result::Result as Shape};
use buildkit_proto::google::rpc;
use buildkit_proto::pb;
use serde_json::Value;

use super::daemon::Heard;
use super::http2;

/// A conversation that is over.
#[derive(Debug)]
pub struct Session {
    /// What the frontend asked for, and its answer.
    pub heard: Heard,
    /// Every byte the frontend wrote to the connection.
    pub wire: Vec<u8>,
    /// Of the process; `None` when a signal ended it or there was none.
    pub exit_code: Option<i32>,
    /// What the process wrote to standard error.
    pub stderr: String,
    /// From the start until the connection was closed.
    pub took: Duration,
    /// From the start until the last graph came.
    pub solved_after: Option<Duration>,
}

impl Session {
    /// The result that was returned; panics with the error when there is one, or nothing was.
    pub fn result(&self) -> &frontend::Result {
        let returned =
            self.heard.returned.as_ref().unwrap_or_else(|| panic!("no answer; stderr: {}", self.stderr));
        assert_eq!(returned.error, None);
        returned.result.as_ref().unwrap()
    }

    /// The error that was returned; panics when a result was, or nothing.
    pub fn error(&self) -> &rpc::Status {
        let returned =
            self.heard.returned.as_ref().unwrap_or_else(|| panic!("no answer; stderr: {}", self.stderr));
        assert_eq!(returned.result, None);
        returned.error.as_ref().unwrap()
    }

    /// The graph of the one image that was returned.
    pub fn definition(&self) -> &pb::Definition {
        match self.result().result.as_ref() {
            Some(Shape::Ref(tree)) => self.solved(&tree.id),
            other => panic!("not one image: {other:?}"),
        }
    }

    /// The graph that was returned for a platform, such as `linux/arm64`.
    pub fn definition_for(&self, platform: &str) -> &pb::Definition {
        match self.result().result.as_ref() {
            Some(Shape::Refs(trees)) => self.solved(&trees.refs[platform].id),
            other => panic!("not one image for each platform: {other:?}"),
        }
    }

    /// What was said about the result under a key.
    pub fn metadata(&self, key: &str) -> &str {
        let metadata = &self.result().metadata;
        let value = metadata.get(key).unwrap_or_else(|| panic!("no {key} in {:?}", metadata.keys()));
        std::str::from_utf8(value).unwrap()
    }

    /// The same as JSON.
    pub fn json(&self, key: &str) -> Value {
        serde_json::from_str(self.metadata(key)).unwrap()
    }

    /// Panics when anything but HTTP/2 was written to the connection.
    pub fn assert_only_http2(&self) {
        http2::check(&self.wire).unwrap_or_else(|error| panic!("{error}"));
    }

    fn solved(&self, id: &str) -> &pb::Definition {
        let number: usize = id.strip_prefix("ref-").unwrap().parse().unwrap();
        self.heard.solves[number].definition.as_ref().unwrap()
    }
}
