//! `.dockerignore`: which files of a folder are not for the builder.
//!
//! Who sends the files does the matching; here the lines only become the patterns that it takes.

/// The name of the list.
pub const FILE: &str = ".dockerignore";

/// The patterns of a list, in order. Comments and blank lines are none; a `!` takes back what earlier ones exclude.
pub fn patterns(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().filter(|line| !line.starts_with('#')).map(str::trim);
    lines.filter(|line| !line.is_empty()).map(pattern).collect()
}

fn pattern(line: &str) -> String {
    match line.strip_prefix('!') {
        None => clean(line),
        Some("") => "!".to_owned(),
        Some(rest) => format!("!{}", clean(rest.trim())),
    }
}

/// The shortest path that means the same, from the root of the folder.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (parts.is_empty(), rooted) {
        (true, true) => "/".to_owned(),
        (true, false) => ".".to_owned(),
        (false, _) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_become_patterns() {
        for (line, expected) in [
            ("", None),
            ("   ", None),
            ("# a comment", None),
            // Only a first letter makes a comment.
            (" # no comment", Some("# no comment")),
            ("*.log", Some("*.log")),
            ("  dags  ", Some("dags")),
            ("/dags", Some("dags")),
            ("dags/", Some("dags")),
            ("./dags//x/../y", Some("dags/y")),
            ("**/*.pyc", Some("**/*.pyc")),
            ("!dags/keep.py", Some("!dags/keep.py")),
            ("! /dags", Some("!dags")),
            ("!", Some("!")),
            ("..", Some("..")),
            ("a/../../b", Some("../b")),
            ("/../b", Some("b")),
            (".", Some(".")),
            ("/", Some("/")),
            ("a b", Some("a b")),
        ] {
            assert_eq!(patterns(line), expected.into_iter().collect::<Vec<_>>(), "{line:?}");
        }
    }

    #[test]
    fn order_stays_and_the_ends_of_lines_do_not_matter() {
        assert_eq!(
            patterns("\u{feff}*\r\n!docker-context-files\r\n#x\n*.tmp"),
            ["*", "!docker-context-files", "*.tmp"]
        );
    }

    proptest! {
        #[test]
        fn a_cleaned_pattern_is_clean(text in "!?[a-c./*]{0,20}") {
            for pattern in patterns(&text) {
                prop_assert_eq!(patterns(&pattern), std::slice::from_ref(&pattern));
            }
        }
    }
}
