//! Paths in the form that BuildKit's client writes.

/// The path from the root, without `.`, `..` and doubled or trailing slashes.
pub(crate) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// [`clean`], but keeps a `/` or `/.` at the end: as a destination it means "into this directory".
pub(crate) fn clean_destination(path: &str) -> String {
    let mut cleaned = clean(path);
    let end = if path.ends_with("/.") {
        "/."
    } else if path.ends_with('/') {
        "/"
    } else {
        return cleaned;
    };
    if cleaned == "/" {
        cleaned.clear();
    }
    cleaned + end
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_destination};

    #[test]
    fn paths_start_at_the_root_and_hold_no_detours() {
        for (given, cleaned) in [
            ("", "/"),
            ("/", "/"),
            ("a", "/a"),
            ("/a//b/", "/a/b"),
            ("/a/./b/../c", "/a/c"),
            ("../../a", "/a"),
        ] {
            assert_eq!(clean(given), cleaned, "{given:?}");
        }
    }

    #[test]
    fn a_destination_keeps_what_says_into_this_directory() {
        for (given, cleaned) in [
            ("/", "/"),
            ("/.", "/."),
            ("a/", "/a/"),
            ("/a//b/.", "/a/b/."),
            ("/a/../b/", "/b/"),
            ("/a", "/a"),
        ] {
            assert_eq!(clean_destination(given), cleaned, "{given:?}");
        }
    }
}
