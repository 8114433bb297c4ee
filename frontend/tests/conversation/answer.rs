//! What the work comes to, and what BuildKit then hears.

use std::time::Duration;

use buildkit_frontend::testing::{Call, FakeBuildKit, Trouble, failed_step};
use buildkit_frontend::{Bridge, Caps, Content, Environment, Failure, Outcome, Place, caps};
use buildkit_proto::frontend::result::Result as Shape;
use buildkit_proto::pb;
use serde_json::json;
use tonic::Code;

use super::{context, graph, python};

#[test]
fn a_panic_is_returned_as_an_error() {
    let (session, ended) = FakeBuildKit::new().converse(&[], async |bridge, _, _| {
        context(bridge).await?;
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
        let (session, ended) = buildkit.converse(&[], async |bridge, _, _| {
            let tree = context(bridge).await?;
            let file = bridge.read_file(&tree, "pip.conf").await;
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
fn the_work_is_told_what_was_asked_and_what_the_server_can() {
    let options = [("build-arg:A", "x=y\nz"), ("target", "main")];
    let work = async |_: &Bridge, environment: &Environment, caps: &Caps| {
        let told = json!({
            "options": environment.options,
            "session": environment.session,
            "merge": caps.has(caps::MERGE),
            "architecture": environment.worker_platforms[0].architecture,
        });
        let metadata = [("result.json".to_owned(), told.to_string().into_bytes())].into();
        Ok(Outcome { metadata, ..Outcome::default() })
    };
    let (session, ended) = FakeBuildKit::new().with_classic_store().converse(&options, work);
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
fn one_image_or_one_for_each_platform_is_returned() {
    let (single, ended) = FakeBuildKit::new().converse(&[], async |bridge, _, _| {
        bridge.solve(graph("local://dockerfile"), &[], false).await?;
        Ok(Outcome { content: Content::Single(Some(context(bridge).await?)), ..Outcome::default() })
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(single.definition(), &graph("local://context"));

    let (several, ended) = FakeBuildKit::new().converse(&[], async |bridge, _, _| {
        let trees =
            [("linux/amd64".to_owned(), Some(context(bridge).await?)), ("linux/arm64".to_owned(), None)];
        let metadata = [("containerimage.config/linux/amd64".to_owned(), b"{}".to_vec())].into();
        Ok(Outcome { content: Content::Platforms(trees.into()), metadata })
    });
    assert_eq!(ended, Ok(()));
    assert_eq!(several.definition_for("linux/amd64"), &graph("local://context"));
    assert_eq!(several.metadata("containerimage.config/linux/amd64"), "{}");
}

#[test]
fn an_empty_graph_is_an_empty_image() {
    let (session, ended) = FakeBuildKit::new().converse(&[], async |bridge, _, _| {
        let tree = bridge.solve(pb::Definition::default(), &[], false).await?;
        assert_eq!(tree, None);
        Ok(Outcome { content: Content::Single(tree), ..Outcome::default() })
    });
    assert_eq!(ended, Ok(()));
    assert!(matches!(&session.result().result, Some(Shape::Ref(tree)) if tree.id.is_empty()));
}

#[test]
fn a_refusal_shows_the_lines_it_is_about() {
    let place = Place { filename: "build-args".to_owned(), text: "A=b\n".to_owned(), ..Place::default() };
    let failure = Failure::new("A=b: not an option of this frontend\n  hint: none").at(&place);
    let (session, _) = FakeBuildKit::new().converse(&[], async |_, _, _| Err(failure.clone()));

    let error = session.error();
    assert_eq!(
        (error.code, error.message.as_str()),
        (2, "A=b: not an option of this frontend\n  hint: none")
    );
    assert_eq!(error.details[0].type_url, "github.com/moby/buildkit/errdefs.Source+json");
}

#[test]
fn a_connection_that_breaks_ends_the_work() {
    let buildkit = FakeBuildKit::new().trouble(Call::Solve, Trouble::HangUp);
    let (session, ended) = buildkit.converse(&[], async |bridge, _, _| {
        let solved = context(bridge).await;
        assert!(solved.is_err());
        solved.map(|_| Outcome::default())
    });
    assert!(ended.is_err());
    assert_eq!(session.heard.returned, None);
}

#[test]
fn a_build_that_is_cancelled_in_its_midst_ends_at_once() {
    let cancel = Trouble::Cancel(Duration::from_millis(50));
    let buildkit = FakeBuildKit::new().trouble(Call::ResolveSourceMeta, cancel);
    let (session, ended) = buildkit.converse(&[], async |bridge, _, _| {
        bridge.resolve_image(&python(None)).await.map(|_| Outcome::default())
    });
    assert!(ended.is_err());
    assert!(session.took < Duration::from_secs(1), "{:?}", session.took);
}
