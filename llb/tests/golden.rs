//! The bytes must be those that BuildKit's own client writes; see `golden/graphs.txt`.

use std::collections::BTreeMap;

use buildkit_llb::{
    Access, Action, Bind, Cache, CacheSharingOpt, Copy, Diff, Exec, File, Graph, Http, Image, Local, Merge,
    Metadata, Mkdir, Mkfile, Mount, MountKind, NetMode, Output, Owner, Platform, Rm, SCRATCH, Secret,
    SecretEnv, SecurityMode, Ssh, Symlink, Tmpfs, definition,
};

/// Builds the graph in question and gives its result.
type Build = fn(&mut Graph) -> Option<Output>;

const GRAPHS: &[(&str, &str, Build)] = &[
    ("image", "amd64", |g| Some(image(g))),
    ("local", "amd64", |g| Some(local(g))),
    ("exec", "amd64", |g| Some(exec(g))),
    ("copy", "amd64", |g| Some(copy(g))),
    ("file", "amd64", |g| Some(file(g))),
    ("merge", "amd64", |g| {
        let inputs = [Some(copy(g)), Some(file(g))];
        g.add(Merge::new(inputs), Metadata::default())
    }),
    ("diff", "amd64", |g| {
        let (lower, upper) = (Some(image(g)), Some(exec(g)));
        g.add(Diff::new(lower, upper), Metadata::default())
    }),
    ("http", "amd64", |g| {
        let archive = Http {
            checksum: definition::digest(b"x"),
            filename: "a.tar.gz".to_owned(),
            mode: 0o600,
            uid: 1,
            gid: 2,
            ..Http::new("https://example.com/a.tar.gz")
        };
        Some(g.add(archive, Metadata::default()))
    }),
    ("arm64", "arm64", |g| Some(image(g))),
    ("exec-mounts", "amd64", |g| Some(exec_mounts(g))),
    ("symlink-rm", "amd64", |g| Some(symlink_rm(g))),
    ("copy-patterns", "amd64", |g| Some(copy_patterns(g))),
];

#[test]
fn graphs_have_the_bytes_of_buildkits_own_client() {
    let golden = golden();
    assert_eq!(GRAPHS.len(), golden.len());
    for (name, architecture, build) in GRAPHS {
        let platform = Platform {
            os: "linux".to_owned(),
            architecture: (*architecture).to_owned(),
            ..Platform::default()
        };
        let mut graph = Graph::new(platform);
        let output = build(&mut graph);
        let definition = graph.definition(output).unwrap();

        let ours: Vec<String> = definition.pb.def.iter().map(|bytes| hex(bytes)).collect();
        assert_eq!(ours, golden[*name], "{name}");
        let digests: Vec<String> = definition.pb.def.iter().map(|bytes| definition::digest(bytes)).collect();
        assert_eq!(definition.digests, digests, "{name}");
    }
}

/// The ops of every graph in hex, by its name.
fn golden() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut ops = BTreeMap::new();
    let mut graphs = BTreeMap::new();
    for line in include_str!("golden/graphs.txt").lines() {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["#", ..] => {}
            ["op", digest, bytes] => drop(ops.insert(digest, bytes)),
            ["graph", name, ref digests @ ..] => {
                drop(graphs.insert(name, digests.iter().map(|digest| ops[digest]).collect()));
            }
            _ => panic!("not a line of the fixture: {line}"),
        }
    }
    graphs
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

fn strings<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// `docker-image://docker.io/library/debian:bookworm-slim`
fn image(graph: &mut Graph) -> Output {
    let debian = Image::new("docker.io/library/debian:bookworm-slim");
    graph.add(debian, "a name changes no bytes")
}

/// The folder `context` of session `SESSION`: `scripts/docker`, without Markdown.
fn local(graph: &mut Graph) -> Output {
    let context = Local {
        session: "SESSION".to_owned(),
        follow: strings(["scripts/docker"]),
        exclude: strings(["*.md"]),
        shared_key_hint: "context".to_owned(),
        ..Local::new("context")
    };
    graph.add(context, Metadata::default())
}

