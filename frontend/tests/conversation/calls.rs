//! The calls, to daemons that know them and daemons that do not.

use buildkit_frontend::testing::{Call, FakeBuildKit, noise};
use buildkit_frontend::{BuildResult, Entry, EntryKind, Error, ImageRequest, Location, OciLayout, Warning};
use buildkit_proto::frontend::CacheOptionsEntry;
use serde_json::json;

use super::{PYTHON, context, graph, python};

#[test]
fn large_files_are_read_whole() {
    let part = 8 << 20;
    for (size, parts) in [(0, 1), (part - 1, 1), (part, 2), (10 << 20, 2), (2 * part + 1, 3)] {
        let content = noise(size);
        let buildkit = FakeBuildKit::new().file("local://context", "wheels/big.whl", content.clone());
        let (session, ended) = buildkit.converse(&[], async |client, _| {
            let read = client.read_file(&context(client).await?, "/wheels/big.whl").await?;
            assert!(read == content);
            Ok(BuildResult::default())
        });
        assert_eq!(ended, Ok(()));
        session.result();
        assert_eq!(
            session.heard.calls.iter().filter(|call| **call == Call::ReadFile).count(),
            parts,
            "{size}"
        );
    }
}

#[test]
fn a_message_of_ten_megabytes_is_accepted() {
    let content = vec![7; 10 << 20];
    let buildkit = FakeBuildKit::new().with_whole_files().file("local://context", "big", content.clone());
    let (session, _) = buildkit.converse(&[], async |client, _| {
        let read = client.read_file(&context(client).await?, "big").await?;
        assert!(read == content);
        Ok(BuildResult::default())
    });
    session.result();
}

#[test]
fn files_are_listed_and_described() {
    let buildkit = FakeBuildKit::new()
        .file("local://context", "requirements.txt", "celery\n")
        .file("local://context", "wheels/constraints.txt", "")
        .file("local://context", "wheels/celery.whl", "")
        .file("local://dockerfile", "Dockerfile", "# syntax=myorg/frontend");
    let (session, _) = buildkit.converse(&[], async |client, _| {
        let parts = |it: Entry| (it.name, it.kind, it.permissions, it.size);
        let directory = ("wheels".to_owned(), EntryKind::Directory, 0o755, 0);
        let file = ("requirements.txt".to_owned(), EntryKind::File, 0o644, 7);
        let wheel = ("celery.whl".to_owned(), EntryKind::File, 0o644, 0);

        let tree = context(client).await?;
        let list = async |path, pattern| {
            let entries = client.read_dir(&tree, path, pattern).await?;
            Ok::<Vec<_>, Error>(entries.into_iter().map(parts).collect())
        };
        assert_eq!(list("/", "").await?, [file.clone(), directory.clone()]);
        assert_eq!(list("wheels", "*.whl").await?, [wheel]);
        assert_eq!(parts(client.stat_file(&tree, "/requirements.txt").await?), file);
        assert_eq!(parts(client.stat_file(&tree, "wheels").await?), directory);
        for missing in [
            client.stat_file(&tree, "Dockerfile").await.map(drop),
            client.read_file(&tree, "Dockerfile").await.map(drop),
            client.read_dir(&tree, "nowhere", "").await.map(drop),
        ] {
            assert!(missing.is_err_and(|error| error.is_not_found()));
        }
        Ok(BuildResult::default())
    });
    session.result();
}

#[test]
fn an_image_resolves_to_the_same_on_old_and_new_servers() {
    let config = json!({ "architecture": "amd64", "os": "linux", "config": { "User": "root" } });
    let image = FakeBuildKit::new().image(PYTHON, config);
    for (buildkit, asked) in [
        (image.clone(), format!("docker-image://{PYTHON}")),
        (image.without("source.metaresolver"), PYTHON.to_owned()),
    ] {
        let (session, _) = buildkit.converse(&[], async |client, _| {
            let [amd64, arm64] = ["linux/amd64", "linux/arm64"].map(|it| python(Some(it)));
            let (amd64, arm64) =
                tokio::try_join!(client.resolve_image(&amd64), client.resolve_image(&arm64))?;
            assert_eq!((amd64.reference.as_str(), arm64.reference.as_str()), (PYTHON, PYTHON));
            assert!(amd64.digest.starts_with("sha256:") && amd64.digest != arm64.digest);
            let config = br#"{"architecture":"arm64","os":"linux","config":{"User":"root"}}"#;
            assert_eq!(arm64.config, config);

            let missing = ImageRequest { reference: "docker.io/library/nosuch:1".to_owned(), ..python(None) };
            assert!(client.resolve_image(&missing).await.is_err_and(|error| error.is_not_found()));
            Ok(BuildResult::default())
        });
        session.result();
        let mut images = session.heard.images;
        images.truncate(2);
        images.sort();
        let expect = |platform: &str| (asked.clone(), platform.to_owned(), "pull".to_owned());
        assert_eq!(images, [expect("linux/amd64"), expect("linux/arm64")]);
    }
}

