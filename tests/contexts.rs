//! Build contexts of every kind, named contexts, and excluded files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_frontend::testing::{Call, FakeBuildKit, Session};
use buildkit_llb as llb;
use buildkit_proto::pb;
use serde_json::json;

use crate::support::graph::Graph;
use crate::support::scene::{BASE, base_config, buildkit, graph, refused, run, with_debian};

const FOLDER: (&str, &str) = ("build-arg:DOCKER_CONTEXT_FILES", "files");
const CONSTRAINTS: (&str, &str) = ("build-arg:AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt");

/// The attributes of a source in the first graph that has it.
fn attributes(session: &Session, identifier: &str) -> std::collections::BTreeMap<String, String> {
    let graphs = session.heard.solves.iter().map(|solve| Graph::of(solve.definition.as_ref().unwrap()));
    let found = graphs.flat_map(|graph| graph.sources(identifier).into_iter().cloned().collect::<Vec<_>>());
    found.map(|source| source.attrs).next().unwrap_or_else(|| panic!("no {identifier}"))
}

/// The identifiers of all sources that were loaded.
fn loaded(session: &Session) -> Vec<String> {
    let graphs = session.heard.solves.iter().map(|solve| Graph::of(solve.definition.as_ref().unwrap()));
    let mut all: Vec<String> = graphs
        .flat_map(|graph| graph.sources("").into_iter().map(|it| it.identifier.clone()).collect::<Vec<_>>())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// A graph of one file.
fn one_file(path: &str, text: &str) -> pb::Definition {
    let mut graph = llb::Graph::new(llb::Platform::default());
    let mkfile =
        llb::Mkfile { path: path.to_owned(), mode: 0o644, data: text.into(), ..llb::Mkfile::default() };
    let file = llb::File { base: None, actions: vec![llb::Action::Mkfile(mkfile)] };
    let output = graph.add(file, llb::Metadata::named("made by the client"));
    graph.definition(Some(output)).unwrap().pb
}

/// A graph of a source whose files the fake BuildKit has.
fn one_source(name: &str) -> pb::Definition {
    let mut graph = llb::Graph::new(llb::Platform::default());
    let local = llb::Local { name: name.to_owned(), session: "s".to_owned(), ..llb::Local::default() };
    let output = graph.add(local, llb::Metadata::named("loaded by the client"));
    graph.definition(Some(output)).unwrap().pb
}

#[test]
fn a_build_that_copies_nothing_loads_no_context() {
    for context in ["", "git://h/x.git", "https://h/x.tar"] {
        let fake = buildkit().file("https://h/x.tar", "context", "BZh9");
        let session = run(fake, &[("context", context)]);
        let graph = Graph::of(session.definition());
        assert_eq!(graph.sources("").len(), 1, "the base image alone: {:?}", graph.titles());
    }
    let session = run(buildkit(), &[]);
    assert_eq!(loaded(&session), [format!("docker-image://{BASE}"), "local://dockerfile".to_owned()]);
}

#[test]
fn only_the_files_in_use_are_sent() {
    let fake =
        buildkit().file("local://context", "files/c.txt", "x").file("local://context", "files/big", "x");
    let session = run(fake, &[FOLDER, CONSTRAINTS]);
    let graph = Graph::of(session.definition());
    let source = graph.sources("local://context")[0];
    assert_eq!(source.attrs["local.followpaths"], r#"["files/c.txt"]"#);
    assert_eq!(source.attrs["local.sharedkeyhint"], "context");
    // The folder is listed with patterns, so that large files are not sent.
    let listing = session.heard.solves.iter().map(|it| Graph::of(it.definition.as_ref().unwrap()));
    let listing: Vec<_> =
        listing.filter(|graph| graph.titles().contains(&"[internal] list the context folder")).collect();
    let patterns = &listing[0].sources("local://context")[0].attrs["local.includepattern"];
    assert!(patterns.contains("files/*.txt") && !patterns.contains("big"), "{patterns}");
}

#[test]
fn files_in_dockerignore_are_not_sent() {
    let fake = || buildkit().file("local://context", "files/c.txt", "x");
    let excluded = |session: &Session| {
        let graph = Graph::of(session.definition());
        graph.sources("local://context")[0].attrs.get("local.excludepatterns").cloned()
    };
    let none = run(fake(), &[FOLDER, CONSTRAINTS]);
    assert_eq!(excluded(&none), None);

    let list = "# not these\n*\n!files/\n\n/secrets/../tmp\n";
    let session = run(fake().file("local://context", ".dockerignore", list), &[FOLDER, CONSTRAINTS]);
    assert_eq!(excluded(&session).as_deref(), Some(r#"["*","!files","tmp"]"#));
    let first = attributes(&session, "local://context");
    assert_eq!(first["local.followpaths"], r#"[".dockerignore"]"#);
    assert_eq!(first["local.sharedkeyhint"], "context-.dockerignore");

    // If the build file has its own list, only that is read.
    let own = fake().file("local://context", ".dockerignore", "*").file(
        "local://dockerfile",
        "Dockerfile.dockerignore",
        "dags\n",
    );
    let session = run(own, &[FOLDER, CONSTRAINTS]);
    assert_eq!(excluded(&session).as_deref(), Some(r#"["dags"]"#));
    let asked = session.heard.solves.iter().any(|solve| {
        Graph::of(solve.definition.as_ref().unwrap()).titles().contains(&"[internal] load .dockerignore")
    });
    assert!(!asked);
    // An empty list of its own excludes nothing.
    let own = fake().file("local://context", ".dockerignore", "*").file(
        "local://dockerfile",
        "Dockerfile.dockerignore",
        "",
    );
    assert_eq!(excluded(&run(own, &[FOLDER, CONSTRAINTS])), None);
}

#[test]
fn a_repository_is_a_build_context() {
    let check = |context: &str, identifier: &str, attrs: &[(&str, &str)]| {
        let fake = buildkit()
            .file(identifier, "Dockerfile", "# syntax=x\n")
            .file(identifier, "files/c.txt", "x")
            .file(identifier, ".dockerignore", "*");
        let session = run(fake, &[("context", context), FOLDER, CONSTRAINTS]);
        session.result();
        assert_eq!(loaded(&session), [format!("docker-image://{BASE}"), identifier.to_owned()], "{context}");
        let found = attributes(&session, identifier);
        for (key, value) in attrs {
            assert_eq!(found.get(*key).map(String::as_str), Some(*value), "{context}: {key} in {found:?}");
        }
        found
    };
    check("https://h/x.git", "git://h/x.git", &[("git.fullurl", "https://h/x.git")]);
    check("https://h/x.git#main:sub", "git://h/x.git#main:sub", &[]);
    check("https://h/x.git?branch=main&subdir=sub", "git://h/x.git#refs/heads/main:sub", &[]);
    check("https://h/x.git?tag=v1", "git://h/x.git#refs/tags/v1", &[]);
    check("git@h:x", "git://h/x", &[("git.fullurl", "git@h:x"), ("git.mountsshsock", "default")]);
    check("github.com/a/b", "git://github.com/a/b", &[("git.authtokensecret", "GIT_AUTH_TOKEN")]);
    let all = "git://h/x?commit=ABCDEF1&submodules=false&mtime=checkout&fetch-by-commit=true&keep-git-dir";
    check(
        all,
        "git://h/x#abcdef1",
        &[
            ("git.checksum", "abcdef1"),
            ("git.skipsubmodules", "true"),
            ("git.mtime", "checkout"),
            ("git.fetchbycommit", "true"),
            ("git.keepgitdir", "true"),
        ],
    );
    let plain = check("git://h/y", "git://h/y", &[]);
    assert!(!plain.contains_key("git.keepgitdir") && !plain.contains_key("git.mtime"));
}

#[test]
fn git_folders_and_times_follow_the_build_args() {
    let git = |more: &[(&str, &str)], cap: &str| {
        let mut fake = buildkit();
        if !cap.is_empty() {
            fake = fake.without(cap);
        }
        let options = [&[("context", "git://h/x")], more].concat();
        attributes(&run(fake, &options), "git://h/x")
    };
    assert_eq!(git(&[("build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR", "1")], "")["git.keepgitdir"], "true");
    let epoch = [("build-arg:SOURCE_DATE_EPOCH", "1")];
    assert_eq!(git(&epoch, "")["git.mtime"], "commit");
    // Not requested by the user, so older servers do without it.
    assert!(!git(&epoch, "source.git.mtime").contains_key("git.mtime"));
}

#[test]
fn an_invalid_git_address_is_rejected() {
    let check = |context: &str, expected: &str| {
        let message = refused(buildkit(), &[("context", context)]);
        assert!(message.contains(expected), "{message}");
    };
    check("https://h/x.git?depth=1", "unknown `depth` in the query");
    check("https://h/x.git?ref=a#b", "query and fragment name different branches");
    check("ftp://h/x", "expected a folder, a git repository or the URL of an archive");
    let message = refused(buildkit(), &[("context", "https://me:secret@h/x.git?depth=1")]);
    assert!(!message.contains("secret"), "{message}");
}

#[test]
fn an_archive_at_a_url_is_unpacked() {
    const URL: &str = "https://h/context.tar.gz";
    let fake = buildkit()
        .file(URL, "context", b"\x1f\x8b\x08\0more".to_vec())
        .file(URL, "Dockerfile", "# syntax=x\n")
        .file(URL, "files/c.txt", "x");
    let session = run(fake, &[("context", URL), FOLDER, CONSTRAINTS]);
    let graph = Graph::of(session.definition());
    assert_eq!(graph.sources(URL)[0].attrs["http.filename"], "context");
    let unpacks = graph.0.vertices.iter().any(|vertex| match vertex.op.op.as_ref() {
        Some(pb::op::Op::File(file)) => file.actions.iter().any(|action| match action.action.as_ref() {
            Some(pb::file_action::Action::Copy(copy)) => {
                copy.attempt_unpack_docker_compatibility
                    && (copy.src.as_str(), copy.dest.as_str()) == ("/context", "/")
            }
            _ => false,
        }),
        _ => false,
    });
    assert!(unpacks, "{:?}", graph.titles());
    assert!(!loaded(&session).iter().any(|source| source.starts_with("local://")));
}

#[test]
fn a_single_file_at_a_url_is_the_build_file() {
    const URL: &str = "https://h/airflow";
    let session = run(buildkit().file(URL, "context", "# syntax=x\n"), &[("context", URL)]);
    session.result();
    assert!(!loaded(&session).iter().any(|source| source.starts_with("local://")));
    let message = refused(buildkit().file(URL, "context", "FROM debian\n"), &[("context", URL)]);
    assert!(message.contains("context: only comments are allowed after the syntax line"), "{message}");
    let failed = refused(buildkit(), &[("context", "https://me:secret@h/missing")]);
    assert!(failed.starts_with("downloading the build context https://***@h/missing: "), "{failed}");
}

#[test]
fn the_clients_build_file_precedes_that_of_a_remote_context() {
    let fake = buildkit().file("git://h/x", "Dockerfile", "FROM debian\n").file(
        "local://mine",
        "Dockerfile",
        "# syntax=x\n",
    );
    let session = run(fake, &[("context", "git://h/x"), ("dockerfilekey", "mine")]);
    session.result();
    assert_eq!(attributes(&session, "local://mine")["local.sharedkeyhint"], "mine");
}

#[test]
fn an_input_graph_is_a_build_context() {
    let fake = || {
        let fake = buildkit().input("context", one_source("theirs"));
        fake.file("local://theirs", "files/c.txt", "x").file("local://theirs", ".dockerignore", "*")
    };
    let session = run(fake(), &[FOLDER, CONSTRAINTS]);
    let graph = Graph::of(session.definition());
    assert!(graph.sources("local://context").is_empty());
    let theirs = graph.sources("local://theirs")[0];
    // The frontend cannot filter it.
    assert!(
        !theirs.attrs.contains_key("local.followpaths")
            && !theirs.attrs.contains_key("local.excludepatterns")
    );

    let with_file =
        fake().input("dockerfile", one_source("file")).file("local://file", "Dockerfile", "FROM debian\n");
    assert!(refused(with_file.clone(), &[]).contains("only comments are allowed after the syntax line"));
    // Unless the client names its own.
    run(with_file, &[("dockerfilekey", "dockerfile")]).result();
    // A server without inputs is not asked for them.
    let session = run(fake().without("frontend.inputs"), &[]);
    session.result();
    assert!(!session.heard.calls.contains(&Call::Inputs));
}

#[test]
fn a_folder_of_a_remote_context_may_be_its_root() {
    let fake = buildkit().file("git://h/x", "files/c.txt", "x");
    let session = run(fake, &[("context", "git://h/x"), ("contextsubdir", "airflow"), FOLDER, CONSTRAINTS]);
    let graph = Graph::of(session.definition());
    let copies = graph.0.vertices.iter().filter_map(|vertex| match vertex.op.op.as_ref() {
        Some(pb::op::Op::File(file)) => file.actions[0].action.clone(),
        _ => None,
    });
    let wrapped = copies.into_iter().any(|action| {
        matches!(action, pb::file_action::Action::Copy(copy)
            if copy.dir_copy_contents && copy.src == "/airflow" && copy.dest == "/")
    });
    assert!(wrapped, "{:?}", graph.titles());
    let message = refused(buildkit(), &[("contextsubdir", "airflow")]);
    assert!(message.contains("only supported with a remote build context"), "{message}");
}

/// A named context of the base image's name; `more` may come with it.
fn based_on(fake: FakeBuildKit, value: &str, more: &[(&str, &str)]) -> Session {
    let options = [&[("context:python:3.12-slim-bookworm", value)], more].concat();
    let session = run(fake, &options);
    let asked: Vec<_> = session.heard.images.iter().map(|(reference, _, _)| reference.clone()).collect();
    assert!(!asked.contains(&format!("docker-image://{BASE}")), "the registry was asked: {asked:?}");
    session
}

fn registry_less() -> FakeBuildKit {
    let fake = FakeBuildKit { images: [].into(), ..buildkit() };
    fake.file("local://dockerfile", "Dockerfile", "# syntax=x\n")
}

#[test]
fn an_image_can_replace_the_base_image() {
    const OTHER: &str = "corp.example.com/python:3";
    let fake = with_debian(registry_less().image(OTHER, base_config()), &format!("docker-image://{OTHER}"));
    let session = based_on(fake, &format!("docker-image://{OTHER}"), &[]);
    assert!(session.metadata("containerimage.config").contains("the base image"));
    let graph = Graph::of(session.definition());
    assert_eq!(graph.sources("docker-image://").len(), 1);
    assert_eq!(graph.sources("docker-image://")[0].identifier, format!("docker-image://{OTHER}"));
}

#[test]
fn an_image_of_a_clients_layout_can_replace_the_base_image() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let dummy = format!("{BASE}@{digest}");
    let fake = with_debian(registry_less().image(&dummy, base_config()), &format!("oci-layout://{dummy}"));
    let session = based_on(fake, &format!("oci-layout://store:1@{digest}"), &[]);
    let source = attributes(&session, &format!("oci-layout://{dummy}"));
    assert_eq!((source["oci.session"].as_str(), source["oci.store"].as_str()), ("fake-session", "store"));
    assert!(session.metadata("containerimage.config").contains("the base image"));
}

#[test]
fn a_folder_can_replace_the_base_image() {
    let fake =
        with_debian(registry_less(), "local://rootfs").file("local://rootfs", ".dockerignore", "tmp\n");
    let more = [("sharedkey:localdir:python:3.12-slim-bookworm", "key"), ("local-sessionid:rootfs", "S9")];
    let session = based_on(fake, "local:rootfs", &more);
    let graph = Graph::of(session.definition());
    let source = graph.sources("local://rootfs")[0];
    assert_eq!(source.attrs["local.sharedkeyhint"], "context:python:3.12-slim-bookworm-key");
    assert_eq!(source.attrs["local.excludepatterns"], r#"["tmp"]"#);
    assert_eq!(source.attrs["local.session"], "S9");
    let first = attributes(&session, "local://rootfs");
    assert_eq!(first["local.sharedkeyhint"], "context:python:3.12-slim-bookworm-.dockerignore");
    assert_eq!(first["local.followpaths"], r#"[".dockerignore"]"#);
    // A folder has no config.
    assert!(!session.result().metadata.contains_key("containerimage.base.config"));
    assert_eq!(session.json("containerimage.config")["architecture"], "amd64");
}

#[test]
fn an_input_graph_can_replace_the_base_image() {
    let fake = || with_debian(registry_less(), "local://theirs").input("mine", one_source("theirs"));
    let config = STANDARD.encode(base_config().to_string());
    let metadata = json!({ "containerimage.config": config }).to_string();
    let session = based_on(fake(), "input:mine", &[("input-metadata:mine", &metadata)]);
    assert!(session.metadata("containerimage.config").contains("the base image"));
    assert_eq!(Graph::of(session.definition()).sources("local://theirs").len(), 1);
    // Without a config it is only a file tree.
    let plain = based_on(fake(), "input:mine", &[]);
    assert!(!plain.metadata("containerimage.config").contains("the base image"));

    let message = refused(fake(), &[("context:python:3.12-slim-bookworm", "input:yours")]);
    assert!(message.contains("the client provides no input yours"), "{message}");
    let broken =
        refused(fake(), &[("context:python:3.12-slim-bookworm", "input:mine"), ("input-metadata:mine", "{")]);
    assert!(broken.contains("input-metadata:mine: "), "{broken}");
}

#[test]
fn a_repository_can_replace_the_base_image() {
    let fake = with_debian(registry_less(), "git://h/rootfs#v1");
    let session = based_on(fake, "git://h/rootfs#v1", &[]);
    assert_eq!(Graph::of(session.definition()).sources("git://h/rootfs#v1").len(), 1);
}

#[test]
fn scratch_and_a_file_are_rejected_as_base_images() {
    for value in ["docker-image://scratch", "https://h/x.tar"] {
        let message = refused(
            registry_less().file("https://h/x.tar", "context", "x"),
            &[("context:python:3.12-slim-bookworm", value)],
        );
        assert!(message.contains("not Debian bullseye, bookworm or trixie"), "{value}: {message}");
    }
}

#[test]
fn a_named_context_can_be_for_one_platform() {
    let (one, other) = ("corp.example.com/arm:1", "corp.example.com/any:1");
    let fake = registry_less().image(one, base_config()).image(other, base_config());
    let fake =
        with_debian(with_debian(fake, &format!("docker-image://{one}")), &format!("docker-image://{other}"));
    let session = run(
        fake,
        &[
            ("platform", "linux/amd64,linux/arm64"),
            ("context:python:3.12-slim-bookworm::linux/arm64", &format!("docker-image://{one}")),
            ("context:python:3.12-slim-bookworm", &format!("docker-image://{other}")),
        ],
    );
    for (platform, image) in [("linux/arm64", one), ("linux/amd64", other)] {
        let graph = Graph::of(session.definition_for(platform));
        assert_eq!(
            graph.sources("docker-image://")[0].identifier,
            format!("docker-image://{image}"),
            "{platform}"
        );
    }
    let mut asked: Vec<_> =
        session.heard.images.iter().map(|(it, platform, _)| (it.as_str(), platform.as_str())).collect();
    asked.sort_unstable();
    let [one, other] = [one, other].map(|it| format!("docker-image://{it}"));
    assert_eq!(asked, [(other.as_str(), "linux/amd64"), (one.as_str(), "linux/arm64")]);
}

#[test]
fn a_named_context_matches_short_image_names() {
    const OTHER: &str = "corp.example.com/python:3";
    for (base, name) in [
        ("docker.io/library/python:3.12-slim-bookworm", "python:3.12-slim-bookworm"),
        ("corp.example.com/base:latest", "corp.example.com/base"),
        ("corp.example.com/base", "corp.example.com/base"),
        ("localhost:5000/base:1", "localhost:5000/base:1"),
    ] {
        let fake =
            with_debian(registry_less().image(OTHER, base_config()), &format!("docker-image://{OTHER}"));
        let session = run(
            fake,
            &[
                ("build-arg:PYTHON_BASE_IMAGE", base),
                (&format!("context:{name}"), &format!("docker-image://{OTHER}")),
            ],
        );
        session.result();
    }
}

#[test]
fn a_source_policy_can_replace_an_image_with_another_source() {
    let image = format!("docker-image://{BASE}");
    let fake = with_debian(registry_less(), "git://h/rootfs").replace(&image, "git://h/rootfs");
    let session = run(fake, &[]);
    assert_eq!(Graph::of(session.definition()).sources("git://h/rootfs").len(), 1);

    let digest = format!("sha256:{}", "a".repeat(64));
    let layout = format!("oci-layout://{BASE}@{digest}");
    let cycle = registry_less().replace(&image, &layout).replace(&layout, &image);
    let message = refused(cycle, &[]);
    assert!(
        message.contains("source policies replaced") && message.contains("more than 10 times"),
        "{message}"
    );

    let unknown = registry_less().replace(&image, "docker-image+blob://x");
    let message = refused(unknown, &[]);
    assert!(message.contains("a source policy chose docker-image+blob://x: "), "{message}");
}

#[test]
fn a_named_context_replaces_the_context_folder() {
    let reads = |session: &Session, source: &str, path: &str| {
        let graph = Graph::of(session.definition());
        let read = graph.execs().iter().any(|(vertex, exec)| {
            exec.mounts.iter().any(|mount| {
                let input = usize::try_from(mount.input).ok().map(|input| vertex.inputs[input].vertex);
                let from = input.map(|input| graph.0.vertices[input].op.op.clone());
                mount.selector == path
                    && matches!(from, Some(Some(pb::op::Op::Source(from))) if from.identifier == source)
            })
        });
        assert!(read, "no step reads {path} of {source}: {:?}", graph.titles());
        graph.sources(source)[0].attrs.clone()
    };
    let local =
        buildkit().file("local://files", "c.txt", "x").file("local://files", ".dockerignore", "big\n");
    // The folder of the build context is not read then.
    let session = run(local, &[("context:docker-context-files", "local:files"), CONSTRAINTS, FOLDER]);
    let attrs = reads(&session, "local://files", "/c.txt");
    assert_eq!(attrs["local.followpaths"], r#"["c.txt"]"#);
    assert_eq!(attrs["local.excludepatterns"], r#"["big"]"#);
    assert!(!loaded(&session).contains(&"local://context".to_owned()));

    let git = buildkit().file("git://h/files#v1", "c.txt", "x");
    let session = run(git, &[("context:docker-context-files", "git://h/files#v1"), CONSTRAINTS]);
    reads(&session, "git://h/files#v1", "/c.txt");

    let image = "docker-image://docker.io/me/files:1";
    let fake = buildkit().image("docker.io/me/files:1", json!({})).file(image, "c.txt", "x");
    let session = run(fake, &[("context:docker-context-files", "docker-image://me/files:1"), CONSTRAINTS]);
    reads(&session, image, "/c.txt");

    let message =
        refused(buildkit(), &[("context:docker-context-files", "docker-image://scratch"), CONSTRAINTS]);
    assert!(message.contains("the named context docker-context-files has no file"), "{message}");
}

#[test]
fn airflows_sources_come_from_the_build_context_or_a_named_one() {
    const SOURCES: (&str, &str) = ("build-arg:AIRFLOW_INSTALLATION_METHOD", ".");
    let from = ("build-arg:AIRFLOW_SOURCES_FROM", "airflow");
    let fake = || buildkit().file("local://context", ".dockerignore", "tests\n");
    let session = run(fake(), &[SOURCES, from]);
    let graph = Graph::of(session.definition());
    let source = graph.sources("local://context")[0];
    assert_eq!(source.attrs["local.followpaths"], r#"["airflow"]"#);
    assert_eq!(source.attrs["local.excludepatterns"], r#"["tests"]"#);

    let session = run(fake(), &[SOURCES, from, ("context:airflow-sources", "https://h/x.git#v1:airflow")]);
    let graph = Graph::of(session.definition());
    assert_eq!(graph.sources("git://h/x.git#v1:airflow").len(), 1);
    assert!(!loaded(&session).contains(&"local://context".to_owned()));
}

#[test]
fn sources_of_another_release_cause_a_warning_and_of_another_major_an_error() {
    const SOURCES: [(&str, &str); 2] =
        [("build-arg:AIRFLOW_INSTALLATION_METHOD", "."), ("build-arg:AIRFLOW_SOURCES_FROM", "airflow")];
    let fake = |release: &str| {
        let project = format!("[project]\nname = \"apache-airflow\"\nversion = \"{release}\"\n");
        buildkit().file("local://context", "airflow/pyproject.toml", project.as_str())
    };
    let warnings = |release: &str, options: &[(&str, &str)]| -> Vec<String> {
        let session = run(fake(release), &[&SOURCES, options].concat());
        session.result();
        session.heard.warnings.iter().map(|it| String::from_utf8(it.short.clone()).unwrap()).collect()
    };
    let told = "SourcesOfOtherRelease: AIRFLOW_VERSION: the sources are Airflow 2.11.0, but AIRFLOW_VERSION, which decides the constraints and labels, is 2.10.5";
    assert_eq!(warnings("2.11.0", &[]), [told]);
    assert_eq!(warnings("2.10.5", &[]), [""; 0]);
    let suffixed = [("build-arg:AIRFLOW_VERSION", "2.10.5.dev0"), ("build-arg:VERSION_SUFFIX", "dev0")];
    assert!(!warnings("2.10.5", &suffixed).iter().any(|it| it.starts_with("SourcesOfOtherRelease")));

    let message = refused(fake("3.1.0"), &SOURCES);
    assert!(message.contains("AIRFLOW_VERSION=2.10.5: the sources are Airflow 3.1.0"), "{message}");
    assert!(message.contains("hint: set AIRFLOW_VERSION=3.1.0"), "{message}");
}

/// Docker does not read the `.dockerignore` of a repository, but files in it do not belong in an image.
#[test]
fn files_in_a_repositorys_dockerignore_are_not_copied_with_the_sources() {
    let sources = ("build-arg:AIRFLOW_INSTALLATION_METHOD", ".");
    let identifier = "git://h/x.git#v1";
    let excluded = |own: Option<&str>, options: &[(&str, &str)]| {
        let mut fake = buildkit()
            .file(identifier, "Dockerfile", "# syntax=x\n")
            .file(identifier, "files/requirements.txt", "six\n")
            .file(identifier, ".dockerignore", "secrets\n");
        if let Some(own) = own {
            fake = fake.file(identifier, "Dockerfile.dockerignore", own);
        }
        let session = run(fake, &[&[("context", "https://h/x.git#v1")], options].concat());
        let graph = Graph::of(session.definition());
        let copies = graph.actions().into_iter().filter_map(|action| {
            let pb::file_action::Action::Copy(copy) = action else { return None };
            Some(copy.exclude_patterns.clone())
        });
        copies.flatten().collect::<Vec<_>>()
    };
    assert_eq!(excluded(None, &[sources]), ["secrets"]);
    assert_eq!(excluded(Some("tests\n!tests/a\n"), &[sources]), ["tests", "!tests/a"]);
    assert_eq!(excluded(None, &[FOLDER]), [""; 0]);
}

#[test]
fn uv_can_come_from_a_named_context() {
    let session = run(buildkit(), &[("context:uv", "https://h/tools.git#v1:bin")]);
    let graph = Graph::of(session.definition());
    assert_eq!(graph.sources("git://h/tools.git#v1:bin").len(), 1);
    let titles = graph.titles().join("\n");
    assert!(titles.contains("add uv to the virtual environment") && !titles.contains("uv=="), "{titles}");
    // The installation starts from the environment with uv, which is a layer of the image.
    let image = session.json("containerimage.config");
    assert!(image["history"].to_string().contains("add uv to the virtual environment"), "{image}");

    let usual = Graph::of(run(buildkit(), &[]).definition()).titles().join("\n");
    assert!(usual.contains(" and uv=="), "{usual}");
}

#[test]
fn contexts_that_no_step_uses_are_not_loaded() {
    let session = run(
        buildkit(),
        &[
            ("context:something", "local:something"),
            ("source", "myorg/airflow-frontend:1"),
            ("context:myorg/airflow-frontend:1", "oci-layout://frontend"),
        ],
    );
    assert_eq!(session.definition(), run(buildkit(), &[]).definition());
    assert_eq!(loaded(&session).len(), 2);
}

#[test]
fn an_invalid_input_graph_is_rejected() {
    let broken = pb::Definition { def: vec![vec![0xff, 0xff]; 2], ..pb::Definition::default() };
    let message = refused(buildkit().input("context", broken), &[FOLDER]);
    assert!(message.starts_with("input context: "), "{message}");
    run(buildkit().input("context", one_file("/x", "y")), &[]).result();
    assert!(graph(buildkit().input("context", one_file("/x", "y")), &[]).execs().len() >= 4);
}
