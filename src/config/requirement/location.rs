//! Where a path or URL in a value points: into the context folder, or elsewhere.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::end_of_name;
use super::options::{Opt, Word};
use super::shell::skip_blanks;
use crate::paths::CONTEXT_MOUNT;

/// Where a value points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A path in the context folder, relative to it; the folder itself is the empty path.
    Inside(String),
    /// A path that leaves the context folder with `..`.
    Outside,
    /// A path that contains a variable.
    Variable,
    /// A URL, or a path in the base image.
    Elsewhere,
}

/// The location of a file, a folder or a URL. Relative paths start at `base`, a path in the context folder.
pub fn of(value: &str, base: &str) -> Location {
    let path = match value.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => {
            let path = rest.strip_prefix("//localhost/").map(|path| Cow::Owned(format!("/{path}")));
            let path = path.unwrap_or_else(|| Cow::Borrowed(rest.strip_prefix("//").unwrap_or(rest)));
            let path = path.split(['#', '?']).next().unwrap_or_default();
            Cow::Owned(percent_decode_str(path).decode_utf8_lossy().into_owned())
        }
        Some(_) if is_url(value) => return Location::Elsewhere,
        Some(_) | None => Cow::Borrowed(value),
    };
    if path.contains("${") {
        return Location::Variable;
    }
    if let Some(below) = path.strip_prefix(CONTEXT_MOUNT)
        && (below.is_empty() || below.starts_with('/'))
    {
        return clean(below).map_or(Location::Outside, Location::Inside);
    }
    if path.starts_with(['/', '~']) {
        return Location::Elsewhere;
    }
    clean(&format!("{base}/{path}")).map_or(Location::Outside, Location::Inside)
}

/// The location of a requirement that is a path or URL, or has one after `@`; `None` for a name from the index.
pub fn of_requirement(text: &str, base: &str) -> Option<Location> {
    if let Some(start) = url_start(text) {
        let url = text[start..].split_whitespace().next().unwrap_or_default();
        return Some(of(url, base));
    }
    let word = text.split_whitespace().next().unwrap_or_default();
    if is_url(word) {
        return Some(of(word, base));
    }
    is_path(word).then(|| of(without_extras(word), base))
}

/// The location in an argument of an installer; `None` if it names no file.
pub fn of_word(word: &Word<'_>, base: &str) -> Option<Location> {
    match word {
        Word::Requirement(text) => of_requirement(text, base),
        Word::Option(option @ Opt { value: Some(value), .. }) if option.names_location() => {
            let value = if option.is_editable() { without_extras(value) } else { value };
            Some(of(value, base))
        }
        Word::Option(_) => None,
    }
}

/// Where the URL of `name [extras] @ URL` starts.
fn url_start(text: &str) -> Option<usize> {
    let mut at = skip_blanks(text, end_of_name(text));
    if text[at..].starts_with('[') {
        at = skip_blanks(text, at + text[at..].find(']')? + 1);
    }
    (at > 0 && text[at..].starts_with('@')).then(|| skip_blanks(text, at + 1))
}

/// Whether a word is a URL with `://`.
pub(super) fn is_url(word: &str) -> bool {
    word.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    })
}

/// Whether a word is a path instead of a package name: it has a slash, or the suffix of an archive.
pub(super) fn is_path(word: &str) -> bool {
    const ARCHIVES: [&str; 9] =
        [".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar"];
    let word = without_extras(word);
    let before =
        word.split(['@', ';', '<', '>', '=', '!', '~', '(', '[', '\'', '"']).next().unwrap_or_default();
    let is_file_url = word.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
    let is_archive = ARCHIVES.iter().any(|end| before.len() == word.len() && word.ends_with(end));
    is_file_url || word == "." || word == ".." || before.contains('/') || is_archive
}

/// A path without `#sha256=…` and without extras.
fn without_extras(word: &str) -> &str {
    let path = word.split('#').next().unwrap_or_default();
    match path.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        Some((path, _)) => path,
        None => path,
    }
}

/// The normalized path relative to the context folder; `None` if it leaves the folder.
fn clean(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_in_the_context_folder_are_recognized() {
        let inside = |path: &str| Location::Inside(path.to_owned());
        let check = |value: &str, expected: Location| assert_eq!(of(value, "sub"), expected, "{value}");
        check("/docker-context-files", inside(""));
        check("/docker-context-files/a//b/../c.txt", inside("a/c.txt"));
        check("file:///docker-context-files/a%20b.whl#sha256=1", inside("a b.whl"));
        check("file://localhost/docker-context-files/a", inside("a"));
        check("a.txt", inside("sub/a.txt"));
        check("../a.txt", inside("a.txt"));
        check("../../a.txt", Location::Outside);
        check("/docker-context-files-2/a", Location::Elsewhere);
        check("/opt/wheels", Location::Elsewhere);
        check("https://h/simple", Location::Elsewhere);
        check("https://${TOKEN}@h/simple", Location::Elsewhere);
        check("${FOLDER}/a", Location::Variable);
    }

    #[test]
    fn requirements_name_files_by_path_or_url() {
        let inside = |path: &str| Some(Location::Inside(path.to_owned()));
        let check =
            |text: &str, expected: Option<Location>| assert_eq!(of_requirement(text, ""), expected, "{text}");
        check("/docker-context-files/x.whl[extra]", inside("x.whl"));
        check("./wheels/x-1.tar.gz#sha256=1", inside("wheels/x-1.tar.gz"));
        check("wheels/x.whl ; python_version>'3'", inside("wheels/x.whl"));
        check("x-1.0-py3-none-any.whl", inside("x-1.0-py3-none-any.whl"));
        check("x[a] @ file:///docker-context-files/x.whl", inside("x.whl"));
        check("x@file:///docker-context-files/x.whl", inside("x.whl"));
        check("x @ https://h/x.whl", Some(Location::Elsewhere));
        check("git+https://h/x.git", Some(Location::Elsewhere));
        check("pandas>=2", None);
        check("x==1.0.zip", None);
    }
}
