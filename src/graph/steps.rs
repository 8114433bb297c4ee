//! One function per kind of step.

use std::collections::BTreeMap;

use buildkit_llb as llb;
use llb::{
    Access, Action, Bind, Cache, CacheSharingOpt, Copy, File, Mkdir, Mkfile, Mode, MountKind, Secret, Ssh,
    Tmpfs,
};

use super::{Surroundings, Trees};
use crate::config::{Resources, StepNetwork, Ulimit};
use crate::facts::Facts;
use crate::facts::base::search_path;
use crate::plan::scripts;
use crate::plan::{self, Change, Entry, Keeps, Origin, Plan, Run, StepId, User};

/// The secret that holds certificates of further authorities. Not a secret in itself, and read as whoever runs the step.
const CA_SECRET: (&str, u32) = ("ca-bundle", 0o444);

/// The secret that holds users and passwords of hosts. All steps run with group 0.
const NETRC_SECRET: (&str, u32) = ("netrc", 0o440);

/// So many letters of arguments are told with a command that fails.
const LONGEST_COMMAND: usize = 2000;

/// The secret that holds the keys of SSH hosts, which anybody may know.
const KNOWN_HOSTS_SECRET: (&str, u32) = ("known_hosts", 0o444);

/// Lowers one step.
pub(super) struct Lowering<'a> {
    pub(super) graph: &'a mut llb::Graph,
    /// What the steps before left behind.
    pub(super) outputs: &'a [Option<llb::Output>],
    pub(super) plan: &'a Plan,
    pub(super) facts: &'a Facts,
    pub(super) around: &'a Surroundings<'a>,
    /// The scripts that steps before have mounted, by name.
    pub(super) scripts: &'a mut BTreeMap<&'static str, llb::Output>,
    pub(super) trees: &'a Trees,
    pub(super) title: String,
    pub(super) ignore_cache: bool,
}

