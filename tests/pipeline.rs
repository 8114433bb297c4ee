//! Complete builds with the fake BuildKit, from the options to the returned result.

use buildkit_frontend::testing::{Call, Session, Trouble};
use std::time::Duration;

use buildkit_llb as llb;
use buildkit_proto::pb::file_action::Action;
use buildkit_proto::pb::op::Op;
use serde_json::json;

use crate::support::graph::Graph;
use crate::support::scene::{BASE, buildkit};

const OPTIONS: &[(&str, &str)] = &[
    ("filename", "Dockerfile"),
    ("platform", "linux/amd64"),
    ("build-arg:AIRFLOW_VERSION", "2.10.5"),
    ("build-arg:AIRFLOW_EXTRAS", "celery,postgres"),
    ("build-arg:ADDITIONAL_PYTHON_DEPS", "pandas<3\n  polars"),
    ("label:team", "data=1"),
];

fn kinds(session: &Session) -> Vec<&'static str> {
    let decoded = llb::decode::decode(session.definition()).unwrap();
    let kind = |op: &Option<Op>| match op {
        Some(Op::Source(_)) => "source",
        Some(Op::Exec(_)) => "exec",
        Some(Op::File(_)) => "file",
        Some(Op::Merge(_)) => "merge",
        Some(Op::Diff(_)) => "diff",
        None => "none",
    };
    decoded.vertices.iter().map(|vertex| kind(&vertex.op.op)).collect()
}

#[test]
fn a_build_returns_an_image() {
    let session = buildkit().run(OPTIONS);
    session.assert_only_http2();
    assert_eq!(session.exit_code, Some(0), "{}", session.stderr);
    let image = session.json("containerimage.config");
    assert_eq!((image["os"].as_str(), image["architecture"].as_str()), (Some("linux"), Some("amd64")));
    assert_eq!(image["config"]["Labels"]["team"], "data=1");
    assert_eq!(image["config"]["User"], "50000");
    assert!(image["config"].get("Cmd").is_none());
    assert_eq!(image["history"][0]["created_by"], "the base image");
    assert_eq!(session.json("refs.platforms")["Platforms"][0]["ID"], "linux/amd64");
    assert!(session.json("containerimage.base.config")["config"]["Cmd"].is_array());
}

#[test]
fn options_in_any_order_give_the_same_graph() {
    let first = buildkit().run(OPTIONS);
    let mut shuffled = OPTIONS.to_vec();
    shuffled.rotate_left(2);
    shuffled.swap(0, 3);
    assert_eq!(buildkit().run(&shuffled).definition(), first.definition());
}

#[test]
fn trees_are_copied_if_the_worker_cannot_merge_them() {
    let merged = kinds(&buildkit().run(OPTIONS));
    assert!(merged.contains(&"merge") && merged.contains(&"diff"), "{merged:?}");
    for cap in ["mergeop", "diffop"] {
        let copied = kinds(&buildkit().disabled(cap, "not here").run(OPTIONS));
        assert!(!copied.contains(&"merge") && !copied.contains(&"diff"), "{cap}: {copied:?}");
    }
}

#[test]
fn every_platform_gets_a_graph_of_its_own() {
    let mut options = OPTIONS.to_vec();
    options[1] = ("platform", "linux/amd64,linux/arm64");
    let session = buildkit().run(&options);
    for architecture in ["amd64", "arm64"] {
        let id = format!("linux/{architecture}");
        assert_eq!(session.json(&format!("containerimage.config/{id}"))["architecture"], architecture);
        let decoded = llb::decode::decode(session.definition_for(&id)).unwrap();
        let platforms: Vec<_> =
            decoded.vertices.iter().filter_map(|vertex| vertex.op.platform.clone()).collect();
        assert!(platforms.iter().all(|platform| platform.architecture == architecture), "{platforms:?}");
        let named = decoded
            .vertices
            .iter()
            .any(|vertex| vertex.metadata.description[llb::CUSTOM_NAME].starts_with(&format!("[{id} main ")));
        assert!(named, "steps name their platform");
    }
}

#[test]
fn base_images_are_resolved_in_parallel() {
    let slow = buildkit().trouble(Call::ResolveSourceMeta, Trouble::Slow(Duration::from_millis(300)));
    let session = slow.run(&[("platform", "linux/amd64,linux/arm64"), ("build-arg:PYTHON_BASE_IMAGE", BASE)]);
    session.result();
    let asked = session.heard.calls.iter().position(|call| *call == Call::ResolveSourceMeta).unwrap();
    let next = &session.heard.calls[asked..asked + 2];
    assert_eq!(next, [Call::ResolveSourceMeta; 2], "the second before the first is answered");
}

#[test]
fn one_platform_is_returned_as_a_map_on_request() {
    let mut options = OPTIONS.to_vec();
    options.push(("multi-platform", "true"));
    let session = buildkit().run(&options);
    session.definition_for("linux/amd64");
    session.metadata("containerimage.config/linux/amd64");
}

#[test]
fn a_misspelt_arg_is_rejected_before_anything_is_requested() {
    let mut options = OPTIONS.to_vec();
    options.push(("build-arg:AIRFLOW_HOM", "/opt"));
    let session = buildkit().run(&options);
    let error = session.error();
    assert!(error.message.contains("did you mean AIRFLOW_HOME?"), "{}", error.message);
    assert!(error.details[0].type_url.ends_with("errdefs.Source+json"));
    assert_eq!(session.heard.calls, [Call::Ping, Call::Return]);
}

