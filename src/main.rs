//! Two doors: no command speaks to BuildKit, a command inspects.

use std::process::ExitCode;

use airflow_frontend::{cli, gateway};

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    if arguments.is_empty() && gateway::is_started_by_buildkit() {
        gateway::serve()
    } else {
        cli::run(&arguments)
    }
}
