//! The layers that a change pushes to the registry.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::super::support::build::Build;
use super::super::support::builds::small;
use super::super::support::image::Image;
use super::super::support::machine::unique;
use super::second;

/// Debian's databases, which each step that installs packages rewrites.
const DATABASES: [&str; 4] =
    ["/var/lib/dpkg/status", "/var/lib/apt/extended_states", "/etc/ld.so.cache", "/etc/passwd"];

/// Pushes an image; returns the compressed size of each layer by its digest.
fn push(build: &Build, tag: &str) -> BTreeMap<String, u64> {
    build.run(&["--provenance=false", "--push", "--tag", tag]).succeeded();
    let output = second().docker(&["buildx", "imagetools", "inspect", "--raw", tag]).succeeded();
    let manifest: Value = serde_json::from_str(&output.stdout).unwrap();
    let layers = manifest["layers"].as_array().expect("a manifest with layers");
    layers
        .iter()
        .map(|layer| (layer["digest"].as_str().unwrap().to_owned(), layer["size"].as_u64().unwrap()))
        .collect()
}

/// Paths that waste space according to the benchmark, in layers above those of the base image.
fn in_vain(tag: &str) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/compare/layers.py");
    let output = Command::new("python3").args([script, tag, "--above", "1", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(found["compressed"].as_array().is_some_and(|layers| layers.len() > 3), "{found}");
    let shadowed = found["shadowed"].as_array().unwrap().iter();
    // pip contains copies of packages, and licences have the same text in many packages.
    let innocent = |file: &&Value| {
        let texts = [file["path"].as_str().unwrap(), file["how"].as_str().unwrap()];
        texts.iter().any(|text| text.contains("/pip/_vendor/") || text.to_lowercase().contains("licen"))
    };
    let doubled = found["doubled"].as_array().unwrap().iter().filter(|file| !innocent(file));
    shadowed.chain(doubled).map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_additional_python_package_pushes_little_more_than_itself() {
    let tag = format!("localhost:5000/airflow-frontend-e2e-pushed:{}", unique());
    let before = push(&small().on(&second()), &tag);
    // Not in the engine's cache.
    let package = format!("humanize==4.12.0,!=0.0.{}", std::process::id());
    let build = small().on(&second()).with(&[("ADDITIONAL_PYTHON_DEPS", package.as_str())]);
    let after = push(&build, &tag);
    let sent: u64 =
        after.iter().filter(|(digest, _)| !before.contains_key(*digest)).map(|(_, size)| size).sum();

    let image: Image = build.image();
    let added: u64 = image
        .shell("cd ~/.local/lib/python3*/site-packages && find humanize humanize-* -type f -exec cat {} + | wc -c")
        .trim()
        .parse()
        .unwrap();
    assert!(added > 10_000, "the package is not found in the image: {added} bytes");
    assert!(sent > 0 && sent <= added + 1_000_000, "{sent} bytes are pushed for {added} that were added");

    let in_vain: Vec<String> =
        in_vain(&tag).into_iter().filter(|path| !DATABASES.contains(&path.as_str())).collect();
    assert!(in_vain.is_empty(), "hidden by later layers, or in two of them: {in_vain:?}");
}
