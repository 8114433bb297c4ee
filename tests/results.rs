//! The result for BuildKit: the image config, its history, and the form of the result, which are the same for every server.

use buildkit_frontend::testing::{Call, FakeBuildKit, Session};
use buildkit_proto::frontend::result::Result as Shape;
use buildkit_proto::pb;
use serde_json::{Value, json};

use crate::support::graph::Graph;
use crate::support::scene::{BASE, base_config, buildkit, refused, run};

const BOTH: (&str, &str) = ("platform", "linux/amd64,linux/arm64");

fn config(session: &Session) -> Value {
    session.json("containerimage.config")
}

/// The history entries of layers, without those of the base image.
fn own_layers(image: &Value) -> Vec<String> {
    let entries = image["history"].as_array().unwrap().iter().skip(2);
    let layers = entries.filter(|entry| entry["empty_layer"] != true);
    layers.map(|entry| entry["created_by"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_platform_is_one_image() {
    let session = run(buildkit(), &[]);
    assert!(matches!(session.result().result, Some(Shape::Ref(_))));
    let listed = json!({ "Platforms": [
        { "ID": "linux/amd64", "Platform": { "architecture": "amd64", "os": "linux" } }
    ] });
    assert_eq!(session.json("refs.platforms"), listed);
    let keys: Vec<_> = session.result().metadata.keys().map(String::as_str).collect();
    assert_eq!(keys, ["containerimage.base.config", "containerimage.config", "refs.platforms"]);
}

#[test]
fn several_platforms_are_one_image_each() {
    let session = run(buildkit(), &[BOTH, ("build-arg:SOURCE_DATE_EPOCH", "7")]);
    let listed = session.json("refs.platforms");
    let ids: Vec<_> =
        listed["Platforms"].as_array().unwrap().iter().map(|it| it["ID"].as_str().unwrap()).collect();
    assert_eq!(ids, ["linux/amd64", "linux/arm64"]);
    for id in ids {
        let architecture = id.split('/').next_back().unwrap();
        assert_eq!(session.json(&format!("containerimage.config/{id}"))["architecture"], architecture);
        assert_eq!(session.json(&format!("containerimage.base.config/{id}"))["architecture"], architecture);
        assert_eq!(session.metadata(&format!("source.date.epoch/{id}")), "7");
        let graph = Graph::of(session.definition_for(id));
        let platforms = graph.0.vertices.iter().filter_map(|vertex| vertex.op.platform.as_ref());
        assert!(platforms.into_iter().all(|platform| platform.architecture == architecture));
        let named = |title: &&&str| title.starts_with(&format!("[{id} "));
        assert!(graph.titles().iter().filter(named).count() > 5);
    }
    assert!(!session.result().metadata.contains_key("containerimage.config"));
    let mut asked: Vec<_> = session.heard.images.iter().map(|(_, platform, _)| platform.as_str()).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["linux/amd64", "linux/arm64"]);
}

#[test]
fn several_platforms_share_common_vertices() {
    let session = run(
        buildkit().file("local://context", "files/requirements.txt", "x"),
        &[BOTH, ("build-arg:DOCKER_CONTEXT_FILES", "files")],
    );
    let plain = |platform: &str| -> Vec<String> {
        let graph = Graph::of(session.definition_for(platform));
        let shared = graph.0.vertices.iter().filter(|vertex| {
            let op = vertex.op.op.as_ref().unwrap();
            vertex.inputs.is_empty()
                && !matches!(op, pb::op::Op::Source(source) if source.identifier.contains("image"))
        });
        shared.map(|vertex| vertex.digest.clone()).collect()
    };
    let (amd64, arm64) = (plain("linux/amd64"), plain("linux/arm64"));
    assert!(amd64.len() > 5 && amd64 == arm64, "scripts and context are the same vertices");
    let loads = session.heard.solves.iter().filter(|solve| {
        Graph::of(solve.definition.as_ref().unwrap()).titles() == ["[internal] list the context folder"]
    });
    assert_eq!(loads.count(), 1);
}

#[test]
fn a_platform_given_twice_is_built_once() {
    let session = run(buildkit(), &[("platform", "linux/amd64,linux/amd64/v1,linux/x86_64")]);
    assert!(matches!(session.result().result, Some(Shape::Ref(_))));
    let session = run(buildkit(), &[("platform", "linux/amd64,linux/amd64/v1"), ("multi-platform", "true")]);
    assert!(matches!(&session.result().result, Some(Shape::Refs(refs)) if refs.refs.len() == 1));
    assert_eq!(session.json("refs.platforms")["Platforms"].as_array().unwrap().len(), 1);
}

#[test]
fn the_option_for_a_map_precedes_the_number_of_platforms() {
    let map = |more: &[(&str, &str)]| matches!(run(buildkit(), more).result().result, Some(Shape::Refs(_)));
    assert!(map(&[("multi-platform", "1")]));
    assert!(map(&[("build-arg:BUILDKIT_MULTI_PLATFORM", "true")]));
    assert!(!map(&[("multi-platform", "false")]));
    let message = refused(buildkit(), &[BOTH, ("multi-platform", "false")]);
    assert!(message.contains("multi-platform=false allows one platform"), "{message}");
}

#[test]
fn an_image_for_another_platform_names_it() {
    let session = run(buildkit(), &[("platform", "linux/arm64/v8")]);
    assert_eq!(session.json("refs.platforms")["Platforms"][0]["ID"], "linux/arm64");
    assert_eq!(config(&session)["architecture"], "arm64");
    assert!(config(&session).get("variant").is_none());
    assert_eq!(session.heard.images[0].1, "linux/arm64");
}

#[test]
fn other_fields_of_the_base_config_are_kept() {
    let mut base = base_config();
    base["author"] = json!("someone");
    base["created"] = json!("2024-01-01T00:00:00Z");
    base["moby.buildkit.cache.v0"] = json!("x");
    base["config"]["Healthcheck"] = json!({ "Test": ["NONE"] });
    base["config"]["StopSignal"] = json!("SIGINT");
    base["config"]["OnBuild"] = json!(["RUN x"]);
    base["config"]["SomethingNew"] = json!({ "a": 1 });
    base["config"]["Labels"] = json!({ "theirs": "kept", "org.apache.airflow.distro": "theirs" });
    let session = run(buildkit().image(BASE, base.clone()), &[]);
    let image = config(&session);
    assert_eq!(image["author"], "someone");
    let inner = &image["config"];
    assert_eq!(inner["Healthcheck"], json!({ "Test": ["NONE"] }));
    assert_eq!((&inner["StopSignal"], &inner["SomethingNew"]), (&json!("SIGINT"), &json!({ "a": 1 })));
    assert_eq!(inner["Labels"]["theirs"], "kept");
    assert_eq!(inner["Labels"]["org.apache.airflow.distro"], "debian");
    // Theirs, and of their own build.
    for key in ["created", "moby.buildkit.cache.v0", "rootfs"] {
        assert!(image.get(key).is_none(), "{key}");
    }
    assert!(inner.get("OnBuild").is_none() && inner.get("Cmd").is_none());
    base["architecture"] = json!("amd64");
    base["os"] = json!("linux");
    assert_eq!(session.json("containerimage.base.config"), base);
}

#[test]
fn every_layer_has_its_entry_in_the_history() {
    for (fake, target) in [
        (buildkit(), "main"),
        (buildkit(), "build"),
        (buildkit().disabled("mergeop", "not here"), "main"),
        (buildkit().disabled("mergeop", "not here"), "build"),
    ] {
        let more = [
            ("target", target),
            ("build-arg:ADDITIONAL_PYTHON_DEPS", "mpi4py"),
            ("build-arg:ADDITIONAL_RUNTIME_APT_DEPS", "libopenmpi3"),
        ];
        let session = run(fake, &more);
        let image = config(&session);
        assert_eq!(image["history"][0], base_config()["history"][0]);
        assert_eq!(image["history"][1], base_config()["history"][1]);
        let entries = own_layers(&image);
        assert_eq!(entries.len(), Graph::of(session.definition()).layers(), "{target}: {entries:#?}");
        assert!(entries[0].contains("add user airflow"), "{entries:?}");
        assert!(entries.iter().all(|entry| entry.starts_with('[')), "{entries:?}");
        let own = image["history"].as_array().unwrap().iter().skip(2);
        assert!(
            own.into_iter()
                .all(|entry| entry["comment"] == "airflow-frontend.v0" && entry.get("created").is_none())
        );
    }
}

/// The result of a build that must not depend on the server: the image config without its history, and the steps.
fn essence(session: &Session) -> (Value, Vec<Vec<String>>) {
    let mut image = config(session);
    image.as_object_mut().unwrap().remove("history");
    let graph = Graph::of(session.definition());
    let mut runs: Vec<_> =
        graph.execs().iter().map(|(_, exec)| exec.meta.as_ref().unwrap().args.clone()).collect();
    runs.sort();
    (image, runs)
}

#[test]
fn servers_with_fewer_capabilities_build_the_same_image() {
    let more = [
        ("build-arg:DOCKER_CONTEXT_FILES", "files"),
        ("cache-from", "myorg/cache"),
        ("build-arg:ADDITIONAL_PYTHON_DEPS", "mpi4py"),
    ];
    let scene = || buildkit().file("local://context", "files/requirements.txt", "x\n");
    let newest = essence(&run(scene(), &more));
    // Every optional capability, alone and all together.
    let wishes = [
        "mergeop",
        "diffop",
        "source.metaresolver",
        "gateway.warnings",
        "importcaches",
        "frontend.inputs",
        "gateway.solve.evaluate",
        "gateway.evaluate",
        "source.ocilayout",
        "exec.meta.ulimit",
        "exec.mount.tmpfs.size",
        "exec.meta.cgroup.parent",
        "exec.meta.linux.resources",
        "exec.secretenv",
        "source.git.mtime",
        "file.copy.includeexcludepatterns",
    ];
    for cap in wishes {
        assert_eq!(essence(&run(scene().without(cap), &more)), newest, "without {cap}");
    }
    let oldest = wishes.into_iter().fold(scene(), FakeBuildKit::without);
    let session = run(oldest, &more);
    assert_eq!(essence(&session), newest);
    for call in [Call::ResolveSourceMeta, Call::Warn, Call::Inputs] {
        assert!(!session.heard.calls.contains(&call), "{call:?}");
    }
    assert!(session.heard.solves.iter().all(|solve| solve.cache_imports.is_empty()));
}

#[test]
fn no_graph_uses_capabilities_that_the_server_lacks() {
    for fake in [buildkit(), buildkit().without("mergeop").without("diffop").without("exec.meta.ulimit")] {
        let known: Vec<String> = fake.pong.llb_caps.iter().map(|cap| cap.id.clone()).collect();
        let session = run(fake, &[]);
        for solve in &session.heard.solves {
            for metadata in solve.definition.as_ref().unwrap().metadata.values() {
                for cap in metadata.caps.keys() {
                    assert!(known.contains(cap), "{cap}");
                }
            }
        }
    }
}

#[test]
fn the_result_is_not_evaluated_before_it_is_returned() {
    let session = run(buildkit(), &[]);
    assert!(session.heard.solves.iter().all(|solve| !solve.evaluate));
    assert_eq!(session.heard.calls.last(), Some(&Call::Return));
    let last = session.heard.calls.iter().rposition(|call| *call == Call::Solve).unwrap();
    let after = &session.heard.calls[last + 1..];
    assert_eq!(after, [Call::Return], "nothing of the result is read");
}
