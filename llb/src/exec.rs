//! Commands and what they need to run.

use std::net::IpAddr;

use buildkit_proto::pb;

use crate::caps;
use crate::mount::{Access, Mount, MountKind};
use crate::op::{Inputs, Lowered, NO_INPUT, Op, position};
use crate::output::Output;
use crate::platform::Platform;

pub use buildkit_proto::pb::{CdiDevice, NetMode, ProxyEnv, SecretEnv, SecurityMode, Ulimit};

/// A command that runs in a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exec {
    /// The tree it runs in.
    pub root: Option<Output>,
    /// Mounts that tree read-only, so that it is no output.
    pub readonly_root: bool,
    /// The program and its arguments. The program is required.
    pub args: Vec<String>,
    /// Environment variables, in order. The last of several values counts. Without `PATH`, BuildKit sets the usual one.
    pub env: Vec<(String, String)>,
    /// The working directory; `/` if empty.
    pub cwd: String,
    /// The user as `user` or `user:group`, by name or number; root if empty.
    pub user: String,
    /// The platform; the graph's if not set.
    pub platform: Option<Platform>,
    /// Mounts besides the root, in any order.
    pub mounts: Vec<Mount>,
    /// The network it can use.
    pub network: NetMode,
    /// Its security mode.
    pub security: SecurityMode,
    /// Secrets as environment variables.
    pub secret_env: Vec<SecretEnv>,
    /// Proxy variables. A change of them does not run the command again.
    pub proxy: ProxyEnv,
    /// Entries for `/etc/hosts`.
    pub extra_hosts: Vec<(String, IpAddr)>,
    /// Devices of the host, by CDI name. Needs the cap [`caps::EXEC_CDI`].
    pub devices: Vec<CdiDevice>,
    /// Limits of the process, as `ulimit` sets them.
    pub ulimits: Vec<Ulimit>,
    /// The host name; BuildKit's if empty.
    pub hostname: String,
    /// The parent of its control group.
    pub cgroup_parent: String,
    /// Exit codes that count as success; 0 if empty.
    pub valid_exit_codes: Vec<i32>,
}

/// What a command produces.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecOutputs {
    /// The step itself, for [`Graph::digest`](crate::Graph::digest) and [`Graph::locate`](crate::Graph::locate): the tree
    /// it ran in, or its first output if that is read-only.
    pub step: Output,
    /// The tree it ran in, with its changes. If that is read-only, the tree as it was.
    pub root: Option<Output>,
    /// The trees of writable mounts with their destinations, sorted by destination.
    pub mounts: Vec<(String, Output)>,
}

impl ExecOutputs {
    /// The tree of the writable mount at a destination; the first if there are several.
    pub fn at(&self, dest: &str) -> Option<Output> {
        self.mounts.iter().find(|(place, _)| place == dest).map(|(_, output)| *output)
    }
}

impl Exec {
    /// A command that runs in a tree: the program and its arguments.
    pub fn new(root: impl Into<Option<Output>>, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { root: root.into(), args: args.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// A command line for `/bin/sh` that runs in a tree.
    pub fn shell(root: impl Into<Option<Output>>, command: impl Into<String>) -> Self {
        Self::new(root, ["/bin/sh".to_owned(), "-c".to_owned(), command.into()])
    }

    /// The mounts that are trees, including the root, sorted by destination. Several may share one.
    fn trees(&self) -> Vec<(Tree, Mount)> {
        let access = if self.readonly_root { Access::ReadOnly } else { Access::Writable };
        let given = self.mounts.iter().filter(|mount| mount.kind.is_tree()).cloned();
        let root = Mount::with_access("/", self.root, access);
        let mut trees = vec![(Tree::Root, root)];
        trees.extend(given.map(|mount| (Tree::Mount, mount)));
        trees.sort_by(|(_, a), (_, b)| a.dest.cmp(&b.dest));
        trees
    }

    fn secrets(&self) -> impl Iterator<Item = &Mount> {
        self.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Secret(_)))
    }

