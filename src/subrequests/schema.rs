//! `airflow.schema`: a JSON schema of the build args, for editors and programs that write them.

use serde_json::{Map, Value, json};

use buildkit_frontend::subrequests::Answer;

use super::asked::Asked;
use crate::diagnostic::Diagnostics;
use crate::options::table::{self, Arg, Kind, Secrecy, Stage, Support};

#[expect(clippy::unnecessary_wraps, reason = "one of several answers, some of which fail")]
pub(super) fn answer(_: &Asked<'_>) -> Result<Answer, Diagnostics> {
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
    for (name, support) in table::OTHERS {
        let other = match support {
            Support::Works => continue,
            Support::SameAs(row) => alias(name, row),
            Support::Dead(why) => json!({ "description": format!("No effect: {why}."), "deprecated": true }),
        };
        properties.insert((*name).to_owned(), other);
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

fn alias(name: &str, row: &str) -> Value {
    let mut alias = Arg::find(row).map_or_else(|| json!({}), property);
    alias["description"] = json!(format!("Another name for {row}."));
    if !table::TODAY.contains(&name) {
        alias["deprecated"] = json!(true);
    }
    for member in ["default", "x-aliases"] {
        alias.as_object_mut().and_then(|members| members.remove(member));
    }
    alias
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
    if row.secrecy == Secrecy::Hidden {
        schema["writeOnly"] = json!(true);
    }
    let aliases: Vec<&str> =
        table::names().filter(|name| table::support(name) == Some(Support::SameAs(row.name))).collect();
    if !aliases.is_empty() {
        schema["x-aliases"] = json!(aliases);
    }
    schema
}

/// Files of Compose and Bake write switches and numbers without quotes.
fn types(kind: Kind) -> Value {
    let types = [(Kind::Boolean, "boolean"), (Kind::Uid, "integer"), (Kind::Number, "integer")];
    let other = types.iter().find(|(other, _)| *other == kind).map(|(_, name)| *name);
    other.map_or_else(|| json!("string"), |other| json!(["string", other]))
}
