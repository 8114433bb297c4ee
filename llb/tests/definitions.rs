//! What is sent: which ops, what is said about them, and where they come from.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use buildkit_llb::decode::{self, DecodeError};
use buildkit_llb::{
    Bind, Cache, Exec, Graph, Image, LinuxResources, Local, Merge, Metadata, Mount, MountKind, NetMode,
    Output, ProgressGroup, ProxyEnv, Range, SecretEnv, SecurityMode, SourceFile, Ssh, Tmpfs, Ulimit,
};
use buildkit_proto::pb;

fn graph() -> Graph {
    Graph::new("linux/amd64".parse().unwrap())
}

fn image(graph: &mut Graph, reference: &str, metadata: Metadata) -> Output {
    graph.add(Image { reference: reference.to_owned(), ..Image::default() }, metadata)
}

fn args() -> Vec<String> {
    vec!["true".to_owned()]
}

fn about(graph: &Graph, output: Output) -> pb::OpMetadata {
    graph.definition(output).unwrap().pb.metadata[graph.digest(output)].clone()
}

fn caps(metadata: &pb::OpMetadata) -> Vec<&str> {
    metadata.caps.keys().map(String::as_str).collect()
}

#[test]
fn scratch_is_the_empty_definition() {
    let definition = graph().definition(None).unwrap();
    assert_eq!(definition.pb, pb::Definition::default());
    assert_eq!(definition.head, None);
    assert_eq!(decode::decode(&definition.pb).unwrap().result, None);
}

#[test]
fn only_what_leads_to_the_result_is_sent() {
    let mut graph = graph();
    let used = image(&mut graph, "used", Metadata::default());
    let unused = image(&mut graph, "unused", Metadata::default());
    let exec =
        graph.add(Exec { root: Some(used), args: args(), ..Exec::default() }, Metadata::default()).step;
    let definition = graph.definition(exec).unwrap();
    assert_eq!(definition.digests[..2], [graph.digest(used), graph.digest(exec)]);
    assert_eq!(definition.digests.len(), definition.pb.metadata.len());
    assert!(!definition.pb.metadata.contains_key(graph.digest(unused)));
}

#[test]
fn equal_steps_are_one_and_the_word_that_the_result_comes_to_last_counts() {
    let mut graph = graph();
    let described = |name: &str, key: &str| Metadata {
        description: BTreeMap::from([(key.to_owned(), "x".to_owned()), ("empty".to_owned(), String::new())]),
        ..Metadata::named(name)
    };
    let first = image(&mut graph, "a", Metadata { ignore_cache: true, ..described("first", "one") });
    let again = image(&mut graph, "a", described("again", "two"));
    assert_eq!((first, graph.digest(first)), (again, graph.digest(again)));
    let on = |graph: &mut Graph, root| {
        let args = vec![format!("{root:?}")];
        Some(graph.add(Exec { root: Some(root), args, ..Exec::default() }, Metadata::default()).step)
    };
    let (on_first, on_again) = (on(&mut graph, first), on(&mut graph, again));
    for (trees, last) in [([on_first, on_again], "again"), ([on_again, on_first], "first")] {
        let both = graph.add(Merge::new(trees), Metadata::default()).unwrap();
        let definition = graph.definition(both).unwrap().pb;
        assert_eq!(definition.def.len(), 5, "the image once, two commands, the merge, and the result");
        let about = &definition.metadata[graph.digest(first)];
        assert!(about.ignore_cache);
        let description = [("llb.customname", last), ("one", "x"), ("two", "x")];
        assert_eq!(
            about.description,
            description.map(|(key, text)| (key.to_owned(), text.to_owned())).into()
        );
    }
    let only_first = about(&graph, first).description;
    assert_eq!(only_first.get("two"), None, "nothing needs the other one");
}

#[test]
fn a_tree_is_one_input_however_often_its_step_was_added() {
    let mut graph = graph();
    let twins = [(); 2].map(|()| image(&mut graph, "a", Metadata::default()));
    let mounts = vec![Mount::bind("/same", Some(twins[1]))];
    let exec = Exec { root: Some(twins[0]), args: args(), mounts, ..Exec::default() };
    let exec = graph.add(exec, Metadata::default()).step;
    let decoded = decode::decode(&graph.definition(exec).unwrap().pb).unwrap();
    assert_eq!(decoded.vertices[1].inputs.len(), 1);
}

