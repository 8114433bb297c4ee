//! Graphs as people and programs read them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use buildkit_llb::{
    Access, Action, Bind, CdiDevice, Copy, Exec, File, Graph, Image, LinuxResources, Local, Metadata, Mkfile,
    Mode, Mount, NetMode, Owner, Range, SCRATCH, Secret, SourceFile, decode, print,
};
use serde_json::json;

fn graph() -> Graph {
    Graph::new("linux/amd64".parse().unwrap())
}

fn example() -> decode::Decoded {
    let mut graph = graph();
    let base = graph.add(Image::new("debian:12"), Metadata::default());
    let context = graph.add(Local::new("context"), "load \"context\"");
    let secret = Secret { id: "token".to_owned(), uid: 50000, ..Secret::default() };
    let wheels = Bind { input: Some(context), access: Access::ReadOnly, ..Bind::default() };
    let exec = Exec {
        root: Some(base),
        args: vec!["/bin/sh".to_owned(), "-c".to_owned(), "first\nsecond".to_owned()],
        network: NetMode::None,
        mounts: vec![
            Mount::new("/ctx", wheels),
            Mount::new("/run/token", secret),
            Mount::writable("/out", None),
        ],
        ..Exec::default()
    };
    let built = graph.add(exec, Metadata { ignore_cache: true, ..Metadata::default() });
    let copy = Copy {
        from: built.at("/out"),
        src: "/".to_owned(),
        dest: "/opt/".to_owned(),
        mode: Mode::Chmod("g=u".to_owned()),
        owner: Some(Owner::ids(50000, 0)),
        ..Copy::default()
    };
    let note = Mkfile::new("/note", 0o644, b"hi");
    let actions = vec![Action::from(copy), Action::from(note)];
    let main = graph.add(File::new(base, actions), Metadata::default());
    decode::decode(&graph.definition(main).unwrap().pb).unwrap()
}

#[test]
fn text_has_a_line_for_every_step() {
    let expected = "\
1  image         debian:12
2  local         load \"context\"
3  exec   1 2    /bin/sh -c first …
4  file   1 3.1  copy / /opt/, mkfile /note
   result  4
";
    assert_eq!(print::text(&example()), expected);
    assert_eq!(print::text(&decode::Decoded::default()), "   result  scratch\n");
}

#[test]
fn dot_is_what_graphviz_reads() {
    let expected = r#"digraph llb {
  node [shape=box]
  1 [label="image: debian:12"]
  2 [label="local: load \"context\""]
  3 [label="exec: /bin/sh -c first …"]
  1 -> 3
  2 -> 3
  4 [label="file: copy / /opt/, mkfile /note"]
  1 -> 4
  3 -> 4 [label=1]
  result [shape=ellipse]
  4 -> result
}
"#;
    assert_eq!(print::dot(&example()), expected);
}

#[test]
fn json_says_everything_but_defaults() {
    let graph = example();
    let digest = |place: usize| graph.vertices[place].digest.as_str();
    let printed = print::json(&graph);
    assert_eq!(printed["result"], json!({ "digest": digest(3), "output": 0 }));
    assert_eq!(
        printed["vertices"][0],
        json!({
            "digest": digest(0),
            "kind": "image",
            "platform": "linux/amd64",
            "op": { "identifier": "docker-image://debian:12" },
            "caps": ["source.image"],
        })
    );
    assert_eq!(
        printed["vertices"][2],
        json!({
            "digest": digest(2),
            "kind": "exec",
            "inputs": [{ "digest": digest(0) }, { "digest": digest(1) }],
            "platform": "linux/amd64",
            "op": {
                "args": ["/bin/sh", "-c", "first\nsecond"],
                "cwd": "/",
                "network": "none",
                "mounts": [
                    { "dest": "/", "type": "bind", "input": "0", "output": "0" },
                    { "dest": "/ctx", "type": "bind", "input": "1", "readonly": true },
                    { "dest": "/out", "type": "bind", "output": "1" },
                    {
                        "dest": "/run/token",
                        "type": "secret",
                        "secret": { "id": "token", "owner": "50000:0", "mode": "0400" },
                    },
                ],
            },
            "ignoreCache": true,
            "caps": [
                "exec.meta.base", "exec.meta.network", "exec.meta.setsdefaultpath", "exec.mount.bind", "exec.mount.secret",
            ],
        })
    );
    assert_eq!(
        printed["vertices"][3]["op"]["actions"],
        json!([
            {
                "action": "copy",
                "input": "0",
                "from": "1",
                "copy": { "src": "/", "dest": "/opt/", "owner": "50000:0", "mode": "g=u" },
            },
            { "action": "mkfile", "input": "2", "mkfile": { "path": "/note", "mode": "0644", "data": "hi", "bytes": 2 } },
        ])
    );
}

