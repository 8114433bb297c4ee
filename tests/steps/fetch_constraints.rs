//! Runs the step that fetches the constraints against a server on this machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

const SCRIPT: &str = include_str!("../../src/plan/scripts/build/fetch-constraints.sh");
const PRELUDE: &str = include_str!("../../src/plan/scripts/build/prelude.sh");

/// Serves one response and returns its URL.
fn serve(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}/constraints.txt", listener.local_addr().expect("it has an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let _ = stream.read(&mut [0; 4096]);
        let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + body).as_bytes()).expect("the answer is taken");
    });
    address
}

/// The file that the step fetches, or its error; nothing if this machine does not allow mounts.
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn fetch(url: &str) -> Option<Result<String, String>> {
    let text = "mount -t tmpfs none /run && mkdir -p /run/airflow-frontend/scripts && \
                printf %s \"$1\" >/run/airflow-frontend/scripts/prelude.sh && \
                bash -c \"$0\" fetch-constraints.sh \"$2\" /run/fetched && cat /run/fetched";
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "bash", "-c", text, SCRIPT, PRELUDE, url])
        .env("no_proxy", "127.0.0.1")
        .output()
        .expect("unshare is there");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if stderr.contains("unshare: ") {
        assert!(std::env::var_os("CI").is_none(), "{stderr}");
        eprintln!("SKIPPED: the step needs mount and user namespaces (try as root)");
        return None;
    }
    Some(if output.status.success() { Ok(stdout) } else { Err(stderr) })
}

#[test]
fn constraints_are_fetched_unchanged() {
    let content = "\u{feff}# made by pip freeze\napache-airflow==2.10.5\n";
    let Some(fetched) = fetch(&serve(content)) else { return };
    assert_eq!(fetched.as_deref(), Ok(content));
}

#[test]
fn another_kind_of_file_is_reported() {
    for (body, kind) in [
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "a web page"),
        ("\u{feff}\r\n  <html>", "a web page"),
        ("<?xml version=\"1.0\"?><Error/>", "a web page"),
        ("{\"message\": \"Not Found\"}", "JSON"),
    ] {
        let url = serve(body);
        let Some(fetched) = fetch(&url) else { return };
        let expected = format!("airflow-frontend: {url} returns {kind} instead of constraints\n  hint: use");
        let told = fetched.unwrap_err();
        assert!(told.contains(&expected), "{told}");
    }
    let Some(fetched) = fetch(&serve("\n")) else { return };
    assert!(fetched.unwrap_err().contains("are empty"));
}