impl Lowering<'_> {
    pub(super) fn base(&mut self) -> Option<llb::Output> {
        self.trees.base.add(self.graph, &[], &self.title)
    }

    pub(super) fn context(&mut self, origin: Origin, folder: &str, files: &[String]) -> Option<llb::Output> {
        let below = |file: &String| if folder.is_empty() { file.clone() } else { format!("{folder}/{file}") };
        let whole = if folder.is_empty() { Vec::new() } else { vec![folder.to_owned()] };
        let follow = if files.is_empty() { whole } else { files.iter().map(below).collect() };
        let tree = match origin {
            Origin::BuildContext => &self.trees.context,
            Origin::ContextFiles => self.trees.context_files.as_ref().unwrap_or(&self.trees.context),
            Origin::Sources => self.trees.sources.as_ref().unwrap_or(&self.trees.context),
            Origin::Uv => self.trees.uv.as_ref().unwrap_or(&self.trees.context),
        };
        tree.add(self.graph, &follow, &self.title)
    }

    pub(super) fn run(&mut self, run: &Run) -> Option<llb::Output> {
        let settings = self.around.settings;
        let mut mounts = self.script_mounts(&run.script.files());
        let args = self.command(run, &mut mounts);
        mounts.push(tmpfs("/run/airflow-frontend/tmp", 0));
        if run.script.uses_apt() {
            mounts.push(tmpfs("/var/log", 0));
        }
        mounts.extend(settings.shm_size.map(|size| tmpfs("/dev/shm", size)));
        mounts.extend(run.caches.iter().map(|cache| self.cache_mount(cache)).collect::<Vec<_>>());
        mounts.extend(run.mounts.iter().map(|mount| self.read_mount(mount)));
        mounts.extend(run.keeps.as_ref().map(|keeps| self.kept(keeps)));
        let network = match settings.network {
            _ if !run.network => llb::NetMode::None,
            StepNetwork::Sandbox => llb::NetMode::Unset,
            StepNetwork::Host => llb::NetMode::Host,
            StepNetwork::None => llb::NetMode::None,
        };
        if run.network {
            mounts.extend([secret(CA_SECRET), secret(NETRC_SECRET)]);
        }
        if run.uses_ssh {
            mounts.extend([secret(KNOWN_HOSTS_SECRET), agent()]);
        }
        let exec = llb::Exec {
            root: self.output(run.on),
            args,
            env: self.env(&run.env),
            cwd: "/".to_owned(),
            user: match run.user {
                User::Root => "0:0".to_owned(),
                User::Airflow(uid) => format!("{uid}:0"),
            },
            mounts,
            network,
            proxy: if run.network { self.proxy() } else { llb::ProxyEnv::default() },
            extra_hosts: settings.extra_hosts.clone(),
            ulimits: settings.ulimits.iter().map(ulimit).collect(),
            hostname: settings.hostname.clone().unwrap_or_default(),
            cgroup_parent: settings.cgroup_parent.clone().unwrap_or_default(),
            ..llb::Exec::default()
        };
        let metadata = llb::Metadata {
            ignore_cache: self.ignore_cache,
            linux_resources: Some(limits(&settings.resources)),
            ..llb::Metadata::named(&self.title)
        };
        let outputs = self.graph.exec(exec, metadata);
        run.keeps.as_ref().and_then(|keeps| outputs.at(&keeps.folder)).or(outputs.root)
    }

    pub(super) fn write(&mut self, on: StepId, entries: &[Entry]) -> llb::Output {
        let actions = entries.iter().map(|entry| self.action(entry)).collect();
        let file = File { base: self.output(on), actions };
        let metadata = llb::Metadata { ignore_cache: self.ignore_cache, ..llb::Metadata::named(&self.title) };
        self.graph.add(file, metadata)
    }

    pub(super) fn overlay(&mut self, on: StepId, changes: &[Change]) -> Option<llb::Output> {
        if self.around.merges { self.merge(on, changes) } else { Some(self.copy(on, changes)) }
    }

    /// Lays the differences over the tree: layers stay as they are, and nothing is copied.
    fn merge(&mut self, on: StepId, changes: &[Change]) -> Option<llb::Output> {
        let group = llb::ProgressGroup { id: self.title.clone(), name: self.title.clone(), weak: false };
        let metadata = |name: String| llb::Metadata {
            progress_group: Some(group.clone()),
            ..llb::Metadata::named(name)
        };
        let mut trees = vec![self.output(on)];
        for change in changes {
            let (lower, upper) = (self.output(change.lower), self.output(change.upper));
            let name = format!("{}: what `{}` changed", self.title, self.plan.step(change.upper).title);
            trees.push(self.graph.diff(lower, upper, metadata(name)));
        }
        self.graph.merge(&trees, metadata(self.title.clone()))
    }

    /// Copies each folder as the last change left it.
    fn copy(&mut self, on: StepId, changes: &[Change]) -> llb::Output {
        let mut last: Vec<&Change> = Vec::new();
        for change in changes {
            last.retain(|other| other.folder != change.folder);
            last.push(change);
        }
        let actions = last
            .into_iter()
            .map(|change| {
                // Into the folder above: so the folder itself keeps its owner and mode.
                let above = change.folder.rsplit_once('/').map_or("", |(above, _)| above);
                Action::Copy(Box::new(Copy {
                    from: self.output(change.upper),
                    src: change.folder.clone(),
                    dest: format!("{above}/"),
                    create_dest: true,
                    ..Copy::default()
                }))
            })
            .collect();
        let file = File { base: self.output(on), actions };
        self.graph.add(file, llb::Metadata::named(&self.title))
    }

    fn action(&self, entry: &Entry) -> Action {
        match entry {
            Entry::Folder { path, mode } => Action::Mkdir(Mkdir {
                path: path.clone(),
                mode: *mode,
                parents: true,
                timestamp: self.timestamp(),
                ..Mkdir::default()
            }),
            Entry::File { path, mode, text } => Action::Mkfile(Mkfile {
                path: path.clone(),
                mode: *mode,
                data: text.clone().into_bytes(),
                timestamp: self.timestamp(),
                ..Mkfile::default()
            }),
            Entry::Copy { from, path, to, uid, mode } => Action::Copy(Box::new(Copy {
                from: self.output(*from),
                src: self.path_in(*from, path),
                dest: to.clone(),
                owner: Some(llb::Owner::ids(*uid, 0)),
                mode: Mode::Bits(*mode),
                timestamp: self.timestamp(),
                ..Copy::default()
            })),
        }
    }

    /// The time of files that the image gets: the one that stands for now, in nanoseconds.
    fn timestamp(&self) -> Option<i64> {
        self.around.settings.epoch.map(|seconds| seconds.saturating_mul(1_000_000_000))
    }

    /// The words that are run. Many arguments come in a file.
    fn command(&mut self, run: &Run, mounts: &mut Vec<llb::Mount>) -> Vec<String> {
        let path = |name: &str| format!("{}/{name}", scripts::MOUNT);
        let name = run.script.name().to_owned();
        let length: usize = run.args.iter().map(String::len).sum();
        if length <= LONGEST_COMMAND || run.args.iter().any(|arg| arg.contains('\n')) {
            let script = ["/bin/bash".to_owned(), path(&name)];
            return script.into_iter().chain(run.args.iter().cloned()).collect();
        }
        mounts.extend(self.script_mounts(&[scripts::WITH_ARGUMENTS]));
        let text = run.args.join("\n") + "\n";
        let tree = script_tree(self.graph, scripts::ARGUMENTS, &text);
        mounts.push(read_only(path(scripts::ARGUMENTS), Some(tree), format!("/{}", scripts::ARGUMENTS)));
        vec!["/bin/bash".to_owned(), path(scripts::WITH_ARGUMENTS.0), name]
    }

    fn script_mounts(&mut self, files: &[(&'static str, &'static str)]) -> Vec<llb::Mount> {
        let mut mounts = Vec::new();
        for (name, text) in files.iter().copied() {
            let path = format!("/{name}");
            let tree = *self.scripts.entry(name).or_insert_with(|| script_tree(self.graph, name, text));
            mounts.push(read_only(format!("{}/{name}", scripts::MOUNT), Some(tree), path));
        }
        mounts
    }

    fn cache_mount(&mut self, cache: &plan::Cache) -> llb::Mount {
        let mkdir = Mkdir {
            path: "/cache".to_owned(),
            mode: 0o775,
            owner: Some(llb::Owner::ids(cache.uid, 0)),
            ..Mkdir::default()
        };
        let file = File { base: None, actions: vec![Action::Mkdir(mkdir)] };
        let first = self.graph.add(file, internal("caches", "[internal] cache folder".to_owned()));
        let namespace = self.around.settings.cache_namespace.as_deref().unwrap_or("airflow-frontend");
        let kind = MountKind::Cache(Cache {
            id: format!("{namespace}/{}{}", cache.id, fingerprint(&cache.beside)),
            // Who writes there takes care of the others: a lock of BuildKit's would make builds wait for whole steps.
            sharing: CacheSharingOpt::Shared,
            input: Some(first),
            selector: "/cache".to_owned(),
            ..Cache::default()
        });
        llb::Mount { dest: cache.at.to_owned(), kind }
    }

    /// A folder of another step's tree, whose changes are what the step leaves behind.
    fn kept(&self, keeps: &Keeps) -> llb::Mount {
        let bind =
            Bind { input: self.output(keeps.from), selector: keeps.folder.clone(), access: Access::Writable };
        llb::Mount { dest: keeps.folder.clone(), kind: MountKind::Bind(bind) }
    }

    fn read_mount(&self, mount: &plan::Mount) -> llb::Mount {
        let path = self.path_in(mount.from, &mount.path);
        read_only(mount.at.clone(), self.output(mount.from), path)
    }

    /// A path of a step, in the tree of its vertex: the context folder lies in the tree at its own path.
    fn path_in(&self, step: StepId, path: &str) -> String {
        if let plan::Action::Context { folder, .. } = &self.plan.step(step).action
            && !folder.is_empty()
        {
            return format!("/{folder}{path}").trim_end_matches('/').to_owned();
        }
        path.to_owned()
    }

    fn env(&self, own: &[(String, String)]) -> Vec<(String, String)> {
        let mut env = self.facts.base.env();
        let path = ("PATH".to_owned(), search_path(&self.facts.base.config));
        let language = ("LC_ALL".to_owned(), "C.UTF-8".to_owned());
        for (name, value) in [path, language].into_iter().chain(own.iter().cloned()) {
            match env.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = value,
                None => env.push((name, value)),
            }
        }
        env
    }

    fn proxy(&self) -> llb::ProxyEnv {
        let of = |name: &str| self.around.settings.proxies.get(name).cloned().unwrap_or_default();
        llb::ProxyEnv {
            http_proxy: of("http_proxy"),
            https_proxy: of("https_proxy"),
            ftp_proxy: of("ftp_proxy"),
            no_proxy: of("no_proxy"),
            all_proxy: of("all_proxy"),
        }
    }

    fn output(&self, step: StepId) -> Option<llb::Output> {
        self.outputs[step.place()]
    }
}

