//! Commands: what runs, as whom, with what mounted.

use std::net::IpAddr;

use buildkit_proto::pb;

use crate::caps;
use crate::graph::{Inputs, Lowered, Output, SCRATCH, position};
use crate::mount::{Mount, MountKind};
use crate::platform::Platform;

pub use buildkit_proto::pb::{CdiDevice, NetMode, ProxyEnv, SecretEnv, SecurityMode, Ulimit};

/// A command that runs in a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exec {
    /// The tree it runs in.
    pub root: Option<Output>,
    /// Lets it only read that tree, which then is no output.
    pub readonly_root: bool,
    /// The program and its arguments; at least the program is needed.
    pub args: Vec<String>,
    /// Variables, in order; of one that is set again only the last counts, where it stands. Without `PATH`, BuildKit
    /// sets the usual one.
    pub env: Vec<(String, String)>,
    /// Where it runs; `/` if empty.
    pub cwd: String,
    /// User or `user:group`, by name or number; root if empty.
    pub user: String,
    /// The platform it runs on; the graph's if none is given.
    pub platform: Option<Platform>,
    /// What is mounted besides the root, in any order.
    pub mounts: Vec<Mount>,
    /// Which network it sees.
    pub network: NetMode,
    /// How much it may do.
    pub security: SecurityMode,
    /// Secrets as variables.
    pub secret_env: Vec<SecretEnv>,
    /// Proxy variables, which do not count as a change of the command.
    pub proxy: ProxyEnv,
    /// Lines for `/etc/hosts`.
    pub extra_hosts: Vec<(String, IpAddr)>,
    /// Devices of the host, by their CDI names. Needs the cap [`caps::EXEC_CDI`].
    pub devices: Vec<CdiDevice>,
    /// Resource limits of the process.
    pub ulimits: Vec<Ulimit>,
    /// The host name it sees; BuildKit's if empty.
    pub hostname: String,
    /// The control group it runs under.
    pub cgroup_parent: String,
    /// Exit codes that count as success; only 0 if empty.
    pub valid_exit_codes: Vec<i32>,
}

/// What a command leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecOutputs {
    /// The tree it ran in: changed, or as it was where it was only read.
    pub root: Option<Output>,
    /// The trees of writable mounts, each with where it was mounted, in the order of places; at one place, as given.
    pub mounts: Vec<(String, Output)>,
}

impl ExecOutputs {
    /// The tree of the writable mount at a place; the first that was given, if there are several.
    pub fn at(&self, dest: &str) -> Option<Output> {
        self.mounts.iter().find(|(place, _)| place == dest).map(|(_, output)| *output)
    }
}

/// A tree that a command leaves behind; its position among them is the number of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The tree it ran in.
    Root,
    /// That of a mount, by where it was mounted.
    Mount(String),
}

impl Exec {
    /// The op, and what it leaves behind, by the numbers of the outputs.
    pub(crate) fn lower(self, platform: &Platform) -> (Lowered, Vec<Left>) {
        let caps = self.caps();
        let mut inputs = Inputs::default();
        let mut left = Vec::new();
        let mut mounts = Vec::new();
        for (tree, mount) in self.trees() {
            let input = inputs.add(mount.kind.input());
            let output = if mount.kind.has_output() { position(left.len()) } else { SCRATCH };
            mounts.push(mount.encode(input, output));
            left.extend(mount.kind.has_output().then_some(tree));
        }
        let handed_over = self.secrets().cloned().chain(self.agents());
        // These two never have an output; unset is how Go writes that for them.
        mounts.extend(handed_over.map(|mount| mount.encode(SCRATCH, 0)));

        let op = pb::op::Op::Exec(pb::ExecOp {
            network: self.network.into(),
            security: self.security.into(),
            secretenv: self.secret_env.clone(),
            cdi_devices: self.devices.clone(),
            mounts,
            meta: Some(self.meta()),
        });
        let platform = self.platform.unwrap_or_else(|| platform.clone());
        (Lowered { op, inputs, platform: Some(platform), caps }, left)
    }

    /// The mounts that are trees, the root among them, sorted by where they go. Two may go to one place.
    fn trees(&self) -> Vec<(Left, Mount)> {
        let root = if self.readonly_root { Mount::read_only } else { Mount::writable };
        let given = self.mounts.iter().filter(|mount| mount.kind.is_tree()).cloned();
        let mut trees = vec![(Left::Root, root("/", self.root))];
        trees.extend(given.map(|mount| (Left::Mount(mount.dest.clone()), mount)));
        trees.sort_by(|(_, a), (_, b)| a.dest.cmp(&b.dest));
        trees
    }

    fn secrets(&self) -> impl Iterator<Item = &Mount> {
        self.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Secret(_)))
    }

    /// The SSH agents, each with a place.
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
            // Without it, the directories made to mount on stay in the layer.
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

/// The variables without those that are set again.
fn last_words(env: &[(String, String)]) -> Vec<(String, String)> {
    let again = |place: usize, name: &str| env[place + 1..].iter().any(|(later, _)| later == name);
    let last = env.iter().enumerate().filter(|(place, (name, _))| !again(*place, name));
    last.map(|(_, variable)| variable.clone()).collect()
}
