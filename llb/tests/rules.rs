//! What BuildKit asks of each op.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use buildkit_llb::{
    Access, Action, Bind, Cache, Copy, Diff, Exec, File, Graph, Image, Local, Merge, Metadata, Mkdir, Mkfile,
    Mode, Mount, MountKind, Output, Owner, Rm, Secret, SecretEnv, Ssh, Symlink, Tmpfs, User, decode,
};
use buildkit_proto::pb;
use pb::file_action::Action as Wire;

fn graph() -> Graph {
    Graph::new("linux/amd64".parse().unwrap())
}

fn image(graph: &mut Graph, reference: &str) -> Output {
    graph.add(Image { reference: reference.to_owned(), ..Image::default() }, Metadata::default())
}

fn args() -> Vec<String> {
    vec!["true".to_owned()]
}

fn mount(dest: &str, kind: MountKind) -> Mount {
    Mount { dest: dest.to_owned(), kind }
}

/// The op that leaves `output` behind.
fn op(graph: &Graph, output: Output) -> pb::Op {
    let decoded = decode::decode(&graph.definition(output).unwrap().pb).unwrap();
    decoded.vertices[decoded.result.unwrap().vertex].op.clone()
}

fn exec_op(op: pb::Op) -> pb::ExecOp {
    let Some(pb::op::Op::Exec(exec)) = op.op else { panic!("not a command: {op:?}") };
    exec
}

fn actions(op: pb::Op) -> Vec<pb::FileAction> {
    let Some(pb::op::Op::File(file)) = op.op else { panic!("not about files: {op:?}") };
    file.actions
}

#[test]
fn trees_are_mounted_in_order_of_place_then_secrets_then_agents() {
    let mut graph = graph();
    let secret = |id: &str| MountKind::Secret(Secret { id: id.to_owned(), ..Secret::default() });
    let exec = Exec {
        args: args(),
        mounts: vec![
            mount("/a-secret", secret("first")),
            mount("/z", MountKind::Tmpfs(Tmpfs::default())),
            mount("/0-agent", MountKind::Ssh(Ssh::default())),
            mount("/0-secret", secret("second")),
            mount("/b", MountKind::Cache(Cache::default())),
        ],
        ..Exec::default()
    };
    let output = graph.add(exec, Metadata::default()).step;
    let places: Vec<_> = exec_op(op(&graph, output)).mounts.into_iter().map(|mount| mount.dest).collect();
    assert_eq!(places, ["/", "/b", "/z", "/a-secret", "/0-secret", "/0-agent"]);
}

#[test]
fn only_writable_trees_are_outputs() {
    let mut graph = graph();
    let bind = |access| MountKind::Bind(Bind { access, ..Bind::default() });
    let exec = Exec {
        args: args(),
        mounts: vec![
            mount("/e", bind(Access::Writable)),
            mount("/d", bind(Access::WritableNoOutput)),
            mount("/c", bind(Access::ReadOnly)),
            mount("/b", bind(Access::Writable)),
            mount("/a", MountKind::Cache(Cache::default())),
            mount("/f", MountKind::Tmpfs(Tmpfs::default())),
            mount("/g", MountKind::Secret(Secret::default())),
        ],
        ..Exec::default()
    };
    let outputs = graph.add(exec, Metadata::default());
    let places: Vec<_> = outputs.mounts.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["/b", "/e"]);

    let numbers: Vec<_> = exec_op(op(&graph, outputs.root.unwrap()))
        .mounts
        .into_iter()
        .map(|mount| (mount.dest, mount.output))
        .collect();
    let expected =
        [("/", 0), ("/a", -1), ("/b", 1), ("/c", -1), ("/d", -1), ("/e", 2), ("/f", -1), ("/g", 0)];
    assert_eq!(numbers, expected.map(|(dest, output)| (dest.to_owned(), output)));

    let definition = graph.definition(outputs.at("/e")).unwrap();
    let result = decode::decode(&definition.pb).unwrap().result.unwrap();
    assert_eq!(result.index, 2);
    assert_eq!(outputs.at("/c"), None);
}

