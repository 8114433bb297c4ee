//! What holds for every graph.

use buildkit_llb::{
    Access, Action, Bind, Cache, CacheSharingOpt, Copy, Diff, Exec, File, Graph, Http, Image, Local, Merge,
    Metadata, Mkdir, Mkfile, Mount, MountKind, NetMode, Output, Owner, Platform, Rm, Secret, Ssh, Symlink,
    Tmpfs, User, decode, definition, print,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use prost::Message;

/// A step in words of its own, so that it can be built again and in another order. Inputs are picked among the outputs
/// there are by then.
#[derive(Clone, Debug)]
enum Step {
    Image(String, Option<u32>),
    Local(String, Vec<String>),
    Http(String, u32, u32),
    Exec {
        root: Option<Index>,
        readonly_root: bool,
        env: Vec<(String, String)>,
        user: String,
        network: bool,
        mounts: Vec<(u8, MountStep)>,
    },
    File {
        base: Option<Index>,
        actions: Vec<ActionStep>,
    },
    Merge(Vec<Option<Index>>),
    Diff(Option<Index>, Option<Index>),
}

#[derive(Clone, Debug)]
enum MountStep {
    Bind(Option<Index>, String, u8),
    Cache(String, bool, Option<Index>),
    Tmpfs(i64),
    Secret(String, u32, bool),
    Ssh(String),
}

#[derive(Clone, Debug)]
enum ActionStep {
    Copy(Option<Index>, String, Option<u32>, bool, Vec<String>),
    Mkfile(String, Vec<u8>, Option<i64>),
    Mkdir(String, u32, Option<String>),
    Rm(String, bool),
    Symlink(String, String),
}

fn word() -> impl Strategy<Value = String> {
    "[a-z/.*é]{0,6}"
}

fn input() -> impl Strategy<Value = Option<Index>> {
    option::weighted(0.8, any::<Index>())
}

fn mount_step() -> impl Strategy<Value = MountStep> {
    prop_oneof![
        (input(), word(), 0..3u8)
            .prop_map(|(from, selector, access)| MountStep::Bind(from, selector, access)),
        (word(), any::<bool>(), input()).prop_map(|(id, locked, from)| MountStep::Cache(id, locked, from)),
        (0..3i64).prop_map(MountStep::Tmpfs),
        (word(), any::<u32>(), any::<bool>())
            .prop_map(|(id, mode, optional)| MountStep::Secret(id, mode, optional)),
        word().prop_map(MountStep::Ssh),
    ]
}

fn action_step() -> impl Strategy<Value = ActionStep> {
    prop_oneof![
        (input(), word(), option::of(any::<u32>()), any::<bool>(), vec(word(), 0..3)).prop_map(
            |(from, path, uid, wildcard, include)| ActionStep::Copy(from, path, uid, wildcard, include)
        ),
        (word(), any::<Vec<u8>>(), option::of(any::<i64>()))
            .prop_map(|(path, data, time)| ActionStep::Mkfile(path, data, time)),
        (word(), any::<u32>(), option::of(word()))
            .prop_map(|(path, mode, user)| ActionStep::Mkdir(path, mode, user)),
        (word(), any::<bool>()).prop_map(|(path, wildcard)| ActionStep::Rm(path, wildcard)),
        (word(), word()).prop_map(|(target, link)| ActionStep::Symlink(target, link)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (word(), option::of(any::<u32>())).prop_map(|(name, layers)| Step::Image(name, layers)),
        (word(), vec(word(), 0..3)).prop_map(|(name, patterns)| Step::Local(name, patterns)),
        (word(), 0..3u32, 0..3u32).prop_map(|(url, mode, uid)| Step::Http(url, mode, uid)),
        (
            (input(), any::<bool>()),
            vec((word(), word()), 0..3),
            word(),
            any::<bool>(),
            vec((0..9u8, mount_step()), 0..6)
        )
            .prop_map(|((root, readonly_root), env, user, network, mounts)| {
                Step::Exec { root, readonly_root, env, user, network, mounts }
            }),
        (input(), vec(action_step(), 1..4)).prop_map(|(base, actions)| Step::File { base, actions }),
        vec(input(), 0..4).prop_map(Step::Merge),
        (input(), input()).prop_map(|(lower, upper)| Step::Diff(lower, upper)),
    ]
}

/// Builds the steps and gives every output. `turned` hands over in reverse what has no order.
fn build(steps: &[Step], turned: bool) -> (Graph, Vec<Output>) {
    let mut graph = Graph::new(Platform {
        os: "linux".to_owned(),
        architecture: "amd64".to_owned(),
        ..Platform::default()
    });
    let mut outputs: Vec<Output> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let metadata = Metadata::named(format!("step {number}"));
        let pick = |index: &Option<Index>| {
            index.as_ref().filter(|_| !outputs.is_empty()).map(|index| *index.get(&outputs))
        };
        let output = match step {
            Step::Image(name, layers) => {
                let image = Image { reference: name.clone(), layer_limit: *layers, ..Image::default() };
                Some(graph.add(image, metadata))
            }
            Step::Local(name, patterns) => {
                let local = Local { name: name.clone(), follow: patterns.clone(), ..Local::default() };
                Some(graph.add(local, metadata))
            }
            Step::Http(url, mode, uid) => Some(
                graph.add(Http { url: url.clone(), mode: *mode, uid: *uid, ..Http::default() }, metadata),
            ),
            Step::Exec { root, readonly_root, env, user, network, mounts } => {
                let exec = Exec {
                    root: pick(root),
                    readonly_root: *readonly_root,
                    args: vec!["true".to_owned()],
                    env: env.clone(),
                    user: user.clone(),
                    network: if *network { NetMode::Host } else { NetMode::Unset },
                    mounts: exec_mounts(mounts, pick, turned),
                    ..Exec::default()
                };
                let made = graph.add(exec, metadata);
                outputs.extend(made.mounts.iter().map(|(_, output)| *output));
                made.root
            }
            Step::File { base, actions } => {
                let actions = actions.iter().map(|action| file_action(action, pick)).collect();
                Some(graph.add(File { base: pick(base), actions }, metadata))
            }
            Step::Merge(inputs) => {
                let inputs: Vec<_> = inputs.iter().map(pick).collect();
                graph.add(Merge::new(inputs), metadata)
            }
            Step::Diff(lower, upper) => {
                let (lower, upper) = (pick(lower), pick(upper));
                graph.add(Diff::new(lower, upper), metadata)
            }
        };
        outputs.extend(output);
    }
    (graph, outputs)
}

/// The mounts, one for each place. The order of trees has no meaning, that of secrets and agents has.
fn exec_mounts(
    steps: &[(u8, MountStep)],
    pick: impl Fn(&Option<Index>) -> Option<Output>,
    turned: bool,
) -> Vec<Mount> {
    let (mut trees, mut others) = (Vec::<Mount>::new(), Vec::new());
    for (place, step) in steps {
        let dest = if *place == 0 { "/".to_owned() } else { format!("/{place}") };
        let kind = match step {
            MountStep::Bind(from, selector, access) => {
                let access =
                    [Access::ReadOnly, Access::Writable, Access::WritableNoOutput][usize::from(*access)];
                MountKind::Bind(Bind { input: pick(from), selector: selector.clone(), access })
            }
            MountStep::Cache(id, locked, from) => {
                let sharing = if *locked { CacheSharingOpt::Locked } else { CacheSharingOpt::Shared };
                MountKind::Cache(Cache { id: id.clone(), sharing, input: pick(from), ..Cache::default() })
            }
            MountStep::Tmpfs(size) => MountKind::Tmpfs(Tmpfs { size: *size }),
            MountStep::Secret(id, mode, optional) => {
                let secret = Secret { id: id.clone(), mode: *mode, optional: *optional, ..Secret::default() };
                others.push(Mount { dest, kind: MountKind::Secret(secret) });
                continue;
            }
            MountStep::Ssh(id) => {
                others.push(Mount { dest, kind: MountKind::Ssh(Ssh { id: id.clone(), ..Ssh::default() }) });
                continue;
            }
        };
        if trees.iter().all(|tree| tree.dest != dest) {
            trees.push(Mount { dest, kind });
        }
    }
    if turned {
        trees.reverse();
        others.extend(trees);
        return others;
    }
    trees.extend(others);
    trees
}

fn file_action(step: &ActionStep, pick: impl Fn(&Option<Index>) -> Option<Output>) -> Action {
    match step {
        ActionStep::Copy(from, path, uid, wildcard, include) => Action::from(Copy {
            from: pick(from),
            src: path.clone(),
            dest: path.clone(),
            owner: uid.map(|uid| Owner::ids(uid, 0)),
            wildcard: *wildcard,
            include: include.clone(),
            ..Copy::default()
        }),
        ActionStep::Mkfile(path, data, timestamp) => Action::from(Mkfile {
            path: path.clone(),
            data: data.clone(),
            timestamp: *timestamp,
            ..Mkfile::default()
        }),
        ActionStep::Mkdir(path, mode, user) => Action::from(Mkdir {
            path: path.clone(),
            mode: *mode,
            owner: user.as_ref().map(|name| Owner { user: Some(User::Name(name.clone())), group: None }),
            ..Mkdir::default()
        }),
        ActionStep::Rm(path, wildcard) => {
            Action::from(Rm { path: path.clone(), allow_missing: true, wildcard: *wildcard })
        }
        ActionStep::Symlink(target, link) => {
            Action::from(Symlink { target: target.clone(), link: link.clone(), ..Symlink::default() })
        }
    }
}

/// Steps from elsewhere come in the order of their inputs, which is not that of our own.
fn sorted(digests: &[String]) -> Vec<&str> {
    let mut digests: Vec<_> = digests.iter().map(String::as_str).collect();
    digests.sort_unstable();
    digests
}

proptest! {
    #[test]
    fn the_same_steps_have_the_same_bytes(steps in vec(step(), 1..12)) {
        let (graph, outputs) = build(&steps, false);
        let (again, same) = build(&steps, false);
        let (turned, also) = build(&steps, true);
        prop_assert_eq!(&outputs, &same);
        prop_assert_eq!(&outputs, &also);
        let result = outputs.last().copied();
        let definition = graph.definition(result).unwrap();
        prop_assert_eq!(&definition, &again.definition(result).unwrap());
        prop_assert_eq!(&definition, &turned.definition(result).unwrap());
        prop_assert_eq!(definition.pb.encode_to_vec(), turned.definition(result).unwrap().pb.encode_to_vec());
    }

    #[test]
    fn what_is_decoded_is_what_was_encoded(steps in vec(step(), 1..12)) {
        let (graph, outputs) = build(&steps, false);
        let definition = graph.definition(outputs.last().copied()).unwrap();
        let decoded = decode::decode_bytes(&definition.pb.encode_to_vec()).unwrap();
        prop_assert_eq!(&decoded, &decode::decode(&definition.pb).unwrap());

        let bytes: Vec<_> = decoded.vertices.iter().map(|vertex| definition::encode(&vertex.op)).collect();
        prop_assert_eq!(&bytes[..], definition.pb.def.split_last().map_or(&[][..], |(_, ops)| ops));
        let mut copy = Graph::new(Platform::default());
        let result = copy.import(&definition.pb).unwrap();
        let copied = copy.definition(result).unwrap();
        prop_assert_eq!(sorted(&copied.digests), sorted(&definition.digests));
        prop_assert_eq!(&copied.digests.last(), &definition.digests.last());
        prop_assert_eq!(&copied.pb.metadata, &definition.pb.metadata);
        prop_assert_eq!(&copied.pb.source, &definition.pb.source);
        prop_assert_eq!(print::text(&decoded).lines().count(), decoded.vertices.len() + 1);
    }

    #[test]
    fn every_op_comes_once_and_after_what_it_uses(steps in vec(step(), 1..12)) {
        let (graph, outputs) = build(&steps, false);
        let definition = graph.definition(outputs.last().copied()).unwrap();
        let decoded = decode::decode(&definition.pb).unwrap();
        let mut used: Vec<usize> = decoded.result.iter().map(|edge| edge.vertex).collect();
        for (place, vertex) in decoded.vertices.iter().enumerate() {
            prop_assert!(vertex.inputs.iter().all(|input| input.vertex < place));
            used.extend(vertex.inputs.iter().map(|input| input.vertex));
            prop_assert_eq!(&vertex.digest, &definition.digests[place]);
        }
        for place in 0..decoded.vertices.len() {
            prop_assert!(used.contains(&place), "nobody uses {place}");
        }
        prop_assert_eq!(decoded.vertices.len() + 1, definition.digests.len().max(1));
        prop_assert_eq!(definition.pb.metadata.len(), definition.digests.len());
    }
}
