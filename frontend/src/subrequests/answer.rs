//! What all answers have in common.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::result::BuildResult;

/// What the names of requests start with on the wire; `--call` leaves it out.
pub const PREFIX: &str = "frontend.";

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// For programs: JSON, indented by two spaces.
    pub json: String,
    /// For people; ends with a line break.
    pub text: String,
    /// The exit code of the client, for requests that have one.
    pub status: Option<u8>,
}

impl Answer {
    /// An answer without a status.
    pub fn new(json: &Value, text: String) -> Self {
        Self { json: format!("{json:#}\n"), text, status: None }
    }

    /// What is returned to `BuildKit`. `version` is that of the request's shape, such as `1.0.0`.
    pub fn into_result(self, version: &str) -> BuildResult {
        let mut metadata = BTreeMap::from([
            ("result.json".to_owned(), self.json.into_bytes()),
            ("result.txt".to_owned(), self.text.into_bytes()),
            ("version".to_owned(), version.as_bytes().to_vec()),
        ]);
        if let Some(status) = self.status {
            metadata.insert("result.statuscode".to_owned(), status.to_string().into_bytes());
        }
        BuildResult { metadata, ..BuildResult::default() }
    }
}

/// Lines of the first source. The index of a source is left out where it is 0.
pub(super) fn location(lines: &RangeInclusive<u32>) -> Value {
    json!({ "ranges": [range(lines)] })
}

pub(super) fn range(lines: &RangeInclusive<u32>) -> Value {
    json!({ "start": { "line": lines.start() }, "end": { "line": lines.end() } })
}

/// A table: a heading and rows, columns two spaces apart, no spaces at the end of a line.
pub(super) fn table(heading: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let heading = heading.iter().map(|word| (*word).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.chars().count() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
