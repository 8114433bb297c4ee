//! The one answer, whatever a build ends with.

use std::time::Duration;

use buildkit_frontend::testing::{Call, FakeBuildKit, Trouble, failed_step};
use buildkit_frontend::{BuildResult, BuiltImage, Client, Content, Environment, Error, Location, caps};
use buildkit_proto::frontend::result::Result as Shape;
use buildkit_proto::pb;
use serde_json::json;
use tonic::Code;

use super::{context, graph, python};

#[test]
fn a_panic_is_returned_as_an_error() {
    let (session, ended) = FakeBuildKit::new().converse(&[], async |client, _| {
        context(client).await?;
        panic!("no such step: {}", 7)
    });
    assert_eq!(ended, Ok(()));
    let error = session.error();
    assert_eq!(error.code, i32::from(Code::Internal));
    assert!(error.message.contains("no such step: 7"), "{}", error.message);
    assert_eq!(session.heard.calls, [Call::Ping, Call::Solve, Call::Return]);
    session.assert_only_http2();
}

#[test]
fn a_failed_step_keeps_its_details_whatever_their_size() {
    for bytes in [0, 12 << 10, 64 << 10, 1 << 20, 5 << 20] {
        let (status, details) = failed_step(bytes);
        let buildkit = FakeBuildKit::new().trouble(Call::ReadFile, Trouble::Fail(status.clone()));
        let (session, ended) = buildkit.converse(&[], async |client, _| {
            let tree = context(client).await?;
            let file = client.read_file(&tree, "pip.conf").await;
            Err(file.expect_err("trouble").while_doing("reading pip.conf"))
        });
        assert_eq!(ended, Ok(()));
        let error = session.error();
        assert_eq!(
            (error.code, error.message.clone()),
            (2, format!("reading pip.conf: {}", status.message()))
        );
        assert!(error.details == details, "{bytes} bytes");
    }
}

#[test]
fn a_build_is_given_its_options_and_the_capabilities() {
    let options = [("build-arg:A", "x=y\nz"), ("target", "main")];
    let build = async |client: &Client, environment: &Environment| {
        let given = json!({
            "options": environment.options,
            "session": environment.session,
            "merge": client.caps().has(caps::MERGE),
            "architecture": environment.worker_platforms[0].architecture,
        });
        let metadata = [("result.json".to_owned(), given.to_string().into_bytes())].into();
        Ok(BuildResult { metadata, ..BuildResult::default() })
    };
    let (session, ended) = FakeBuildKit::new().with_classic_store().converse(&options, build);
    assert_eq!(ended, Ok(()));
    let expect = json!({
        "options": { "build-arg:A": "x=y\nz", "target": "main" },
        "session": "fake-session",
        "merge": false,
        "architecture": "amd64",
    });
    assert_eq!(session.json("result.json"), expect);
}

#[test]
fn an_image_or_one_for_each_platform_is_returned() {
    let (single, ended) = FakeBuildKit::new().converse(&[], async |client, _| {
        client.solve(graph("local://dockerfile"), &[], false).await?;
        Ok(BuildResult { content: Content::Single(Some(context(client).await?)), ..BuildResult::default() })
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(single.definition(), &graph("local://context"));

    let (several, ended) = FakeBuildKit::new().converse(&[], async |client, _| {
        let image = |platform: &str, tree| BuiltImage::new(platform.parse().unwrap(), tree, json!({}));
        let amd64 = image("linux/amd64", Some(context(client).await?));
        Ok(BuildResult::index(vec![amd64, image("linux/arm64", None)]))
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(several.definition_for("linux/amd64"), &graph("local://context"));
    assert_eq!(several.metadata("containerimage.config/linux/amd64"), "{}");
}

#[test]
fn an_empty_graph_is_an_empty_image() {
    let (session, ended) = FakeBuildKit::new().converse(&[], async |client, _| {
        let tree = client.solve(pb::Definition::default(), &[], false).await?;
        assert_eq!(tree, None);
        Ok(BuildResult { content: Content::Single(tree), ..BuildResult::default() })
    });
    assert_eq!(ended, Ok(()));
    assert!(matches!(&session.result().result, Some(Shape::Ref(tree)) if tree.id.is_empty()));
}

#[test]
fn an_error_quotes_its_lines() {
    let location =
        Location { filename: "build-args".to_owned(), text: "A=b\n".to_owned(), ..Location::default() };
    let error = Error::new("A=b: not an option of this frontend\n  hint: none").at(&location);
    let (session, _) = FakeBuildKit::new().converse(&[], async |_, _| Err(error.clone()));

    let error = session.error();
    assert_eq!(
        (error.code, error.message.as_str()),
        (2, "A=b: not an option of this frontend\n  hint: none")
    );
    assert_eq!(error.details[0].type_url, "github.com/moby/buildkit/errdefs.Source+json");
}

#[test]
fn a_broken_connection_ends_the_build() {
    let buildkit = FakeBuildKit::new().trouble(Call::Solve, Trouble::HangUp);
    let (session, ended) = buildkit.converse(&[], async |client, _| {
        let solved = context(client).await;
        assert!(solved.is_err());
        solved.map(|_| BuildResult::default())
    });
    assert!(ended.is_err());
    assert_eq!(session.heard.returned, None);
}

#[test]
fn a_cancelled_build_ends_at_once() {
    let cancel = Trouble::Cancel(Duration::from_millis(50));
    let buildkit = FakeBuildKit::new().trouble(Call::ResolveSourceMeta, cancel);
    let (session, ended) = buildkit.converse(&[], async |client, _| {
        client.resolve_image(&python(None)).await.map(|_| BuildResult::default())
    });
    assert!(ended.is_err());
    assert!(session.took < Duration::from_secs(1), "{:?}", session.took);
}
