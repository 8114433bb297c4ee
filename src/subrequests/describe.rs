//! `subrequests.describe`: what can be asked.

use serde_json::{Value, json};

use super::{Answer, Asked, PREFIX, REQUESTS, Request, columns};
use crate::diagnostic::Diagnostics;

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
pub(super) fn answer(_: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let heading = ["NAME", "VERSION", "DESCRIPTION"].map(str::to_owned).to_vec();
    let row = |request: &Request| {
        vec![request.name.to_owned(), request.version.to_owned(), request.description.to_owned()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(REQUESTS.iter().map(row)).collect();
    let json: Value = REQUESTS.iter().map(describe).collect();
    Ok(Answer::new(&json, columns(&rows)))
}

/// Absent lists are null, as BuildKit writes them.
fn describe(request: &Request) -> Value {
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