#[test]
fn json_says_what_is_said_about_a_step_and_where_it_comes_from() {
    let mut read = graph();
    let folder = read.add(Local::new("f"), Metadata::default());
    let definition = Some(read.definition(folder).unwrap().pb);

    let mut graph = graph();
    let devices = vec![CdiDevice { name: "vendor.com/gpu=all".to_owned(), optional: true }];
    let exec = Exec { args: vec!["true".to_owned()], devices, ..Exec::default() };
    let limits = LinuxResources { memory: 1 << 30, memory_swap: -1, ..LinuxResources::default() };
    let about = Metadata { linux_resources: Some(limits), export_cache: Some(false), ..Metadata::default() };
    let exec = graph.add(exec, about).step;
    let filename = "a.yaml".to_owned();
    let file = SourceFile { filename, data: b"a: 1".to_vec(), language: "YAML".to_owned(), definition };
    let file = graph.source_file(file);
    graph.locate(exec, file, &[Range::lines(1, 2)]);
    let printed = print::json(&decode::decode(&graph.definition(exec).unwrap().pb).unwrap());

    let vertex = &printed["vertices"][0];
    assert_eq!(vertex["op"]["devices"], json!([{ "name": "vendor.com/gpu=all", "optional": true }]));
    assert_eq!(vertex["linuxResources"], json!({ "memory": 1 << 30, "memorySwap": -1 }));
    assert_eq!(vertex["exportCache"], "false");
    assert_eq!(vertex["locations"], json!([{ "file": "0", "ranges": ["1:0-2:0"] }]));
    let file = &printed["files"][0];
    assert_eq!((&file["filename"], &file["data"]), (&json!("a.yaml"), &json!("a: 1")));
    assert_eq!(file["definition"]["vertices"][0]["op"]["identifier"], "local://f");
    assert_eq!(file["definition"]["result"]["output"], 0);
}

#[test]
fn json_tells_what_is_set_from_what_is_kept() {
    let mut graph = graph();
    let copy = |mode, timestamp| Action::from(Copy { mode, timestamp, ..Copy::default() });
    let actions = vec![
        copy(Mode::Keep, None),
        copy(Mode::Bits(0), Some(0)),
        copy(Mode::Chmod("u=rw".to_owned()), Some(-5_000_000_000)),
    ];
    let file = graph.add(File::new(SCRATCH, actions), Metadata::default());
    let printed = print::json(&decode::decode(&graph.definition(file).unwrap().pb).unwrap());
    let said =
        |place: usize, key: &str| printed["vertices"][0]["op"]["actions"][place]["copy"].get(key).cloned();
    let modes = [0, 1, 2].map(|place| said(place, "mode"));
    assert_eq!(modes, [None, Some(json!("0000")), Some(json!("u=rw"))]);
    let times = [0, 1, 2].map(|place| said(place, "timestamp"));
    assert_eq!(times, [None, Some(json!("0")), Some(json!("-5000000000"))]);
}
