//! Runs `docker`; errors show its output.

use std::process::Command;

/// An engine, with its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::e2e) struct Engine(pub(in crate::e2e) String);

impl Default for Engine {
    /// The one that most tests use.
    fn default() -> Self {
        Self("docker".to_owned())
    }
}

impl Engine {
    /// Runs `docker`.
    pub(in crate::e2e) fn docker(&self, arguments: &[impl AsRef<str>]) -> Output {
        let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        let output = Command::new(&self.0).args(&arguments).output();
        let output = output
            .unwrap_or_else(|error| panic!("{} cannot be started, is there an engine? {error}", self.0));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Output {
            call: format!("docker {}", arguments.join(" ")),
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// Runs `docker` on the first engine.
pub(in crate::e2e) fn docker(arguments: &[impl AsRef<str>]) -> Output {
    Engine::default().docker(arguments)
}

/// The result of a program.
#[derive(Debug)]
pub(in crate::e2e) struct Output {
    /// Its command line.
    pub(in crate::e2e) call: String,
    /// Its exit code.
    pub(in crate::e2e) code: i32,
    /// Standard output.
    pub(in crate::e2e) stdout: String,
    /// Standard error.
    pub(in crate::e2e) stderr: String,
}

impl Output {
    /// Returns itself; fails the test if the program failed.
    pub(in crate::e2e) fn succeeded(self) -> Self {
        self.exited(0)
    }

    /// Returns itself; fails the test if the program ended with another code.
    pub(in crate::e2e) fn exited(self, code: i32) -> Self {
        assert!(
            self.code == code,
            "exit code {}, expected {code}: {}\nstdout:\n{}\nstderr:\n{}",
            self.code,
            self.call,
            self.stdout,
            self.stderr
        );
        self
    }

    /// The last line of standard output.
    pub(in crate::e2e) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// A container in the background; removed when dropped.
pub(in crate::e2e) struct Container(pub(in crate::e2e) String);

impl Container {
    /// Waits until its log contains a text.
    pub(in crate::e2e) fn wait_for(&self, text: &str) {
        for _ in 0..150 {
            if docker(&["logs", &self.0]).stdout.contains(text) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        let logs = docker(&["logs", &self.0]);
        panic!("{text:?} never came:\n{}{}", logs.stdout, logs.stderr);
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        docker(&["rm", "--force", &self.0]);
    }
}