#[test]
fn an_image_in_the_classic_store_has_no_digest() {
    let buildkit = FakeBuildKit::new().image(PYTHON, json!({})).with_classic_store();
    let (session, _) = buildkit.converse(&[], async |client, _| {
        assert_eq!(client.resolve_image(&python(None)).await?.digest, "");
        Ok(BuildResult::default())
    });
    session.result();
}

#[test]
fn an_image_can_be_in_a_layout_of_the_client() {
    let buildkit = FakeBuildKit::new().image_for("base@sha256:1", "linux/amd64", json!({}));
    let (session, _) = buildkit.converse(&[], async |client, environment| {
        let layout = OciLayout { session: environment.session.clone(), store: "base".to_owned() };
        let request = ImageRequest {
            reference: "base@sha256:1".to_owned(),
            oci_layout: Some(layout),
            ..python(Some("linux/amd64"))
        };
        assert_eq!(client.resolve_image(&request).await?.reference, "base@sha256:1");
        Ok(BuildResult::default())
    });
    session.result();
    assert_eq!(session.heard.images[0].0, "oci-layout://base@sha256:1");
}

#[test]
fn cache_imports_and_evaluation_are_sent_to_daemons_that_know_them() {
    let import = CacheOptionsEntry {
        r#type: "registry".to_owned(),
        attrs: [("ref".to_owned(), "myorg/cache".to_owned())].into(),
    };
    for (buildkit, imports, evaluate) in [
        (FakeBuildKit::new(), vec![import.clone()], true),
        (FakeBuildKit::new().without("importcaches").without("gateway.solve.evaluate"), vec![], false),
    ] {
        let (session, _) = buildkit.converse(&[], async |client, _| {
            client.solve(graph("local://context"), std::slice::from_ref(&import), true).await?;
            Ok(BuildResult::default())
        });
        session.result();
        assert_eq!(
            (&session.heard.solves[0].cache_imports, session.heard.solves[0].evaluate),
            (&imports, evaluate)
        );
    }
}

#[test]
fn warnings_are_sent_to_daemons_that_know_them() {
    let location = Location {
        filename: "build-args".to_owned(),
        text: "SOURCES=x\n".to_owned(),
        language: String::new(),
        lines: vec![1..=1],
    };
    let warning = Warning {
        vertex: "sha256:1".to_owned(),
        short: "SOURCES has no effect".to_owned(),
        detail: vec!["since 2.4".to_owned()],
        url: "https://example.org".to_owned(),
        location: Some(location),
    };
    for (buildkit, expect) in [(FakeBuildKit::new(), 1), (FakeBuildKit::new().without("gateway.warnings"), 0)]
    {
        let (session, _) = buildkit.converse(&[], async |client, _| {
            client.warn(warning.clone()).await?;
            Ok(BuildResult::default())
        });
        session.result();
        assert_eq!(session.heard.warnings.len(), expect);
        for sent in session.heard.warnings {
            assert_eq!(
                (sent.level, sent.digest, sent.short),
                (1, warning.vertex.clone(), warning.short.clone().into())
            );
            assert_eq!(sent.info.unwrap().data, b"SOURCES=x\n");
            assert_eq!(sent.ranges[0].start.unwrap().line, 1);
        }
    }
}

#[test]
fn inputs_are_asked_of_daemons_that_know_them() {
    let buildkit = FakeBuildKit::new().input("context", graph("git://example.org/repo"));
    for (buildkit, expect) in
        [(buildkit.clone(), vec!["context"]), (buildkit.without("frontend.inputs"), Vec::new())]
    {
        let (session, _) = buildkit.converse(&[], async |client, _| {
            let inputs = client.inputs().await?;
            assert_eq!(inputs.keys().collect::<Vec<_>>(), expect);
            Ok(BuildResult::default())
        });
        session.result();
    }
}