#[test]
fn metadata_changes_no_digest() {
    let mut graph = graph();
    let limits = LinuxResources { memory: 1 << 30, ..LinuxResources::default() };
    let group = ProgressGroup { id: "g".to_owned(), name: "group".to_owned(), weak: true };
    let metadata = Metadata {
        linux_resources: Some(limits.clone()),
        progress_group: Some(group.clone()),
        ..Metadata::default()
    };
    let bare = graph.add(Exec { args: args(), ..Exec::default() }, Metadata::default()).step;
    let limited = graph.add(Exec { args: args(), ..Exec::default() }, metadata).step;
    assert_eq!(bare, limited);
    let about = about(&graph, limited);
    assert_eq!((&about.linux_resources, &about.progress_group), (&Some(limits), &Some(group)));
    assert!(about.caps.contains_key("exec.meta.linux.resources"));
}

#[test]
fn a_command_needs_what_it_uses() {
    let mut graph = graph();
    let bare = graph.add(Exec { args: args(), ..Exec::default() }, Metadata::default()).step;
    assert_eq!(caps(&about(&graph, bare)), ["exec.meta.base", "exec.meta.setsdefaultpath"]);

    let root = image(&mut graph, "a", Metadata::default());
    let mount = |dest: &str, kind| Mount { dest: dest.to_owned(), kind };
    let bind = Bind { input: Some(root), selector: "/x".to_owned(), ..Bind::default() };
    let full = Exec {
        root: Some(root),
        args: args(),
        network: NetMode::Host,
        security: SecurityMode::Insecure,
        proxy: ProxyEnv { http_proxy: "p".to_owned(), ..ProxyEnv::default() },
        ulimits: vec![Ulimit { name: "nofile".to_owned(), soft: 1, hard: 2 }],
        valid_exit_codes: vec![0, 1],
        secret_env: vec![SecretEnv { id: "a".to_owned(), name: "A".to_owned(), optional: false }],
        mounts: vec![
            mount("/a", MountKind::Bind(bind)),
            mount("/b", MountKind::Cache(Cache::default())),
            mount("/c", MountKind::Tmpfs(Tmpfs { size: 1 })),
            mount("/d", MountKind::Ssh(Ssh::default())),
        ],
        ..Exec::default()
    };
    let full = graph.add(full, Metadata::default());
    let expected = "exec.meta.base exec.meta.network exec.meta.proxyenv exec.meta.security exec.meta.setsdefaultpath \
        exec.meta.ulimit exec.mount.bind exec.mount.cache exec.mount.cache.sharing exec.mount.secret exec.mount.selector \
        exec.mount.ssh exec.mount.tmpfs exec.mount.tmpfs.size exec.secretenv exec.validexitcode";
    assert_eq!(caps(&about(&graph, full.step)).join(" "), expected);
}

#[test]
fn the_last_op_needs_what_the_graph_as_a_whole_does() {
    let mut graph = graph();
    let last = |graph: &Graph, output| {
        let definition = graph.definition(output).unwrap();
        caps(&definition.pb.metadata[definition.digests.last().unwrap()]).join(" ")
    };
    let plain = image(&mut graph, "a", Metadata::default());
    assert_eq!(last(&graph, plain), "constraints platform");
    let about = Metadata { ignore_cache: true, export_cache: Some(false), ..Metadata::named("b") };
    let named = image(&mut graph, "b", about);
    let expected = "constraints meta.description meta.exportcache meta.ignorecache platform";
    assert_eq!(last(&graph, named), expected);
}

