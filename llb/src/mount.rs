//! Mounts of a command.

use buildkit_proto::pb;

use crate::caps;
use crate::output::Output;

pub use buildkit_proto::pb::CacheSharingOpt;

/// A mount of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// The destination. May be empty only for an SSH agent, for which BuildKit has a default.
    pub dest: String,
    /// What is mounted.
    pub kind: MountKind,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MountKind {
    /// A tree, or a path in one.
    Bind(Bind),
    /// A directory that is kept between builds.
    Cache(Cache),
    /// A file system in memory.
    Tmpfs(Tmpfs),
    /// A secret as a file.
    Secret(Secret),
    /// The client's SSH agent as a socket.
    Ssh(Ssh),
}

/// A tree, or a path in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bind {
    /// The tree.
    pub input: Option<Output>,
    /// The path in the tree that is mounted; the whole tree if empty.
    pub selector: String,
    /// Whether the command may write.
    pub access: Access,
}

/// Whether a command may write to a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// It may not. BuildKit then compares the content of the tree, not the steps that produced it.
    #[default]
    ReadOnly,
    /// It may, and the changed tree is an output.
    Writable,
    /// It may, and its changes are discarded.
    WritableNoOutput,
}

/// A directory that is kept between builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    /// Mounts with the same id share a directory; the destination if empty.
    pub id: String,
    /// Whether several commands may use it at once.
    pub sharing: CacheSharingOpt,
    /// Its first content and owner.
    pub input: Option<Output>,
    /// The path in `input` to start from; the whole tree if empty.
    pub selector: String,
    /// Mounts it read-only.
    pub readonly: bool,
}

/// A file system in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tmpfs {
    /// The size in bytes; 0 means no limit.
    pub size: i64,
}

/// A secret as a file.
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
    /// Runs the command even if the client does not have it.
    pub optional: bool,
}

/// The client's SSH agent as a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ssh {
    /// The client's name for it; `default` if empty.
    pub id: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
    /// Runs the command even if the client does not have it.
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
    /// A mount with options of its own: `Mount::new("/tmp", Tmpfs { size: 1 << 20 })`.
    pub fn new(dest: impl Into<String>, kind: impl Into<MountKind>) -> Self {
        Self { dest: dest.into(), kind: kind.into() }
    }

    /// A read-only tree.
    pub fn bind(dest: impl Into<String>, input: impl Into<Option<Output>>) -> Self {
        Self::with_access(dest, input.into(), Access::ReadOnly)
    }

    /// A tree to change; [`ExecOutputs`](crate::ExecOutputs) has the changed tree.
    pub fn writable(dest: impl Into<String>, input: impl Into<Option<Output>>) -> Self {
        Self::with_access(dest, input.into(), Access::Writable)
    }

    /// A directory that is kept between builds. Mounts with the same id share it.
    pub fn cache(dest: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(dest, Cache { id: id.into(), ..Cache::default() })
    }

    /// A file system in memory.
    pub fn tmpfs(dest: impl Into<String>) -> Self {
        Self::new(dest, Tmpfs::default())
    }

    /// A secret as a file that only root can read. The build fails if the client does not have it.
    pub fn secret(dest: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(dest, Secret { id: id.into(), ..Secret::default() })
    }

    /// The client's default SSH agent, with `SSH_AUTH_SOCK` set. The build fails if the client does not forward it.
    pub fn ssh() -> Self {
        Self::new("", Ssh::default())
    }

    pub(crate) fn with_access(dest: impl Into<String>, input: Option<Output>, access: Access) -> Self {
        Self::new(dest, Bind { input, selector: String::new(), access })
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

macro_rules! into_mount_kind {
    ($($kind:ident),+) => {$(
        impl From<$kind> for MountKind {
            fn from(mount: $kind) -> Self {
                Self::$kind(mount)
            }
        }
    )+};
}
into_mount_kind!(Bind, Cache, Tmpfs, Secret, Ssh);

impl MountKind {
    /// Whether it is a directory, which may have an input and is sorted by destination.
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
