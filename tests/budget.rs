//! What the shipped binary may cost: instructions and memory, which do not depend on the machine's load.
//!
//! `make budget` compiles the binary and runs these tests. `make budget-renew` records new values, and the commit
//! gives the reason.

#![expect(clippy::print_stdout, reason = "what is measured is worth reading also when it is right")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::case::Case;
use crate::support::process::binary;
use crate::support::{record, scene};

/// Small, default, largest.
const CASES: [&str; 3] = ["selected-version", "default", "everything"];

/// The allowed excess over the recorded values, in percent.
const SLACK: u64 = 10;

const MEMORY: u64 = 16 << 20;

#[test]
#[ignore = "needs the shipped binary and valgrind: `make budget`"]
fn work_takes_no_more_instructions_than_recorded() {
    let folder = folder("instructions");
    let mut found = vec![("`--version`".to_owned(), by_person(&folder, &["--version"]))];
    for name in CASES {
        let case = Case::read(name);
        let words = words(&case, &folder.join(name));
        for command in ["check", "plan", "graph"] {
            let words: Vec<&str> = [command].into_iter().chain(words.iter().map(String::as_str)).collect();
            found.push((format!("`{command}`, {name}"), by_person(&folder, &words)));
        }
    }
    for name in CASES {
        found.push((format!("build of two platforms, {name}"), build(&folder, &Case::read(name))));
    }
    fs::remove_dir_all(&folder).unwrap();

    if std::env::var("BUDGET").is_ok_and(|what| what == "renew") {
        let mut text = "| Work | Instructions |\n|---|---:|\n".to_owned();
        for (work, instructions) in &found {
            let _ = writeln!(text, "| {work} | {} |", grouped(*instructions));
        }
        record::write("instructions", &text);
        return;
    }
    let recorded = record::table("instructions");
    let mut wrong = Vec::new();
    for (work, instructions) in &found {
        let known = recorded.get(work).map(|text| text.replace(' ', "").parse::<u64>().unwrap());
        let percent = known.map(|known| instructions * 100 / known);
        println!("{:>12}  {:>4}%  {work}", grouped(*instructions), percent.unwrap_or_default());
        if known.is_none_or(|known| *instructions > known * (100 + SLACK) / 100) {
            wrong.push(format!("{work}: {}, recorded {known:?}", grouped(*instructions)));
        }
    }
    assert!(wrong.is_empty(), "more than {SLACK}% over docs/performance-frontend.md:\n{}", wrong.join("\n"));
    assert_eq!(recorded.len(), found.len(), "a row that nothing measures: {recorded:?}");
}

#[test]
#[ignore = "needs the shipped binary: `make budget`"]
fn the_largest_build_fits_in_sixteen_megabytes() {
    let (fake, environment) = scene::on_both_platforms(&Case::read("everything"));
    let session = fake.run_in(&environment);
    session.result();
    let peak = session.heard.peak_memory.expect("Linux tells the memory of a process");
    println!("{:>8} KiB at most; the last graph came after {:?}", peak >> 10, session.solved_after);
    assert!(peak <= MEMORY, "{} KiB, at most {}", peak >> 10, MEMORY >> 10);
}

/// Instructions of a command line.
fn by_person(folder: &Path, words: &[&str]) -> u64 {
    let out = folder.join("callgrind");
    let valgrind = valgrind(&out);
    let status = Command::new(&valgrind[0])
        .args(&valgrind[1..])
        .arg(binary())
        .args(words)
        .env_clear()
        .output()
        .unwrap_or_else(|error| panic!("valgrind: {error}"));
    assert!(status.status.success(), "{words:?}: {}", String::from_utf8_lossy(&status.stderr));
    total(&out)
}

/// Instructions of a build, from the start of the process to its end.
fn build(folder: &Path, case: &Case) -> u64 {
    let out = folder.join("callgrind");
    let (fake, environment) = scene::on_both_platforms(case);
    fake.run_under(&valgrind(&out), &environment).result();
    total(&out)
}

fn valgrind(out: &Path) -> Vec<String> {
    let out = format!("--callgrind-out-file={}", out.display());
    ["/usr/bin/valgrind", "--quiet", "--tool=callgrind", &out].map(str::to_owned).to_vec()
}

fn total(out: &Path) -> u64 {
    let text = fs::read_to_string(out).unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("summary:").or(line.strip_prefix("totals:")));
    total.and_then(|total| total.trim().parse().ok()).unwrap_or_else(|| panic!("no total in {text}"))
}

/// The case as words of the command line, with its context folder made below `root`.
fn words(case: &Case, root: &Path) -> Vec<String> {
    let below = root.join(case.args.get("DOCKER_CONTEXT_FILES").map_or("", String::as_str));
    fs::create_dir_all(&below).unwrap();
    for file in &case.context {
        fs::write(below.join(file), "\n").unwrap();
    }
    let args =
        case.args.iter().flat_map(|(name, value)| ["--build-arg".to_owned(), format!("{name}={value}")]);
    args.chain([root.display().to_string()]).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// `1234567` as `1 234 567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
