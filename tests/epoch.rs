//! `SOURCE_DATE_EPOCH=context`: the time when the build context was last changed.

use buildkit_frontend::testing::{FakeBuildKit, Session};
use buildkit_proto::frontend::{
    ResolveSourceGitResponse, ResolveSourceHttpResponse, ResolveSourceMetaResponse,
};
use buildkit_proto::google::protobuf::Timestamp;

use crate::support::scene::{buildkit, refused, run};

const OF_CONTEXT: (&str, &str) = ("build-arg:SOURCE_DATE_EPOCH", "context");
const COMMIT: &str = "tree 1\nparent 2\nauthor A B <a@b> 1600000000 +0100\ncommitter A B <a@b> 1700000000 -0700\n\ncommitter of the message\n";

fn of_commit(object: &str) -> ResolveSourceMetaResponse {
    let git = ResolveSourceGitResponse { commit_object: object.into(), ..Default::default() };
    ResolveSourceMetaResponse { git: Some(git), ..Default::default() }
}

fn of_url(seconds: Option<i64>) -> ResolveSourceMetaResponse {
    let last_modified = seconds.map(|seconds| Timestamp { seconds, nanos: 5 });
    let http = ResolveSourceHttpResponse { last_modified, ..Default::default() };
    ResolveSourceMetaResponse { http: Some(http), ..Default::default() }
}

fn built(fake: FakeBuildKit, context: &str) -> Session {
    run(fake, &[OF_CONTEXT, ("context", context)])
}

fn archive(url: &str) -> FakeBuildKit {
    buildkit()
        .file(url, "context", b"BZh9".to_vec())
        .file(url, "a.txt", "x")
        .file(url, "folder/b.txt", "x")
        .changed("a.txt", 3)
        .changed("folder/b.txt", 1_500_000_000)
        .changed("context", 2)
}

#[test]
fn a_repository_has_the_time_of_its_commit() {
    let session = built(buildkit().tells("git://h/x#main", of_commit(COMMIT)), "git://h/x#main");
    assert_eq!(session.metadata("source.date.epoch"), "1700000000");
}

#[test]
fn a_file_at_a_url_has_the_time_that_its_server_reports() {
    let url = "https://h/airflow";
    let fake = buildkit().file(url, "context", "# syntax=x\n").tells(url, of_url(Some(1_650_000_000)));
    assert_eq!(built(fake, url).metadata("source.date.epoch"), "1650000000");
}

#[test]
fn an_archive_without_a_reported_time_has_that_of_its_newest_file() {
    let url = "https://h/x.tar.bz2";
    let told = archive(url).tells(url, of_url(Some(1_650_000_000)));
    assert_eq!(built(told, url).metadata("source.date.epoch"), "1650000000");
    let untold = archive(url).tells(url, of_url(None));
    assert_eq!(built(untold, url).metadata("source.date.epoch"), "1500000000");
    // Older servers are not asked.
    let older = archive(url).without("source.metaresolver");
    assert_eq!(built(older, url).metadata("source.date.epoch"), "1500000000");
}

#[test]
fn without_a_known_time_the_epoch_is_not_set() {
    let expected =
        "SOURCE_DATE_EPOCH=context: the server does not report when it was changed; set seconds since 1970";
    for fake in [
        buildkit().tells("git://h/x", of_commit("")),
        buildkit().tells("git://h/x", of_commit("tree 1\n\ncommitter A <a> 5 +0000\n")),
        buildkit().without("source.metaresolver"),
    ] {
        assert_eq!(refused(fake, &[OF_CONTEXT, ("context", "git://h/x")]), expected);
    }
}

#[test]
fn a_local_folder_has_no_commit_time() {
    let session = run(buildkit(), &[OF_CONTEXT]);
    assert!(!session.result().metadata.contains_key("source.date.epoch"));
    let told: Vec<_> =
        session.heard.warnings.iter().map(|warning| String::from_utf8_lossy(&warning.short)).collect();
    assert_eq!(
        told,
        ["DeadBuildArg: SOURCE_DATE_EPOCH: this option has no effect: a local folder has no commit time"]
    );
}
