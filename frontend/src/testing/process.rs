//! Runs the frontend, as a process or as a closure, with the fake BuildKit on the other end.

use std::io;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use buildkit_proto::frontend::llb_bridge_server::LlbBridgeServer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::process::Command;
use tonic::transport::Server;

use crate::serve::converse;
use crate::{BuildResult, Client, Environment, Error};

use super::daemon::{Daemon, now};
use super::fake_buildkit::{FakeBuildKit, environment};
use super::session::Session;

/// Nothing here takes longer; what does, hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The daemon's limits.
const MESSAGE: usize = 16 << 20;
const WINDOW: u32 = 1 << 20;

impl FakeBuildKit {
    /// Starts the binary as `BuildKit` does, with these options, and serves it until it exits.
    pub fn run(self, options: &[(&str, &str)]) -> Session {
        self.run_in(&environment(options))
    }

    /// The same with a whole environment.
    pub fn run_in(self, environment: &[(String, String)]) -> Session {
        self.run_under(&[], environment)
    }

    /// The same under another program, such as a profiler; the binary's path is its last argument.
    pub fn run_under(self, program: &[String], environment: &[(String, String)]) -> Session {
        assert!(!self.binary.is_empty(), "name the binary with FakeBuildKit::driving");
        let words: Vec<String> = program.iter().cloned().chain([self.binary.clone()]).collect();
        block_on(async {
            let started = now();
            let mut child = Command::new(&words[0])
                .args(&words[1..])
                .env_clear()
                .envs(environment.iter().cloned())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let pipes = tokio::io::join(child.stdout.take().unwrap(), child.stdin.take().unwrap());
            let process = child.id();
            let mut errors = child.stderr.take().unwrap();
            let mut stderr = String::new();
            let (exit, (daemon, wire), _) =
                tokio::join!(child.wait(), serve(self, pipes, process), errors.read_to_string(&mut stderr));
            session(&daemon, wire, exit.unwrap().code(), stderr, started)
        })
    }

    /// Runs work of the test's own in this process, over the same protocol.
    pub fn converse(
        self,
        options: &[(&str, &str)],
        work: impl AsyncFnOnce(&Client, &Environment) -> Result<BuildResult, Error>,
    ) -> (Session, Result<(), Error>) {
        block_on(async {
            let started = now();
            let (ours, theirs) = tokio::io::duplex(64 << 10);
            let environment = Environment::from_variables(environment(options));
            let (ended, (daemon, wire)) =
                tokio::join!(converse(ours, &environment, work), serve(self, theirs, None));
            (session(&daemon, wire, None, String::new(), started), ended)
        })
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await }).expect("the frontend hangs")
}

fn session(
    daemon: &Daemon,
    wire: Vec<u8>,
    exit_code: Option<i32>,
    stderr: String,
    started: Instant,
) -> Session {
    let took = now() - started;
    let heard = std::mem::take(&mut *daemon.heard.lock().unwrap());
    let solved_after = heard.solved.map(|solved| solved - started);
    Session { heard, wire, exit_code, stderr, took, solved_after }
}

/// Serves one connection until the frontend closes it or the script hangs up. Returns what the frontend wrote.
async fn serve(
    script: FakeBuildKit,
    connection: impl AsyncRead + AsyncWrite + Unpin,
    process: Option<u32>,
) -> (Daemon, Vec<u8>) {
    let daemon = Daemon::new(script, process);
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    let service = LlbBridgeServer::new(daemon.clone())
        .max_decoding_message_size(MESSAGE)
        .max_encoding_message_size(MESSAGE);
    let server = Server::builder()
        .max_concurrent_streams(250)
        .max_frame_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .http2_max_header_list_size(WINDOW)
        .serve_with_incoming(service, tokio_stream::once(Ok::<_, io::Error>(theirs)));
    let server = tokio::spawn(server);

    let written = Mutex::new(Vec::new());
    tokio::select! {
        () = pump(connection, ours, &written) => {}
        () = daemon.hung_up.notified() => {}
    }
    server.abort();
    let written = written.into_inner().unwrap();
    (daemon, written)
}

/// Carries bytes both ways until the frontend's end is closed.
async fn pump(
    connection: impl AsyncRead + AsyncWrite + Unpin,
    server: DuplexStream,
    written: &Mutex<Vec<u8>>,
) {
    let (mut from_frontend, mut to_frontend) = tokio::io::split(connection);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let out = async {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(read @ 1..) = from_frontend.read(&mut buffer).await {
            written.lock().unwrap().extend_from_slice(&buffer[..read]);
            // A server that refuses to read on has said why in its own frames.
            let _ = to_server.write_all(&buffer[..read]).await;
        }
    };
    let back = async {
        let _ = tokio::io::copy(&mut from_server, &mut to_frontend).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = out => {}
        () = back => {}
    }
}
