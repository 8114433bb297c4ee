//! The graph: ops are added, never changed, and use only what was added before. So there are no cycles, and the same
//! calls give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_proto::pb;

use crate::combine;
use crate::decode::{self, DecodeError};
use crate::definition::{self, Definition};
use crate::exec::{Exec, ExecOutputs, Left};
use crate::file::File;
use crate::git::Git;
use crate::source::{Http, Image, Local, OciLayout};
use crate::{LinuxResources, Metadata, Range, SourceFile, caps};

/// A target platform, in the words of the OCI image specification: `linux`, `arm64`, `v8`.
pub use buildkit_proto::pb::Platform;

/// Steps and what they use, for one platform.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    platform: Platform,
    vertices: Vec<Vertex>,
    by_digest: BTreeMap<String, usize>,
    files: Vec<pb::SourceInfo>,
}

/// One tree that a step leaves behind. Belongs to the graph that gave it; in another graph it means something else.
///
/// Where an `Option<Output>` is asked for, `None` is scratch: the empty tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    pub(crate) vertex: usize,
    pub(crate) index: i64,
}

/// A file that steps come from, registered with [`Graph::source_file`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(usize);

/// A step that leaves one tree behind, or one of whose trees matters most.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// See [`Image`].
    Image(Image),
    /// See [`OciLayout`].
    OciLayout(OciLayout),
    /// See [`Local`].
    Local(Local),
    /// See [`Git`].
    Git(Box<Git>),
    /// See [`Http`].
    Http(Http),
    /// See [`Exec`].
    Exec(Box<Exec>),
    /// See [`File`].
    File(File),
}

macro_rules! into_op {
    ($($kind:ident: $wrap:expr),+) => {$(
        impl From<$kind> for Op {
            fn from(op: $kind) -> Self {
                Self::$kind($wrap(op))
            }
        }
    )+};
}
into_op!(Image: |op| op, OciLayout: |op| op, Local: |op| op, Git: Box::new, Http: |op| op, Exec: Box::new, File: |op| op);

/// An op as the wire has it, except that its inputs are handles.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub op: pb::op::Op,
    pub inputs: Vec<Output>,
    pub platform: Option<Platform>,
    pub caps: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub digest: String,
    pub bytes: Vec<u8>,
    pub inputs: Vec<Output>,
    pub metadata: pb::OpMetadata,
    pub locations: Vec<pb::Location>,
}

impl Graph {
    /// An empty graph. Images and commands that do not name a platform of their own are for `platform`.
    pub fn new(platform: Platform) -> Self {
        Self { platform, ..Self::default() }
    }

    /// The platform this graph is for.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Adds a step and gives what it leaves behind: of a command, its root, or if that is only read, the tree of its
    /// first writable mount.
    ///
    /// Two steps with the same bytes are one; the later metadata is laid over the earlier.
    pub fn add(&mut self, op: impl Into<Op>, metadata: Metadata) -> Output {
        let lowered = match op.into() {
            Op::Image(image) => image.lower(&self.platform),
            Op::OciLayout(layout) => layout.lower(&self.platform),
            Op::Local(local) => local.lower(),
            Op::Git(git) => git.lower(),
            Op::Http(http) => http.lower(),
            Op::Exec(exec) => {
                let (lowered, left) = exec.lower(&self.platform);
                let root = left.iter().position(|left| *left == Left::Root);
                let vertex = self.insert(lowered, metadata);
                return Output { vertex, index: position(root.unwrap_or(0)) };
            }
            Op::File(file) => file.lower(),
        };
        Output { vertex: self.insert(lowered, metadata), index: 0 }
    }

    /// Adds a command and gives its root and what it leaves behind in writable mounts.
    pub fn exec(&mut self, exec: Exec, metadata: Metadata) -> ExecOutputs {
        let mut outputs = ExecOutputs { root: exec.root, mounts: Vec::new() };
        let (lowered, left) = exec.lower(&self.platform);
        let vertex = self.insert(lowered, metadata);
        for (number, left) in left.into_iter().enumerate() {
            let output = Output { vertex, index: position(number) };
            match left {
                Left::Root => outputs.root = Some(output),
                Left::Mount(dest) => outputs.mounts.push((dest, output)),
            }
        }
        outputs
    }

    /// Lays trees on top of each other, the first lowest. Needs the cap [`caps::MERGE`].
    ///
    /// Scratch adds nothing, so of less than two trees nothing is made: the one is given back, or scratch.
    pub fn merge(&mut self, inputs: &[Option<Output>], metadata: Metadata) -> Option<Output> {
        let inputs: Vec<Output> = inputs.iter().flatten().copied().collect();
        if inputs.len() < 2 {
            return inputs.first().copied();
        }
        Some(Output { vertex: self.insert(combine::merge(inputs), metadata), index: 0 })
    }

    /// What `upper` has over `lower`. Needs the cap [`caps::DIFF`].
    ///
    /// Over scratch that is all of `upper`, and nothing is made.
    pub fn diff(
        &mut self,
        lower: Option<Output>,
        upper: Option<Output>,
        metadata: Metadata,
    ) -> Option<Output> {
        let Some(lower) = lower else { return upper };
        Some(Output { vertex: self.insert(combine::diff(lower, upper), metadata), index: 0 })
    }

