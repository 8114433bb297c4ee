//! Images for a platform that is not the engine's own. Their steps are emulated.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::support::build::{Build, vertices};
use super::super::super::support::builds::small;
use super::super::super::support::machine::{of_engine, unique};
use super::super::second;

/// A small image for two platforms, without compilers, whose emulated installation would be slow.
pub(super) fn small_on_both() -> Build {
    small()
        .with(&[("PYTHON_BASE_IMAGE", &of_engine("E2E_BASE_OF_BOTH")), ("DEV_APT_DEPS", "ca-certificates")])
        .flags(&["--platform", "linux/amd64,linux/arm64"])
}

/// The digests of the images behind a tag of the registry, by platform.
pub(super) fn index(tag: &str) -> BTreeMap<String, String> {
    let output = second().docker(&["buildx", "imagetools", "inspect", "--raw", tag]).succeeded();
    let index: Value = serde_json::from_str(&output.stdout).unwrap();
    let images = index["manifests"].as_array().into_iter().flatten();
    images
        .map(|image| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let platform = &image["platform"];
            (format!("{}/{}", text(&platform["os"]), text(&platform["architecture"])), text(&image["digest"]))
        })
        .collect()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn one_build_gives_images_for_two_platforms() {
    let _alone = super::alone();
    let tag = format!("localhost:5000/airflow-frontend-e2e-platforms:{}", unique());
    let flags = ["--progress=rawjson", "--provenance=false", "--push", "--tag", &tag];
    let log = small_on_both().on(&second()).run(&flags).succeeded().stderr;
    let names: Vec<String> = vertices(&log).into_iter().map(|vertex| vertex.name).collect();
    let of = |start: &str| names.iter().filter(|name| name.starts_with(start)).count();
    assert_eq!(of("[linux/arm64 main"), of("[linux/amd64 main"), "{names:?}");
    assert!(of("[linux/arm64 build") > 3, "{names:?}");
    let loads = names.iter().filter(|name| name.contains("load docker-context-files")).count();
    assert_eq!(loads, 1, "the context is the same for both: {names:?}");
    let images = index(&tag);
    assert_eq!(images.keys().collect::<Vec<_>>(), ["linux/amd64", "linux/arm64"]);

    let of_arm = format!("localhost:5000/airflow-frontend-e2e-platforms@{}", images["linux/arm64"]);
    let run = ["run", "--rm", "--platform", "linux/arm64", "--env", "CONNECTION_CHECK_MAX_COUNT=0", &of_arm];
    let command = ["bash", "-c", "uname -m && airflow version"];
    let output = second().docker(&[&run[..], &command].concat()).succeeded();
    assert_eq!(output.stdout.lines().collect::<Vec<_>>(), ["aarch64", "2.10.5"]);
    second().docker(&["image", "rm", "--force", &of_arm]);
}
