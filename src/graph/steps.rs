//! One method per kind of step.

use buildkit_llb as llb;
use llb::{Action, Copy, Diff, File, Merge, Mkdir, Mkfile, Mode};

use super::lowering::Lowering;
use crate::config::{Resources, Ulimit};
use crate::facts::base::search_path;
use crate::plan::{Change, Entry, Origin, Run, StepId, User};

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
        let (args, mounts) = self.command(run);
        let settings = self.around.settings;
        let exec = llb::Exec {
            env: self.env(&run.env),
            user: match run.user {
                User::Root => "0:0".to_owned(),
                User::Airflow(uid) => format!("{uid}:0"),
            },
            mounts,
            network: if run.network { settings.network } else { llb::NetMode::None },
            proxy: if run.network { self.proxy() } else { llb::ProxyEnv::default() },
            extra_hosts: settings.extra_hosts.clone(),
            ulimits: settings.ulimits.iter().map(ulimit).collect(),
            hostname: settings.hostname.clone().unwrap_or_default(),
            cgroup_parent: settings.cgroup_parent.clone().unwrap_or_default(),
            ..llb::Exec::new(self.output(run.on), args)
        };
        let linux_resources = Some(limits(&settings.resources));
        let outputs = self.graph.add(exec, llb::Metadata { linux_resources, ..self.metadata() });
        run.keeps.as_ref().and_then(|keeps| outputs.at(&keeps.folder)).or(outputs.root)
    }

    pub(super) fn write(&mut self, on: StepId, entries: &[Entry]) -> llb::Output {
        let file = File::new(self.output(on), entries.iter().map(|entry| self.action(entry)));
        self.graph.add(file, self.metadata())
    }

    pub(super) fn overlay(&mut self, on: StepId, changes: &[Change]) -> Option<llb::Output> {
        if self.around.merges { self.merge(on, changes) } else { Some(self.copy(on, changes)) }
    }

    /// Merges the differences into the tree: layers stay as they are, and nothing is copied.
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
            trees.push(self.graph.add(Diff::new(lower, upper), metadata(name)));
        }
        self.graph.add(Merge::new(trees), metadata(self.title.clone()))
    }

    /// Copies each folder as the last change left it.
    fn copy(&mut self, on: StepId, changes: &[Change]) -> llb::Output {
        let mut last: Vec<&Change> = Vec::new();
        for change in changes {
            last.retain(|other| other.folder != change.folder);
            last.push(change);
        }
        let actions = last.into_iter().map(|change| {
            // The copy goes into the folder above, so that the folder itself keeps its owner and mode.
            let above = change.folder.rsplit_once('/').map_or("", |(above, _)| above);
            Copy {
                from: self.output(change.upper),
                src: change.folder.clone(),
                dest: format!("{above}/"),
                create_dest: true,
                ..Copy::default()
            }
        });
        let file = File::new(self.output(on), actions);
        self.graph.add(file, &*self.title)
    }

    fn action(&self, entry: &Entry) -> Action {
        match entry {
            Entry::Folder { path, mode } => {
                Mkdir { timestamp: self.timestamp(), ..Mkdir::new(path, *mode) }.into()
            }
            Entry::File { path, mode, text } => {
                Mkfile { timestamp: self.timestamp(), ..Mkfile::new(path, *mode, text.as_str()) }.into()
            }
            Entry::Copy { from, path, to, uid, mode } => Copy {
                from: self.output(*from),
                src: self.path_in(*from, path),
                dest: to.clone(),
                owner: Some(llb::Owner::ids(*uid, 0)),
                mode: Mode::Bits(*mode),
                timestamp: self.timestamp(),
                ..Copy::default()
            }
            .into(),
        }
    }

    /// The modification time of files in the image: `SOURCE_DATE_EPOCH`, in nanoseconds.
    fn timestamp(&self) -> Option<i64> {
        self.around.settings.epoch.map(|seconds| seconds.saturating_mul(1_000_000_000))
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