    /// Adds the steps of a graph that came from elsewhere, as they are, and gives its result.
    pub fn import(&mut self, foreign: &pb::Definition) -> Result<Option<Output>, DecodeError> {
        let decoded = decode::decode(foreign)?;
        let source = foreign.source.as_ref();
        let first_file = self.files.len();
        self.files.extend(source.iter().flat_map(|source| source.infos.iter().cloned()));
        let mut places: Vec<usize> = Vec::new();
        let here = |places: &[usize], input: &decode::Edge| Output {
            vertex: places[input.vertex],
            index: input.index,
        };
        for vertex in decoded.vertices {
            let inputs = vertex.inputs.iter().map(|input| here(&places, input)).collect();
            let mut locations = Vec::new();
            let theirs = source.and_then(|source| source.locations.get(&vertex.digest));
            for location in theirs.iter().flat_map(|theirs| &theirs.locations) {
                let place = usize::try_from(location.source_index).map(|file| FileId(first_file + file));
                // A place in a file that is not there tells nobody anything.
                if let Some(file) = place.ok().filter(|file| file.0 < self.files.len()) {
                    locations.push(location_in(file, location.ranges.clone()));
                }
            }
            let known = Vertex {
                digest: vertex.digest,
                bytes: vertex.bytes,
                inputs,
                metadata: vertex.metadata,
                locations,
            };
            places.push(self.insert_encoded(known));
        }
        Ok(decoded.result.map(|result| here(&places, &result)))
    }

    /// Registers a file that steps come from, for [`Graph::locate`].
    pub fn source_file(&mut self, file: SourceFile) -> FileId {
        let SourceFile { filename, data, language, definition } = file;
        self.files.push(pb::SourceInfo { filename, data, definition, language });
        FileId(self.files.len() - 1)
    }

    /// Says where a step comes from. If it fails, the user is shown these lines.
    pub fn locate(&mut self, output: Output, file: FileId, ranges: &[Range]) {
        let ranges = ranges.iter().map(|range| range.encode()).collect();
        let location = location_in(file, ranges);
        let locations = &mut self.vertices[output.vertex].locations;
        if !locations.contains(&location) {
            locations.push(location);
        }
    }

    /// The digest of the step that leaves `output` behind, `sha256:…`: the vertex in BuildKit's words.
    pub fn digest(&self, output: Output) -> &str {
        &self.vertices[output.vertex].digest
    }

    /// The part of the graph that leads to `output`, ready to be sent. Of scratch it is empty.
    pub fn definition(&self, output: Option<Output>) -> Definition {
        definition::definition(&self.vertices, &self.files, output)
    }

    fn insert(&mut self, lowered: Lowered, metadata: Metadata) -> usize {
        let Lowered { op, inputs, platform, caps } = lowered;
        let wire = pb::Op {
            inputs: inputs.iter().map(|input| self.input(*input)).collect(),
            op: Some(op),
            platform,
            constraints: Some(pb::WorkerConstraints::default()),
        };
        let bytes = definition::encode(&wire);
        let digest = definition::digest(&bytes);
        let metadata = encode_metadata(metadata, &caps);
        self.insert_encoded(Vertex { digest, bytes, inputs, metadata, locations: Vec::new() })
    }

    fn insert_encoded(&mut self, vertex: Vertex) -> usize {
        if let Some(&known) = self.by_digest.get(&vertex.digest) {
            let twin = &mut self.vertices[known];
            overlay(&mut twin.metadata, vertex.metadata);
            let new: Vec<_> =
                vertex.locations.into_iter().filter(|place| !twin.locations.contains(place)).collect();
            twin.locations.extend(new);
            return known;
        }
        self.by_digest.insert(vertex.digest.clone(), self.vertices.len());
        self.vertices.push(vertex);
        self.vertices.len() - 1
    }

    pub(crate) fn input(&self, output: Output) -> pb::Input {
        pb::Input { digest: self.vertices[output.vertex].digest.clone(), index: output.index }
    }
}

fn location_in(file: FileId, ranges: Vec<pb::Range>) -> pb::Location {
    pb::Location { source_index: i32::try_from(file.0).unwrap_or(i32::MAX), ranges }
}

fn encode_metadata(metadata: Metadata, caps: &[&str]) -> pb::OpMetadata {
    let Metadata { name, mut description, ignore_cache, progress_group, linux_resources } = metadata;
    if !name.is_empty() {
        description.insert(crate::CUSTOM_NAME.to_owned(), name);
    }
    description.retain(|_, text| !text.is_empty());
    let linux_resources = linux_resources.filter(|limits| *limits != LinuxResources::default());
    let limited = linux_resources.as_ref().map(|_| caps::EXEC_LINUX_RESOURCES);
    let caps: BTreeSet<&str> = caps.iter().copied().chain(limited).collect();
    pb::OpMetadata {
        ignore_cache,
        description,
        export_cache: None,
        caps: caps.into_iter().map(|cap| (cap.to_owned(), true)).collect(),
        progress_group,
        linux_resources,
    }
}

/// What is said about the same step twice: the later word counts, and no cap is lost.
fn overlay(earlier: &mut pb::OpMetadata, later: pb::OpMetadata) {
    earlier.ignore_cache |= later.ignore_cache;
    earlier.description.extend(later.description);
    earlier.caps.extend(later.caps);
    earlier.export_cache = later.export_cache.or(earlier.export_cache);
    earlier.progress_group = later.progress_group.or_else(|| earlier.progress_group.take());
    earlier.linux_resources = later.linux_resources.or_else(|| earlier.linux_resources.take());
}

/// Collects an op's inputs; the same output twice is one input.
#[derive(Debug, Default)]
pub(crate) struct Inputs(pub Vec<Output>);

impl Inputs {
    /// The position among the inputs, −1 for scratch.
    pub(crate) fn add(&mut self, output: Option<Output>) -> i64 {
        let Some(output) = output else { return SCRATCH };
        let place = self.0.iter().position(|known| *known == output).unwrap_or_else(|| {
            self.0.push(output);
            self.0.len() - 1
        });
        position(place)
    }
}

/// The position of an input that is not there.
pub(crate) const SCRATCH: i64 = -1;

/// A position as the wire counts.
pub(crate) fn position(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