#[test]
fn places_are_sent_as_often_as_they_were_said_and_with_no_other_files() {
    let mut graph = graph();
    let mut file = |name: &str| {
        graph.source_file(SourceFile {
            filename: name.to_owned(),
            data: b"a\nb\n".to_vec(),
            ..SourceFile::default()
        })
    };
    let (unused, args_file, plan) = (file("unused"), file("build-args"), file("main.plan"));
    let base = image(&mut graph, "a", Metadata::default());
    let other = image(&mut graph, "b", Metadata::default());
    let exec =
        graph.add(Exec { root: Some(base), args: args(), ..Exec::default() }, Metadata::default()).step;
    graph.locate(exec, args_file, &[Range::lines(1, 1)]);
    graph.locate(exec, args_file, &[Range::lines(1, 1)]);
    graph.locate(base, plan, &[Range::lines(1, 2)]);
    graph.locate(exec, plan, &[Range::lines(2, 2)]);
    graph.locate(other, unused, &[Range::lines(1, 1)]);

    let source = graph.definition(exec).unwrap().pb.source.unwrap();
    let names: Vec<_> = source.infos.iter().map(|info| info.filename.as_str()).collect();
    assert_eq!(names, ["main.plan", "build-args"]);
    let places = |output| -> Vec<(i32, i32)> {
        let locations = &source.locations[graph.digest(output)].locations;
        let line = |location: &pb::Location| location.ranges[0].start.unwrap().line;
        locations.iter().map(|location| (location.source_index, line(location))).collect()
    };
    assert_eq!((places(base), places(exec)), (vec![(0, 1)], vec![(1, 1), (1, 1), (0, 2)]));
    assert_eq!(source.locations.len(), 2);
}

#[test]
fn a_graph_from_elsewhere_is_taken_as_it_is() {
    let mut theirs = graph();
    let base = image(&mut theirs, "a", Metadata::named("their base"));
    let exec = Exec {
        root: Some(base),
        args: args(),
        mounts: vec![Mount::writable("/out", None)],
        ..Exec::default()
    };
    let out = theirs.add(exec, Metadata::default()).at("/out").unwrap();
    let file = theirs.source_file(SourceFile { filename: "theirs".to_owned(), ..SourceFile::default() });
    theirs.locate(out, file, &[Range::lines(3, 4)]);
    let definition = theirs.definition(out).unwrap();

    let mut ours = graph();
    let file = ours.source_file(SourceFile { filename: "ours".to_owned(), ..SourceFile::default() });
    let known = image(&mut ours, "a", Metadata::default());
    ours.locate(known, file, &[Range::lines(1, 1)]);
    let imported = ours.import(&definition.pb).unwrap().unwrap();
    assert_eq!(ours.digest(imported), theirs.digest(out));
    assert_eq!(ours.definition(imported).unwrap(), definition);

    let both = ours.add(Merge::new([Some(known), Some(imported)]), Metadata::default());
    let combined = ours.definition(both).unwrap().pb;
    assert_eq!(combined.def[..2], definition.pb.def[..2]);
    let about = &combined.metadata[ours.digest(known)];
    assert_eq!(about.description["llb.customname"], "their base");
    let source = combined.source.unwrap();
    let names: Vec<_> = source.infos.iter().map(|info| info.filename.as_str()).collect();
    assert_eq!(names, ["ours", "theirs"]);
    assert_eq!(source.locations[ours.digest(imported)].locations[0].source_index, 1);

    assert_eq!(ours.import(&pb::Definition::default()), Ok(None));
}

#[test]
fn what_is_no_graph_is_refused() {
    let mut graph = graph();
    let base = graph.add(Local::new("context"), Metadata::default());
    let exec =
        graph.add(Exec { root: Some(base), args: args(), ..Exec::default() }, Metadata::default()).step;
    let whole = graph.definition(exec).unwrap().pb;

    let headless = pb::Definition { def: whole.def[1..].to_vec(), ..pb::Definition::default() };
    let missing = DecodeError::UnknownInput(graph.digest(base).to_owned());
    assert_eq!(decode::decode(&headless), Err(missing));
    let endless = pb::Definition { def: whole.def[..2].to_vec(), ..pb::Definition::default() };
    assert_eq!(decode::decode(&endless), Err(DecodeError::NoResult));
    assert!(matches!(decode::decode_bytes(b"\xff\xff"), Err(DecodeError::Malformed(_))));
}
