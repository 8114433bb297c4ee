//! BuildKit's own options and their effects on a build.

use buildkit_frontend::options::{Key, Row, TABLE};
use buildkit_frontend::testing::{Call, FakeBuildKit};
use buildkit_proto::pb;
use serde_json::json;

use crate::support::graph::Graph;
use crate::support::scene::{BASE, buildkit, graph, refused, run};

fn meta(exec: &pb::ExecOp) -> &pb::Meta {
    exec.meta.as_ref().unwrap()
}

#[test]
fn every_step_has_the_requested_limits() {
    let graph = graph(
        buildkit(),
        &[
            ("shm-size", "67108864"),
            ("ulimit", "nofile=1024:4096,core=-1"),
            ("cgroup-parent", "builds.slice"),
            ("hostname", "builder"),
            ("memory", "1073741824"),
            ("memswap", "-1"),
            ("cpuquota", "50000"),
            ("cpusetcpus", "0-1"),
        ],
    );
    let execs = graph.execs();
    assert!(execs.len() >= 4);
    for (vertex, exec) in execs {
        let shm = exec.mounts.iter().find(|mount| mount.dest == "/dev/shm").unwrap();
        assert_eq!(shm.tmpfs_opt.unwrap().size, 64 << 20);
        let limits: Vec<_> =
            meta(exec).ulimit.iter().map(|it| (it.name.as_str(), it.soft, it.hard)).collect();
        assert_eq!(limits, [("nofile", 1024, 4096), ("core", -1, -1)]);
        assert_eq!(meta(exec).cgroup_parent, "builds.slice");
        assert_eq!(meta(exec).hostname, "builder");
        let resources = vertex.metadata.linux_resources.as_ref().unwrap();
        assert_eq!((resources.memory, resources.memory_swap, resources.cpu_quota), (1 << 30, -1, 50000));
        assert_eq!(resources.cpuset_cpus, "0-1");
        assert!(vertex.metadata.caps.contains_key("exec.meta.linux.resources"));
    }
}

#[test]
fn a_build_without_limits_sets_none() {
    for (vertex, exec) in graph(buildkit(), &[]).execs() {
        assert!(exec.mounts.iter().all(|mount| mount.dest != "/dev/shm"));
        assert_eq!((meta(exec).ulimit.len(), meta(exec).hostname.as_str()), (0, ""));
        assert_eq!(vertex.metadata.linux_resources, None);
    }
}

#[test]
fn limits_of_memory_and_processors_do_not_change_steps() {
    let plain = graph(buildkit(), &[]);
    let limited = graph(buildkit(), &[("memory", "1073741824"), ("cpushares", "2")]);
    let digests = |graph: &Graph| -> Vec<String> {
        graph.0.vertices.iter().map(|vertex| vertex.digest.clone()).collect()
    };
    assert_eq!(digests(&plain), digests(&limited));
}

#[test]
fn options_that_an_older_server_does_not_support_are_rejected_by_name() {
    let layout = format!("oci-layout://base@sha256:{}", "a".repeat(64));
    for (cap, key, value, option) in [
        ("exec.mount.tmpfs.size", "shm-size", "1024", "--shm-size"),
        ("exec.meta.ulimit", "ulimit", "nofile=1", "--ulimit"),
        ("exec.meta.cgroup.parent", "cgroup-parent", "x", "--cgroup-parent"),
        ("exec.meta.linux.resources", "memory", "1024", "--memory"),
        ("exec.meta.linux.resources", "cpushares", "2", "--cpu-…"),
        ("source.ocilayout", "context:base", &layout, "--build-context base"),
        ("frontend.inputs", "context:base", "input:base", "--build-context base"),
        ("source.git.checksum", "context", "git://h/x?commit=abcdef1", "context (checksum in the query)"),
        (
            "source.git.skipsubmodules",
            "context",
            "git://h/x?submodules=0",
            "context (submodules in the query)",
        ),
        ("source.git.mtime", "context", "git://h/x?mtime=commit", "context (mtime in the query)"),
        (
            "source.git.fetchbycommit",
            "context:x",
            "git://h/x?fetch-by-commit",
            "--build-context x (fetch-by-commit",
        ),
    ] {
        let session = run(buildkit().without(cap), &[(key, value)]);
        let message = &session.error().message;
        assert!(message.contains(option) && message.contains(cap), "{message}");
        assert_eq!(session.heard.calls, [Call::Ping, Call::Return], "{cap}");
    }
    let old = buildkit().without("exec.meta.ulimit").without("exec.mount.tmpfs.size");
    let message = refused(old, &[("ulimit", "nofile=1"), ("shm-size", "1")]);
    assert!(message.contains("--ulimit") && message.contains("--shm-size"), "{message}");
}

