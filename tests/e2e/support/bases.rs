//! Base images that the tests build.

use super::docker::docker;
use super::folder::Folder;
use super::machine::{base_image, registry};

pub(in crate::e2e) const DEBIAN_11: &str = "SUITE=bullseye";
pub(in crate::e2e) const DEBIAN_13: &str = "SUITE=trixie";

/// Builds a target of `bases.Dockerfile`, and pushes it to the engine's registry.
pub(in crate::e2e) fn base(target: &str, args: &[&str]) -> String {
    let folder = Folder::new();
    folder.write("Dockerfile", &include_str!("bases.Dockerfile").into());
    let registry = registry();
    let name = format!(
        "{registry}/airflow-frontend-e2e/{target}:{}",
        args.concat().replace(['=', '/'], "-").to_lowercase()
    );
    let name = name.trim_end_matches(':').to_owned();
    let own = format!("--build-arg=BASE={}", base_image());
    let args: Vec<String> = args.iter().map(|arg| format!("--build-arg={arg}")).collect();
    let mut call =
        vec!["buildx", "build", "--progress=plain", "--provenance=false", "--target", target, &own];
    call.extend(args.iter().map(String::as_str));
    let path = folder.0.display().to_string();
    call.extend(["--push", "--tag", &name, &path]);
    docker(&call).succeeded();
    // The classic image store keeps what it pushes.
    docker(&["image", "rm", "--force", &name]);
    name
}
