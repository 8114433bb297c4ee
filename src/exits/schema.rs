//! `airflow.schema`: a JSON schema of the build args, for editors and programs that write them.

use serde_json::{Map, Value, json};

use super::{Answer, Asked};
use crate::config::problem::Problems;
use crate::options::table::{self, Arg, Kind, Stage, Support};

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
pub(super) fn answer(_: &Asked<'_>) -> Result<Answer, Problems> {
    let schema = schema();
    let text = format!("{schema:#}\n");
    Ok(Answer::new(&schema, text))
}

/// An object with a property for each name that a build takes; names of BuildKit's own are matched by pattern.
pub fn schema() -> Value {
    let mut properties = Map::new();
    for row in table::TABLE {
        properties.insert(row.name.to_owned(), property(row));
    }
    for name in table::names() {
        if let Some(Support::SameAs(row)) = table::support(name) {
            let mut alias = Arg::find(row).map_or(Value::Null, property);
            if let Some(members) = alias.as_object_mut() {
                members.insert("description".to_owned(), json!(format!("Another name for {row}.")));
                members.insert("deprecated".to_owned(), json!(true));
                members.remove("default");
                members.remove("x-aliases");
            }
            properties.insert(name.to_owned(), alias);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Build args of airflow-frontend",
        "type": "object",
        "properties": properties,
        "patternProperties": {
            "^(BUILDKIT_.+|SOURCE_DATE_EPOCH)$": {},
            "^(TARGET|BUILD)(PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$": {},
            "^((HTTPS?|FTP|NO|ALL)_PROXY|(https?|ftp|no|all)_proxy)$": { "type": "string" },
        },
        "additionalProperties": false,
    })
}

fn property(row: &Arg) -> Value {
    let mut schema = json!({ "description": row.help, "type": types(row.kind) });
    if !row.default.is_empty() {
        schema["default"] = json!(row.default);
    }
    if !row.choices.is_empty() {
        schema["enum"] = json!(row.choices);
    }
    schema["examples"] = json!([row.example]);
    schema["x-kind"] = json!(row.kind.placeholder());
    schema["x-stage"] = json!(match row.stage {
        Stage::Build => "build",
        Stage::Main => "main",
        Stage::Both => "both",
    });
    let aliases: Vec<&str> =
        table::names().filter(|name| table::support(name) == Some(Support::SameAs(row.name))).collect();
    if !aliases.is_empty() {
        schema["x-aliases"] = json!(aliases);
    }
    schema
}

/// Files of Compose and Bake write switches and numbers without quotes.
fn types(kind: Kind) -> Value {
    let types = [(Kind::Boolean, "boolean"), (Kind::Uid, "integer")];
    let other = types.iter().find(|(other, _)| *other == kind).map(|(_, name)| *name);
    other.map_or_else(|| json!("string"), |other| json!(["string", other]))
}
