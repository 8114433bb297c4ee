//! A builder with several nodes: `docker buildx` builds each platform on its node and joins the results.

use std::io::{Read, Write, copy};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

use super::super::super::support::build::vertices;
use super::super::super::support::docker::{Engine, docker};
use super::super::super::support::folder::Folder;
use super::super::super::support::machine::{of_engine, unique};
use super::super::cache::CACHE;
use super::super::{empty, second};
use super::platforms::{index, small_on_both};

/// A builder, removed when dropped.
struct Builder(String);

impl Drop for Builder {
    fn drop(&mut self) {
        docker(&["buildx", "rm", &self.0]);
    }
}

/// Serves the BuildKit of an engine on a socket, for buildx's driver `remote`. An engine provides it after an
/// HTTP upgrade.
fn serve_buildkit(engine: &Engine, socket: &Path) {
    let template = "{{.Endpoints.docker.Host}}";
    let host = engine.docker(&["context", "inspect", "default", "--format", template]).succeeded();
    let of_engine = host.stdout.trim().strip_prefix("unix://").expect("an engine of our own").to_owned();
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = UnixStream::connect(&of_engine).and_then(upgraded).unwrap();
            for (mut from, mut to) in
                [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
            {
                thread::spawn(move || {
                    let _ = copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Write);
                });
            }
        }
    });
}

fn upgraded(mut server: UnixStream) -> std::io::Result<UnixStream> {
    server
        .write_all(b"POST /grpc HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        server.read_exact(&mut byte)?;
        head.extend(byte);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    Ok(server)
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn each_node_of_a_builder_builds_the_image_of_its_platform() {
    let folder = Folder::new();
    let builder = Builder(format!("airflow-frontend-e2e-{}", unique()));
    let third = empty();
    let _alone = super::alone();
    for (engine, platform, name) in [(&*third, "linux/amd64", "third"), (&second(), "linux/arm64", "second")]
    {
        let socket = folder.0.join(name);
        serve_buildkit(engine, &socket);
        let address = format!("unix://{}", socket.display());
        let create = ["buildx", "create", "--driver", "remote", "--append", "--platform", platform];
        let first = create.iter().copied().filter(|word| name == "second" || *word != "--append");
        let call: Vec<&str> = first.chain(["--name", &builder.0, "--node", name, &address]).collect();
        docker(&call).succeeded();
    }
    let tag = format!("localhost:5000/airflow-frontend-e2e-platforms:{}", unique());
    let output = small_on_both().flags(&["--builder", &builder.0, "--cache-from", CACHE]).run(&[
        "--progress=rawjson",
        "--provenance=false",
        "--push",
        "--tag",
        &tag,
    ]);
    let vertices = vertices(&output.succeeded().stderr);
    // Each node builds one platform, so it is not in the names of steps; and both resolve the base image.
    assert!(vertices.iter().all(|vertex| !vertex.name.contains("[linux/")), "{vertices:#?}");
    let metadata = format!("load metadata for {}", of_engine("E2E_BASE_OF_BOTH"));
    let resolved = vertices.iter().filter(|vertex| vertex.name.ends_with(&metadata)).count();
    assert_eq!(resolved, 2, "{vertices:#?}");
    let kept = third.docker(&["buildx", "du"]).succeeded().stdout;
    assert!(!kept.trim_end().ends_with("\t0B"), "the third engine did nothing:\n{kept}");
    assert_eq!(index(&tag).keys().collect::<Vec<_>>(), ["linux/amd64", "linux/arm64"]);
}
