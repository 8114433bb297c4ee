//! Changes to files without running anything.

use buildkit_proto::pb;
use pb::file_action::Action as Wire;

use crate::caps;
use crate::graph::{Inputs, Lowered, Output, SCRATCH, position};
use crate::path::{clean, clean_destination};

/// Changes to a tree, one after the other. Paths are made absolute, except that of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The tree that is changed.
    pub base: Option<Output>,
    /// The changes; at least one is needed.
    pub actions: Vec<Action>,
}

/// A change to a tree.
#[derive(Clone, Debug, PartialEq)]
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

/// Copies from another tree. [`Copy::new`] sets what Dockerfile's `COPY` sets; the default sets nothing.
#[expect(clippy::struct_excessive_bools, reason = "these are BuildKit's options, each on its own")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copy {
    /// The tree to copy from.
    pub from: Option<Output>,
    /// What to copy, a path in `from`.
    pub src: String,
    /// Where to; a `/` at the end means into this directory.
    pub dest: String,
    /// Whose it becomes; the same as in `from` if none is given.
    pub owner: Option<Owner>,
    /// What its permissions become.
    pub mode: Mode,
    /// Copies what a link points to in place of the link.
    pub follow_symlink: bool,
    /// Copies what is in a directory, not the directory.
    pub contents_only: bool,
    /// Unpacks an archive.
    pub unpack: bool,
    /// Makes the directories on the way to `dest`.
    pub create_dest: bool,
    /// Takes `src` for a pattern.
    pub wildcard: bool,
    /// Is content when a pattern matches nothing.
    pub allow_empty_wildcard: bool,
    /// The time files get, in nanoseconds since 1970, or before it; the same as in `from` if none is given.
    pub timestamp: Option<i64>,
    /// Patterns of what to copy; everything if empty. Needs the cap [`caps::FILE_COPY_PATTERNS`].
    pub include: Vec<String>,
    /// Patterns of what not to copy. Needs the cap [`caps::FILE_COPY_PATTERNS`].
    pub exclude: Vec<String>,
    /// Puts a file where a directory is, and the other way round.
    pub replace_existing: bool,
    /// Paths that must be there. Needs the cap [`caps::FILE_COPY_REQUIRED_PATHS`].
    pub required: Vec<String>,
}

impl Copy {
    /// A copy with the options of Dockerfile's `COPY`.
    pub fn new(from: Option<Output>, src: impl Into<String>, dest: impl Into<String>) -> Self {
        Self {
            from,
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

/// What the permissions of copied files become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The same as before.
    #[default]
    Keep,
    /// These bits.
    Bits(u32),
    /// A change in chmod's words, such as `u=rwX,go=rX`. Since BuildKit 0.17.
    Chmod(String),
}

/// Writes a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mkfile {
    /// Where.
    pub path: String,
    /// Permission bits; BuildKit ignores those above 0777.
    pub mode: u32,
    /// What.
    pub data: Vec<u8>,
    /// Whose it becomes; root's if none is given.
    pub owner: Option<Owner>,
    /// The time it gets, in nanoseconds since 1970; now if none is given.
    pub timestamp: Option<i64>,
}

/// Makes a directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mkdir {
    /// Where.
    pub path: String,
    /// Permission bits; BuildKit ignores those above 0777.
    pub mode: u32,
    /// Makes the directories on the way too, and is content if it exists.
    pub parents: bool,
    /// Whose it becomes; root's if none is given.
    pub owner: Option<Owner>,
    /// The time it gets, in nanoseconds since 1970; now if none is given.
    pub timestamp: Option<i64>,
}

/// Removes a path and all below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rm {
    /// What.
    pub path: String,
    /// Is content when there is nothing.
    pub allow_missing: bool,
    /// Takes `path` for a pattern.
    pub wildcard: bool,
}

/// Makes a symbolic link. Needs the cap [`caps::FILE_SYMLINK`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symlink {
    /// What it points to, word for word.
    pub target: String,
    /// Where the link is, word for word.
    pub link: String,
    /// Whose it becomes; root's if none is given.
    pub owner: Option<Owner>,
    /// The time it gets, in nanoseconds since 1970; now if none is given.
    pub timestamp: Option<i64>,
}

/// Whose a file becomes. Root, where one of the two is not given.
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
    /// By name, looked up in the tree that is changed; so that one must not be scratch.
    Name(String),
}

impl Owner {
    /// User and group by number.
    pub fn ids(user: u32, group: u32) -> Self {
        Self { user: Some(User::Id(user)), group: Some(User::Id(group)) }
    }

