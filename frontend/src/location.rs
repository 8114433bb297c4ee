//! Lines of a file that a message is about.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_proto::pb;
use serde_json::{Value, json};

/// Lines of a file, or of a text that stands for one, that a message is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Location {
    /// The name that is shown above the lines.
    pub filename: String,
    /// The whole text. BuildKit quotes the lines and those around them.
    pub text: String,
    /// The text's language, such as `Dockerfile`; may be empty.
    pub language: String,
    /// The lines, counted from 1. Nothing is quoted for lines outside the text.
    pub lines: Vec<RangeInclusive<u32>>,
}

impl Location {
    /// One line of a file, counted from 1.
    pub fn line(filename: impl Into<String>, text: impl Into<String>, line: u32) -> Self {
        Self {
            filename: filename.into(),
            text: text.into(),
            language: String::new(),
            lines: vec![line..=line],
        }
    }

    /// The line of a position in the text, in bytes, for parsers that report those.
    pub fn at_byte(filename: impl Into<String>, text: &str, byte: usize) -> Self {
        let before = text.bytes().take(byte).filter(|byte| *byte == b'\n').count();
        Self::line(filename, text, u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// The JSON of a `Source` detail; fields that are zero or empty are absent, as BuildKit writes it.
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
    use super::*;

    #[test]
    fn a_position_in_bytes_is_in_a_line() {
        let text = "ä = 1\nb = 2\n";
        for (byte, line) in [(0, 1), (1, 1), (6, 1), (7, 2), (12, 2), (13, 3), (99, 3)] {
            assert_eq!(Location::at_byte("f", text, byte).lines, [line..=line], "{byte}");
        }
    }
}
