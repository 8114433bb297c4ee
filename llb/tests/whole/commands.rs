//! What runs.

use buildkit_llb::{
    Access, Bind, Cache, CacheSharingOpt, CdiDevice, Exec, File, Graph, Image, Merge, Metadata, Mount,
    MountKind, NetMode, Output, Platform, ProxyEnv, Secret, SecretEnv, SecurityMode, Ssh, Tmpfs, Ulimit,
};

use crate::files::mkdir;
use crate::{ALPINE, Build, DEBIAN, command, image, local, strings};

pub(crate) const GRAPHS: &[(&str, Build)] = &[
    ("exec-all-meta", |g| {
        let ulimit = |name: &str, soft, hard| Ulimit { name: name.to_owned(), soft, hard };
        let exec = Exec {
            args: strings(["/bin/ash", "-eo", "pipefail", "-c", "echo hi\n\ttrue"]),
            env: variables(&[("PATH", "/bin"), ("EMPTY", ""), ("UNI", "ünï=¢ode ✓"), ("EQ", "a=b=c")]),
            cwd: "/work".to_owned(),
            user: "app:users".to_owned(),
            network: NetMode::Host,
            security: SecurityMode::Insecure,
            proxy: ProxyEnv {
                http_proxy: "http://p:1".to_owned(),
                https_proxy: "http://p:2".to_owned(),
                ftp_proxy: "f".to_owned(),
                no_proxy: "a,b".to_owned(),
                all_proxy: "all".to_owned(),
            },
            extra_hosts: hosts(&[("db", "10.0.0.1"), ("db6", "2001:db8::1"), ("lo", "::1")]),
            ulimits: vec![ulimit("nofile", 1024, 2048), ulimit("core", -1, -1), ulimit("cpu", 0, 0)],
            hostname: "builder".to_owned(),
            cgroup_parent: "/cg/parent".to_owned(),
            valid_exit_codes: vec![0, 3, 127, -1],
            ..on_debian(g, "")
        };
        ran(g, exec)
    }),
    ("exec-host-mapped-ip", |g| {
        let extra_hosts = hosts(&[("m", "::ffff:10.0.0.2"), ("z", "1:0:0:2:0:0:0:3")]);
        let exec = Exec { extra_hosts, ..on_debian(g, "true") };
        ran(g, exec)
    }),
    ("exec-env-replaced", |g| {
        let exec = Exec { env: variables(&[("A", "1"), ("B", "2"), ("A", "3")]), ..on_debian(g, "true") };
        ran(g, exec)
    }),
    ("exec-secrets-ssh", |g| {
        let secret = |id: &str, mode| Secret { id: id.to_owned(), mode, ..Secret::default() };
        let variable =
            |id: &str, name: &str, optional| SecretEnv { id: id.to_owned(), name: name.to_owned(), optional };
        let agent = |id: &str| Ssh { id: id.to_owned(), ..Ssh::default() };
        let both = Secret { uid: 1, gid: 2, optional: true, ..secret("both", 0o444) };
        let two = Ssh { uid: 5, gid: 6, mode: 0o640, optional: true, ..agent("two") };
        let exec = Exec {
            secret_env: vec![
                variable("tok", "TOKEN", false),
                variable("both", "BOTH", true),
                variable("envonly", "ENVONLY", true),
            ],
            mounts: vec![
                mount("/run/secrets/z", MountKind::Secret(secret("zz", 0o400))),
                mount("/run/s/both", MountKind::Secret(both)),
                mount("/a/first", MountKind::Secret(secret("/a/first", 0))),
                mount("", MountKind::Ssh(Ssh::default())),
                mount("/ssh2", MountKind::Ssh(two)),
                mount("", MountKind::Ssh(agent("three"))),
            ],
            ..on_debian(g, "true")
        };
        ran(g, exec)
    }),
    ("exec-tmpfs-cache", |g| {
        let seed = File { base: None, actions: vec![mkdir("/seed", 0o755)] };
        let seed = Some(g.add(seed, Metadata::default()));
        let cache =
            |id: &str, sharing: CacheSharingOpt| Cache { id: id.to_owned(), sharing, ..Cache::default() };
        let seeded =
            Cache { input: seed, selector: "/seed".to_owned(), ..cache("seeded", CacheSharingOpt::Locked) };
        let exec = Exec {
            mounts: vec![
                mount("/tmp/z", MountKind::Tmpfs(Tmpfs::default())),
                mount("/tmp/a", MountKind::Tmpfs(Tmpfs { size: 64 << 20 })),
                mount("/c/shared", MountKind::Cache(cache("id-shared", CacheSharingOpt::Shared))),
                mount("/c/private", MountKind::Cache(cache("id-private", CacheSharingOpt::Private))),
                mount("/c/locked", MountKind::Cache(cache("id/locked ü", CacheSharingOpt::Locked))),
                mount("/c/seeded", MountKind::Cache(seeded)),
            ],
            ..on_debian(g, "true")
        };
        ran(g, exec)
    }),
    ("exec-cache-readonly", |g| {
        let cache = Cache { id: "id".to_owned(), readonly: true, ..Cache::default() };
        let exec = Exec { mounts: vec![mount("/c", MountKind::Cache(cache))], ..on_debian(g, "true") };
        ran(g, exec)
    }),
    ("exec-binds-nested", |g| {
        let context = Some(local(g));
        let alpine = Some(image(g, ALPINE));
        let bind = |dest: &str, input, selector: &str, access| {
            mount(dest, MountKind::Bind(Bind { input, selector: selector.to_owned(), access }))
        };
        let exec = Exec {
            mounts: vec![
                bind("/b", alpine, "", Access::Writable),
                bind("/a", None, "", Access::Writable),
                bind("/a/b", context, "/x", Access::WritableNoOutput),
                bind("/a/b/c", context, "sub/dir", Access::ReadOnly),
                bind("/a-b", alpine, "", Access::WritableNoOutput),
                bind("/A", None, "", Access::ReadOnly),
                bind("rel", context, "", Access::Writable),
            ],
            ..on_debian(g, "make")
        };
        let made = g.add(exec, Metadata::default());
        let second = Exec {
            mounts: vec![
                Mount::writable("/in", made.at("/a")),
                Mount::bind("/in2", made.at("/a")),
                Mount::bind("/root", made.root),
            ],
            ..command(made.at("/b")?, "second")
        };
        let second = g.add(second, Metadata::default());
        g.add(Merge::new([second.at("/in"), made.at("rel"), made.at("/b"), made.root]), Metadata::default())
    }),
    ("exec-mount-same-place", |g| {
        let context = Some(local(g));
        let exec = Exec {
            mounts: vec![
                Mount::writable("/n", None),
                Mount::writable("/m", None),
                Mount::writable("/m", context),
            ],
            ..on_debian(g, "make")
        };
        let made = g.add(exec, Metadata::default());
        let trees: Vec<_> = made.mounts.iter().map(|(_, output)| Some(*output)).collect();
        g.add(Merge::new(trees), Metadata::default())
    }),
    ("exec-readonly-root", |g| {
        let mounts = vec![Mount::writable("/out", None)];
        let exec = Exec { readonly_root: true, mounts, ..on_debian(g, "make") };
        g.add(exec, Metadata::default()).at("/out")
    }),
    ("exec-cdi", |g| {
        let devices = vec![CdiDevice { name: "nvidia.com/gpu=all".to_owned(), optional: true }];
        let exec = Exec { devices, ..on_debian(g, "nvidia-smi") };
        ran(g, exec)
    }),
    ("exec-platform-inherited", |g| {
        let arm: Platform = "linux/arm64".parse().unwrap();
        let of_image = Platform { variant: "v8".to_owned(), ..arm.clone() };
        let alpine = Image { reference: ALPINE.to_owned(), platform: Some(of_image), ..Image::default() };
        let alpine = g.add(alpine, Metadata::default());
        ran(g, Exec { platform: Some(arm), ..command(alpine, "true") })
    }),
];

fn on_debian(graph: &mut Graph, word: &str) -> Exec {
    command(image(graph, DEBIAN), word)
}

fn ran(graph: &mut Graph, exec: Exec) -> Option<Output> {
    Some(graph.add(exec, Metadata::default()).step)
}

fn mount(dest: &str, kind: MountKind) -> Mount {
    Mount { dest: dest.to_owned(), kind }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn hosts(pairs: &[(&str, &str)]) -> Vec<(String, std::net::IpAddr)> {
    pairs.iter().map(|(host, ip)| ((*host).to_owned(), ip.parse().unwrap())).collect()
}
