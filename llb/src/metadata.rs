//! What can be set on a step without changing its digest: names, groups, limits, source locations.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_proto::pb;

use crate::caps;

pub use buildkit_proto::pb::{LinuxResources, ProgressGroup};

/// The key of the description that progress shows.
pub const CUSTOM_NAME: &str = "llb.customname";

/// What can be set on a step without changing its digest. The caps that the step needs are added by the graph.
///
/// A text is a name and nothing else: `graph.add(image, "base image")`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// What progress shows. If empty, BuildKit describes the op.
    pub name: String,
    /// Further descriptions by key. Empty ones are left out.
    pub description: BTreeMap<String, String>,
    /// Runs the step even if nothing changed, and empties its cache mounts.
    pub ignore_cache: bool,
    /// Whether its result may be part of an exported cache. If not set, the exporter decides.
    pub export_cache: Option<bool>,
    /// Shows the step as part of a group.
    pub progress_group: Option<ProgressGroup>,
    /// Resource limits of a command. Needs the cap [`caps::EXEC_LINUX_RESOURCES`].
    pub linux_resources: Option<LinuxResources>,
}

impl Metadata {
    /// A name and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The message for the wire, with the caps that the op needs.
    pub(crate) fn encode(self, caps: &[&'static str]) -> pb::OpMetadata {
        let Self { name, mut description, ignore_cache, export_cache, progress_group, linux_resources } =
            self;
        if !name.is_empty() {
            description.insert(CUSTOM_NAME.to_owned(), name);
        }
        description.retain(|_, text| !text.is_empty());
        let linux_resources = linux_resources.filter(|limits| *limits != LinuxResources::default());
        // Limits have an effect only on commands; other steps do not need the cap.
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

impl From<&str> for Metadata {
    fn from(name: &str) -> Self {
        Self::named(name)
    }
}

impl From<String> for Metadata {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

/// Combines the metadata of a step that was added twice: the later value wins, and no cap is lost.
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
    /// The name that the user is shown.
    pub filename: String,
    /// The text. Errors quote it, so keep it short.
    pub data: Vec<u8>,
    /// The language, such as `Dockerfile`; may be empty.
    pub language: String,
    /// The graph that the file was read from, if any.
    pub definition: Option<pb::Definition>,
}

/// A range in a file, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first position.
    pub start: Position,
    /// The last position.
    pub end: Position,
}

/// A position in a file.
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

    /// The message for the wire, which the `Warn` call takes as well.
    pub fn encode(self) -> pb::Range {
        let place = |Position { line, character }| pb::Position { line, character };
        pb::Range { start: Some(place(self.start)), end: Some(place(self.end)) }
    }
}
