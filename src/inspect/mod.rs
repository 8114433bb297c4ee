//! The door for people: what a build would do, without Docker, network or privileges.

use std::io::{self, Write};
use std::process::ExitCode;

const HELP: &str = "\
airflow-frontend builds Apache Airflow images. It is a BuildKit frontend: name it in the first line of a file,

  # syntax=myorg/airflow-frontend

and build with `docker buildx build --build-arg AIRFLOW_VERSION=2.10.5 .`; BuildKit then starts it by itself.
";

/// Runs what a person typed after the program's name; nothing or anything unknown gets the help, on standard error,
/// and exit code 2.
pub fn run(_arguments: &[String]) -> ExitCode {
    // Whoever closed standard error does not want the help.
    let _ = io::stderr().write_all(HELP.as_bytes());
    ExitCode::from(2)
}
