//! The smallest frontend: every build file gives an image with one file, `/hello`.

use std::process::ExitCode;

use buildkit_frontend::{BuildResult, BuiltImage, serve};
use buildkit_llb::{File, Graph, Mkfile, SCRATCH};
use serde_json::json;

fn main() -> ExitCode {
    serve(async |client, environment| {
        let platform = environment.worker_platforms.first().cloned().unwrap_or_default();
        let mut graph = Graph::new(platform.clone());
        let hello = File::new(SCRATCH, [Mkfile::new("/hello", 0o644, "Hello from BuildKit\n")]);
        let files = graph.add(hello, "write /hello");
        let tree = client.solve(graph.definition(files)?.pb, &[], false).await?;
        let config = json!({ "architecture": platform.architecture, "os": platform.os });
        Ok(BuildResult::image(BuiltImage::new(platform, tree, config)))
    })
}