/// `true` in a shell, on the image, with a shared cache.
fn exec(graph: &mut Graph) -> Output {
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let root = Some(image(graph));
    let cache = Cache { id: "/root/.cache".to_owned(), ..Cache::default() };
    let exec = Exec {
        root,
        args: strings(["/bin/sh", "-c", "true"]),
        env: vec![("PATH".to_owned(), path.to_owned())],
        cwd: "/".to_owned(),
        mounts: vec![Mount::new("/root/.cache", cache)],
        ..Exec::default()
    };
    graph.add(exec, Metadata::default()).step
}

/// On the command, the folder's scripts.
fn copy(graph: &mut Graph) -> Output {
    let base = Some(exec(graph));
    let copy = Copy::new(Some(local(graph)), "/scripts/docker", "/scripts/docker/");
    graph.add(File::new(base, [copy]), Metadata::default())
}

/// On scratch, a directory with a file in it.
fn file(graph: &mut Graph) -> Output {
    let dir = Mkdir::new("/opt", 0o755);
    let file = Mkfile::new("/opt/x", 0o644, b"hi\n");
    let actions = vec![Action::from(dir), Action::from(file)];
    graph.add(File::new(SCRATCH, actions), Metadata::default())
}

/// On the image, `id` with one of every kind of mount, given in no good order.
fn exec_mounts(graph: &mut Graph) -> Output {
    let root = Some(image(graph));
    let input = Some(local(graph));
    let mount = |dest: &str, kind| Mount { dest: dest.to_owned(), kind };
    let secret = Secret { id: "pip.conf".to_owned(), uid: 50000, gid: 0, mode: 0o440, optional: true };
    let ssh = Ssh { id: "default".to_owned(), optional: true, ..Ssh::default() };
    let src = Bind { input, selector: "/scripts/docker".to_owned(), access: Access::ReadOnly };
    let exec = Exec {
        root,
        args: strings(["/bin/bash", "-c", "id"]),
        env: vec![("PATH".to_owned(), "/bin".to_owned()), ("A".to_owned(), "1".to_owned())],
        cwd: "/opt".to_owned(),
        user: "50000".to_owned(),
        network: NetMode::None,
        security: SecurityMode::Sandbox,
        secret_env: vec![SecretEnv { id: "token".to_owned(), name: "TOKEN".to_owned(), optional: false }],
        mounts: vec![
            mount("/run/ssh", MountKind::Ssh(ssh)),
            mount("/run/secrets/pip.conf", MountKind::Secret(secret)),
            mount("/tmp", MountKind::Tmpfs(Tmpfs { size: 1 << 20 })),
            mount("/src", MountKind::Bind(src)),
            mount(
                "/cache",
                MountKind::Cache(Cache {
                    id: "apt".to_owned(),
                    sharing: CacheSharingOpt::Locked,
                    ..Cache::default()
                }),
            ),
        ],
        ..Exec::default()
    };
    graph.add(exec, Metadata::default()).step
}

/// On the image, a link to `python3`; then no logs.
fn symlink_rm(graph: &mut Graph) -> Output {
    let base = Some(image(graph));
    let link = Symlink::new("python3", "/usr/bin/python");
    let rm = Rm { allow_missing: true, ..Rm::new("/var/log") };
    let actions = vec![Action::from(link), Action::from(rm)];
    graph.add(File::new(base, actions), Metadata::default())
}

/// On the image, the wheels of the folder.
fn copy_patterns(graph: &mut Graph) -> Output {
    let base = Some(image(graph));
    let copy = Copy {
        from: Some(local(graph)),
        src: "/".to_owned(),
        dest: "/dst/".to_owned(),
        contents_only: true,
        create_dest: true,
        include: strings(["*.whl"]),
        exclude: strings(["tmp"]),
        owner: Some(Owner::ids(50000, 0)),
        ..Copy::default()
    };
    graph.add(File::new(base, [copy]), Metadata::default())
}