#[test]
fn hosts_and_networks_reach_the_steps() {
    let hosts = |graph: &Graph| {
        let execs = graph.execs();
        let meta = meta(execs[0].1).clone();
        meta.extra_hosts.iter().map(|it| format!("{}={}", it.host, it.ip)).collect::<Vec<_>>()
    };
    let with_hosts = graph(buildkit(), &[("add-hosts", "PyPI.corp=10.0.0.7,\"six=::1\"")]);
    assert_eq!(hosts(&with_hosts), ["pypi.corp=10.0.0.7", "six=::1"]);

    let networks = |mode: &str| -> Vec<i32> {
        let graph = graph(buildkit(), &[("force-network-mode", mode)]);
        graph.execs().iter().map(|(_, exec)| exec.network).collect()
    };
    let (none, host, unset) = (pb::NetMode::None.into(), pb::NetMode::Host.into(), pb::NetMode::Unset.into());
    assert!(networks("none").iter().all(|mode| *mode == none));
    // A step that needs no network has none, whatever the option says.
    for (asked, given) in [("host", host), ("sandbox", unset), ("default", unset)] {
        let modes = networks(asked);
        assert!(modes.contains(&given) && modes.iter().all(|mode| [given, none].contains(mode)), "{asked}");
    }
}

#[test]
fn the_host_name_of_the_build_arg_takes_precedence() {
    let both = [("hostname", "a"), ("build-arg:BUILDKIT_SANDBOX_HOSTNAME", "b")];
    let graph = graph(buildkit(), &both);
    assert!(graph.execs().iter().all(|(_, exec)| meta(exec).hostname == "b"));
}

#[test]
fn proxies_reach_steps_that_download_and_no_image() {
    let proxies = [("build-arg:HTTPS_PROXY", "http://proxy:1"), ("build-arg:no_proxy", "corp")];
    let session = run(buildkit(), &proxies);
    let graph = Graph::of(session.definition());
    for (_, exec) in graph.execs() {
        let given = meta(exec).proxy_env.as_ref().map(|it| (it.https_proxy.as_str(), it.no_proxy.as_str()));
        let reaches_out = exec.network != i32::from(pb::NetMode::None);
        assert_eq!(given, reaches_out.then_some(("http://proxy:1", "corp")));
    }
    assert!(!session.metadata("containerimage.config").contains("proxy:1"));
}

#[test]
fn steps_of_the_named_stages_run_again() {
    // The number of commands in the stages base, build and main that ignore the cache, and their total.
    let counted = |more: &[(&str, &str)]| {
        let graph = graph(buildkit(), more);
        ["[base", "[build", "[main"].map(|stage| {
            let of_stage = |title: &str| title.starts_with(stage);
            let execs = graph.execs();
            let execs: Vec<_> =
                execs.iter().filter(|(it, _)| of_stage(&it.metadata.description["llb.customname"])).collect();
            (execs.iter().filter(|(vertex, _)| vertex.metadata.ignore_cache).count(), execs.len())
        })
    };
    let [base, build, main] = counted(&[]);
    assert_eq!([base.0, build.0, main.0], [0, 0, 0]);
    assert!(base.1 > 0 && build.1 > 0 && main.1 > 0);
    let check = |value: &str, expected: [usize; 3]| {
        assert_eq!(counted(&[("no-cache", value)]).map(|(ignoring, _)| ignoring), expected, "{value:?}");
    };
    check("", [base.1, build.1, main.1]);
    check("build", [0, build.1, 0]);
    check("MAIN", [0, 0, main.1]);
    check("build,main", [0, build.1, main.1]);
    assert!(refused(buildkit(), &[("no-cache", "biuld")]).contains("did you mean build?"));
}

