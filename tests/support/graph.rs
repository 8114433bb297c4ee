//! Inspects a solved graph.

use buildkit_llb as llb;
use buildkit_llb::decode::{Decoded, Edge, Vertex};
use buildkit_proto::pb;
use buildkit_proto::pb::op::Op;

/// A decoded graph.
#[derive(Debug)]
pub struct Graph(pub Decoded);

impl Graph {
    pub fn of(definition: &pb::Definition) -> Self {
        Self(llb::decode::decode(definition).unwrap())
    }

    /// The commands, each with its vertex.
    pub fn execs(&self) -> Vec<(&Vertex, &pb::ExecOp)> {
        let mut found = Vec::new();
        for vertex in &self.0.vertices {
            if let Some(Op::Exec(exec)) = &vertex.op.op {
                found.push((vertex, exec));
            }
        }
        found
    }

    /// The sources whose identifier starts so.
    pub fn sources(&self, identifier: &str) -> Vec<&pb::SourceOp> {
        let mut found = Vec::new();
        for vertex in &self.0.vertices {
            if let Some(Op::Source(source)) = &vertex.op.op
                && source.identifier.starts_with(identifier)
            {
                found.push(source);
            }
        }
        found
    }

    /// The file actions, in order.
    pub fn actions(&self) -> Vec<&pb::file_action::Action> {
        let mut found = Vec::new();
        for vertex in &self.0.vertices {
            if let Some(Op::File(file)) = &vertex.op.op {
                found.extend(file.actions.iter().filter_map(|action| action.action.as_ref()));
            }
        }
        found
    }

    /// The names of the vertices in the progress.
    pub fn titles(&self) -> Vec<&str> {
        self.0.vertices.iter().map(|vertex| vertex.metadata.description[llb::CUSTOM_NAME].as_str()).collect()
    }

    /// The number of layers that an exporter finds in the result.
    pub fn layers(&self) -> usize {
        self.0.result.map_or(0, |result| self.layers_of(result))
    }

    fn layers_of(&self, edge: Edge) -> usize {
        let vertex = &self.0.vertices[edge.vertex];
        let below =
            |input: i64| usize::try_from(input).map_or(0, |input| self.layers_of(vertex.inputs[input]));
        match vertex.op.op.as_ref().unwrap() {
            // Layers of the base image do not count.
            Op::Source(_) => 0,
            Op::Exec(exec) => {
                1 + below(exec.mounts.iter().find(|mount| mount.output == edge.index).unwrap().input)
            }
            Op::File(file) => 1 + below(file.actions[0].input),
            Op::Merge(merge) => merge.inputs.iter().map(|input| below(input.input)).sum(),
            Op::Diff(diff) => {
                below(diff.upper.as_ref().unwrap().input) - below(diff.lower.as_ref().unwrap().input)
            }
        }
    }
}
