//! Graphs from elsewhere, as a base to build on.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_proto::pb;

use crate::decode::{self, DecodeError, Edge};
use crate::definition::Vertex;
use crate::graph::{FileId, Graph, location_in};
use crate::output::Output;

impl Graph {
    /// Adds the steps of another graph unchanged, and returns its result; `None` if that is scratch.
    pub fn import(&mut self, foreign: &pb::Definition) -> Result<Option<Output>, DecodeError> {
        let decoded = decode::decode(foreign)?;
        let source = foreign.source.as_ref();
        let first_file = self.files.len();
        self.files.extend(source.iter().flat_map(|source| source.infos.iter().cloned()));

        // Go's client treats a step with several used outputs as one step per output.
        let edge = |edge: &Edge| (edge.vertex, edge.index);
        let inputs = decoded.vertices.iter().flat_map(|vertex| &vertex.inputs);
        let used: BTreeSet<(usize, i64)> = inputs.chain(&decoded.result).map(edge).collect();
        let mut outputs: BTreeMap<(usize, i64), Output> = BTreeMap::new();
        for (place, index) in used {
            let vertex = &decoded.vertices[place];
            let theirs = source.and_then(|source| source.locations.get(&vertex.digest));
            let theirs = theirs.iter().flat_map(|theirs| &theirs.locations);
            let step = self.push(Vertex {
                digest: vertex.digest.clone(),
                bytes: vertex.bytes.clone(),
                visits: vertex.inputs.iter().map(|input| outputs[&edge(input)].vertex).collect(),
                metadata: vertex.metadata.clone(),
                locations: theirs.filter_map(|location| self.located(first_file, location)).collect(),
            });
            outputs.insert((place, index), step.at(index));
        }
        Ok(decoded.result.map(|result| outputs[&edge(&result)]))
    }

    /// The location with our number of the file; none if the graph does not have the file.
    fn located(&self, first_file: usize, location: &pb::Location) -> Option<pb::Location> {
        let file = FileId(first_file + usize::try_from(location.source_index).ok()?);
        (file.0 < self.files.len()).then(|| location_in(file, location.ranges.clone()))
    }
}
