//! Whole definitions must be those that BuildKit's own client sends: ops in its order, what is said about them, where
//! they come from, and how BuildKit prints them; see `golden/definitions.txt`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::unnecessary_wraps, reason = "a graph's result may be scratch, and an owner may be missing")]

mod commands;
mod files;
mod graphs;
mod sources;

use std::collections::BTreeMap;

use buildkit_llb::{Exec, Graph, Image, Local, Metadata, Output, SourceFile, decode, print, protojson};
use serde_json::{Map, Value, json};

/// Builds the graph in question and gives its result.
pub(crate) type Build = fn(&mut Graph) -> Option<Output>;

/// What Go's client makes of a graph.
#[derive(Default)]
struct Golden {
    shows: Value,
    ops: Vec<(String, String)>,
    metadata: BTreeMap<String, Value>,
    source: Option<Value>,
}

fn goldens() -> BTreeMap<&'static str, Golden> {
    let mut goldens = BTreeMap::new();
    let mut name = "";
    for line in include_str!("../golden/definitions.txt").lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        let golden: &mut Golden = goldens.entry(name).or_default();
        let pair = || rest.split_once(' ').unwrap();
        match kind {
            "#" => {}
            "==" => name = rest,
            "shows" => golden.shows = serde_json::from_str(rest).unwrap(),
            "op" => golden.ops.push((pair().0.to_owned(), pair().1.to_owned())),
            "metadata" => {
                golden.metadata.insert(pair().0.to_owned(), serde_json::from_str(pair().1).unwrap());
            }
            "source" => golden.source = Some(serde_json::from_str(rest).unwrap()),
            _ => panic!("not a line of the fixture: {line}"),
        }
    }
    goldens.remove("");
    goldens
}

fn all() -> impl Iterator<Item = (&'static str, Build)> {
    let kinds = [sources::GRAPHS, commands::GRAPHS, files::GRAPHS, graphs::GRAPHS];
    kinds.into_iter().flatten().copied()
}

fn graph() -> Graph {
    Graph::new("linux/amd64".parse().unwrap())
}

#[test]
fn every_golden_graph_is_built() {
    let built: Vec<_> = all().map(|(name, _)| name).collect();
    let goldens = goldens();
    assert_eq!(built.len(), goldens.len());
    assert!(goldens.keys().all(|name| built.contains(name)));
}

#[test]
fn ops_are_those_of_buildkits_own_client_in_its_order() {
    let goldens = goldens();
    for (name, build) in all() {
        let mut graph = graph();
        let output = build(&mut graph);
        let definition = graph.definition(output).unwrap();
        let bytes = definition.pb.def.iter().map(|bytes| hex(bytes));
        let ours: Vec<_> = definition.digests.iter().cloned().zip(bytes).collect();
        assert_eq!(ours, goldens[name].ops, "{name}");
    }
}

/// The graph is the one that a source file was read from, so that it stands within a message.
#[test]
fn what_is_said_about_ops_is_that_of_buildkits_own_client() {
    let goldens = goldens();
    for (name, build) in all() {
        let mut inner = graph();
        let output = build(&mut inner);
        let inner = inner.definition(output).unwrap().pb;
        let mut outer = graph();
        let image = image(&mut outer, DEBIAN);
        let file = outer.source_file(SourceFile { definition: Some(inner), ..SourceFile::default() });
        outer.locate(image, file, &[]);
        let shown = protojson(&outer.definition(image).unwrap().pb).unwrap();
        let shown = &shown["source"]["infos"][0]["definition"];
        assert_eq!(shown["def"].as_array().unwrap().len(), goldens[name].ops.len(), "{name}");
        assert_eq!(shown["metadata"], json!(goldens[name].metadata), "{name}");
        let located = goldens[name].source.clone().map_or(Value::Null, located);
        assert_eq!(shown.get("source").cloned().unwrap_or_default(), located, "{name}");
    }
}

#[test]
fn graphs_are_shown_as_buildkit_shows_them() {
    let goldens = goldens();
    for (name, build) in all() {
        let mut graph = graph();
        let output = build(&mut graph);
        let shown = protojson(&graph.definition(output).unwrap().pb).unwrap();
        let mut expected = goldens[name].shows.clone();
        expected["source"] = located(expected["source"].take());
        assert_eq!(shown, expected, "{name}");
    }
}

#[test]
fn every_graph_can_be_taken_apart_and_built_on() {
    for (name, build) in all() {
        let mut first = graph();
        let output = build(&mut first);
        let definition = first.definition(output).unwrap();
        let decoded = decode::decode(&definition.pb).unwrap();
        assert_eq!(print::text(&decoded).lines().count(), definition.digests.len(), "{name}");
        let mut second = graph();
        let result = second.import(&definition.pb).unwrap();
        let again = second.definition(result).unwrap();
        assert_eq!(again.digests.len(), definition.digests.len(), "{name}");
        assert_eq!(again.pb.metadata, definition.pb.metadata, "{name}");
    }
}

/// A source map without the ops that nothing is located of.
fn located(mut source: Value) -> Value {
    let Some(locations) = source["locations"].as_object_mut() else { return source };
    locations.retain(|_, places| places != &json!({}));
    if locations.is_empty() {
        source = Value::Object(Map::new());
    }
    source
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

pub(crate) const DEBIAN: &str = "docker.io/library/debian:bookworm-slim";
pub(crate) const ALPINE: &str = "docker.io/library/alpine:3";

pub(crate) fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

pub(crate) fn image(graph: &mut Graph, reference: &str) -> Output {
    graph.add(Image { reference: reference.to_owned(), ..Image::default() }, Metadata::default())
}

/// The folder `context` of session `SESSION`.
pub(crate) fn local(graph: &mut Graph) -> Output {
    let local = Local { session: "SESSION".to_owned(), ..Local::new("context") };
    graph.add(local, Metadata::default())
}

/// One word that runs in a tree.
pub(crate) fn command(root: Output, word: &str) -> Exec {
    Exec { root: Some(root), args: strings([word]), ..Exec::default() }
}
