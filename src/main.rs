//! Two entry points: without arguments the program serves BuildKit, with a command it inspects a build.

use std::process::ExitCode;

use airflow_frontend::{cli, gateway};

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    if arguments.is_empty() && buildkit_frontend::is_started_by_buildkit() {
        gateway::serve()
    } else {
        cli::run(&arguments)
    }
}
