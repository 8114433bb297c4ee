//! Changes to files without running a command.

use buildkit_proto::pb;
use pb::file_action::Action as Wire;

use crate::action::{Action, Mode, Owner, User};
use crate::caps;
use crate::op::{Inputs, Lowered, NO_INPUT, Op, position};
use crate::output::Output;
use crate::path::{clean, clean_destination};
use crate::platform::Platform;

/// Changes to a tree, applied in order. Paths are made absolute, except those of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The tree to change.
    pub base: Option<Output>,
    /// The changes; at least one is required.
    pub actions: Vec<Action>,
}

impl File {
    /// Changes to a tree.
    pub fn new(
        base: impl Into<Option<Output>>,
        actions: impl IntoIterator<Item = impl Into<Action>>,
    ) -> Self {
        Self { base: base.into(), actions: actions.into_iter().map(Into::into).collect() }
    }
}

impl Op for File {
    type Outputs = Output;

    fn lower(self, _: &Platform, add: impl FnOnce(Lowered) -> Output) -> Output {
        let mut inputs = Inputs::default();
        let base = inputs.add(self.base);
        let sources: Vec<i64> = self.actions.iter().map(|action| inputs.add(source(action))).collect();
        // Go's client visits the actions from the last to the first.
        let sources_last_first = self.actions.iter().rev().filter_map(source);
        let visits = self.base.into_iter().chain(sources_last_first).collect();
        let last = self.actions.len().saturating_sub(1);
        let actions = self.actions.into_iter().zip(sources).enumerate().map(|(place, (action, from))| {
            pb::FileAction {
                // Each change builds on the one before, whose result is numbered after the inputs of the op.
                input: if place == 0 { base } else { position(inputs.wire.len() + place - 1) },
                secondary_input: from,
                output: if place == last { 0 } else { NO_INPUT },
                action: Some(encode(action, base)),
            }
        });
        let op = pb::op::Op::File(pb::FileOp { actions: actions.collect() });
        add(Lowered { op, inputs: Inputs { visits, ..inputs }, platform: None, caps: vec![caps::FILE] })
    }
}

fn source(action: &Action) -> Option<Output> {
    match action {
        Action::Copy(copy) => copy.from,
        Action::Mkfile(_) | Action::Mkdir(_) | Action::Rm(_) | Action::Symlink(_) => None,
    }
}

fn encode(action: Action, base: i64) -> Wire {
    let owned = |owner: Option<Owner>| owner.map(|owner| chown(owner, base));
    match action {
        Action::Copy(copy) => {
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
        Action::Mkfile(file) => Wire::Mkfile(pb::FileActionMkFile {
            path: clean(&file.path),
            mode: permissions(file.mode),
            data: file.data,
            owner: owned(file.owner),
            timestamp: time(file.timestamp),
        }),
        Action::Mkdir(dir) => Wire::Mkdir(pb::FileActionMkDir {
            path: clean(&dir.path),
            mode: permissions(dir.mode),
            make_parents: dir.parents,
            owner: owned(dir.owner),
            timestamp: time(dir.timestamp),
        }),
        Action::Rm(rm) => Wire::Rm(pb::FileActionRm {
            path: clean(&rm.path),
            allow_not_found: rm.allow_missing,
            allow_wildcard: rm.wildcard,
        }),
        Action::Symlink(link) => Wire::Symlink(pb::FileActionSymlink {
            oldpath: link.target,
            newpath: link.link,
            owner: owned(link.owner),
            timestamp: time(link.timestamp),
        }),
    }
}

/// The owner on the wire; names are looked up in the input `base`.
fn chown(owner: Owner, base: i64) -> pb::ChownOpt {
    let encode = |user| {
        let user = match user {
            User::Id(id) => pb::user_opt::User::ById(id),
            User::Name(name) => pb::user_opt::User::ByName(pb::NamedUserOpt { name, input: base }),
        };
        pb::UserOpt { user: Some(user) }
    };
    pb::ChownOpt { user: owner.user.map(encode), group: owner.group.map(encode) }
}

/// The mode and the time of a file that keeps its own; 0 would mean no permissions, or 1970.
const KEEP: i32 = -1;

fn time(timestamp: Option<i64>) -> i64 {
    timestamp.unwrap_or(i64::from(KEEP))
}

fn permissions(mode: u32) -> i32 {
    (mode & 0o777).cast_signed()
}
