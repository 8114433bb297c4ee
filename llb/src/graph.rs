//! The graph: steps are added, never changed, and use only what was added before them. So there are no cycles, and the
//! same calls give the same bytes.

use std::collections::BTreeMap;

use buildkit_proto::pb;

use crate::definition::{self, Definition, Vertex};
use crate::metadata::{CUSTOM_NAME, Metadata, Range, SourceFile};
use crate::op::{Lowered, Op};
use crate::output::{ForeignOutput, Output, beginning};
use crate::platform::Platform;

/// Steps and what they use, for one platform.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    platform: Platform,
    vertices: Vec<Vertex>,
    /// The first vertex with a digest.
    first: BTreeMap<String, usize>,
    pub(crate) files: Vec<pb::SourceInfo>,
    /// The first output of another graph that was used here.
    foreign: Option<ForeignOutput>,
}

/// A file that steps come from, registered with [`Graph::source_file`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(crate) usize);

impl Graph {
    /// An empty graph. Images and commands without a platform of their own are for `platform`.
    pub fn new(platform: Platform) -> Self {
        Self { platform, ..Self::default() }
    }

    /// Adds a step and returns what it produces.
    ///
    /// Steps with the same bytes are sent as one. If the result needs several of them, their metadata is combined, and
    /// the last one that the result leads to wins.
    ///
    /// # Panics
    /// In debug builds, if the step uses an output of another graph. In release builds, [`Graph::definition`] reports it.
    pub fn add<O: Op>(&mut self, op: O, metadata: impl Into<Metadata>) -> O::Outputs {
        let platform = self.platform.clone();
        op.lower(&platform, |lowered| self.insert(lowered, metadata.into()))
    }

    /// Registers a file that steps come from, for [`Graph::locate`].
    pub fn source_file(&mut self, file: SourceFile) -> FileId {
        let SourceFile { filename, data, language, definition } = file;
        self.files.push(pb::SourceInfo { filename, data, definition, language });
        FileId(self.files.len() - 1)
    }

    /// Sets where a step comes from. If it fails, the user sees these lines. Scratch comes from no step.
    ///
    /// # Panics
    /// In debug builds, if the output is of another graph. In release builds, [`Graph::definition`] reports it.
    pub fn locate(&mut self, output: impl Into<Option<Output>>, file: FileId, ranges: &[Range]) {
        let output = output.into().filter(|output| self.owns(*output, || "a source location".to_owned()));
        if let Some(output) = output {
            let ranges = ranges.iter().map(|range| range.encode()).collect();
            self.vertices[output.vertex].locations.push(location_in(file, ranges));
        }
    }

    /// The digest of the step that produces `output`, `sha256:…`, which BuildKit calls the vertex. Empty if the output
    /// is of another graph.
    pub fn digest(&self, output: Output) -> &str {
        if self.foreign("a digest", output).is_some() { "" } else { &self.vertices[output.vertex].digest }
    }

    /// The part of the graph that leads to `output`, ready to be sent. For scratch it is empty.
    ///
    /// # Errors
    /// If a step or `output` is of another graph.
    pub fn definition(&self, output: impl Into<Option<Output>>) -> Result<Definition, ForeignOutput> {
        let output = output.into();
        let foreign = output.and_then(|output| self.foreign("the result", output));
        match self.foreign.clone().or(foreign) {
            Some(foreign) => Err(foreign),
            None => Ok(definition::definition(&self.vertices, &self.files, output)),
        }
    }

    fn insert(&mut self, lowered: Lowered, metadata: Metadata) -> Output {
        let Lowered { op, inputs, platform, caps } = lowered;
        let owned = inputs.visits.iter().all(|input| self.owns(*input, || described(&op, &metadata)));
        let inputs = if owned { inputs } else { Vec::new().into() };
        let input = |output: &Output| pb::Input {
            digest: self.vertices[output.vertex].digest.clone(),
            index: output.index,
        };
        let wire = pb::Op {
            inputs: inputs.wire.iter().map(input).collect(),
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
        let step = beginning(&vertex.digest);
        let first = *self.first.entry(vertex.digest.clone()).or_insert(place);
        self.vertices.push(vertex);
        Output { vertex: place, first, index: 0, step }
    }

    /// Whether an output is of this graph. If not, it is kept for [`Graph::definition`] to report.
    fn owns(&mut self, output: Output, used_by: impl FnOnce() -> String) -> bool {
        if self.foreign("", output).is_none() {
            return true;
        }
        let foreign = self.foreign(&used_by(), output);
        if cfg!(debug_assertions)
            && let Some(foreign) = &foreign
        {
            panic!("{foreign}");
        }
        self.foreign = self.foreign.take().or(foreign);
        false
    }

    fn foreign(&self, used_by: &str, output: Output) -> Option<ForeignOutput> {
        let here = self.vertices.get(output.vertex);
        if here.is_some_and(|here| beginning(&here.digest) == output.step) {
            return None;
        }
        let named = |here: &Vertex| {
            let name = here.metadata.description.get(CUSTOM_NAME);
            name.map_or_else(|| here.digest.clone(), |name| format!("`{name}` ({})", here.digest))
        };
        Some(ForeignOutput { used_by: used_by.to_owned(), output, here: here.map(named) })
    }
}

/// A step by its name, or by its kind.
fn described(op: &pb::op::Op, metadata: &Metadata) -> String {
    let kind = match op {
        pb::op::Op::Source(_) => "a source",
        pb::op::Op::Exec(_) => "a command",
        pb::op::Op::File(_) => "a file step",
        pb::op::Op::Merge(_) => "a merge",
        pb::op::Op::Diff(_) => "a diff",
    };
    if metadata.name.is_empty() { kind.to_owned() } else { format!("step `{}`", metadata.name) }
}

pub(crate) fn location_in(file: FileId, ranges: Vec<pb::Range>) -> pb::Location {
    pb::Location { source_index: i32::try_from(file.0).unwrap_or(i32::MAX), ranges }
}