/// The end of a cache's name: the same for the same words.
fn fingerprint(words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let digest = llb::definition::digest(words.join("\n").as_bytes());
    format!("-{}", digest.trim_start_matches("sha256:").chars().take(12).collect::<String>())
}

fn script_tree(graph: &mut llb::Graph, name: &str, text: &str) -> llb::Output {
    let data = text.as_bytes().to_vec();
    let mkfile = Mkfile { path: format!("/{name}"), mode: 0o555, data, ..Mkfile::default() };
    let file = File { base: None, actions: vec![Action::Mkfile(mkfile)] };
    graph.add(file, internal("scripts", format!("[internal] script {name}")))
}

fn read_only(dest: String, tree: Option<llb::Output>, path: String) -> llb::Mount {
    let selector = if path == "/" { String::new() } else { path };
    let kind = MountKind::Bind(Bind { input: tree, selector, ..Bind::default() });
    llb::Mount { dest, kind }
}

/// A file that the user may hand in, by its id and mode.
fn secret((id, mode): (&str, u32)) -> llb::Mount {
    let kind = MountKind::Secret(Secret { id: id.to_owned(), mode, optional: true, ..Secret::default() });
    llb::Mount { dest: format!("/run/secrets/{id}"), kind }
}

/// The agent that the client may lend, for whoever runs the step. BuildKit does not say beforehand whether it does, so the
/// script tells of one that is missing.
fn agent() -> llb::Mount {
    let kind = MountKind::Ssh(Ssh { mode: 0o660, optional: true, ..Ssh::default() });
    llb::Mount { dest: String::new(), kind }
}

