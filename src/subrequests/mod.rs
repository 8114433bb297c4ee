//! Ways out that need no build: what `docker buildx build --call=…` asks for, and the command line.
//!
//! Each is a plain function of the options. No image is resolved and no context loaded; where a plan is needed, what a
//! build would learn from outside is assumed, and said to be.

pub mod assume;
mod convertllb;
mod defaults;
mod describe;
mod lint;
pub mod listing;
mod outline;
mod plan;
mod schema;
mod targets;

use crate::config::Config;
use crate::config::values::Platform;
use crate::diagnostic::Diagnostics;
use crate::options::Options;

pub use defaults::reference;
pub use plan::masked_json;
pub use schema::schema;

/// What requests start with on the wire.
pub const PREFIX: &str = "frontend.";

/// A request that is answered without a build.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// The name without [`PREFIX`], as `--call` takes it.
    pub name: &'static str,
    /// The version of the answer's form.
    pub version: &'static str,
    /// What it is for, in one line.
    pub description: &'static str,
    /// Options that it reads, each with what it does.
    pub options: &'static [(&'static str, &'static str)],
    /// Whether the answer has a status.
    pub has_status: bool,
    answer: fn(&Asked<'_>) -> Result<Answer, Diagnostics>,
}

const TARGET: (&str, &str) = ("target", "the stage: main or build");

/// All requests, in the order in which they are listed.
pub const REQUESTS: &[Request] = &[
    Request {
        name: "outline",
        version: "1.0.0",
        description: "List all parameters current build target supports",
        options: &[TARGET],
        has_status: false,
        answer: outline::answer,
    },
    Request {
        name: "targets",
        version: "1.0.0",
        description: "List all targets current build supports",
        options: &[],
        has_status: false,
        answer: targets::answer,
    },
    Request {
        name: "lint",
        version: "1.0.0",
        description: "Check the build args by rules, without building",
        options: &[TARGET],
        has_status: true,
        answer: lint::answer,
    },
    Request {
        name: "subrequests.describe",
        version: "1.0.0",
        description: "List available subrequest types",
        options: &[],
        has_status: false,
        answer: describe::answer,
    },
    Request {
        name: "convertllb",
        version: "0.1.0",
        description: "Show the graph of the build, with an assumed base image",
        options: &[TARGET],
        has_status: false,
        answer: convertllb::answer,
    },
    Request {
        name: "airflow.plan",
        version: "1.0.0",
        description: "Show what the build would do step by step, with an assumed base image",
        options: &[TARGET],
        has_status: false,
        answer: plan::answer,
    },
    Request {
        name: "airflow.schema",
        version: "1.0.0",
        description: "Show a JSON schema of the build args",
        options: &[],
        has_status: false,
        answer: schema::answer,
    },
];

/// What a request is answered from.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Everything the build was asked for.
    pub options: &'a Options,
    /// The sound build, or what is wrong with it; some requests are answered all the same.
    pub config: Result<&'a Config, &'a Diagnostics>,
    /// The builder's own platform, where it said.
    pub platform: Option<&'a Platform>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The version of its form.
    pub version: &'static str,
    /// For programs, indented by two spaces.
    pub json: String,
    /// For people; ends with a line break.
    pub text: String,
    /// How the client exits, where the request has a status.
    pub status: Option<u8>,
}

impl Answer {
    fn new(json: &serde_json::Value, text: String) -> Self {
        Self { version: "", json: format!("{json:#}\n"), text, status: None }
    }
}

/// Whether rules decide about the answer to a request, which is named as on the wire.
pub fn by_rules(name: &str) -> bool {
    name.strip_prefix(PREFIX) == Some("lint")
}

/// Answers a request by its name on the wire, such as `frontend.outline`.
///
/// `None` for a name that is not known; problems where the answer needs a sound build and this is none.
pub fn answer(name: &str, asked: &Asked<'_>) -> Option<Result<Answer, Diagnostics>> {
    let name = name.strip_prefix(PREFIX)?;
    let request = REQUESTS.iter().find(|request| request.name == name)?;
    Some((request.answer)(asked).map(|answer| Answer { version: request.version, ..answer }))
}

impl<'a> Asked<'a> {
    fn sound(&self) -> Result<&'a Config, Diagnostics> {
        self.config.map_err(Clone::clone)
    }

    /// The platform that a build would be for, first of several.
    fn platform(&self, config: &Config) -> Platform {
        config.settings.platforms.first().or(self.platform).cloned().unwrap_or_else(assume::platform)
    }
}

/// Rows in columns, two blanks apart, the last one as long as it is.
fn columns(rows: &[Vec<String>]) -> String {
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

#[cfg(test)]
mod tests;
