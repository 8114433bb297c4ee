//! Ways out that need no build: what `docker buildx build --call=…` asks for, and the command line.
//!
//! Each is a plain function of the options. No image is resolved and no context loaded; where a plan is needed, what a
//! build would learn from outside is assumed, and said to be.

mod asked;
mod convertllb;
mod defaults;
mod lint;
pub mod listing;
mod outline;
mod plan;
mod schema;
mod targets;

pub use buildkit_frontend::subrequests::{Answer, PREFIX, Request};

use crate::diagnostic::Diagnostics;

pub use asked::Asked;
pub use defaults::reference;
pub use plan::masked_json;
pub use schema::schema;

/// A request and the function that answers it.
pub type Answered = (Request, fn(&Asked<'_>) -> Result<Answer, Diagnostics>);

const TARGET: (&str, &str) = ("target", "the stage: main or build");

/// All requests, in the order in which they are listed.
pub const REQUESTS: &[Answered] = &[
    (
        Request {
            name: "outline",
            version: "1.0.0",
            description: "List all parameters current build target supports",
            options: &[TARGET],
            has_status: false,
        },
        outline::answer,
    ),
    (
        Request {
            name: "targets",
            version: "1.0.0",
            description: "List all targets current build supports",
            options: &[],
            has_status: false,
        },
        targets::answer,
    ),
    (
        Request {
            name: "lint",
            version: "1.0.0",
            description: "Check the build args by rules, without building",
            options: &[TARGET],
            has_status: true,
        },
        lint::answer,
    ),
    (
        Request {
            name: "subrequests.describe",
            version: "1.0.0",
            description: "List available subrequest types",
            options: &[],
            has_status: false,
        },
        describe,
    ),
    (
        Request {
            name: "convertllb",
            version: "0.1.0",
            description: "Show the graph of the build, with an assumed base image",
            options: &[TARGET],
            has_status: false,
        },
        convertllb::answer,
    ),
    (
        Request {
            name: "airflow.plan",
            version: "1.0.0",
            description: "Show what the build would do step by step, with an assumed base image",
            options: &[TARGET],
            has_status: false,
        },
        plan::answer,
    ),
    (
        Request {
            name: "airflow.schema",
            version: "1.0.0",
            description: "Show a JSON schema of the build args",
            options: &[],
            has_status: false,
        },
        schema::answer,
    ),
];

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
fn describe(_: &Asked<'_>) -> Result<Answer, Diagnostics> {
    Ok(buildkit_frontend::subrequests::describe(REQUESTS.iter().map(|(request, _)| request)))
}

/// Whether rules decide about the answer to a request, which is named as on the wire.
pub fn by_rules(name: &str) -> bool {
    name.strip_prefix(PREFIX) == Some("lint")
}

/// Answers a request by its name on the wire, such as `frontend.outline`; the second value is the version of its shape.
///
/// `None` for an unknown name; errors where the answer needs a sound build and this is none.
pub fn answer(name: &str, asked: &Asked<'_>) -> Option<Result<(Answer, &'static str), Diagnostics>> {
    let name = name.strip_prefix(PREFIX)?;
    let (request, answer) = REQUESTS.iter().find(|(request, _)| request.name == name)?;
    Some(answer(asked).map(|answer| (answer, request.version)))
}

#[cfg(test)]
mod tests;