fn tmpfs(dest: &str, size: i64) -> llb::Mount {
    llb::Mount { dest: dest.to_owned(), kind: MountKind::Tmpfs(Tmpfs { size }) }
}

fn ulimit(limit: &Ulimit) -> llb::Ulimit {
    llb::Ulimit { name: limit.name.clone(), soft: limit.soft, hard: limit.hard }
}

fn limits(resources: &Resources) -> llb::LinuxResources {
    llb::LinuxResources {
        memory: resources.memory.unwrap_or_default(),
        memory_swap: resources.memory_swap.unwrap_or_default(),
        cpu_shares: resources.cpu_shares.unwrap_or_default(),
        cpu_period: resources.cpu_period.unwrap_or_default(),
        cpu_quota: resources.cpu_quota.unwrap_or_default(),
        cpuset_cpus: resources.cpuset_cpus.clone(),
        cpuset_mems: resources.cpuset_mems.clone(),
    }
}

/// A small vertex that is shown as part of a group.
fn internal(group: &str, name: String) -> llb::Metadata {
    let id = format!("airflow-frontend-{group}");
    let group = llb::ProgressGroup { id, name: format!("[internal] prepare {group}"), weak: false };
    llb::Metadata { progress_group: Some(group), ..llb::Metadata::named(name) }
}
