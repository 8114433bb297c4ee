//! `docker buildx build --call`, with a base image and files that do not exist.

use serde_json::Value;

use super::support::build::Build;
use super::support::checks::assert_says;
use super::support::docker::docker;
use super::support::folder::Folder;
use super::support::machine::{frontend, unique};

fn asked(args: &[(&str, &str)]) -> Build {
    Build::default().with(args).with(&[
        ("PYTHON_BASE_IMAGE", "registry.invalid/python:3.11.9-slim-bookworm"),
        ("AIRFLOW_VERSION", "2.10.5"),
        ("DOCKER_CONTEXT_FILES", "docker-context-files"),
        ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
    ])
}

fn json(build: &Build, call: &str, code: i32) -> Value {
    let output = build.run(&[&format!("--call={call},format=json")]).exited(code);
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stdout))
}

fn names(of: &Value) -> Vec<&str> {
    of.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_outline_lists_args_with_values_and_secrets() {
    let build = asked(&[("ADDITIONAL_PYTHON_DEPS", "mpi4py")]);
    let text = build.run(&["--call=outline"]).succeeded().stdout;
    assert_says(&text, &["ADDITIONAL_PYTHON_DEPS", "mpi4py", "AIRFLOW_VERSION", "2.10.5", "ca-bundle"]);
    let outline = json(&build, "outline", 0);
    let args = outline["args"].as_array().unwrap();
    let given = args.iter().find(|arg| arg["name"] == "ADDITIONAL_PYTHON_DEPS").unwrap();
    assert_eq!(given["value"], "mpi4py", "{given}");
    assert!(given["description"].as_str().is_some_and(|help| !help.is_empty()), "{given}");
    assert_eq!(names(&outline["secrets"]), ["ca-bundle", "netrc"]);
    assert!(outline["cache"].as_array().is_some_and(|caches| !caches.is_empty()), "{outline:#}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_targets_are_listed() {
    let text = asked(&[]).run(&["--call=targets"]).succeeded().stdout;
    assert_says(&text, &["build", "main (default)"]);
    let targets = json(&asked(&[]), "targets", 0);
    assert_eq!(names(&targets["targets"]), ["build", "main"], "{targets:#}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_requests_are_described() {
    let text = asked(&[]).run(&["--call=subrequests.describe"]).succeeded().stdout;
    assert_says(&text, &["outline", "targets", "lint", "airflow.plan", "airflow.schema"]);
    let requests = json(&asked(&[]), "subrequests.describe", 0);
    assert!(names(&requests).contains(&"frontend.airflow.plan"), "{requests:#}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_check_fails_if_it_has_findings() {
    let sound = asked(&[]);
    let found = asked(&[("ADDITIONAL_PYTHON_DEPS", "mpi4py")]);
    for call in ["--call=check", "--check"] {
        let output = sound.run(&[call]).succeeded();
        assert_says(&(output.stdout + &output.stderr), &["no warnings found"]);
        let output = found.run(&[call]).exited(1);
        assert_says(&(output.stdout + &output.stderr), &["UnpinnedRequirement", "mpi4py"]);
    }
    assert_eq!(json(&sound, "check", 0)["warnings"].as_array().map_or(0, Vec::len), 0);
    let warnings = json(&found, "check", 1)["warnings"].take();
    assert_eq!(warnings[0]["ruleName"], "UnpinnedRequirement", "{warnings:#}");

    let refused = asked(&[("ADDITIONAL_PYHTON_DEPS", "mpi4py")]).run(&["--check"]).exited(1);
    assert_says(&(refused.stdout + &refused.stderr), &["ADDITIONAL_PYHTON_DEPS", "ADDITIONAL_PYTHON_DEPS"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unknown_request_is_rejected() {
    let refused = asked(&[]).run(&["--call=poem"]).exited(1);
    assert_says(&refused.stderr, &["frontend.poem"]);
}

/// Clients request features, which the daemon compares with the labels of the image.
#[test]
#[ignore = "needs an engine: make e2e"]
fn a_feature_that_the_image_does_not_declare_is_rejected_before_it_starts() {
    let declares_less = format!("localhost:5000/airflow-frontend-e2e-declares-less:{}", unique());
    let folder = Folder::new();
    let label = "moby.buildkit.frontend.caps=moby.buildkit.frontend.subrequests";
    folder.write("Dockerfile", &format!("FROM {}\nLABEL {label}\n", frontend()).as_str().into());
    let path = folder.0.display().to_string();
    docker(&["buildx", "build", "--provenance=false", "--push", "--tag", &declares_less, &path]).succeeded();
    let build = asked(&[("BUILDKIT_SYNTAX", &declares_less)]);
    build.run(&["--call=targets"]).succeeded();
    let refused = build.run(&["--call=targets", "--build-context", "other=docker-image://scratch"]).exited(1);
    assert_says(&refused.stderr, &["does not support --build-context"]);
    docker(&["image", "rm", "--force", &declares_less]);
}