#[test]
fn every_writable_tree_has_a_number_of_its_own_wherever_it_is_mounted() {
    let mut graph = graph();
    let (one, two) = (Some(image(&mut graph, "one")), Some(image(&mut graph, "two")));
    let mounts = vec![
        Mount::writable("/same", one),
        Mount::writable("/", two),
        Mount::writable("-first", None),
        Mount::writable("/same", two),
    ];
    let exec = Exec { root: one, args: args(), mounts, ..Exec::default() };
    let made = graph.add(exec.clone(), Metadata::default());
    let index = |graph: &Graph, output| {
        decode::decode(&graph.definition(output).unwrap().pb).unwrap().result.unwrap().index
    };
    let numbers: Vec<_> = made.mounts.iter().map(|(_, output)| index(&graph, Some(*output))).collect();
    assert_eq!((index(&graph, made.root), numbers), (1, vec![0, 2, 3, 4]));
    assert_eq!(made.at("/same").map(|output| index(&graph, Some(output))), Some(3), "the first given");

    let found = exec_op(op(&graph, made.root.unwrap())).mounts;
    let found: Vec<_> = found.iter().map(|mount| (mount.dest.as_str(), mount.input, mount.output)).collect();
    assert_eq!(found, [("-first", -1, 0), ("/", 0, 1), ("/", 1, 2), ("/same", 0, 3), ("/same", 1, 4)]);

    assert_eq!(Some(graph.add(exec, Metadata::default()).step), made.root, "a command stands for its root");
}

#[test]
fn a_root_that_is_only_read_is_no_output() {
    let mut graph = graph();
    let base = Some(image(&mut graph, "base"));
    let mounts = vec![Mount::writable("/out", None)];
    let exec = Exec { root: base, readonly_root: true, args: args(), mounts, ..Exec::default() };
    let made = graph.add(exec.clone(), Metadata::default());
    assert_eq!(made.root, base, "it is as it was");
    let found = exec_op(op(&graph, made.at("/out").unwrap())).mounts;
    let found: Vec<_> = found.iter().map(|mount| (mount.output, mount.readonly)).collect();
    assert_eq!(found, [(-1, true), (0, false)]);
    assert_eq!(Some(graph.add(exec, Metadata::default()).step), made.at("/out"));
}

#[test]
fn of_a_variable_that_is_set_again_only_the_last_word_is_said() {
    let mut graph = graph();
    let set = [("A", "1"), ("B", "2"), ("A", "3"), ("C", "4"), ("A", "5"), ("C", "")];
    let env = set.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let exec = graph.add(Exec { args: args(), env, ..Exec::default() }, Metadata::default()).step;
    assert_eq!(exec_op(op(&graph, exec)).meta.unwrap().env, ["B=2", "A=5", "C="]);
}

#[test]
fn hosts_have_addresses_in_their_shortest_form() {
    let mut graph = graph();
    let given = ["10.0.0.1", "::ffff:10.0.0.2", "::ffff:0:0", "::10.0.0.3", "2001:DB8:0:0:1::", "::"];
    let extra_hosts = given.map(|ip| ("h".to_owned(), ip.parse().unwrap())).to_vec();
    let exec = graph.add(Exec { args: args(), extra_hosts, ..Exec::default() }, Metadata::default()).step;
    let found: Vec<_> =
        exec_op(op(&graph, exec)).meta.unwrap().extra_hosts.into_iter().map(|host| host.ip).collect();
    assert_eq!(found, ["10.0.0.1", "10.0.0.2", "0.0.0.0", "::a00:3", "2001:db8:0:0:1::", "::"]);
}

#[test]
fn sources_come_before_a_change_in_the_order_of_buildkits_own_client() {
    let mut graph = graph();
    let [base, one, two, three] = ["base", "one", "two", "three"].map(|name| image(&mut graph, name));
    let copy = |from| Action::from(Copy::new(Some(from), "/a", "/a"));
    let file = File { base: Some(base), actions: vec![copy(one), copy(two), copy(one), copy(three)] };
    let file = graph.add(file, Metadata::default());
    let order = [base, three, one, two, file].map(|output| graph.digest(output).to_owned());
    assert_eq!(graph.definition(file).unwrap().digests[..5], order);
    let inputs: Vec<_> = op(&graph, file).inputs.into_iter().map(|input| input.digest).collect();
    assert_eq!(inputs, [base, one, two, three].map(|output| graph.digest(output)));
}

