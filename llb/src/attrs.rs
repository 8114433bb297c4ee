//! What the sources have in common: an identifier and attributes.
//!
//! An empty attribute is left out: an empty value has two encodings, and the daemon would use the other one and know
//! the vertex by another digest.

use std::collections::BTreeMap;
use std::fmt::Write;

use buildkit_proto::pb;

use crate::op::{Inputs, Lowered};
use crate::platform::Platform;

/// A source with its attributes; empty ones are left out.
pub(crate) fn source<const N: usize>(identifier: String, attrs: [(&str, String); N]) -> pb::SourceOp {
    let attrs = attrs.into_iter().filter(|(_, value)| !value.is_empty());
    let attrs: BTreeMap<_, _> = attrs.map(|(key, value)| (key.to_owned(), value)).collect();
    pb::SourceOp { identifier, attrs }
}

/// The caps of a source, including those of the attributes it has.
pub(crate) fn needed(
    base: &'static str,
    source: &pb::SourceOp,
    needs: &[(&str, &'static str)],
) -> Vec<&'static str> {
    let used = needs.iter().filter(|(attr, _)| source.attrs.contains_key(*attr));
    std::iter::once(base).chain(used.map(|(_, cap)| *cap)).collect()
}

pub(crate) fn lowered(source: pb::SourceOp, caps: Vec<&'static str>, platform: Option<Platform>) -> Lowered {
    Lowered { op: pb::op::Op::Source(source), inputs: Inputs::default(), platform, caps }
}

/// A list as JSON, escaped as Go does: including what has a meaning in HTML and JavaScript. Empty for an empty list.
pub(crate) fn list(patterns: &[String]) -> String {
    if patterns.is_empty() {
        return String::new();
    }
    let mut json = String::from("[");
    for (place, pattern) in patterns.iter().enumerate() {
        json.push_str(if place == 0 { "\"" } else { ",\"" });
        pattern.chars().for_each(|letter| escape(letter, &mut json));
        json.push('"');
    }
    json + "]"
}

fn escape(letter: char, json: &mut String) {
    match letter {
        '"' | '\\' => json.extend(['\\', letter]),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        '\u{8}' => json.push_str("\\b"),
        '\u{c}' => json.push_str("\\f"),
        '\0'..='\u{1f}' | '&' | '<' | '>' | '\u{2028}' | '\u{2029}' => {
            let _ = write!(json, "\\u{:04x}", u32::from(letter));
        }
        _ => json.push(letter),
    }
}

pub(crate) fn flag(set: bool) -> String {
    if set { "true".to_owned() } else { String::new() }
}

pub(crate) fn number(value: Option<u32>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
