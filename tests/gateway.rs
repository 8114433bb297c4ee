//! The binary, started as BuildKit starts it.

use std::time::Duration;

use airflow_frontend::gateway::FEATURES;
use buildkit_frontend::testing::{Call, Trouble, failed_step};
use buildkit_proto::google::protobuf::Any;
use tonic::Status;

use crate::support::process::{fake_buildkit, run_by_person};

#[test]
fn a_person_gets_help_on_standard_error() {
    for arguments in [[].as_slice(), &["--no-such-flag"]] {
        let (code, stdout, stderr) = run_by_person(arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains("Usage: airflow-frontend"), "{stderr}");
    }
}

#[test]
fn an_unknown_subrequest_is_rejected_with_its_type() {
    let session =
        fake_buildkit().run(&[("requestid", "frontend.x"), ("build-arg:AIRFLOW_VERSION", "2.10.5")]);

    let error = session.error();
    assert_eq!((error.code, error.message.as_str()), (2, "unsupported request frontend.x"));
    let expect = Any {
        type_url: "github.com/moby/buildkit/errdefs.Subrequest+json".to_owned(),
        value: br#"{"name":"frontend.x"}"#.to_vec(),
    };
    assert_eq!(error.details, [expect]);
    assert_eq!(session.heard.calls, [Call::Ping, Call::Return]);
    assert_eq!((session.exit_code, session.stderr.as_str()), (Some(0), ""));
    session.assert_only_http2();
}

#[test]
fn a_missing_feature_is_rejected_with_its_type() {
    let ask = |asked: &str| {
        fake_buildkit().run(&[("frontend.caps", asked), ("requestid", "frontend.subrequests.describe")])
    };
    let all = FEATURES.map(|feature| format!("{feature}+forward")).join(",");
    ask(&all).result();
    ask(&FEATURES.join(",")).result();
    let session = ask(&format!("{all},moby.buildkit.frontend.x+forward"));
    let error = session.error();
    let message = "unsupported frontend capability moby.buildkit.frontend.x";
    assert_eq!((error.code, error.message.as_str()), (12, message));
    let expect = Any {
        type_url: "github.com/moby/buildkit/errdefs.FrontendCap+json".to_owned(),
        value: br#"{"name":"moby.buildkit.frontend.x"}"#.to_vec(),
    };
    assert_eq!(error.details, [expect]);
    assert_eq!(session.exit_code, Some(0));
}

#[test]
fn the_image_is_labelled_with_its_features() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/frontend.Dockerfile")).unwrap();
    assert!(file.contains(&format!("moby.buildkit.frontend.caps={} ", FEATURES.join(","))));
    assert!(file.contains("moby.buildkit.frontend.network.none=true "));
}

#[test]
fn a_megabyte_of_details_is_returned() {
    let (status, details) = failed_step(1 << 20);
    let session = fake_buildkit().trouble(Call::Ping, Trouble::Fail(status.clone())).run(&[]);

    let error = session.error();
    assert_eq!((error.code, error.message.as_str()), (2, status.message()));
    assert!(error.details == details);
    assert_eq!(session.exit_code, Some(0));
    session.assert_only_http2();
}

#[test]
fn a_server_that_is_too_old_is_reported() {
    let session = fake_buildkit().without("file.base").run(&[]);
    let expect = "requested feature file.base (file operations) is not supported by build server (added in BuildKit 0.5), please update buildkit";
    assert_eq!(session.error().message, expect);
}

#[test]
fn a_cancelled_build_ends_at_once() {
    let session = fake_buildkit().trouble(Call::Ping, Trouble::Cancel(Duration::from_millis(50))).run(&[]);
    assert!(session.took < Duration::from_secs(1), "{:?}", session.took);
    assert_eq!(session.exit_code, Some(1));
    session.assert_only_http2();
}

#[test]
fn a_daemon_that_goes_away_ends_the_process() {
    for call in [Call::Ping, Call::Return] {
        let session = fake_buildkit().trouble(call, Trouble::HangUp).run(&[("requestid", "frontend.x")]);
        assert!(session.took < Duration::from_secs(1), "{:?}", session.took);
        assert_eq!(session.exit_code, Some(1), "{call:?}");
        assert!(session.stderr.starts_with("airflow-frontend: "), "{:?}", session.stderr);
    }
}

#[test]
fn a_result_that_is_not_accepted_fails_the_process() {
    let refusal = Trouble::Fail(Status::unknown("gateway result is already set"));
    let session = fake_buildkit().trouble(Call::Return, refusal).run(&[("requestid", "frontend.x")]);
    assert_eq!(session.exit_code, Some(1));
    assert_eq!(session.stderr, "airflow-frontend: gateway result is already set\n");
    assert_eq!(session.heard.calls.iter().filter(|call| **call == Call::Return).count(), 1);
}
