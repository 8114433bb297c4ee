//! What a command finds mounted.

use buildkit_proto::pb;

use crate::caps;
use crate::graph::Output;

pub use buildkit_proto::pb::CacheSharingOpt;

/// Something mounted into a command's tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// Where, from the root. May be empty only for an SSH agent, which then gets BuildKit's place for it.
    pub dest: String,
    /// What.
    pub kind: MountKind,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq)]
pub enum MountKind {
    /// A tree.
    Bind(Bind),
    /// A directory that outlives the build.
    Cache(Cache),
    /// A file system in memory.
    Tmpfs(Tmpfs),
    /// A secret, as a file.
    Secret(Secret),
    /// The client's SSH agent, as a socket.
    Ssh(Ssh),
}

/// A tree, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bind {
    /// The tree.
    pub input: Option<Output>,
    /// The path in it that is mounted; all if empty.
    pub selector: String,
    /// What the command may do with it.
    pub access: Access,
}

/// What a command may do with a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Read. BuildKit compares what is in the tree, not how it came to be.
    #[default]
    ReadOnly,
    /// Write, and what is written is an output.
    Writable,
    /// Write, and what is written is forgotten.
    WritableNoOutput,
}

/// A directory that outlives the build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    /// Commands with the same id share; where it is mounted if empty.
    pub id: String,
    /// What happens when two commands want it at once.
    pub sharing: CacheSharingOpt,
    /// What is in it at first, and whose it is.
    pub input: Option<Output>,
    /// The path in `input` that counts; all if empty.
    pub selector: String,
    /// Lets the command read it only.
    pub readonly: bool,
}

/// A file system in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tmpfs {
    /// Bytes; 0 is no limit.
    pub size: i64,
}

/// A secret, as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The client's name for it.
    pub id: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
    /// Runs without it if the client has none.
    pub optional: bool,
}

/// The client's SSH agent, as a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ssh {
    /// The client's name for it; its default one if empty.
    pub id: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
    /// Runs without it if the client has none.
    pub optional: bool,
}

impl Default for Secret {
    /// Only root may read it.
    fn default() -> Self {
        Self { id: String::new(), uid: 0, gid: 0, mode: 0o400, optional: false }
    }
}

impl Default for Ssh {
    /// Only root may use it.
    fn default() -> Self {
        Self { id: String::new(), uid: 0, gid: 0, mode: 0o600, optional: false }
    }
}

impl Mount {
    /// A tree to read.
    pub fn read_only(dest: impl Into<String>, input: Option<Output>) -> Self {
        Self::bind(dest, input, Access::ReadOnly)
    }

    /// A tree to change; the changed tree is in [`ExecOutputs`](crate::ExecOutputs).
    pub fn writable(dest: impl Into<String>, input: Option<Output>) -> Self {
        Self::bind(dest, input, Access::Writable)
    }

    fn bind(dest: impl Into<String>, input: Option<Output>, access: Access) -> Self {
        Self { dest: dest.into(), kind: MountKind::Bind(Bind { input, selector: String::new(), access }) }
    }

    pub(crate) fn encode(&self, input: i64, output: i64) -> pb::Mount {
        let mut mount = pb::Mount { input, output, dest: self.dest.clone(), ..pb::Mount::default() };
        mount.set_mount_type(self.kind.mount_type());
        match &self.kind {
            MountKind::Bind(bind) => {
                mount.selector.clone_from(&bind.selector);
                mount.readonly = bind.access == Access::ReadOnly;
            }
            MountKind::Cache(cache) => {
                mount.selector.clone_from(&cache.selector);
                mount.readonly = cache.readonly;
                let id = if cache.id.is_empty() { &self.dest } else { &cache.id };
                mount.cache_opt = Some(pb::CacheOpt { id: id.clone(), sharing: cache.sharing.into() });
            }
            MountKind::Tmpfs(tmpfs) => mount.tmpfs_opt = Some(pb::TmpfsOpt { size: tmpfs.size }),
            MountKind::Secret(Secret { id, uid, gid, mode, optional }) => {
                let (id, uid, gid, mode, optional) = (id.clone(), *uid, *gid, *mode, *optional);
                mount.secret_opt = Some(pb::SecretOpt { id, uid, gid, mode, optional });
            }
            MountKind::Ssh(Ssh { id, uid, gid, mode, optional }) => {
                let (id, uid, gid, mode, optional) = (id.clone(), *uid, *gid, *mode, *optional);
                mount.ssh_opt = Some(pb::SshOpt { id, uid, gid, mode, optional });
            }
        }
        mount
    }
}

impl MountKind {
    /// Whether it holds files, and so may have an input and stands among the sorted mounts.
    pub(crate) fn is_tree(&self) -> bool {
        match self {
            Self::Bind(_) | Self::Cache(_) | Self::Tmpfs(_) => true,
            Self::Secret(_) | Self::Ssh(_) => false,
        }
    }

    pub(crate) fn input(&self) -> Option<Output> {
        match self {
            Self::Bind(bind) => bind.input,
            Self::Cache(cache) => cache.input,
            Self::Tmpfs(_) | Self::Secret(_) | Self::Ssh(_) => None,
        }
    }

    pub(crate) fn has_output(&self) -> bool {
        matches!(self, Self::Bind(Bind { access: Access::Writable, .. }))
    }

    fn selector(&self) -> &str {
        match self {
            Self::Bind(bind) => &bind.selector,
            Self::Cache(cache) => &cache.selector,
            Self::Tmpfs(_) | Self::Secret(_) | Self::Ssh(_) => "",
        }
    }

    fn mount_type(&self) -> pb::MountType {
        match self {
            Self::Bind(_) => pb::MountType::Bind,
            Self::Cache(_) => pb::MountType::Cache,
            Self::Tmpfs(_) => pb::MountType::Tmpfs,
            Self::Secret(_) => pb::MountType::Secret,
            Self::Ssh(_) => pb::MountType::Ssh,
        }
    }

    pub(crate) fn caps(&self) -> Vec<&'static str> {
        let mut caps = match self {
            Self::Bind(bind) => bind.input.map(|_| caps::EXEC_MOUNT_BIND).into_iter().collect(),
            Self::Cache(_) => vec![caps::EXEC_MOUNT_CACHE, caps::EXEC_MOUNT_CACHE_SHARING],
            Self::Tmpfs(Tmpfs { size: 0 }) => vec![caps::EXEC_MOUNT_TMPFS],
            Self::Tmpfs(_) => vec![caps::EXEC_MOUNT_TMPFS, caps::EXEC_MOUNT_TMPFS_SIZE],
            Self::Secret(_) => vec![caps::EXEC_MOUNT_SECRET],
            Self::Ssh(_) => vec![caps::EXEC_MOUNT_SSH],
        };
        caps.extend((!self.selector().is_empty()).then_some(caps::EXEC_MOUNT_SELECTOR));
        caps
    }
}
