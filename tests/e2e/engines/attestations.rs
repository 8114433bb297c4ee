//! Attestations of an image: provenance and SBOM.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::support::build::Build;
use super::super::support::builds::small;
use super::super::support::folder::Folder;
use super::super::support::machine::{MARKER, base_image, frontend, unique};
use super::second;

/// An image in the registry with a unique name.
fn pushed(build: &Build, flags: &[&str]) -> String {
    let tag = format!("localhost:5000/airflow-frontend-e2e-attested:{}", unique());
    build.run(&[flags, &["--push", "--tag", &tag]].concat()).succeeded();
    tag
}

/// The value of a key in `docker buildx imagetools inspect` of an image in the registry.
fn attested(tag: &str, key: &str) -> Value {
    let format = format!("{{{{json .{key}}}}}");
    let output = second().docker(&["buildx", "imagetools", "inspect", tag, "--format", &format]).succeeded();
    serde_json::from_str(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_provenance_lists_every_source_with_its_digest_and_no_secret() {
    let tag = pushed(&small().on(&second()), &["--provenance=mode=max"]);
    let provenance = attested(&tag, "Provenance");

    let materials = provenance["SLSA"]["materials"].as_array().cloned().unwrap_or_default();
    for image in [base_image(), frontend()] {
        let name = image
            .rsplit_once(':')
            .filter(|(_, tag)| !tag.contains('/'))
            .map_or(image.as_str(), |(name, _)| name);
        let found = materials.iter().find(|material| {
            let uri = material["uri"].as_str().unwrap_or_default();
            uri.starts_with(&format!("pkg:docker/{name}@"))
        });
        let digest = found.map(|material| material["digest"]["sha256"].as_str().unwrap_or_default().len());
        assert_eq!(digest, Some(64), "{image} is not among {materials:#?}");
    }
    let text = provenance.to_string();
    // The graph is in it, with every step of the plan.
    assert!(text.contains("install-airflow.sh"), "the graph is not in {provenance:#}");
    assert!(!text.contains(MARKER), "the secret is in {provenance:#}");
}

/// A scanner for BuildKit, which lists the Python packages of the given tree.
const SCANNER: &str = r#"#!/bin/bash
set -euo pipefail
packages=$(cd "$BUILDKIT_SCAN_SOURCE" && find home/airflow -name '*.dist-info' | sort | while read -r folder; do
    name=$(basename "$folder" .dist-info)
    printf ',{"SPDXID":"SPDXRef-%s","name":"%s","versionInfo":"%s","downloadLocation":"NOASSERTION"}' \
        "${name//[^a-zA-Z0-9.]/-}" "${name%-*}" "${name##*-}"
done)
cat >"$BUILDKIT_SCAN_DESTINATION/python.spdx.json" <<STATEMENT
{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://spdx.dev/Document", "predicate": {
  "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "name": "python",
  "documentNamespace": "https://example.com/python", "packages": [${packages#,}]}}
STATEMENT
"#;

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_scanner_sees_the_packages_of_the_image() {
    let scanner = "localhost:5000/airflow-frontend-e2e-scanner";
    let folder = Folder::new();
    folder.write("scan", &SCANNER.into());
    let file = format!("FROM {}\nCOPY --chmod=755 scan /scan\nENTRYPOINT [\"/scan\"]\n", base_image());
    folder.write("Dockerfile", &file.as_str().into());
    let path = folder.0.display().to_string();
    second()
        .docker(&["buildx", "build", "--provenance=false", "--push", "--tag", scanner, &path])
        .succeeded();

    let tag = pushed(&small().on(&second()), &[&format!("--attest=type=sbom,generator={scanner}")]);
    let document = attested(&tag, "SBOM")["SPDX"].take();
    assert_eq!(document["spdxVersion"], "SPDX-2.3", "{document:#}");
    let packages: BTreeSet<(&str, &str)> = document["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| Some((package["name"].as_str()?, package["versionInfo"].as_str()?)))
        .collect();
    assert!(packages.contains(&("apache_airflow", "2.10.5")) && packages.len() > 100, "{packages:?}");
}
