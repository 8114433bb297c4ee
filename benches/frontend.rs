//! How long a build waits for the frontend: from the start of its process to the last graph, and the memory it takes.
//!
//! `make bench-frontend` compiles the binary as it is shipped, runs this, and writes docs/performance-frontend.md. The
//! scripted daemon answers from memory, so only the frontend, the kernel and that daemon take time.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "as in tests; it is a program"
)]

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use self::support::case::Case;
use self::support::process::BINARY;
use self::support::{record, scene};

#[path = "../tests/support/mod.rs"]
#[expect(unreachable_pub, dead_code, reason = "shared with the tests, which use more of it")]
mod support;

const CASES: [(&str, &str); 3] =
    [("selected-version", "few extras"), ("default", "defaults"), ("everything", "every arg given")];
const RUNS: usize = 60;

fn main() {
    let mut text =
        "| Build of two platforms | Fastest | Median | Most memory |\n|---|---:|---:|---:|\n".to_owned();
    for (name, what) in CASES {
        let case = Case::read(name);
        let mut times = Vec::new();
        let mut memory = 0;
        for _ in 0..RUNS {
            let (fake, environment) = scene::on_both_platforms(&case);
            let session = fake.run_in(&environment);
            session.result();
            times.push(session.solved_after.unwrap());
            memory = memory.max(session.heard.peak_memory.unwrap_or_default());
        }
        times.sort();
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1000.0);
        let _ = writeln!(
            text,
            "| {what} | {} | {} | {}.{} MiB |",
            ms(times[0]),
            ms(times[RUNS / 2]),
            memory >> 20,
            ((memory >> 10) % 1024) * 10 / 1024,
        );
    }
    let _ = writeln!(text, "\nMeasured {RUNS} times each on {}.", machine());
    println!("{text}");
    // The bench's own binary is not the shipped one.
    if std::env::var(BINARY).is_ok() {
        record::write("times", &text);
    }
}

/// The processor and the kernel.
fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = cpus.lines().filter_map(|line| line.strip_prefix("model name")).collect();
    let model =
        models.first().map_or("an unknown processor", |model| model.trim_start_matches([' ', '\t', ':']));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} cores of {model}, Linux {}", models.len(), kernel.trim())
}
