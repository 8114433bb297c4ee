//! What is said about a step without changing what it is: names, groups, limits, places in files.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_proto::pb;

use crate::caps;

pub use buildkit_proto::pb::{LinuxResources, ProgressGroup};

/// The key of the description that progress shows.
pub const CUSTOM_NAME: &str = "llb.customname";

/// What is said about a step without changing what it is. What a daemon must be able to do for the step is not in
/// here: the graph derives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// What progress shows; if empty, something BuildKit makes of the op.
    pub name: String,
    /// Anything else, by keys that others know or that are our own. Empty texts are left out.
    pub description: BTreeMap<String, String>,
    /// Runs the step again although nothing changed, and empties its cache mounts.
    pub ignore_cache: bool,
    /// Whether its result may go into an exported cache; as the exporter sees fit if nothing is said.
    pub export_cache: Option<bool>,
    /// Shows the step as part of a larger one.
    pub progress_group: Option<ProgressGroup>,
    /// Limits of a command. Needs the cap [`caps::EXEC_LINUX_RESOURCES`].
    pub linux_resources: Option<LinuxResources>,
}

impl Metadata {
    /// A name and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// As the wire has it, with the caps that the op needs.
    pub(crate) fn encode(self, caps: &[&'static str]) -> pb::OpMetadata {
        let Self { name, mut description, ignore_cache, export_cache, progress_group, linux_resources } =
            self;
        if !name.is_empty() {
            description.insert(CUSTOM_NAME.to_owned(), name);
        }
        description.retain(|_, text| !text.is_empty());
        let linux_resources = linux_resources.filter(|limits| *limits != LinuxResources::default());
        // Only commands can be limited; about any other step it is only something said.
        let limited = linux_resources.is_some() && caps.contains(&caps::EXEC);
        let limits = limited.then_some(caps::EXEC_LINUX_RESOURCES);
        let caps: BTreeSet<&str> = caps.iter().copied().chain(limits).collect();
        pb::OpMetadata {
            ignore_cache,
            description,
            export_cache: export_cache.map(|value| pb::ExportCache { value }),
            caps: caps.into_iter().map(|cap| (cap.to_owned(), true)).collect(),
            progress_group,
            linux_resources,
        }
    }
}

/// What is said about the same step twice: the later word counts, and no cap is lost.
pub(crate) fn overlay(earlier: &mut pb::OpMetadata, later: pb::OpMetadata) {
    earlier.ignore_cache |= later.ignore_cache;
    earlier.description.extend(later.description);
    earlier.caps.extend(later.caps);
    earlier.export_cache = later.export_cache.or(earlier.export_cache);
    earlier.progress_group = later.progress_group.or_else(|| earlier.progress_group.take());
    earlier.linux_resources = later.linux_resources.or_else(|| earlier.linux_resources.take());
}

/// A file that steps come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFile {
    /// As the user is shown it.
    pub filename: String,
    /// The text. It is repeated in errors, so short is better.
    pub data: Vec<u8>,
    /// `YAML`, `Dockerfile`; may be empty.
    pub language: String,
    /// The graph the file was read from, if BuildKit gave it.
    pub definition: Option<pb::Definition>,
}

/// From a place in a file to a place, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first place.
    pub start: Position,
    /// The last place.
    pub end: Position,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Counts from 1.
    pub line: i32,
    /// Counts from 0.
    pub character: i32,
}

impl Range {
    /// Whole lines, both included.
    pub fn lines(first: i32, last: i32) -> Self {
        Self { start: Position { line: first, character: 0 }, end: Position { line: last, character: 0 } }
    }

    /// The range as the wire has it, which is also how `Warn` wants it.
    pub fn encode(self) -> pb::Range {
        let place = |Position { line, character }| pb::Position { line, character };
        pb::Range { start: Some(place(self.start)), end: Some(place(self.end)) }
    }
}
