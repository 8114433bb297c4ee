//! Rules of this repository that the compiler cannot check: layers between folders, and documents that match the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use airflow_frontend::diagnostic::Severity;
use airflow_frontend::diagnostic::code::{CODES, Row};
use airflow_frontend::subrequests;

mod circles;

/// The folders of `src`, each with those it may use: the phases in order, and `lint` and `subrequests` beside them. `cli`
/// may use all but `gateway`.
const LAYERS: [(&str, &[&str]); 10] = [
    ("options", &[]),
    ("diagnostic", &["options"]),
    ("config", &["options", "diagnostic"]),
    ("facts", &["options", "diagnostic", "config"]),
    ("plan", &["options", "diagnostic", "config", "facts"]),
    ("graph", &["options", "diagnostic", "config", "facts", "plan"]),
    ("lint", &["options", "diagnostic", "config", "facts", "plan"]),
    ("subrequests", &["options", "diagnostic", "config", "facts", "plan", "graph", "lint"]),
    ("gateway", &["options", "diagnostic", "config", "facts", "plan", "graph", "lint", "subrequests"]),
    ("cli", &["options", "diagnostic", "config", "facts", "plan", "graph", "lint", "subrequests"]),
];

/// The limit for a source file that is not a table.
const MOST_LINES: usize = 400;
const TABLES: [&str; 1] = ["src/options/table.rs"];

/// Paths of the machines that this is written on; cut in two, so that this file does not break its own rule.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/work", "/main"),
    concat!("/work", "/shared"),
    concat!("/tmp/", "target"),
    concat!("/Use", "rs/"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All text files of the repository, as paths relative to it.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root().join(&folder)).expect("a folder of the repository");
        for entry in entries {
            let entry = entry.expect("an entry of a folder");
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().into_owned();
            if [".git", ".cache", "target"].contains(&name.as_str()) {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn is_a(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn rust_sources() -> impl Iterator<Item = (String, String)> {
    files().into_iter().filter(|(path, _)| path.starts_with("src/") && is_a(path, "rs"))
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_arg_reference_is_current() {
    assert!(
        read("docs/args.md") == subrequests::reference(),
        "docs/args.md is behind src/options/table.rs: run `cargo run -- options --markdown > docs/args.md`"
    );
}

#[test]
fn every_problem_code_is_explained_and_no_other() {
    let is_error = |row: &&Row| row.severity == Severity::Error;
    let codes: BTreeSet<String> = CODES.iter().filter(is_error).map(|row| row.code.in_brackets()).collect();
    let page = read("docs/errors.md");
    let headings = page.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'));
    let explained: BTreeSet<String> = headings.map(str::to_owned).collect();
    assert_eq!(explained, codes, "headings of docs/errors.md and codes of src/diagnostic/code.rs");
}

#[test]
fn layers_use_only_those_before_them() {
    let mut wrong = Vec::new();
    for (path, text) in rust_sources() {
        let Some((folder, _)) = path["src/".len()..].split_once('/') else { continue };
        let Some((layer, before)) = LAYERS.iter().find(|(layer, _)| *layer == folder) else {
            wrong.push(format!("{path}: src/{folder} has no row in tests/tidy.rs"));
            continue;
        };
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().starts_with("//")) {
            if line.contains("crate::{") {
                wrong.push(format!(
                    "{path}:{number}: one `use crate::` line per layer, so that this test can read it"
                ));
            }
            for (other, _) in LAYERS.iter().filter(|(other, _)| other != layer && !before.contains(other)) {
                if line.contains(&format!("crate::{other}")) || line.contains(&format!("super::{other}::")) {
                    wrong.push(format!("{path}:{number}: {layer} uses {other}, it may use {before:?}"));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn files_depend_on_each_other_one_way() {
    let files = files().into_iter().collect();
    let packages = ["proto/src/lib.rs", "llb/src/lib.rs", "frontend/src/lib.rs", "src/lib.rs"];
    let circles: Vec<String> = packages.iter().flat_map(|root| circles::circles(root, &files)).collect();
    assert_none(&circles);
}

/// Cargo reads the manifest with all its targets, so a file that moved and is still listed by its old name breaks the
/// build in a container.
#[test]
fn the_container_that_compiles_gets_files_that_exist() {
    let list = read("frontend.Dockerfile.dockerignore");
    let missing: Vec<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .filter(|path| !root().join(path).exists())
        .map(str::to_owned)
        .collect();
    assert_none(&missing);
}

#[test]
fn files_are_a_page_or_two() {
    let wrong: Vec<String> = rust_sources()
        .filter(|(path, text)| text.lines().count() > MOST_LINES && !TABLES.contains(&path.as_str()))
        .map(|(path, text)| format!("{path}: {} lines, at most {MOST_LINES}", text.lines().count()))
        .collect();
    assert_none(&wrong);
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    let mut wrong = Vec::new();
    for (path, text) in files() {
        for (number, line) in (1..).zip(text.lines()) {
            if MACHINE_PATHS.iter().any(|machine| line.contains(machine)) {
                wrong.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in files().into_iter().filter(|(path, _)| is_a(path, "md")) {
        let folder = Path::new(&path).parent().unwrap_or(Path::new(""));
        for link in links(&text) {
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if target.is_empty() { PathBuf::from(&path) } else { folder.join(target) };
            if !root().join(&file).exists() {
                wrong.push(format!("{path}: {link}: no such file"));
            } else if !heading.is_empty() && !headings(&read(&file.to_string_lossy())).contains(heading) {
                wrong.push(format!("{path}: {link}: no such heading"));
            }
        }
    }
    assert_none(&wrong);
}

/// The targets of links that stay within the repository.
fn links(markdown: &str) -> Vec<&str> {
    let outside = |target: &str| ["http://", "https://", "mailto:"].iter().any(|it| target.starts_with(it));
    prose(markdown)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !outside(target))
        .collect()
}

/// The headings as forges name them in links.
fn headings(markdown: &str) -> BTreeSet<String> {
    prose(markdown)
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
            kept.collect::<String>().replace(' ', "-")
        })
        .collect()
}

/// The lines outside of fenced code.
fn prose(markdown: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    markdown.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}
