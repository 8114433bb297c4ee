//! The scripts of the image follow the rules of docs/entrypoint.md for each release.

#![expect(clippy::disallowed_methods, reason = "these tests start the scripts and read what they wrote")]

mod clean_logs;
mod command;
mod database;
mod pip;
mod scheduler;
mod settings;
#[path = "support/shell.rs"]
pub(crate) mod shell;
mod user;
mod waiting;

use std::path::Path;
use std::process::Command;

use self::shell::Case;

/// One release for each set of rules: the first ones, 2.3 with migrations by the old name, the last 2.x, and today.
const RELEASES: [&str; 4] = ["2.2.5", "2.3.3", "2.10.5", "3.3.2"];

fn entrypoint<'a>(release: &'a str, args: &'a [&'a str]) -> Case<'a> {
    shell::case("entrypoint.sh", release, args)
}

/// The frontend replaces this line, so it must be there exactly once.
#[test]
fn scripts_that_differ_by_release_have_one_line_for_it() {
    for (name, text) in shell::SCRIPTS {
        let lines = text.lines().filter(|line| *line == "readonly release=00000").count();
        assert_eq!(lines, usize::from(text.contains("release")), "{name}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn shellcheck_finds_nothing_in_the_scripts() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan/scripts");
    let Ok(output) = Command::new("bash")
        .args(["-O", "globstar", "-c", "command -v shellcheck >/dev/null || exit 99; shellcheck -- **/*.sh"])
        .current_dir(scripts)
        .output()
    else {
        panic!("bash is needed");
    };
    if output.status.code() == Some(99) {
        eprintln!("SKIPPED: shellcheck is not installed");
        return;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
