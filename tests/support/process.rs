//! The product's binary, started by the scripted BuildKit or by a person.

use std::process::{Command, Stdio};

use buildkit_frontend::testing::FakeBuildKit;

/// The frontend that was compiled with the tests, or the one in `AIRFLOW_FRONTEND_BINARY`.
pub fn binary() -> String {
    std::env::var(BINARY).unwrap_or_else(|_| env!("CARGO_BIN_EXE_airflow-frontend").to_owned())
}

/// The variable that names another binary.
pub const BINARY: &str = "AIRFLOW_FRONTEND_BINARY";

/// A scripted BuildKit that starts [the binary](binary).
pub fn fake_buildkit() -> FakeBuildKit {
    FakeBuildKit::driving(binary())
}

/// Starts the binary as a person or a script does, without a pipe on standard input.
pub fn run_by_person(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(binary()).args(arguments).env_clear().stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}
