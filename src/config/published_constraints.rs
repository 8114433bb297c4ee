//! Constraints published on the web: references in a repository, and URLs of web pages instead of files.

use std::str::FromStr;

use buildkit_frontend::position;

use super::newest;
use crate::diagnostic::masked;

/// Reads a branch, tag or commit with constraints. In Airflow's own repository, branches and tags with constraints have a
/// prefix. Other repositories can use any name.
pub(super) fn reference(text: &str, of_airflow: bool) -> Result<String, String> {
    let sound = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/+".contains(&byte))
            && !text.contains("..")
            && !text.starts_with('/')
    };
    if !sound(text) {
        return Err(position::at("expected a branch or tag such as constraints-2.10.5", text, sound));
    }
    if !of_airflow || is_commit(text) {
        return Ok(text.to_owned());
    }
    let name = ["refs/tags/", "refs/heads/"].iter().find_map(|kind| text.strip_prefix(kind)).unwrap_or(text);
    let rest = name.strip_prefix("constraints-");
    match (rest, meant(rest.unwrap_or(name))) {
        (Some(rest), Some(meant)) if meant == rest => Ok(text.to_owned()),
        (_, Some(meant)) => Err(format!("Airflow publishes no such constraints; use constraints-{meant}")),
        (_, None) => Ok(text.to_owned()),
    }
}

fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The part after the prefix that was probably meant by the name of a release, a branch of Airflow, or a series.
fn meant(text: &str) -> Option<String> {
    let numbered =
        text.strip_prefix('v').filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()));
    let text = numbered.unwrap_or(text);
    if text == "main" {
        return Some(text.to_owned());
    }
    // v2-10-stable and v2-10-test are branches with the sources of a series.
    let parts: Vec<&str> = text.split('-').collect();
    if let [major, minor, ..] = parts[..]
        && [major, minor].iter().all(|part| part.parse::<u16>().is_ok())
    {
        return Some(format!("{major}-{minor}"));
    }
    let version = pep440_rs::Version::from_str(text).ok()?;
    match version.release() {
        [_, _, _] => Some(version.without_local().to_string()),
        numbers if numbers.len() < 3 => newest::of(&version.only_release().to_string()).map(str::to_owned),
        _ => None,
    }
}

/// Parts of URLs of web pages that show a file, each with its replacement in the URL of the file.
const PAGES: &[(&str, &str)] = &[
    ("/-/blob/", "/-/raw/"),
    ("/blob/", "/raw/"),
    ("/src/branch/", "/raw/branch/"),
    ("/src/tag/", "/raw/tag/"),
];

/// Rejects a web page that shows a file, on GitHub and similar sites, and gives the URL of the file.
pub(super) fn reject_web_page(url: &str) -> Result<(), String> {
    let (place, _) = url.split_once(['?', '#']).unwrap_or((url, ""));
    let Some((scheme, rest)) = place.split_once("://") else { return Ok(()) };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let github = host.rsplit('@').next().is_some_and(|host| ["github.com", "www.github.com"].contains(&host));
    // Other hosts can have a folder "blob" for files.
    let of_git = |page: &str| page != "/blob/" || host.contains("git");
    let page = PAGES.iter().find(|(page, _)| path.contains(page) && of_git(page));
    let file = match page {
        Some((page, _)) if github => {
            format!("https://raw.githubusercontent.com/{}", path.replacen(page, "/", 1))
        }
        Some((page, file)) => format!("{scheme}://{host}/{}", path.replacen(page, file, 1)),
        None => return Ok(()),
    };
    Err(format!("this is a web page; the URL of the file is {}", masked(&file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_airflows_repository_need_the_prefix() {
        for text in [
            "constraints-2.10.5",
            "constraints-2-10",
            "constraints-main",
            "constraints-latest",
            "constraints-3.1.0rc1",
            "refs/tags/constraints-2.10.5",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
            "0a1b2c3",
        ] {
            assert_eq!(reference(text, true).as_deref(), Ok(text));
        }
        let check = |text: &str, meant: &str| {
            let expected = format!("Airflow publishes no such constraints; use constraints-{meant}");
            assert_eq!(reference(text, true), Err(expected), "{text}");
            assert_eq!(reference(text, false).as_deref(), Ok(text), "another repository");
        };
        check("2.10.5", "2.10.5");
        check("v2.10.5", "2.10.5");
        check("2.10.5+acme.1", "2.10.5");
        check("constraints-v2.10.5", "2.10.5");
        check("refs/tags/2.10.5", "2.10.5");
        check("2.10", "2.10.5");
        check("constraints-2.10", "2.10.5");
        check("2-10", "2-10");
        check("v2-10-stable", "2-10");
        check("main", "main");
        assert_eq!(reference("my-branch", true).as_deref(), Ok("my-branch"), "an unknown branch is accepted");
        assert!(reference("a b", false).unwrap_err().ends_with("character 2 is ` `"));
    }

    #[test]
    fn urls_of_web_pages_are_rejected() {
        let check = |page: &str, file: &str| {
            let expected = format!("this is a web page; the URL of the file is {file}");
            assert_eq!(reject_web_page(page), Err(expected));
        };
        check(
            "https://github.com/apache/airflow/blob/constraints-2.10.5/constraints-3.12.txt",
            "https://raw.githubusercontent.com/apache/airflow/constraints-2.10.5/constraints-3.12.txt",
        );
        check(
            "https://github.com/me/fork/blob/main/a/c.txt?plain=1#L3",
            "https://raw.githubusercontent.com/me/fork/main/a/c.txt",
        );
        check(
            "https://github.example.com/o/r/blob/main/c.txt",
            "https://github.example.com/o/r/raw/main/c.txt",
        );
        check("https://gitlab.com/o/r/-/blob/main/c.txt", "https://gitlab.com/o/r/-/raw/main/c.txt");
        check(
            "https://me:pw@git.example.com/o/r/-/blob/main/c.txt",
            "https://***@git.example.com/o/r/-/raw/main/c.txt",
        );
        check(
            "https://codeberg.org/o/r/src/branch/main/c.txt",
            "https://codeberg.org/o/r/raw/branch/main/c.txt",
        );
        for url in [
            "https://raw.githubusercontent.com/apache/airflow/constraints-2.10.5/constraints-3.12.txt",
            "https://github.com/o/r/raw/main/c.txt",
            "https://example.com/constraints.txt",
            "https://example.com",
            "https://files.example.com/team/blob/constraints.txt",
        ] {
            assert_eq!(reject_web_page(url), Ok(()), "{url}");
        }
    }
}
