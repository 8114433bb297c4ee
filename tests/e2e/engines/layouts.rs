//! Images on the client's disk instead of a registry.

use std::fs;

use serde_json::Value;

use super::super::support::builds::small;
use super::super::support::folder::Folder;
use super::super::support::machine::{base_image, frontend};
use super::second;

/// An OCI layout with this image, as the value of a named context.
fn layout(image: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("Dockerfile", &format!("FROM {image}\n").as_str().into());
    let path = folder.0.display().to_string();
    let output = format!("type=oci,tar=false,dest={path}/layout");
    second().docker(&["buildx", "build", "--provenance=false", "--output", &output, &path]).succeeded();
    let index: Value =
        serde_json::from_slice(&fs::read(folder.0.join("layout/index.json")).unwrap()).unwrap();
    let digest = index["manifests"][0]["digest"].as_str().unwrap();
    let name = format!("oci-layout://{path}/layout@{digest}");
    (folder, name)
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn frontend_and_base_image_can_be_on_the_disk() {
    let nowhere = "registry.invalid/python:3.11";
    let (_base, base) = layout(&base_image());
    let (_frontend, of_frontend) = layout(&frontend());
    let build = small().on(&second()).with(&[("PYTHON_BASE_IMAGE", nowhere)]).flags(&[
        "--target",
        "build",
        "--build-context",
        &format!("{nowhere}={base}"),
        "--build-arg",
        "BUILDKIT_SYNTAX=registry.invalid/airflow-frontend",
        "--build-context",
        &format!("registry.invalid/airflow-frontend={of_frontend}"),
    ]);
    let image = build.image();
    assert_eq!(image.run(&["--entrypoint", "airflow"], &["version"]).succeeded().last_line(), "2.10.5");
}
