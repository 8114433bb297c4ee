//! The connection to BuildKit over standard input and output, and the one answer.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::frontend::{PingRequest, ReturnRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};

use crate::client::Client;
use crate::daemon_caps::Caps;
use crate::environment::Environment;
use crate::error::Error;
use crate::result::BuildResult;
use crate::{panics, stdio};

/// The largest message BuildKit sends or accepts.
const MESSAGE: usize = 16 << 20;

/// The largest header list. Details of a failed step travel in a trailer; one above the limit would end the connection
/// before the answer.
const HEADERS: u32 = 16 << 20;

/// How long a daemon may take to answer the first call.
const FIRST_CALL: Duration = Duration::from_secs(15);

/// How long to wait for a daemon that has cancelled the build: it is about to kill this process.
const LAST_CALL: Duration = Duration::from_millis(300);

/// Serves the BuildKit that started this process: runs `build` once and sends what it returns. If `build` panics, the
/// user reads the panic's message and place as the error of the build.
///
/// The exit code is success once BuildKit has the answer, also if the answer is an error. If it cannot be sent, the
/// reason is written to standard error, which ends up in the daemon's log. Nothing else may use standard input and
/// output: they are the connection.
pub fn serve(build: impl AsyncFnOnce(&Client, &Environment) -> Result<BuildResult, Error>) -> ExitCode {
    panics::remember_places();
    match run(build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed as well, nobody is left to report to.
            let _ = writeln!(io::stderr(), "{}: {error}", program());
            ExitCode::FAILURE
        }
    }
}

fn run(build: impl AsyncFnOnce(&Client, &Environment) -> Result<BuildResult, Error>) -> Result<(), Error> {
    if !stdio::are_pipes() {
        return Err(Error::new(
            "standard input and output are not pipes; BuildKit starts this program for a build file whose first line is `# syntax=IMAGE`",
        ));
    }
    #[expect(clippy::disallowed_methods, reason = "BuildKit passes options in the environment")]
    let variables = std::env::vars_os();
    let text = |it: OsString| it.to_string_lossy().into_owned();
    let environment = Environment::from_variables(variables.map(|(name, value)| (text(name), text(value))));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unconnected)?;
    runtime.block_on(async {
        let connection = stdio::connection().map_err(unconnected)?;
        converse(connection, &environment, build).await
    })
}

/// The name of this program's file.
fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn unconnected(error: impl std::error::Error) -> Error {
    Error::internal(format!("cannot connect to BuildKit: {error}"))
}

/// A whole conversation over any connection: asks for the capabilities, runs `build`, and sends what it returns. Fails
/// only if no answer could be sent.
pub(crate) async fn converse(
    connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    environment: &Environment,
    build: impl AsyncFnOnce(&Client, &Environment) -> Result<BuildResult, Error>,
) -> Result<(), Error> {
    let calls = connect(connection).await?;
    let pong = timeout(FIRST_CALL, calls.clone().ping(PingRequest {})).await;
    let pong = pong.map_err(|_| Error::internal("no answer from BuildKit on standard input"))?;

    let answer = match pong {
        Err(status) => Err(status.into()),
        Ok(pong) => {
            let caps = Caps::from_pong(pong.get_ref(), &environment.product);
            let client = Client::new(calls.clone(), caps);
            // On the heap: what a build keeps between its calls can be more than the stack holds.
            let build = Box::pin(async {
                client.caps().require_baseline()?;
                build(&client, environment).await
            });
            panics::caught(build).await.and_then(|answer| answer)
        }
    };

    let cancelled = answer.as_ref().is_err_and(|error| error.code == Code::Cancelled);
    let sent = send(calls, answer);
    if cancelled {
        timeout(LAST_CALL, sent).await.unwrap_or_else(|_| Err(Error::new("the build was cancelled")))
    } else {
        sent.await
    }
}

async fn connect(
    connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<LlbBridgeClient<Channel>, Error> {
    let mut once = Some(TokioIo::new(connection));
    let connector = tower::service_fn(move |_: tonic::transport::Uri| {
        let connection = once.take().ok_or_else(|| io::Error::other("the connection to BuildKit is closed"));
        async move { connection }
    });
    let channel = Endpoint::from_static("http://localhost")
        .http2_max_header_list_size(HEADERS)
        .connect_with_connector(connector)
        .await
        .map_err(unconnected)?;
    Ok(LlbBridgeClient::new(channel).max_decoding_message_size(MESSAGE).max_encoding_message_size(MESSAGE))
}

/// Sends the one answer and waits until it has arrived.
async fn send(mut calls: LlbBridgeClient<Channel>, answer: Result<BuildResult, Error>) -> Result<(), Error> {
    let request = match answer {
        Ok(result) => ReturnRequest { result: Some(result.into_wire()), error: None },
        Err(error) => ReturnRequest { result: None, error: Some(error.into_status()) },
    };
    calls.r#return(request).await?;
    Ok(())
}
