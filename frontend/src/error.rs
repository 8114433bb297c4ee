//! Why a build ends without an image, in the form in which `BuildKit` carries it to the user.

use std::fmt;

use buildkit_proto::google::protobuf::Any;
use buildkit_proto::google::rpc;
use prost::Message;
use serde_json::{Value, json};
use tonic::Code;

use crate::location::Place;

/// A failed build.
///
/// What the daemon said of its own failures stays in `details` byte for byte: buildx finds the failing step and the
/// lines to show there.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// How buildx exits and what it prints before the message; it prints nothing before it for [`Code::Unknown`].
    pub code: Code,
    /// What the user reads: plain text, lines ended by `\n`.
    pub message: String,
    /// Typed additions; `BuildKit`'s are JSON under a type URL that ends in `+json`.
    pub details: Vec<Any>,
}

impl Failure {
    /// A failure of which the user is told in these words alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: Code::Unknown, message: message.into(), details: Vec::new() }
    }

    /// A failure of ours that no user can mend.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { code: Code::Internal, ..Self::new(message) }
    }

    /// The answer to a `requestid` we do not know; the detail lets the client find out without reading the message.
    pub fn unsupported_request(name: &str) -> Self {
        Self::new(format!("unsupported request {name}")).with_detail("Subrequest", &json!({ "name": name }))
    }

    /// The answer to a feature that a client asks for and that we do not have, as a daemon would give it.
    pub fn unsupported_feature(name: &str) -> Self {
        Self { code: Code::Unimplemented, ..Self::new(format!("unsupported frontend capability {name}")) }
            .with_detail("FrontendCap", &json!({ "name": name }))
    }

    /// The same failure, told to be in a file: the user sees the lines around it.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        self.with_detail("Source", &place.to_json())
    }

    /// The same failure with words in front that say what was being done: `{doing}: {message}`.
    #[must_use]
    pub fn while_doing(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// True when a file or an image was asked for that is not there. Daemons say so with code unknown, in words.
    pub fn is_not_found(&self) -> bool {
        self.code == Code::NotFound
            || [": no such file or directory", ": file does not exist", ": not found"]
                .iter()
                .any(|words| self.message.ends_with(words))
    }

    /// The wire form. A failure with code 0 would be refused, so an impossible [`Code::Ok`] is sent as unknown.
    pub(crate) fn into_status(self) -> rpc::Status {
        let code = if self.code == Code::Ok { Code::Unknown } else { self.code };
        rpc::Status { code: code.into(), message: self.message, details: self.details }
    }

    fn with_detail(mut self, name: &str, json: &Value) -> Self {
        self.details.push(Any {
            type_url: format!("github.com/moby/buildkit/errdefs.{name}+json"),
            value: json.to_string().into_bytes(),
        });
        self
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        // Details that cannot be decoded are none: the message is worth more than a second failure.
        let details = rpc::Status::decode(status.details()).map(|it| it.details).unwrap_or_default();
        Self { code: status.code(), message: status.message().to_owned(), details }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_daemon_said_is_kept_when_it_is_passed_on() {
        let details =
            vec![Any { type_url: "github.com/moby/buildkit/stack.Stack+json".into(), value: b"{}".into() }];
        let said = rpc::Status { code: 5, message: "not there".into(), details: details.clone() };
        let status = tonic::Status::with_details(Code::NotFound, "not there", said.encode_to_vec().into());

        let passed_on = Failure::from(status).while_doing("reading pip.conf").into_status();
        assert_eq!(
            passed_on,
            rpc::Status { code: 5, message: "reading pip.conf: not there".into(), details }
        );
    }

    #[test]
    fn an_unknown_request_is_named_in_a_typed_detail() {
        let status = Failure::unsupported_request("frontend.x").into_status();
        assert_eq!((status.code, status.message.as_str()), (2, "unsupported request frontend.x"));
        assert_eq!(status.details[0].type_url, "github.com/moby/buildkit/errdefs.Subrequest+json");
        assert_eq!(status.details[0].value, br#"{"name":"frontend.x"}"#);
    }
}
