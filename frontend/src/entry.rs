//! What is at a path of a tree.

use buildkit_proto::fsutil::types::Stat;

/// A file or directory of a tree that BuildKit holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The name in its directory.
    pub name: String,
    /// File, directory, …
    pub kind: EntryKind,
    /// Permission bits.
    pub permissions: u32,
    /// Bytes.
    pub size: u64,
    /// The time of the last change, in seconds since 1970.
    pub modified: i64,
    /// The target of a link; empty otherwise.
    pub link: String,
}

/// The kind of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a pipe, a socket.
    Special,
}

impl From<Stat> for Entry {
    fn from(stat: Stat) -> Self {
        Self {
            name: stat.path,
            kind: kind(stat.mode),
            permissions: stat.mode & 0o777,
            size: u64::try_from(stat.size).unwrap_or_default(),
            modified: stat.mod_time.div_euclid(1_000_000_000),
            link: stat.linkname,
        }
    }
}

/// Reads the bits of Go's `fs.FileMode`, which differ from those of Unix.
fn kind(mode: u32) -> EntryKind {
    const DIRECTORY: u32 = 1 << 31;
    const LINK: u32 = 1 << 27;
    const SPECIAL: u32 = 1 << 26 | 1 << 25 | 1 << 24 | 1 << 21 | 1 << 19;
    match mode {
        mode if mode & DIRECTORY != 0 => EntryKind::Directory,
        mode if mode & LINK != 0 => EntryKind::Link,
        mode if mode & SPECIAL != 0 => EntryKind::Special,
        _ => EntryKind::File,
    }
}
