//! Lines of a file that a message is about.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_proto::pb;
use serde_json::{Value, json};

/// Lines of a file, or of a text that stands for one, that a message is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// What the user sees in front of the lines.
    pub filename: String,
    /// The whole text; `BuildKit` prints the lines around the place out of it.
    pub text: String,
    /// The text's language, such as `Dockerfile`; may be empty.
    pub language: String,
    /// The lines, counted from 1; outside the text nothing is shown.
    pub lines: Vec<RangeInclusive<u32>>,
}

impl Place {
    /// The JSON of a `Source` detail; absent where zero or empty, as `BuildKit` writes it.
    pub(crate) fn to_json(&self) -> Value {
        let mut info = json!({ "filename": self.filename, "data": STANDARD.encode(&self.text) });
        if !self.language.is_empty() {
            info["language"] = json!(self.language);
        }
        let range = |lines: &RangeInclusive<u32>| json!({ "start": { "line": lines.start() }, "end": { "line": lines.end() } });
        json!({ "info": info, "ranges": self.lines.iter().map(range).collect::<Vec<_>>() })
    }

    pub(crate) fn info(&self) -> pb::SourceInfo {
        pb::SourceInfo {
            filename: self.filename.clone(),
            data: self.text.clone().into_bytes(),
            language: self.language.clone(),
            ..pb::SourceInfo::default()
        }
    }

    pub(crate) fn ranges(&self) -> Vec<pb::Range> {
        let position =
            |line: u32| Some(pb::Position { line: i32::try_from(line).unwrap_or(i32::MAX), character: 0 });
        let range = |lines: &RangeInclusive<u32>| pb::Range {
            start: position(*lines.start()),
            end: position(*lines.end()),
        };
        self.lines.iter().map(range).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::error::Failure;

    use super::*;

    #[test]
    fn a_failure_points_at_its_lines() {
        let place = Place {
            filename: "build-args".into(),
            text: "AIRFLOW_VERSION=two\nA=b\n".into(),
            language: String::new(),
            lines: vec![1..=1],
        };
        let status = Failure::new("AIRFLOW_VERSION: no").at(&place).into_status();

        assert_eq!((status.code, status.message.as_str()), (2, "AIRFLOW_VERSION: no"));
        assert_eq!(status.details[0].type_url, "github.com/moby/buildkit/errdefs.Source+json");
        let json = String::from_utf8(status.details[0].value.clone()).unwrap();
        assert_eq!(
            json,
            r#"{"info":{"filename":"build-args","data":"QUlSRkxPV19WRVJTSU9OPXR3bwpBPWIK"},"ranges":[{"start":{"line":1},"end":{"line":1}}]}"#
        );
    }
}
