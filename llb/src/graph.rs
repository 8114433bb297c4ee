//! The graph: ops are added, never changed, and use only what was added before. So there are no cycles, and the same
//! calls give the same bytes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use buildkit_proto::pb;

use crate::combine;
use crate::definition::{self, Definition};
use crate::exec::{Exec, ExecOutputs, Left};
use crate::file::File;
use crate::git::Git;
use crate::platform::Platform;
use crate::source::{Http, Image, Local, OciLayout};
use crate::{Metadata, Range, SourceFile};

/// Steps and what they use, for one platform.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    platform: Platform,
    vertices: Vec<Vertex>,
    /// The first vertex with a digest.
    first: BTreeMap<String, usize>,
    pub(crate) files: Vec<pb::SourceInfo>,
}

/// One tree that a step leaves behind. Belongs to the graph that gave it; in another graph it means something else.
///
/// Where an `Option<Output>` is asked for, `None` is scratch: the empty tree. Outputs are equal if they are the same
/// tree, no matter how often the step that makes it was added.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub(crate) vertex: usize,
    /// The first vertex that is the same step.
    first: usize,
    pub(crate) index: i64,
}

impl Output {
    pub(crate) fn at(self, index: i64) -> Self {
        Self { index, ..self }
    }
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Output {}

impl PartialOrd for Output {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Output {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.first, self.index).cmp(&(other.first, other.index))
    }
}

/// A file that steps come from, registered with [`Graph::source_file`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(crate) usize);

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
    pub inputs: Inputs,
    pub platform: Option<Platform>,
    pub caps: Vec<&'static str>,
}

/// A step as it was added. Equal steps are one only when they are sent: what is said about each of them counts where the
/// result leads to it, and what is said last wins, as with Go's client.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub digest: String,
    pub bytes: Vec<u8>,
    /// The vertices it uses, in the order in which Go's client goes through them.
    pub visits: Vec<usize>,
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
    /// Two steps with the same bytes are one when they are sent. If the result needs both, what is said about the one
    /// that it comes to last is laid over what is said about the other.
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
                return self.insert(lowered, metadata).at(position(root.unwrap_or(0)));
            }
            Op::File(file) => file.lower(),
        };
        self.insert(lowered, metadata)
    }

    /// Adds a command and gives its root and what it leaves behind in writable mounts.
    pub fn exec(&mut self, exec: Exec, metadata: Metadata) -> ExecOutputs {
        let mut outputs = ExecOutputs { root: exec.root, mounts: Vec::new() };
        let (lowered, left) = exec.lower(&self.platform);
        let step = self.insert(lowered, metadata);
        for (number, left) in left.into_iter().enumerate() {
            let output = step.at(position(number));
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
        Some(self.insert(combine::merge(inputs), metadata))
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
        Some(self.insert(combine::diff(lower, upper), metadata))
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
        self.vertices[output.vertex].locations.push(location_in(file, ranges));
    }

    /// The digest of the step that leaves `output` behind, `sha256:…`: the vertex in BuildKit's words.
    pub fn digest(&self, output: Output) -> &str {
        &self.vertices[output.vertex].digest
    }

    /// The part of the graph that leads to `output`, ready to be sent. Of scratch it is empty.
    pub fn definition(&self, output: Option<Output>) -> Definition {
        definition::definition(&self.vertices, &self.files, output)
    }

    fn insert(&mut self, lowered: Lowered, metadata: Metadata) -> Output {
        let Lowered { op, inputs, platform, caps } = lowered;
        let wire = pb::Op {
            inputs: inputs.wire.iter().map(|input| self.input(*input)).collect(),
            op: Some(op),
            platform: platform.map(Into::into),
            constraints: Some(pb::WorkerConstraints::default()),
        };
        let bytes = definition::encode(&wire);
        self.push(Vertex {
            digest: definition::digest(&bytes),
            bytes,
            visits: inputs.visits.iter().map(|input| input.vertex).collect(),
            metadata: metadata.encode(&caps),
            locations: Vec::new(),
        })
    }

    pub(crate) fn push(&mut self, vertex: Vertex) -> Output {
        let place = self.vertices.len();
        let first = *self.first.entry(vertex.digest.clone()).or_insert(place);
        self.vertices.push(vertex);
        Output { vertex: place, first, index: 0 }
    }

    fn input(&self, output: Output) -> pb::Input {
        pb::Input { digest: self.vertices[output.vertex].digest.clone(), index: output.index }
    }
}

pub(crate) fn location_in(file: FileId, ranges: Vec<pb::Range>) -> pb::Location {
    pb::Location { source_index: i32::try_from(file.0).unwrap_or(i32::MAX), ranges }
}

/// Collects an op's inputs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// The inputs of the op; the same tree twice is one.
    pub wire: Vec<Output>,
    /// Every handle that was given, in the order in which Go's client goes through them.
    pub visits: Vec<Output>,
}

impl Inputs {
    /// The position among the inputs, −1 for scratch.
    pub(crate) fn add(&mut self, output: Option<Output>) -> i64 {
        let Some(output) = output else { return SCRATCH };
        self.visits.push(output);
        let place = self.wire.iter().position(|known| *known == output).unwrap_or_else(|| {
            self.wire.push(output);
            self.wire.len() - 1
        });
        position(place)
    }
}

impl From<Vec<Output>> for Inputs {
    fn from(outputs: Vec<Output>) -> Self {
        Self { wire: outputs.clone(), visits: outputs }
    }
}

/// The position of an input that is not there.
pub(crate) const SCRATCH: i64 = -1;

/// A position as the wire counts.
pub(crate) fn position(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
