//! The page about conformance names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The tests below a folder, as the test runner names them; tests of a source file by that file's module.
fn tests_below(folder: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = path.strip_prefix(&root).unwrap().with_extension("");
                let module = module.to_str().unwrap().replace('/', "::");
                let module = module.trim_end_matches("::mod").trim_end_matches("::tests");
                let text = fs::read_to_string(&path).unwrap();
                found.extend(tests_in(&text).map(|name| format!("{module}::{name}")));
            }
        }
    }
    found
}

fn tests_in(text: &str) -> impl Iterator<Item = &str> {
    let mut marked = false;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if line == "#[test]" {
            marked = true;
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| marked) {
            marked = false;
            return rest.split('(').next();
        }
        None
    })
}

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md")).unwrap()
}

#[test]
fn every_test_that_the_page_names_exists() {
    let page = page();
    let folders = ["tests", "src", "frontend/src", "frontend/tests/conversation"];
    let known: BTreeSet<String> = folders.into_iter().flat_map(tests_below).collect();
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(|word| word.contains("::")).collect();
    let missing: Vec<_> = named.iter().filter(|name| **name != "e2e::" && !known.contains(**name)).collect();
    assert!(named.len() > 60 && missing.is_empty(), "docs/conformance.md names {missing:?}");
}

#[test]
fn every_case_has_a_test() {
    let page = page();
    let rows: Vec<(usize, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .filter_map(|(number, rest)| Some((number.parse().ok()?, rest)))
        .collect();
    assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
    for (number, row) in rows {
        assert!(row.contains("::"), "case {number}");
    }
}