#[test]
fn the_same_output_twice_is_one_input() {
    let mut graph = graph();
    let (one, two) = (Some(image(&mut graph, "one")), Some(image(&mut graph, "two")));
    let mounts = vec![Mount::bind("/a", two), Mount::bind("/b", one), Mount::bind("/c", None)];
    let exec =
        graph.add(Exec { root: one, args: args(), mounts, ..Exec::default() }, Metadata::default()).step;
    let exec = op(&graph, exec);
    assert_eq!(exec.inputs.len(), 2);
    assert_eq!(exec_op(exec).mounts.iter().map(|mount| mount.input).collect::<Vec<_>>(), [0, 1, 0, -1]);

    let copy = |from| Action::from(Copy::new(from, "/a", "/a"));
    let file = File { base: one, actions: vec![copy(one), copy(two), copy(None)] };
    let file = graph.add(file, Metadata::default());
    let file = op(&graph, file);
    assert_eq!(file.inputs.len(), 2);
    let numbers: Vec<_> =
        actions(file).iter().map(|action| (action.input, action.secondary_input, action.output)).collect();
    assert_eq!(numbers, [(0, 0, -1), (2, 1, -1), (3, -1, 0)]);
}

#[test]
fn modes_and_times_stay_unless_given() {
    let mut graph = graph();
    let kept = Copy::new(None, "/a", "/b");
    let bits = Copy { mode: Mode::Bits(0), timestamp: Some(0), ..Copy::default() };
    let words = Copy { mode: Mode::Chmod("g=u".to_owned()), timestamp: Some(-7), ..Copy::default() };
    let copies = [kept, bits, words].map(Action::from);
    let file = graph.add(File { base: None, actions: copies.to_vec() }, Metadata::default());
    let found: Vec<_> = actions(op(&graph, file))
        .into_iter()
        .map(|action| {
            let Some(Wire::Copy(copy)) = action.action else { panic!("not a copy") };
            (copy.mode, copy.mode_str, copy.timestamp)
        })
        .collect();
    assert_eq!(found, [(-1, String::new(), -1), (0, String::new(), 0), (0, "g=u".to_owned(), -7)]);
}

#[test]
fn new_files_have_permission_bits_only_and_absolute_paths_except_links() {
    let mut graph = graph();
    let dir = Mkdir { path: "tmp/".to_owned(), mode: 0o1777, ..Mkdir::default() };
    let file = Mkfile { path: "/tmp/../x".to_owned(), mode: 0o4755, timestamp: Some(7), ..Mkfile::default() };
    let rm = Rm { path: "var//log".to_owned(), ..Rm::default() };
    let link = Symlink::new("../x", "var/./y/");
    let all = vec![Action::from(dir), Action::from(file), Action::from(rm), Action::from(link)];
    let output = graph.add(File { base: None, actions: all }, Metadata::default());
    let found: Vec<_> = actions(op(&graph, output))
        .into_iter()
        .map(|action| match action.action {
            Some(Wire::Mkdir(dir)) => (dir.path, dir.mode, dir.timestamp),
            Some(Wire::Mkfile(file)) => (file.path, file.mode, file.timestamp),
            Some(Wire::Rm(rm)) => (rm.path, 0, 0),
            Some(Wire::Symlink(link)) => (link.newpath, 0, link.timestamp),
            other => panic!("unexpected: {other:?}"),
        })
        .collect();
    let expected = [("/tmp", 0o777, -1), ("/x", 0o755, 7), ("/var/log", 0, 0), ("var/./y/", 0, -1)];
    assert_eq!(found, expected.map(|(path, mode, time)| (path.to_owned(), mode, time)));
}

#[test]
fn an_owner_by_name_is_looked_up_in_the_changed_tree() {
    let mut graph = graph();
    let (from, base) = (Some(image(&mut graph, "from")), Some(image(&mut graph, "base")));
    let owner = Owner { user: Some(User::Name("airflow".to_owned())), group: Some(User::Id(0)) };
    let first = Copy { owner: Some(owner), ..Copy::new(from, "/a", "/b") };
    let file = graph.add(File::new(base, [first]), Metadata::default());
    let file = op(&graph, file);
    assert_eq!(file.inputs[0].digest, graph.digest(base.unwrap()));
    let Some(Wire::Copy(copy)) = actions(file).remove(0).action else { panic!("not a copy") };
    let user = |user: Option<pb::UserOpt>| user.unwrap().user.unwrap();
    let owner = copy.owner.unwrap();
    let named = pb::NamedUserOpt { name: "airflow".to_owned(), input: 0 };
    assert_eq!(user(owner.user), pb::user_opt::User::ByName(named));
    assert_eq!(user(owner.group), pb::user_opt::User::ById(0));
}

