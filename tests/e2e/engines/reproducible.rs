//! The same inputs make the same image, wherever and whenever it is built.

use std::fs;
use std::thread;

use serde_json::Value;

use super::super::support::build::Build;
use super::super::support::folder::Folder;
use super::super::support::wheels::{from_wheels, wheels};
use super::{empty, second};

/// The digest of an image that is built with all that can be pinned. Attestations have the time of the build in them.
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
    // One has nothing in its caches; the other one runs every step again, with its caches of packages emptied.
    let (empty, second) = (empty(), second());
    let digests = thread::scope(|scope| {
        let builds = [build.clone().on(&empty), build.on(&second).flags(&["--no-cache"])];
        let running = builds.map(|build| scope.spawn(move || digest(&build)));
        running.map(|one| one.join().unwrap())
    });
    assert_eq!(digests[0], digests[1]);
}
