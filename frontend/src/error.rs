//! Why a build fails, in the form in which BuildKit carries it to the user.

use std::fmt;

use buildkit_llb::ForeignOutput;
use buildkit_proto::google::protobuf::Any;
use buildkit_proto::google::rpc;
use prost::Message;
use serde_json::{Value, json};
use tonic::Code;

use crate::location::Location;

/// A failed build.
///
/// The details of an error that the daemon reported are kept byte for byte: buildx finds the failed step and the lines
/// to show in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    /// Decides the exit code of buildx and the words it prints before the message. It prints none for
    /// [`Code::Unknown`].
    pub code: Code,
    /// What the user reads: plain text, lines separated by `\n`.
    pub message: String,
    /// Typed additions. BuildKit's are JSON under a type URL that ends in `+json`.
    pub details: Vec<Any>,
}

impl Error {
    /// An error with only a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: Code::Unknown, message: message.into(), details: Vec::new() }
    }

    /// A bug of the frontend or the daemon, which users cannot fix.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { code: Code::Internal, ..Self::new(message) }
    }

    /// The answer to an unknown `requestid`. The detail lets the client find out without reading the message.
    pub fn unsupported_request(name: &str) -> Self {
        Self::new(format!("unsupported request {name}")).with_detail("Subrequest", &json!({ "name": name }))
    }

    /// The answer to a feature in `frontend.caps` that the frontend does not have, worded as the daemon's.
    pub fn unsupported_feature(name: &str) -> Self {
        Self { code: Code::Unimplemented, ..Self::new(format!("unsupported frontend capability {name}")) }
            .with_detail("FrontendCap", &json!({ "name": name }))
    }

    /// Adds the lines that the error is about; BuildKit quotes them.
    #[must_use]
    pub fn at(self, location: &Location) -> Self {
        self.with_detail("Source", &location.to_json())
    }

    /// Puts what was being done in front of the message: `{doing}: {message}`.
    #[must_use]
    pub fn while_doing(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// True if a file or an image does not exist. Daemons report that with code unknown, in words.
    pub fn is_not_found(&self) -> bool {
        self.code == Code::NotFound
            || [": no such file or directory", ": file does not exist", ": not found"]
                .iter()
                .any(|words| self.message.ends_with(words))
    }

    /// The wire form. [`Code::Ok`] cannot be the code of an error and is sent as unknown.
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

impl From<ForeignOutput> for Error {
    /// A bug of the frontend.
    fn from(error: ForeignOutput) -> Self {
        Self::internal(error.to_string())
    }
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        // Undecodable details are dropped: the message is worth more than a second error.
        let details = rpc::Status::decode(status.details()).map(|it| it.details).unwrap_or_default();
        Self { code: status.code(), message: status.message().to_owned(), details }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_of_the_daemon_are_kept() {
        let details =
            vec![Any { type_url: "github.com/moby/buildkit/stack.Stack+json".into(), value: b"{}".into() }];
        let reported = rpc::Status { code: 5, message: "not there".into(), details: details.clone() };
        let status =
            tonic::Status::with_details(Code::NotFound, "not there", reported.encode_to_vec().into());

        let sent = Error::from(status).while_doing("reading pip.conf").into_status();
        assert_eq!(sent, rpc::Status { code: 5, message: "reading pip.conf: not there".into(), details });
    }

    #[test]
    fn an_unknown_request_is_named_in_a_typed_detail() {
        let status = Error::unsupported_request("frontend.x").into_status();
        assert_eq!((status.code, status.message.as_str()), (2, "unsupported request frontend.x"));
        assert_eq!(status.details[0].type_url, "github.com/moby/buildkit/errdefs.Subrequest+json");
        assert_eq!(status.details[0].value, br#"{"name":"frontend.x"}"#);
    }

    #[test]
    fn an_error_quotes_its_lines() {
        let location = Location {
            filename: "build-args".into(),
            text: "VERSION=two\nA=b\n".into(),
            language: String::new(),
            lines: vec![1..=1],
        };
        let status = Error::new("VERSION: no").at(&location).into_status();

        assert_eq!((status.code, status.message.as_str()), (2, "VERSION: no"));
        assert_eq!(status.details[0].type_url, "github.com/moby/buildkit/errdefs.Source+json");
        let json = String::from_utf8(status.details[0].value.clone()).unwrap();
        assert_eq!(
            json,
            r#"{"info":{"filename":"build-args","data":"VkVSU0lPTj10d28KQT1iCg=="},"ranges":[{"start":{"line":1},"end":{"line":1}}]}"#
        );
    }
}
