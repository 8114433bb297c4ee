//! A step in a few words.

use buildkit_proto::pb;
use pb::file_action::Action;
use pb::op::Op;

use crate::decode::{Edge, Vertex};
use crate::metadata::CUSTOM_NAME;

/// The number of a step, and of its output if that is not the first.
pub(super) fn label(edge: &Edge) -> String {
    if edge.index == 0 {
        (edge.vertex + 1).to_string()
    } else {
        format!("{}.{}", edge.vertex + 1, edge.index)
    }
}

/// The kind of a step.
pub(super) fn kind(op: &pb::Op) -> &'static str {
    match &op.op {
        Some(Op::Source(source)) => {
            match source.identifier.split_once("://").map_or("", |(scheme, _)| scheme) {
                "docker-image" => "image",
                "oci-layout" => "layout",
                "local" => "local",
                "git" => "git",
                "http" | "https" => "http",
                _ => "source",
            }
        }
        Some(Op::Exec(_)) => "exec",
        Some(Op::File(_)) => "file",
        Some(Op::Merge(_)) => "merge",
        Some(Op::Diff(_)) => "diff",
        // An op that a later BuildKit knows.
        None => "other",
    }
}

/// The name of a step, or what it does, in one line.
pub(super) fn title(vertex: &Vertex) -> String {
    let name = vertex.metadata.description.get(CUSTOM_NAME).cloned();
    let text = name.unwrap_or_else(|| summary(&vertex.op));
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
}

fn summary(op: &pb::Op) -> String {
    match &op.op {
        Some(Op::Source(source)) => {
            let id = source.identifier.as_str();
            match id.split_once("://") {
                Some(("docker-image" | "oci-layout" | "local" | "git", name)) => name.to_owned(),
                _ => id.to_owned(),
            }
        }
        Some(Op::Exec(exec)) => exec.meta.as_ref().map(|meta| meta.args.join(" ")).unwrap_or_default(),
        Some(Op::File(file)) => {
            let actions = file.actions.iter().filter_map(|action| action.action.as_ref());
            actions.map(action_summary).collect::<Vec<_>>().join(", ")
        }
        Some(Op::Merge(_) | Op::Diff(_)) | None => String::new(),
    }
}

fn action_summary(action: &Action) -> String {
    match action {
        Action::Copy(copy) => format!("copy {} {}", copy.src, copy.dest),
        Action::Mkfile(file) => format!("mkfile {}", file.path),
        Action::Mkdir(dir) => format!("mkdir {}", dir.path),
        Action::Rm(rm) => format!("rm {}", rm.path),
        Action::Symlink(link) => format!("symlink {} -> {}", link.newpath, link.oldpath),
    }
}
