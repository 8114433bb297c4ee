//! `frontend.subrequests.describe`: the requests of a frontend.

use serde_json::{Value, json};

use super::answer::{Answer, PREFIX, table};

/// A request that a frontend answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The name without [`PREFIX`], as `--call` takes it.
    pub name: &'static str,
    /// The version of the answer's shape.
    pub version: &'static str,
    /// What it is for, in one line.
    pub description: &'static str,
    /// Options that it reads, each with what it does.
    pub options: &'static [(&'static str, &'static str)],
    /// Whether the answer has a [status](Answer::status).
    pub has_status: bool,
}

/// Lists the requests of a frontend.
pub fn describe<'a>(requests: impl Iterator<Item = &'a Request> + Clone) -> Answer {
    let rows = requests.clone().map(|request| {
        vec![request.name.to_owned(), request.version.to_owned(), request.description.to_owned()]
    });
    let json: Value = requests.map(to_json).collect();
    Answer::new(&json, table(&["NAME", "VERSION", "DESCRIPTION"], rows))
}

/// Absent lists are null, as BuildKit writes them.
fn to_json(request: &Request) -> Value {
    let named = |name: &str, description: &str| {
        let mut value = json!({ "name": name });
        if !description.is_empty() {
            value["description"] = json!(description);
        }
        value
    };
    let options: Vec<Value> = request.options.iter().map(|(name, text)| named(name, text)).collect();
    let status = request.has_status.then_some("result.statuscode");
    let metadata = ["result.json", "result.txt"].into_iter().chain(status);
    json!({
        "name": format!("{PREFIX}{}", request.name),
        "version": request.version,
        "type": "rpc",
        "description": request.description,
        "opts": if options.is_empty() { Value::Null } else { Value::Array(options) },
        "inputs": null,
        "metadata": metadata.map(|name| named(name, "")).collect::<Vec<_>>(),
        "refs": null,
    })
}
