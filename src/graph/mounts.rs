//! What is mounted into a step: scripts, caches, files of other steps, secrets.

use buildkit_llb as llb;
use llb::{Access, Bind, Cache, CacheSharingOpt, File, Mkdir, Mkfile, Mount, SCRATCH, Secret, Ssh, Tmpfs};

use super::lowering::{Lowering, internal};
use crate::paths;
use crate::plan::{self, Keeps, Run, scripts};

/// The secret with certificates of further authorities. It is not confidential, and whoever runs the step can read it.
const CA_SECRET: (&str, u32) = ("ca-bundle", 0o444);

/// The secret with users and passwords for hosts. All steps run with group 0.
const NETRC_SECRET: (&str, u32) = ("netrc", 0o440);

/// The secret with the public keys of SSH hosts.
const KNOWN_HOSTS_SECRET: (&str, u32) = ("known_hosts", 0o444);

/// A command that fails is shown with its arguments, up to this many bytes; longer ones come in a file.
const LONGEST_COMMAND: usize = 2000;

impl Lowering<'_> {
    /// The command of a step, and everything that is mounted for it.
    pub(super) fn command(&mut self, run: &Run) -> (Vec<String>, Vec<Mount>) {
        let mut mounts = self.script_mounts(&run.script.files());
        let args = self.arguments(run, &mut mounts);
        mounts.push(Mount::tmpfs(paths::TEMPORARY));
        if run.script.uses_apt() {
            mounts.push(Mount::tmpfs("/var/log"));
        }
        let shm_size = self.around.settings.shm_size;
        mounts.extend(shm_size.map(|size| Mount::new("/dev/shm", Tmpfs { size })));
        for cache in &run.caches {
            mounts.push(self.cache_mount(cache));
        }
        mounts.extend(run.mounts.iter().map(|mount| self.read_mount(mount)));
        mounts.extend(run.keeps.as_ref().map(|keeps| self.kept(keeps)));
        if run.network {
            mounts.extend([secret(CA_SECRET), secret(NETRC_SECRET)]);
        }
        if run.uses_ssh {
            mounts.extend([secret(KNOWN_HOSTS_SECRET), agent()]);
        }
        (args, mounts)
    }

    fn arguments(&mut self, run: &Run, mounts: &mut Vec<Mount>) -> Vec<String> {
        let path = |name: &str| format!("{}/{name}", paths::SCRIPTS);
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

    fn script_mounts(&mut self, files: &[(&'static str, &'static str)]) -> Vec<Mount> {
        let mut mounts = Vec::new();
        for (name, text) in files.iter().copied() {
            let tree = *self.scripts.entry(name).or_insert_with(|| script_tree(self.graph, name, text));
            mounts.push(read_only(format!("{}/{name}", paths::SCRIPTS), Some(tree), format!("/{name}")));
        }
        mounts
    }

    fn cache_mount(&mut self, cache: &plan::Cache) -> Mount {
        let owner = Some(llb::Owner::ids(cache.uid, 0));
        let folder = Mkdir { owner, parents: false, ..Mkdir::new("/cache", 0o775) };
        let metadata = internal("caches", "[internal] cache folder".to_owned());
        let first = self.graph.add(File::new(SCRATCH, [folder]), metadata);
        let namespace = self.around.settings.cache_namespace.as_deref().unwrap_or("airflow-frontend");
        let kind = Cache {
            id: format!("{namespace}/{}{}", cache.id, fingerprint(&cache.beside)),
            // The installers lock what they write. With a lock of BuildKit's, builds would wait for whole steps.
            sharing: CacheSharingOpt::Shared,
            input: Some(first),
            selector: "/cache".to_owned(),
            ..Cache::default()
        };
        Mount::new(cache.at, kind)
    }

    /// A folder of another step's tree, whose changes are the result of the step.
    fn kept(&self, keeps: &Keeps) -> Mount {
        let (input, selector) = (self.output(keeps.from), keeps.folder.clone());
        Mount::new(&keeps.folder, Bind { input, selector, access: Access::Writable })
    }

    fn read_mount(&self, mount: &plan::Mount) -> Mount {
        let path = self.path_in(mount.from, &mount.path);
        read_only(mount.at.clone(), self.output(mount.from), path)
    }
}

/// The end of a cache's name: equal for equal words.
fn fingerprint(words: &[String]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let digest = llb::definition::digest(words.join("\n").as_bytes());
    format!("-{}", digest.trim_start_matches("sha256:").chars().take(12).collect::<String>())
}

fn script_tree(graph: &mut llb::Graph, name: &str, text: &str) -> llb::Output {
    let file = File::new(SCRATCH, [Mkfile::new(format!("/{name}"), 0o555, text)]);
    graph.add(file, internal("scripts", format!("[internal] script {name}")))
}

fn read_only(dest: String, input: Option<llb::Output>, path: String) -> Mount {
    let selector = if path == "/" { String::new() } else { path };
    Mount::new(dest, Bind { input, selector, ..Bind::default() })
}

/// A file that the client may have, by its id and mode.
fn secret((id, mode): (&str, u32)) -> Mount {
    let secret = Secret { id: id.to_owned(), mode, optional: true, ..Secret::default() };
    Mount::new(format!("{}/{id}", paths::SECRETS), secret)
}

/// The client's SSH agent, for whoever runs the step. BuildKit does not say in advance whether there is one, so the script
/// reports a missing one.
fn agent() -> Mount {
    Mount::new("", Ssh { mode: 0o660, optional: true, ..Ssh::default() })
}
