//! A graph as text and in the language of Graphviz.

use std::fmt::Write;

use super::step::{kind, label, title};
use crate::decode::{Decoded, Edge, Vertex};

/// One line per step: its number, its kind, the steps it uses, and its name. The last line is the result.
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

/// The graph in the language of Graphviz. Edges lead from a step to those that use it.
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
