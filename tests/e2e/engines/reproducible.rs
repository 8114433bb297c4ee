//! The same inputs give the same image on every engine at any time.

use std::fs;
use std::thread;

use serde_json::Value;

use super::super::support::build::Build;
use super::super::support::folder::Folder;
use super::super::support::wheels::{from_wheels, wheels};
use super::{empty, second};

/// The digest of an image with all inputs pinned. Attestations contain the time of the build.
fn digest(build: &Build) -> String {
    let folder = Folder::new();
    let archive = folder.0.join("image.tar");
    let output = format!("type=oci,rewrite-timestamp=true,dest={}", archive.display());
    build.run(&["--provenance=false", "--output", &output]).succeeded();
    let unpacked =
        std::process::Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder.0).status();
    assert!(unpacked.unwrap().success());
    let index: Value = serde_json::from_slice(&fs::read(folder.0.join("index.json")).unwrap()).unwrap();
    index["manifests"][0]["digest"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn two_engines_make_an_image_of_the_same_digest() {
    let build = from_wheels(&wheels()).with(&[
        ("SOURCE_DATE_EPOCH", "1767225600"),
        ("DEV_APT_DEPS", "gcc"),
        ("RUNTIME_APT_DEPS", "dumb-init openssh-client"),
    ]);
    // One has empty caches; the other one runs every step again, with empty caches of packages.
    let (empty, second) = (empty(), second());
    let digests = thread::scope(|scope| {
        let builds = [build.clone().on(&empty), build.on(&second).flags(&["--no-cache"])];
        let running = builds.map(|build| scope.spawn(move || digest(&build)));
        running.map(|one| one.join().unwrap())
    });
    assert_eq!(digests[0], digests[1]);
}
