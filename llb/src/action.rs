//! Changes to files, as the actions of a [`File`](crate::File) step.

use crate::output::Output;

/// A change to a tree.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// See [`struct@Copy`].
    Copy(Box<Copy>),
    /// See [`Mkfile`].
    Mkfile(Mkfile),
    /// See [`Mkdir`].
    Mkdir(Mkdir),
    /// See [`Rm`].
    Rm(Rm),
    /// See [`Symlink`].
    Symlink(Symlink),
}

/// Copies from another tree. [`Copy::new`] sets the options of `COPY` in a Dockerfile; the default sets none.
#[expect(clippy::struct_excessive_bools, reason = "these are BuildKit's options, each on its own")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copy {
    /// The tree to copy from.
    pub from: Option<Output>,
    /// The path in `from`.
    pub src: String,
    /// The destination; with a `/` at the end, the directory to copy into.
    pub dest: String,
    /// The new owner; the owner in `from` if not set.
    pub owner: Option<Owner>,
    /// The new permissions.
    pub mode: Mode,
    /// Copies the target of a symbolic link instead of the link.
    pub follow_symlink: bool,
    /// Copies the content of a directory instead of the directory.
    pub contents_only: bool,
    /// Unpacks an archive.
    pub unpack: bool,
    /// Creates missing parent directories of `dest`.
    pub create_dest: bool,
    /// Treats `src` as a pattern.
    pub wildcard: bool,
    /// Accepts a pattern that matches nothing.
    pub allow_empty_wildcard: bool,
    /// The modification time of files, in nanoseconds since 1970; the time in `from` if not set.
    pub timestamp: Option<i64>,
    /// Patterns of files to copy; everything if empty. Needs the cap [`caps::FILE_COPY_PATTERNS`](crate::caps::FILE_COPY_PATTERNS).
    pub include: Vec<String>,
    /// Patterns of files not to copy. Needs the cap [`caps::FILE_COPY_PATTERNS`](crate::caps::FILE_COPY_PATTERNS).
    pub exclude: Vec<String>,
    /// Replaces a directory by a file, and a file by a directory.
    pub replace_existing: bool,
    /// Paths that must exist. Needs the cap [`caps::FILE_COPY_REQUIRED_PATHS`](crate::caps::FILE_COPY_REQUIRED_PATHS).
    pub required: Vec<String>,
}

impl Copy {
    /// A copy with the options of `COPY` in a Dockerfile.
    pub fn new(from: impl Into<Option<Output>>, src: impl Into<String>, dest: impl Into<String>) -> Self {
        Self {
            from: from.into(),
            src: src.into(),
            dest: dest.into(),
            follow_symlink: true,
            contents_only: true,
            create_dest: true,
            wildcard: true,
            allow_empty_wildcard: true,
            ..Self::default()
        }
    }
}

/// The permissions of copied files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Unchanged.
    #[default]
    Keep,
    /// These bits.
    Bits(u32),
    /// A change in the notation of chmod, such as `u=rwX,go=rX`. Since BuildKit 0.17.
    Chmod(String),
}

/// Writes a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mkfile {
    /// The path.
    pub path: String,
    /// Permission bits; BuildKit ignores those above 0777.
    pub mode: u32,
    /// The content.
    pub data: Vec<u8>,
    /// The owner; root if not set.
    pub owner: Option<Owner>,
    /// The modification time, in nanoseconds since 1970; the current time if not set.
    pub timestamp: Option<i64>,
}

impl Mkfile {
    /// A file with permission bits and content.
    pub fn new(path: impl Into<String>, mode: u32, data: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode, data: data.into(), ..Self::default() }
    }
}

/// Creates a directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mkdir {
    /// The path.
    pub path: String,
    /// Permission bits; BuildKit ignores those above 0777.
    pub mode: u32,
    /// Creates missing parents, and accepts a directory that exists.
    pub parents: bool,
    /// The owner; root if not set.
    pub owner: Option<Owner>,
    /// The modification time, in nanoseconds since 1970; the current time if not set.
    pub timestamp: Option<i64>,
}

impl Mkdir {
    /// A directory with permission bits, and its missing parents.
    pub fn new(path: impl Into<String>, mode: u32) -> Self {
        Self { path: path.into(), mode, parents: true, ..Self::default() }
    }
}

/// Removes a path with everything below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rm {
    /// The path.
    pub path: String,
    /// Accepts a path that does not exist.
    pub allow_missing: bool,
    /// Treats `path` as a pattern.
    pub wildcard: bool,
}

impl Rm {
    /// Removes a path, which must exist.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }
}

/// Creates a symbolic link. Needs the cap [`caps::FILE_SYMLINK`](crate::caps::FILE_SYMLINK).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symlink {
    /// What it points to, unchanged.
    pub target: String,
    /// The path of the link, unchanged.
    pub link: String,
    /// The owner; root if not set.
    pub owner: Option<Owner>,
    /// The modification time, in nanoseconds since 1970; the current time if not set.
    pub timestamp: Option<i64>,
}

impl Symlink {
    /// A link to a target.
    pub fn new(target: impl Into<String>, link: impl Into<String>) -> Self {
        Self { target: target.into(), link: link.into(), ..Self::default() }
    }
}

/// The owner of a file; root where user or group is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub user: Option<User>,
    /// The group.
    pub group: Option<User>,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// By number.
    Id(u32),
    /// By name, which is looked up in the tree to change.
    Name(String),
}

impl Owner {
    /// User and group by number.
    pub fn ids(user: u32, group: u32) -> Self {
        Self { user: Some(User::Id(user)), group: Some(User::Id(group)) }
    }
}

impl From<Copy> for Action {
    fn from(copy: Copy) -> Self {
        Self::Copy(Box::new(copy))
    }
}

macro_rules! into_action {
    ($($kind:ident),+) => {$(
        impl From<$kind> for Action {
            fn from(action: $kind) -> Self {
                Self::$kind(action)
            }
        }
    )+};
}
into_action!(Mkfile, Mkdir, Rm, Symlink);
