//! Graphs in protobuf's own JSON form, field by field.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_llb::{
    Bind, Cache, CacheSharingOpt, Exec, File, Graph, Image, Local, Metadata, Mkfile, Mount, NetMode, Owner,
    Platform, Range, SCRATCH, Secret, SourceFile, protojson,
};
use serde_json::{Value, json};

fn example() -> (Value, String) {
    let platform = "linux/amd64".parse().unwrap();
    let mut graph = Graph::new(platform);
    let base = graph.add(Image::new("debian:12"), Metadata::default());
    let note = Mkfile {
        path: "/note".to_owned(),
        mode: 0o644,
        data: b"hi".to_vec(),
        owner: Some(Owner::ids(0, 7)),
        ..Mkfile::default()
    };
    let note = graph.add(File::new(SCRATCH, [note]), Metadata::default());
    let cache = Cache { id: "ns/pip".to_owned(), sharing: CacheSharingOpt::Locked, ..Cache::default() };
    let exec = Exec {
        root: Some(base),
        args: vec!["/bin/true".to_owned()],
        cwd: "/".to_owned(),
        network: NetMode::None,
        mounts: vec![
            Mount::new("/note", Bind { input: Some(note), ..Bind::default() }),
            Mount::new("/cache", cache),
            Mount::new("/token", Secret { id: "token".to_owned(), optional: true, ..Secret::default() }),
        ],
        ..Exec::default()
    };
    let ran = graph.add(exec, "run it").step;
    let file = graph.source_file(SourceFile {
        filename: "plan".to_owned(),
        data: b"run it".to_vec(),
        ..SourceFile::default()
    });
    graph.locate(ran, file, &[Range::lines(1, 1)]);
    let digest = graph.digest(ran).to_owned();
    (protojson(&graph.definition(ran).unwrap().pb).unwrap(), digest)
}

#[test]
fn an_op_has_the_names_of_buildkits_messages() {
    let (graph, digest) = example();
    let op = &graph["def"][&digest];
    assert_eq!(
        op["exec"]["meta"],
        json!({ "args": ["/bin/true"], "cwd": "/", "removeMountStubsRecursive": true })
    );
    assert_eq!(op["exec"]["network"], "NONE");
    assert_eq!(op["platform"], json!({ "Architecture": "amd64", "OS": "linux" }));
    assert_eq!(op["constraints"], json!({}));
    let mounts = op["exec"]["mounts"].as_array().unwrap();
    let of = |dest: &str| mounts.iter().find(|mount| mount["dest"] == dest).unwrap();
    assert_eq!(of("/")["dest"], "/");
    assert_eq!(of("/cache")["cacheOpt"], json!({ "ID": "ns/pip", "sharing": "LOCKED" }));
    assert_eq!(of("/cache")["mountType"], "CACHE");
    assert_eq!(of("/token")["secretOpt"]["optional"], true);
    assert_eq!(op["inputs"].as_array().unwrap().len(), 2);
}

#[test]
fn numbers_of_64_bits_are_text_bytes_are_base64_and_a_chosen_user_is_told_even_when_it_is_root() {
    let (graph, _) = example();
    let files = graph["def"].as_object().unwrap().values().find_map(|op| op.get("file")).unwrap();
    let action = &files["actions"][0];
    assert_eq!((&action["input"], &action["secondaryInput"]), (&json!("-1"), &json!("-1")));
    assert_eq!(action.get("output"), None, "0 is the default");
    assert_eq!(
        action["mkfile"],
        json!({
            "path": "/note",
            "mode": 0o644,
            "data": "aGk=",
            "owner": { "user": { "byID": 0 }, "group": { "byID": 7 } },
            "timestamp": "-1",
        })
    );
}

#[test]
fn scratch_has_no_ops_and_an_empty_source_map() {
    let scratch = protojson(&Graph::new(Platform::default()).definition(None).unwrap().pb).unwrap();
    assert_eq!(scratch, json!({ "def": {}, "metadata": {}, "source": {} }));
}

#[test]
fn the_graph_that_a_file_was_read_from_is_told_with_the_file() {
    let mut read = Graph::new(Platform::default());
    let folder = read.add(Local::new("f"), "read it");
    let inner = read.source_file(SourceFile { filename: "inner".to_owned(), ..SourceFile::default() });
    read.locate(folder, inner, &[]);
    let definition = read.definition(folder).unwrap().pb;

    let mut graph = Graph::new(Platform::default());
    let base = graph.add(Image::default(), Metadata::default());
    let file = SourceFile { definition: Some(definition.clone()), ..SourceFile::default() };
    let file = graph.source_file(file);
    graph.locate(base, file, &[]);
    let shown = protojson(&graph.definition(base).unwrap().pb).unwrap();
    let shown = &shown["source"]["infos"][0]["definition"];
    let ops: Vec<_> = definition.def.iter().map(|bytes| json!(STANDARD.encode(bytes))).collect();
    assert_eq!(shown["def"], json!(ops));
    assert_eq!(shown["metadata"][read.digest(folder)]["description"]["llb.customname"], "read it");
    assert_eq!(shown["source"]["infos"], json!([{ "filename": "inner" }]));
}

#[test]
fn metadata_and_places_go_by_digest() {
    let (graph, digest) = example();
    assert_eq!(graph["metadata"][&digest]["description"], json!({ "llb.customname": "run it" }));
    assert_eq!(
        graph["source"]["locations"][&digest]["locations"],
        json!([{ "ranges": [{ "start": { "line": 1 }, "end": { "line": 1 } }] }])
    );
    assert_eq!(graph["source"]["infos"], json!([{ "filename": "plan", "data": "cnVuIGl0" }]));
}