    /// The SSH agents, each with a destination.
    fn agents(&self) -> impl Iterator<Item = Mount> {
        let agents = self.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Ssh(_)));
        agents.cloned().enumerate().map(|(number, mut agent)| {
            if agent.dest.is_empty() {
                agent.dest = format!("/run/buildkit/ssh_agent.{number}");
            }
            agent
        })
    }

    fn meta(&self) -> pb::Meta {
        let mut env = last_words(&self.env);
        if let Some(agent) = self.agents().next()
            && !env.iter().any(|(name, _)| name == "SSH_AUTH_SOCK")
        {
            env.push(("SSH_AUTH_SOCK".to_owned(), agent.dest));
        }
        let hosts = self.extra_hosts.iter();
        pb::Meta {
            args: self.args.clone(),
            env: env.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
            cwd: if self.cwd.is_empty() { "/".to_owned() } else { self.cwd.clone() },
            user: self.user.clone(),
            proxy_env: self.has_proxy().then(|| self.proxy.clone()),
            extra_hosts: hosts
                .map(|(host, ip)| pb::HostIp { host: host.clone(), ip: ip.to_canonical().to_string() })
                .collect(),
            hostname: self.hostname.clone(),
            ulimit: self.ulimits.clone(),
            cgroup_parent: self.cgroup_parent.clone(),
            // Otherwise directories that BuildKit creates as mount points stay in the layer.
            remove_mount_stubs_recursive: true,
            valid_exit_codes: self.valid_exit_codes.clone(),
        }
    }

    fn has_proxy(&self) -> bool {
        self.proxy != ProxyEnv::default()
    }

    fn caps(&self) -> Vec<&'static str> {
        let secret = self.secrets().next().is_some() || !self.secret_env.is_empty();
        let needs = [
            (true, caps::EXEC),
            (true, caps::EXEC_DEFAULT_PATH),
            (self.has_proxy(), caps::EXEC_PROXY),
            (self.network != NetMode::Unset, caps::EXEC_NETWORK),
            (self.security != SecurityMode::Sandbox, caps::EXEC_SECURITY),
            (!self.devices.is_empty(), caps::EXEC_CDI),
            (!self.ulimits.is_empty(), caps::EXEC_ULIMIT),
            (!self.valid_exit_codes.is_empty(), caps::EXEC_VALID_EXIT_CODES),
            (secret, caps::EXEC_MOUNT_SECRET),
            (!self.secret_env.is_empty(), caps::EXEC_SECRET_ENV),
            (self.agents().next().is_some(), caps::EXEC_MOUNT_SSH),
        ];
        let mut caps: Vec<_> = needs.into_iter().filter_map(|(needed, cap)| needed.then_some(cap)).collect();
        caps.extend(self.trees().iter().flat_map(|(_, mount)| mount.kind.caps()));
        caps
    }
}

/// Where a tree that a command sees comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tree {
    Root,
    Mount,
}

impl Op for Exec {
    type Outputs = ExecOutputs;

    fn lower(self, platform: &Platform, add: impl FnOnce(Lowered) -> Output) -> ExecOutputs {
        let caps = self.caps();
        let mut inputs = Inputs::default();
        // The trees that are outputs; their order numbers the outputs.
        let mut kept = Vec::new();
        let mut mounts = Vec::new();
        for (tree, mount) in self.trees() {
            let input = inputs.add(mount.kind.input());
            let output = if mount.kind.has_output() { position(kept.len()) } else { NO_INPUT };
            mounts.push(mount.encode(input, output));
            kept.extend(mount.kind.has_output().then_some((tree, mount.dest)));
        }
        let handed_over = self.secrets().cloned().chain(self.agents());
        // Secrets and agents have no output, for which Go leaves the field unset.
        mounts.extend(handed_over.map(|mount| mount.encode(NO_INPUT, 0)));

        let op = pb::op::Op::Exec(pb::ExecOp {
            network: self.network.into(),
            security: self.security.into(),
            secretenv: self.secret_env.clone(),
            cdi_devices: self.devices.clone(),
            mounts,
            meta: Some(self.meta()),
        });
        let platform = self.platform.unwrap_or_else(|| platform.clone());
        let step = add(Lowered { op, inputs, platform: Some(platform), caps });

        let root = kept.iter().position(|(tree, _)| *tree == Tree::Root);
        let step = step.at(position(root.unwrap_or(0)));
        let mut outputs = ExecOutputs { step, root: self.root, mounts: Vec::new() };
        for (number, (tree, dest)) in kept.into_iter().enumerate() {
            let output = step.at(position(number));
            match tree {
                Tree::Root => outputs.root = Some(output),
                Tree::Mount => outputs.mounts.push((dest, output)),
            }
        }
        outputs
    }
}

/// The variables without those that are set again later.
fn last_words(env: &[(String, String)]) -> Vec<(String, String)> {
    let again = |place: usize, name: &str| env[place + 1..].iter().any(|(later, _)| later == name);
    let last = env.iter().enumerate().filter(|(place, (name, _))| !again(*place, name));
    last.map(|(_, variable)| variable.clone()).collect()
}