#[test]
fn merges_and_diffs_that_change_nothing_are_not_made() {
    let mut graph = graph();
    let (one, two) = (Some(image(&mut graph, "one")), Some(image(&mut graph, "two")));
    assert_eq!(graph.add(Merge::new([]), Metadata::default()), None);
    assert_eq!(graph.add(Merge::new([None, None]), Metadata::default()), None);
    assert_eq!(graph.add(Merge::new([None, one]), Metadata::default()), one);
    assert_eq!(graph.add(Diff::new(None, two), Metadata::default()), two);
    assert_eq!(graph.add(Diff::new(None, None), Metadata::default()), None);

    let merged = graph.add(Merge::new([one, None, two, one]), Metadata::default()).unwrap();
    let merged = op(&graph, merged);
    assert_eq!(merged.inputs.len(), 3);
    let Some(pb::op::Op::Merge(merge)) = merged.op else { panic!("not a merge") };
    assert_eq!(merge.inputs.iter().map(|input| input.input).collect::<Vec<_>>(), [0, 1, 2]);

    let emptied = graph.add(Diff::new(one, None), Metadata::default()).unwrap();
    let Some(pb::op::Op::Diff(diff)) = op(&graph, emptied).op else { panic!("not a diff") };
    assert_eq!((diff.lower.unwrap().input, diff.upper.unwrap().input), (0, -1));
}

#[test]
fn only_what_runs_or_is_an_image_has_a_platform() {
    let mut graph = graph();
    let arm = "linux/arm64".parse().unwrap();
    let local = graph.add(Local::new("context"), Metadata::default());
    let exec = Exec { root: Some(local), args: args(), platform: Some(arm), ..Exec::default() };
    let exec = Some(graph.add(exec, Metadata::default()).step);
    let base = Some(image(&mut graph, "base"));
    let merged = graph.add(Merge::new([base, exec]), Metadata::default()).unwrap();
    let actions = vec![Action::from(Rm::default())];
    let file = graph.add(File::new(merged, actions), Metadata::default());

    let definition = graph.definition(file).unwrap();
    let found: Vec<_> =
        definition.pb.def.iter().map(|bytes| prost::Message::decode(&**bytes).unwrap()).collect();
    let platforms: Vec<_> =
        found.iter().map(|op: &pb::Op| op.platform.as_ref().map(|p| p.architecture.as_str())).collect();
    // base, local, exec, merge, file, terminal
    assert_eq!(platforms, [Some("amd64"), None, Some("arm64"), None, None, None]);
    let constrained: Vec<_> = found.iter().map(|op| op.constraints.is_some()).collect();
    assert_eq!(constrained, [true, true, true, true, true, false]);
}

#[test]
fn an_agent_gets_a_place_and_the_command_is_told() {
    let mut graph = graph();
    let agents =
        || vec![mount("", MountKind::Ssh(Ssh::default())), mount("", MountKind::Ssh(Ssh::default()))];
    let told =
        graph.add(Exec { args: args(), mounts: agents(), ..Exec::default() }, Metadata::default()).step;
    let told = exec_op(op(&graph, told));
    let places: Vec<_> = told.mounts.iter().map(|mount| mount.dest.as_str()).collect();
    assert_eq!(places, ["/", "/run/buildkit/ssh_agent.0", "/run/buildkit/ssh_agent.1"]);
    assert_eq!(told.meta.unwrap().env, ["SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0"]);

    let env = vec![("SSH_AUTH_SOCK".to_owned(), "/mine".to_owned())];
    let knows =
        graph.add(Exec { args: args(), env, mounts: agents(), ..Exec::default() }, Metadata::default()).step;
    assert_eq!(exec_op(op(&graph, knows)).meta.unwrap().env, ["SSH_AUTH_SOCK=/mine"]);
}

#[test]
fn a_cache_without_an_id_goes_by_its_place() {
    let mut graph = graph();
    let mounts = vec![mount("/var/cache", MountKind::Cache(Cache::default()))];
    let exec = graph.add(Exec { args: args(), mounts, ..Exec::default() }, Metadata::default()).step;
    let cache = exec_op(op(&graph, exec)).mounts[1].cache_opt.clone().unwrap();
    assert_eq!(cache.id, "/var/cache");
}

#[test]
fn secrets_as_variables_are_no_mounts() {
    let mut graph = graph();
    let token = SecretEnv { id: "token".to_owned(), name: "TOKEN".to_owned(), optional: true };
    let exec = Exec { args: args(), secret_env: vec![token.clone()], ..Exec::default() };
    let exec = graph.add(exec, Metadata::default()).step;
    let exec = exec_op(op(&graph, exec));
    assert_eq!((exec.mounts.len(), exec.secretenv), (1, vec![token]));
}
