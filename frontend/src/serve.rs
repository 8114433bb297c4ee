//! One conversation with `BuildKit`, over standard input and output.
//!
//! `BuildKit` starts the binary, is the server of gRPC calls on the two pipes, and expects exactly one `Return`. What
//! a user must know travels in that answer, in warnings and in names of steps; standard error ends in the daemon's log
//! and standard output *is* the connection.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use buildkit_proto::frontend::PingRequest;
use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};

use crate::caps::Caps;
use crate::client::Bridge;
use crate::environment::Environment;
use crate::error::Failure;
use crate::result::{Answer, Outcome};
use crate::{panics, stdio};

/// The largest message `BuildKit` sends or takes.
const MESSAGE: usize = 16 << 20;

/// The largest header list. Details of a failed step travel in a trailer, and a trailer above the limit ends the
/// connection with the answer unsaid.
const HEADERS: u32 = 16 << 20;

/// How long a daemon may take to say it is there.
const FIRST_WORD: Duration = Duration::from_secs(15);

/// How long to wait for a daemon that has cancelled the build: it is about to kill this process.
const LAST_WORD: Duration = Duration::from_millis(300);

/// Does the work that `BuildKit` started this process for, once, and answers with what it came to: a result, a failure,
/// or a panic. `name` is what standard error calls this program.
///
/// Success means that `BuildKit` has the answer, also where the answer is a failure.
pub fn serve(
    name: &str,
    work: impl AsyncFnOnce(&Bridge, &Environment, &Caps) -> Result<Outcome, Failure>,
) -> ExitCode {
    panics::remember_places();
    match run(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // The daemon's log is the last place left; when that is gone as well, so be it.
            let _ = writeln!(io::stderr(), "{name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    work: impl AsyncFnOnce(&Bridge, &Environment, &Caps) -> Result<Outcome, Failure>,
) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "BuildKit passes its options in the environment")]
    let variables = std::env::vars_os();
    let text = |it: std::ffi::OsString| it.to_string_lossy().into_owned();
    let environment = Environment::from_variables(variables.map(|(name, value)| (text(name), text(value))));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
    runtime.block_on(async {
        let connection = stdio::connection().map_err(cannot_start)?;
        converse(connection, &environment, work).await
    })
}

#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn cannot_start(error: io::Error) -> Failure {
    Failure::internal(format!("cannot talk to BuildKit: {error}"))
}

/// One whole conversation: learns what the daemon can do, has the work done, and answers with what it came to, even
/// when that is a panic. Fails only when no answer could be given.
pub async fn converse(
    connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    environment: &Environment,
    work: impl AsyncFnOnce(&Bridge, &Environment, &Caps) -> Result<Outcome, Failure>,
) -> Result<(), Failure> {
    let client = connect(connection).await?;
    let answer = Answer::new(client.clone());

    let pong = timeout(FIRST_WORD, client.clone().ping(PingRequest {})).await;
    let pong =
        pong.map_err(|_| Failure::internal("nobody answers; this binary speaks to BuildKit on its pipes"))?;

    let came_to = match pong {
        Err(status) => Err(status.into()),
        Ok(pong) => {
            let caps = Caps::from_pong(pong.get_ref(), &environment.product);
            let bridge = Bridge::new(client, caps);
            panics::caught(async {
                bridge.caps().require_baseline()?;
                work(&bridge, environment, bridge.caps()).await
            })
            .await
            .and_then(|outcome| outcome)
        }
    };

    let cancelled = came_to.as_ref().is_err_and(|failure| failure.code == Code::Cancelled);
    let given = answer.give(came_to);
    if cancelled {
        timeout(LAST_WORD, given).await.unwrap_or_else(|_| Err(Failure::new("the build was cancelled")))
    } else {
        given.await
    }
}

async fn connect(
    connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<LlbBridgeClient<Channel>, Failure> {
    let mut once = Some(TokioIo::new(connection));
    let connector = tower::service_fn(move |_: tonic::transport::Uri| {
        let connection = once.take().ok_or_else(|| io::Error::other("the connection to BuildKit is gone"));
        async move { connection }
    });
    let channel = Endpoint::from_static("http://localhost")
        .http2_max_header_list_size(HEADERS)
        .connect_with_connector(connector)
        .await
        .map_err(|error| Failure::internal(format!("cannot talk to BuildKit: {error}")))?;
    Ok(LlbBridgeClient::new(channel).max_decoding_message_size(MESSAGE).max_encoding_message_size(MESSAGE))
}
