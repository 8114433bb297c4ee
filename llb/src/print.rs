//! A graph for eyes and for programs: as text, as DOT and as JSON. The same graph always prints the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use buildkit_proto::pb;
use pb::file_action::Action;
use pb::op::Op;
use serde_json::{Value, json};

use crate::CUSTOM_NAME;
use crate::decode::{self, Decoded, Edge, Vertex};
use crate::json::{lean, limits_json, location_json, op_json};
use crate::platform::Platform;

/// One line per step: its number, what kind it is, which steps it uses, its name. The last line is the result.
///
/// An input is the number of a step; `3.1` is the second output of step 3.
pub fn text(graph: &Decoded) -> String {
    let rows: Vec<[String; 3]> = graph.vertices.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (number, kind, inputs) = (rows.len().to_string().len(), width(0), width(1));
    let mut text = String::new();
    for (place, [what, uses, title]) in rows.iter().enumerate() {
        let line = format!("{:>number$}  {what:kind$}  {uses:inputs$}  {title}", place + 1);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let result = graph.result.as_ref().map_or_else(|| "scratch".to_owned(), label);
    let _ = writeln!(text, "{:number$}  {:kind$}  {result}", "", "result");
    text
}

fn row(vertex: &Vertex) -> [String; 3] {
    let uses: Vec<String> = vertex.inputs.iter().map(label).collect();
    [kind(&vertex.op).to_owned(), uses.join(" "), title(vertex)]
}

/// The graph in the language of Graphviz: an edge leads from what is used to what uses it.
pub fn dot(graph: &Decoded) -> String {
    let mut dot = String::from("digraph llb {\n  node [shape=box]\n");
    for (place, vertex) in graph.vertices.iter().enumerate() {
        let text = quoted(&format!("{}: {}", kind(&vertex.op), title(vertex)));
        let _ = writeln!(dot, "  {} [label={text}]", place + 1);
        for input in &vertex.inputs {
            let _ = writeln!(dot, "  {} -> {}{}", input.vertex + 1, place + 1, output_label(input));
        }
    }
    let _ = writeln!(dot, "  result [shape=ellipse]");
    if let Some(result) = &graph.result {
        let _ = writeln!(dot, "  {} -> result{}", result.vertex + 1, output_label(result));
    }
    dot.push_str("}\n");
    dot
}

fn output_label(edge: &Edge) -> String {
    if edge.index == 0 { String::new() } else { format!(" [label={}]", edge.index) }
}

/// A string of Graphviz.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// Everything the graph says: `vertices` in order, each with `digest`, `kind`, `inputs`, `op` and what is said about
/// it, the `files` they come from, and `result`. What is empty or at its default is left out. Inputs are digests and
/// output numbers; a place in a file is `line:character`.
pub fn json(graph: &Decoded) -> Value {
    let edge = |edge: &Edge| json!({ "digest": graph.vertices[edge.vertex].digest, "output": edge.index });
    let vertex = |vertex: &Vertex| {
        let about = &vertex.metadata;
        let places = graph.source.locations.get(&vertex.digest);
        lean(json!({
            "digest": vertex.digest,
            "kind": kind(&vertex.op),
            "name": about.description.get(CUSTOM_NAME),
            "inputs": vertex.inputs.iter().map(edge).collect::<Vec<_>>(),
            "platform": vertex.op.platform.clone().map(|platform| Platform::from(platform).to_string()),
            "op": op_json(&vertex.op),
            "description": about.description.iter().filter(|(key, _)| *key != CUSTOM_NAME).collect::<BTreeMap<_, _>>(),
            "ignoreCache": about.ignore_cache,
            // As text, since false is something said, too.
            "exportCache": about.export_cache.map(|export| export.value.to_string()),
            "progressGroup": about.progress_group.as_ref().map(|group| &group.name),
            "linuxResources": about.linux_resources.as_ref().map(limits_json),
            "caps": about.caps.keys().collect::<Vec<_>>(),
            "locations": places.map(|all| all.locations.iter().map(location_json).collect::<Vec<_>>()),
        }))
    };
    let mut printed = json!({
        "vertices": graph.vertices.iter().map(vertex).collect::<Vec<_>>(),
        "result": graph.result.as_ref().map(edge),
    });
    if !graph.source.infos.is_empty() {
        printed["files"] = graph.source.infos.iter().map(file).collect();
    }
    printed
}

/// A file that steps come from, and the graph it was read from.
fn file(file: &pb::SourceInfo) -> Value {
    let graph = |definition: &pb::Definition| match decode::decode(definition) {
        Ok(graph) => json(&graph),
        Err(error) => json!({ "error": error.to_string() }),
    };
    let mut printed = lean(json!({
        "filename": file.filename,
        "language": file.language,
        "data": std::str::from_utf8(&file.data).ok(),
        "bytes": file.data.len(),
    }));
    if let Some(definition) = &file.definition {
        printed["definition"] = graph(definition);
    }
    printed
}

/// The number of a step, and of its output where that is not the first.
fn label(edge: &Edge) -> String {
    if edge.index == 0 {
        (edge.vertex + 1).to_string()
    } else {
        format!("{}.{}", edge.vertex + 1, edge.index)
    }
}

/// What kind of step it is, in a word.
fn kind(op: &pb::Op) -> &'static str {
    match &op.op {
        Some(Op::Source(source)) => {
            match source.identifier.split_once("://").map_or("", |(scheme, _)| scheme) {
                "docker-image" => "image",
                "oci-layout" => "layout",
                "local" => "local",
                "git" => "git",
                "http" | "https" => "http",
                _ => "source",
            }
        }
        Some(Op::Exec(_)) => "exec",
        Some(Op::File(_)) => "file",
        Some(Op::Merge(_)) => "merge",
        Some(Op::Diff(_)) => "diff",
        // An op of a later BuildKit, in a graph that came from elsewhere.
        None => "other",
    }
}

/// The name a step was given, or what it does; one line.
fn title(vertex: &Vertex) -> String {
    let name = vertex.metadata.description.get(CUSTOM_NAME).cloned();
    let text = name.unwrap_or_else(|| summary(&vertex.op));
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
}

fn summary(op: &pb::Op) -> String {
    match &op.op {
        Some(Op::Source(source)) => {
            let id = source.identifier.as_str();
            match id.split_once("://") {
                Some(("docker-image" | "oci-layout" | "local" | "git", name)) => name.to_owned(),
                _ => id.to_owned(),
            }
        }
        Some(Op::Exec(exec)) => exec.meta.as_ref().map(|meta| meta.args.join(" ")).unwrap_or_default(),
        Some(Op::File(file)) => {
            let actions = file.actions.iter().filter_map(|action| action.action.as_ref());
            actions.map(action_summary).collect::<Vec<_>>().join(", ")
        }
        Some(Op::Merge(_) | Op::Diff(_)) | None => String::new(),
    }
}

fn action_summary(action: &Action) -> String {
    match action {
        Action::Copy(copy) => format!("copy {} {}", copy.src, copy.dest),
        Action::Mkfile(file) => format!("mkfile {}", file.path),
        Action::Mkdir(dir) => format!("mkdir {}", dir.path),
        Action::Rm(rm) => format!("rm {}", rm.path),
        Action::Symlink(link) => format!("symlink {} -> {}", link.newpath, link.oldpath),
    }
}