#[test]
fn imported_caches_are_sent_with_every_graph() {
    let imports = [
        ("cache-imports", r#"[{"Type":"registry","Attrs":{"ref":"myorg/cache"}},{"Type":"gha","Attrs":{}}]"#),
        ("cache-from", "myorg/older,myorg/oldest"),
        ("build-arg:DOCKER_CONTEXT_FILES", "files"),
    ];
    let session = run(buildkit().file("local://context", "files/requirements.txt", "x\n"), &imports);
    session.result();
    // The build file, the list of ignored files, the folder, the base image, the result.
    assert_eq!(session.heard.solves.len(), 5);
    for solve in &session.heard.solves {
        let told: Vec<_> = solve
            .cache_imports
            .iter()
            .map(|it| format!("{} {}", it.r#type, it.attrs.get("ref").map_or("", String::as_str)))
            .collect();
        assert_eq!(told, ["registry myorg/cache", "gha ", "registry myorg/older", "registry myorg/oldest"]);
    }
}

#[test]
fn images_are_resolved_in_the_requested_mode() {
    for (mode, attribute) in [("default", None), ("pull", Some("pull")), ("local", Some("local"))] {
        let session = run(buildkit(), &[("image-resolve-mode", mode)]);
        assert_eq!(session.heard.images[0].2, mode);
        let graph = Graph::of(session.definition());
        let base = graph.sources("docker-image://")[0];
        assert_eq!(base.attrs.get("image.resolvemode").map(String::as_str), attribute);
    }
}

#[test]
fn the_default_platform_is_the_builders_own() {
    let options = [("build-arg:AIRFLOW_VERSION", "2.10.5")];
    let session = buildkit().run(&options);
    assert_eq!(session.heard.images[0].1, "linux/amd64");
    assert_eq!(session.json("refs.platforms")["Platforms"][0]["ID"], "linux/amd64");
}

#[test]
fn the_build_file_has_the_name_that_was_given() {
    let file = |name: &str, text: &str| {
        let fake = FakeBuildKit { files: [].into(), ..buildkit() };
        let fake = crate::support::scene::with_debian(fake, &format!("docker-image://{BASE}"));
        fake.file("local://dockerfile", name, text)
    };
    let wrong = "FROM debian\n";
    assert!(
        refused(file("build/airflow", wrong), &[("filename", "build/airflow")])
            .contains("build/airflow: only comments")
    );
    // The default name can be in lower case; others cannot.
    assert!(refused(file("dockerfile", wrong), &[]).contains("dockerfile: only comments are allowed"));
    assert!(
        refused(file("a/dockerfile", wrong), &[("filename", "a/Dockerfile")])
            .contains("a/dockerfile: only comments")
    );
    run(file("airflow", wrong), &[("filename", "Airflow")]).result();
    // With the frontend named on the command line, no build file is needed.
    run(file("elsewhere", wrong), &[]).result();
}

#[test]
fn the_build_file_is_loaded_alone_and_in_full() {
    let session = run(buildkit(), &[("filename", "a/Dockerfile"), ("local-sessionid:dockerfile", "S2")]);
    let solve = Graph::of(session.heard.solves[0].definition.as_ref().unwrap());
    let source = solve.sources("local://dockerfile")[0];
    let follow = r#"["a/Dockerfile","a/Dockerfile.dockerignore","a/dockerfile","a/dockerfile.dockerignore"]"#;
    assert_eq!(source.attrs["local.followpaths"], follow);
    assert_eq!(source.attrs["local.sharedkeyhint"], "dockerfile");
    assert_eq!(source.attrs["local.differ"], "none");
    assert_eq!(source.attrs["local.session"], "S2");
    assert_eq!(solve.titles(), ["[internal] load build definition from a/Dockerfile"]);
}

#[test]
fn shared_sessions_provide_their_folders() {
    let session = run(
        buildkit().file("local://context", "files/requirements.txt", "x\n"),
        &[
            ("build-arg:DOCKER_CONTEXT_FILES", "files"),
            ("local-sessionid:context", "S3"),
            ("local-sessionid:other", "S4"),
        ],
    );
    for solve in &session.heard.solves {
        let graph = Graph::of(solve.definition.as_ref().unwrap());
        assert!(graph.sources("local://context").iter().all(|it| it.attrs["local.session"] == "S3"));
        assert!(
            graph.sources("local://dockerfile").iter().all(|it| it.attrs["local.session"] == "fake-session")
        );
    }
}

#[test]
fn cache_mounts_have_the_given_name_space() {
    let ids = |more: &[(&str, &str)]| -> Vec<String> {
        let graph = graph(buildkit(), more);
        let mounts = graph.execs().into_iter().flat_map(|(_, exec)| exec.mounts.clone());
        mounts.filter_map(|mount| mount.cache_opt).map(|cache| cache.id).collect()
    };
    let (usual, own) = (ids(&[]), ids(&[("build-arg:BUILDKIT_CACHE_MOUNT_NS", "team")]));
    assert!(!usual.is_empty() && usual.len() == own.len());
    assert!(usual.iter().all(|id| id.starts_with("airflow-frontend/")), "{usual:?}");
    assert!(own.iter().all(|id| id.starts_with("team/")), "{own:?}");
}

#[test]
fn build_args_of_buildkit_and_attestations_are_ignored() {
    let session = run(
        buildkit(),
        &[
            ("build-arg:BUILDKIT_SYNTAX", "myorg/airflow-frontend"),
            ("build-arg:BUILDKIT_INLINE_CACHE", "1"),
            ("build-arg:BUILDKIT_BUILD_NAME", "x"),
            ("build-arg:BUILDKIT_SBOM_SCAN_STAGE", "true"),
            ("build-arg:TARGETARCH", "amd64"),
            ("build-arg:BUILDPLATFORM", "linux/amd64"),
            ("attest:provenance", "mode=max"),
            ("attest:sbom", ""),
            ("vcs:source", "https://example.com/x"),
            ("frontend.caps", "moby.buildkit.frontend.contexts"),
            ("cmdline", "myorg/airflow-frontend"),
            ("source", "myorg/airflow-frontend"),
        ],
    );
    assert_eq!(session.definition(), run(buildkit(), &[]).definition());
}

#[test]
fn labels_of_the_command_line_take_precedence() {
    let labels = [("label:org.opencontainers.image.title", "ours"), ("label:team", "data=1")];
    let session = run(buildkit(), &labels);
    let labels = &session.json("containerimage.config")["config"]["Labels"];
    assert_eq!(
        (&labels["org.opencontainers.image.title"], &labels["team"]),
        (&json!("ours"), &json!("data=1"))
    );
}

#[test]
fn source_date_epoch_is_set_in_everything_that_is_written() {
    let epoch = ("build-arg:SOURCE_DATE_EPOCH", "1700000000");
    let session = run(buildkit(), &[epoch, ("build-arg:ADDITIONAL_DEV_APT_DEPS", "libfoo-dev")]);
    assert_eq!(session.metadata("source.date.epoch"), "1700000000");
    let graph = Graph::of(session.definition());
    // Other steps do not get it, so that a new time does not rerun them.
    for (vertex, exec) in graph.execs() {
        let compiles = vertex.metadata.description["llb.customname"].contains("] compile");
        assert_eq!(meta(exec).env.contains(&"SOURCE_DATE_EPOCH=1700000000".to_owned()), compiles);
    }
    let image = session.json("containerimage.config");
    assert!(image.get("created").is_none(), "exporters fill it in, and clamp it");
    assert!(!image["config"]["Env"].to_string().contains("SOURCE_DATE_EPOCH"));
    let times: Vec<i64> = graph
        .0
        .vertices
        .iter()
        .filter(|vertex| vertex.metadata.description["llb.customname"].starts_with("[main"))
        .filter_map(|vertex| match vertex.op.op.as_ref() {
            Some(pb::op::Op::File(file)) => Some(file.actions.clone()),
            _ => None,
        })
        .flatten()
        .filter_map(|action| match action.action {
            Some(pb::file_action::Action::Mkfile(file)) => Some(file.timestamp),
            _ => None,
        })
        .collect();
    assert!(!times.is_empty() && times.iter().all(|time| *time == 1_700_000_000_000_000_000), "{times:?}");

    let empty = run(buildkit(), &[("build-arg:SOURCE_DATE_EPOCH", "")]);
    assert_eq!(empty.definition(), run(buildkit(), &[]).definition());
    assert!(!empty.result().metadata.contains_key("source.date.epoch"));
}

/// Linux limits a variable to 128 KiB, so BuildKit cannot start the frontend with a larger one: the page explains it.
#[test]
fn the_size_limit_of_build_args_is_documented_with_alternatives() {
    let large = "x ".repeat(100_000);
    let started = std::process::Command::new("true").env("BUILDKIT_FRONTEND_OPT_0", &large).spawn();
    assert_eq!(started.map(drop).map_err(|error| error.kind()), Err(std::io::ErrorKind::ArgumentListTooLong));
    let page = include_str!("../docs/options.md");
    assert!(page.contains("128 KiB") && page.contains("requirements.txt"));
}

#[test]
fn every_key_that_is_read_is_on_the_page() {
    let page = include_str!("../docs/options.md");
    let key = |row: &Row| match row.key {
        Key::Own(key) | Key::BuildArg(key) | Key::Prefix(key) => key,
        Key::Contexts => "context:",
    };
    let all: Vec<&str> = TABLE.iter().map(key).collect();
    assert!(all.len() > 25, "{all:?}");
    for key in all {
        assert!(page.contains(key), "docs/options.md does not tell of {key}");
    }
}

#[test]
fn a_target_matches_in_any_case_or_the_nearest_is_suggested() {
    let titles = |target: &str| graph(buildkit(), &[("target", target)]).titles().join("\n");
    assert!(!titles("BUILD").contains("[main"));
    assert_eq!(titles("Main"), graph(buildkit(), &[]).titles().join("\n"));
    assert!(refused(buildkit(), &[("target", "mian")]).contains("did you mean main?"));
}
