//! `targets`: the stages that can be a result.

use serde_json::{Value, json};

use super::{Answer, Asked, columns};
use crate::config::Target;
use crate::diagnostic::Diagnostics;

/// What a stage is.
pub(super) const fn description(target: Target) -> &'static str {
    match target {
        Target::Build => "compilers, headers and the installed packages",
        Target::Main => "the image people run",
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let base = asked.config.map(|config| config.base.to_string()).ok();
    let json: Vec<Value> = Target::ALL
        .into_iter()
        .map(|target| {
            let mut json = json!({ "name": target.name() });
            if target == Target::Main {
                json["default"] = json!(true);
            }
            json["description"] = json!(description(target));
            if let Some(base) = &base {
                json["base"] = json!(base);
            }
            json
        })
        .collect();
    let heading = ["TARGET", "DESCRIPTION"].map(str::to_owned).to_vec();
    let row = |target: Target| {
        let default = if target == Target::Main { " (default)" } else { "" };
        vec![format!("{}{default}", target.name()), description(target).to_owned()]
    };
    let rows: Vec<_> = std::iter::once(heading).chain(Target::ALL.map(row)).collect();
    Ok(Answer::new(&json!({ "targets": json, "sources": [] }), columns(&rows)))
}
