//! `frontend.lint`: warnings about a build, and why it is rejected.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::{location, range};

/// What a check finds. The text that people read is up to the frontend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lint {
    /// Warnings, in order.
    pub warnings: Vec<LintWarning>,
    /// The file that locations point into.
    pub source: LintSource,
    /// Why the build is rejected.
    pub error: Option<BuildError>,
}

/// A warning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintWarning {
    /// The rule's name.
    pub rule: String,
    /// What the rule is about, in one sentence.
    pub description: String,
    /// The page that explains the rule; may be empty.
    pub url: String,
    /// What was found.
    pub detail: String,
    /// The lines it is about.
    pub lines: Option<RangeInclusive<u32>>,
}

/// A file that was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintSource {
    /// Its name.
    pub filename: String,
    /// Its language, such as `Dockerfile`; may be empty.
    pub language: String,
    /// Its whole text.
    pub text: String,
}

/// Why a build is rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildError {
    /// The message.
    pub message: String,
    /// The lines it is about.
    pub lines: Vec<RangeInclusive<u32>>,
}

impl Lint {
    /// The JSON that clients read.
    pub fn to_json(&self) -> Value {
        let warnings: Vec<Value> = self.warnings.iter().map(LintWarning::to_json).collect();
        let LintSource { filename, language, text } = &self.source;
        let source = json!({ "filename": filename, "language": language, "definition": {}, "data": STANDARD.encode(text) });
        let mut json = json!({ "warnings": warnings, "sources": [source] });
        if let Some(error) = &self.error {
            // Without ranges clients show no lines. The index -1 for "no source", as in warnings, makes buildx panic here.
            let ranges: Vec<Value> = error.lines.iter().map(range).collect();
            json["buildError"] = json!({ "message": error.message, "location": { "ranges": ranges } });
        }
        json
    }
}

impl LintWarning {
    fn to_json(&self) -> Value {
        json!({
            "ruleName": self.rule,
            "description": self.description,
            "url": self.url,
            "detail": self.detail,
            "location": self.lines.as_ref().map_or_else(|| json!({ "sourceIndex": -1 }), location),
        })
    }
}