    fn encode(self, base: i64) -> pb::ChownOpt {
        let encode = |user| {
            let user = match user {
                User::Id(id) => pb::user_opt::User::ById(id),
                User::Name(name) => pb::user_opt::User::ByName(pb::NamedUserOpt { name, input: base }),
            };
            pb::UserOpt { user: Some(user) }
        };
        pb::ChownOpt { user: self.user.map(encode), group: self.group.map(encode) }
    }
}

impl File {
    pub(crate) fn lower(self) -> Lowered {
        let mut inputs = Inputs::default();
        let base = inputs.add(self.base);
        let sources: Vec<i64> = self.actions.iter().map(|action| inputs.add(action.from())).collect();
        // Go's client goes through the actions from the last to the first.
        let sources_last_first = self.actions.iter().rev().filter_map(Action::from);
        let visits = self.base.into_iter().chain(sources_last_first).collect();
        let last = self.actions.len().saturating_sub(1);
        let actions = self.actions.into_iter().zip(sources).enumerate().map(|(place, (action, from))| {
            pb::FileAction {
                // Each change goes on where the one before left off; its result counts on past the op's inputs.
                input: if place == 0 { base } else { position(inputs.wire.len() + place - 1) },
                secondary_input: from,
                output: if place == last { 0 } else { SCRATCH },
                action: Some(action.encode(base)),
            }
        });
        let op = pb::op::Op::File(pb::FileOp { actions: actions.collect() });
        Lowered { op, inputs: Inputs { visits, ..inputs }, platform: None, caps: vec![caps::FILE] }
    }
}

impl Action {
    fn from(&self) -> Option<Output> {
        match self {
            Self::Copy(copy) => copy.from,
            Self::Mkfile(_) | Self::Mkdir(_) | Self::Rm(_) | Self::Symlink(_) => None,
        }
    }

    fn encode(self, base: i64) -> Wire {
        let owned = |owner: Option<Owner>| owner.map(|owner| owner.encode(base));
        match self {
            Self::Copy(copy) => {
                let (mode, mode_str) = match copy.mode {
                    Mode::Keep => (KEEP, String::new()),
                    Mode::Bits(bits) => (bits.cast_signed(), String::new()),
                    Mode::Chmod(change) => (0, change),
                };
                Wire::Copy(pb::FileActionCopy {
                    src: clean(&copy.src),
                    dest: clean_destination(&copy.dest),
                    owner: owned(copy.owner),
                    mode,
                    follow_symlink: copy.follow_symlink,
                    dir_copy_contents: copy.contents_only,
                    attempt_unpack_docker_compatibility: copy.unpack,
                    create_dest_path: copy.create_dest,
                    allow_wildcard: copy.wildcard,
                    allow_empty_wildcard: copy.allow_empty_wildcard,
                    timestamp: time(copy.timestamp),
                    include_patterns: copy.include,
                    exclude_patterns: copy.exclude,
                    always_replace_existing_dest_paths: copy.replace_existing,
                    mode_str,
                    required_paths: copy.required,
                })
            }
            Self::Mkfile(file) => Wire::Mkfile(pb::FileActionMkFile {
                path: clean(&file.path),
                mode: permissions(file.mode),
                data: file.data,
                owner: owned(file.owner),
                timestamp: time(file.timestamp),
            }),
            Self::Mkdir(dir) => Wire::Mkdir(pb::FileActionMkDir {
                path: clean(&dir.path),
                mode: permissions(dir.mode),
                make_parents: dir.parents,
                owner: owned(dir.owner),
                timestamp: time(dir.timestamp),
            }),
            Self::Rm(rm) => Wire::Rm(pb::FileActionRm {
                path: clean(&rm.path),
                allow_not_found: rm.allow_missing,
                allow_wildcard: rm.wildcard,
            }),
            Self::Symlink(link) => Wire::Symlink(pb::FileActionSymlink {
                oldpath: link.target,
                newpath: link.link,
                owner: owned(link.owner),
                timestamp: time(link.timestamp),
            }),
        }
    }
}

/// The mode and the time of a file that keeps its own; 0 would mean no permissions, and 1970.
const KEEP: i32 = -1;

fn time(timestamp: Option<i64>) -> i64 {
    timestamp.unwrap_or(i64::from(KEEP))
}

fn permissions(mode: u32) -> i32 {
    (mode & 0o777).cast_signed()
}