#[test]
fn an_unusable_base_image_is_rejected_before_the_first_step() {
    let check = |path: &str, content: &str, expected: &str| {
        let fake = buildkit().file(&format!("docker-image://{BASE}"), path, content);
        let session = fake.run(OPTIONS);
        assert!(session.error().message.contains(expected), "{}", session.error().message);
    };
    check(
        "etc/os-release",
        "ID=alpine\nPRETTY_NAME=\"Alpine Linux\"\n",
        "this image is Alpine Linux, not Debian",
    );
    check("etc/passwd", "someone:x:50000:0::/:/bin/sh\n", "has a user someone with this id");
}

/// Each request costs the daemon a mount, and also a fully cached build waits for them.
#[test]
fn the_folders_of_the_search_path_are_read_up_to_the_one_with_python() {
    let tree = format!("docker-image://{BASE}");
    let check = |path: &str, python: &str, folders: usize| {
        let config = json!({ "config": { "Env": [format!("PATH={path}")] } });
        let mut fake = buildkit().image(BASE, config);
        fake.files.retain(|(_, file), _| !file.contains("python"));
        let fake = fake.file(&tree, &format!("{python}/python3"), "").file(
            &tree,
            &format!("{python}/python3.12"),
            "",
        );
        let session = fake.run(OPTIONS);
        assert_eq!(session.exit_code, Some(0), "{}", session.stderr);
        let read = session.heard.calls.iter().filter(|call| **call == Call::ReadDir).count();
        assert_eq!(read, folders + 1, "with python3 in {python} of {path}, and /bin for bash");
    };
    check("/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "usr/local/bin", 1);
    check("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "usr/bin", 4);
    check("relative:/opt/python/bin:/usr/bin", "opt/python/bin", 1);
}

#[test]
fn a_build_file_with_more_than_comments_is_rejected() {
    let fake = buildkit().file("local://dockerfile", "Dockerfile", "# syntax=x\n\nFROM debian\n");
    let session = fake.run(OPTIONS);
    let message = &session.error().message;
    assert!(
        message.contains("Dockerfile: only comments are allowed after the syntax line, not `FROM debian`"),
        "{message}"
    );
}

#[test]
fn only_the_files_in_use_are_requested_from_the_client() {
    let mut options = OPTIONS.to_vec();
    options.push(("build-arg:DOCKER_CONTEXT_FILES", "files"));
    options.push(("build-arg:AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt"));
    let session = buildkit()
        .file("local://context", "files/c.txt", "celery==5.4.0\n")
        .file("local://context", "files/big.bin", "…")
        .run(&options);
    let decoded = llb::decode::decode(session.definition()).unwrap();
    let follow: Vec<String> = decoded
        .vertices
        .iter()
        .filter_map(|vertex| match &vertex.op.op {
            Some(Op::Source(source)) if source.identifier == "local://context" => {
                source.attrs.get("local.followpaths").cloned()
            }
            _ => None,
        })
        .collect();
    assert_eq!(follow, [r#"["files/c.txt"]"#]);
}

#[test]
fn a_build_that_uses_no_context_loads_none() {
    let session = buildkit().run(OPTIONS);
    let decoded = llb::decode::decode(session.definition()).unwrap();
    let loads = decoded.vertices.iter().any(
        |vertex| matches!(&vertex.op.op, Some(Op::Source(source)) if source.identifier == "local://context"),
    );
    assert!(!loads);
}

#[test]
fn a_missing_constraints_file_is_reported_with_the_nearest_name() {
    let mut options = OPTIONS.to_vec();
    options.push(("build-arg:DOCKER_CONTEXT_FILES", "files"));
    options.push(("build-arg:AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraint.txt"));
    let session = buildkit().file("local://context", "files/constraints.txt", "x").run(&options);
    let message = &session.error().message;
    assert!(message.contains("did you mean /docker-context-files/constraints.txt?"), "{message}");
}

/// BuildKit prints the command of a step that fails, and the lines of the plan.
#[test]
fn a_command_with_a_hundred_wheels_stays_short() {
    let mut fake = buildkit().file("local://context", "files/apache_airflow-2.10.5-py3-none-any.whl", "");
    for number in 0..200 {
        let wheel = format!("files/apache_airflow_providers_{number:03}-1.0.0-py3-none-any.whl");
        fake = fake.file("local://context", &wheel, "");
    }
    let options = [
        ("build-arg:DOCKER_CONTEXT_FILES", "files"),
        ("build-arg:INSTALL_PACKAGES_FROM_CONTEXT", "true"),
        ("build-arg:AIRFLOW_VERSION", "2.10.5"),
        ("build-arg:PYTHON_BASE_IMAGE", BASE),
    ];
    let session = fake.run(&options);
    let graph = Graph::of(session.definition());
    for (vertex, exec) in graph.execs() {
        let words: usize = exec.meta.as_ref().unwrap().args.iter().map(String::len).sum();
        assert!(words < 2500, "{:?}", vertex.metadata.description);
    }
    let mut files = graph.actions().into_iter().filter_map(|action| {
        let Action::Mkfile(file) = action else { return None };
        (file.path == "/arguments").then(|| file.data.clone())
    });
    let arguments = String::from_utf8(files.next_back().unwrap()).unwrap();
    assert_eq!(arguments.lines().next(), Some("complete"));
    assert_eq!(arguments.lines().filter(|line| line.contains("apache-airflow-providers-")).count(), 200);
    let plan =
        String::from_utf8(session.definition().source.as_ref().unwrap().infos[0].data.clone()).unwrap();
    // Variables are too far down to be shown with a failure.
    let mut shown = plan.lines().filter(|line| !line.starts_with("    env"));
    assert!(shown.all(|line| line.chars().count() < 500), "{plan}");
}
