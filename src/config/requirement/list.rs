//! Parses a list of requirements and options into arguments of an installer.

use buildkit_frontend::position;

use super::location::{self, Location};
use super::options::Opt;
use super::parse_error::{self, ParseError};
use super::shell::{self, skip_blanks};
use super::{condition, end_of_url, read};
use crate::diagnostic::masked;
use crate::paths::CONTEXT_MOUNT;

/// A parsed list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The arguments: options, their values, and requirements, one each. Paths are absolute.
    pub args: Vec<String>,
    /// The comments, which are ignored.
    pub comments: Vec<String>,
}

/// Reads requirements separated by blanks or commas, and options. Blanks within a requirement follow PEP 508; quotes around
/// one are those of a shell.
pub fn requirements(text: &str) -> Result<List, Rejected> {
    from(text, read_list)
}

/// Reads options, each with its value.
pub fn flags(text: &str) -> Result<List, Rejected> {
    from(text, read_flags)
}

/// Why a text is rejected, and its corrected form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The message, which fits after `NAME=value: `.
    pub message: String,
    /// The corrected text, if every error has a fix.
    pub corrected: Option<String>,
}

fn from(text: &str, read: fn(&str) -> Result<List, ParseError>) -> Result<List, Rejected> {
    read(text).map_err(|error| Rejected {
        message: message(text, &error),
        corrected: parse_error::corrected(text, read),
    })
}

/// The message with the invalid word and the position of the error in it.
fn message(text: &str, error: &ParseError) -> String {
    let blank_before = text[..error.at].rfind(char::is_whitespace);
    let word_start = blank_before.map_or(0, |at| skip_blanks(text, at).min(error.at));
    let start = error.start.unwrap_or(word_start);
    let end = text[error.at..].find(char::is_whitespace).map_or(text.len(), |length| error.at + length);
    let word = masked(&text[start..end]);
    if word.is_empty() {
        return error.message.clone();
    }
    let message = format!("`{word}`: {}", error.message);
    // A position would be misleading if the word is not shown as typed.
    let is_within = error.at > start && error.at < end && word == text[start..end];
    if is_within { position::at_byte(&message, &text[start..end], error.at - start) } else { message }
}

fn read_list(text: &str) -> Result<List, ParseError> {
    let mut list = List::default();
    let mut at = 0;
    loop {
        at = next_word(text, at);
        let rest = &text[at..];
        if rest.is_empty() {
            return Ok(list);
        }
        at = match rest.chars().next() {
            Some('#') => comment(text, at, &mut list),
            Some('"' | '\'') => quoted(text, at, &mut list)?,
            Some('-') => option(text, at, &mut list)?,
            Some(_) => requirement(text, at, &mut list)?,
            None => at,
        };
    }
}

/// The offset of the next word: skips blanks, commas and line continuations.
fn next_word(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let rest = &text[at..];
        let goes_on = ["\\\n", "\\\r\n"].into_iter().find(|end| rest.starts_with(end)).map(str::len);
        match rest.chars().next() {
            Some(letter) if letter.is_whitespace() || letter == ',' => at += letter.len_utf8(),
            Some(_) | None => match goes_on {
                Some(length) => at += length,
                None => return at,
            },
        }
    }
}

fn comment(text: &str, start: usize, list: &mut List) -> usize {
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    list.comments.push(text[start..end].trim_end().to_owned());
    end
}

/// Reads a quoted word: a path that can contain blanks, or requirements.
fn quoted(text: &str, start: usize, list: &mut List) -> Result<usize, ParseError> {
    let (word, end) = shell::word(text, start)?;
    if location::is_url(&word) || (location::is_path(&word) && !word.contains(" @ ")) {
        list.args.push(absolute(&word, start)?);
        return Ok(end);
    }
    // The position of an error is only known if the word has no escapes.
    let is_plain = text[start + 1..].starts_with(word.as_str());
    let inner = read_list(&word)
        .map_err(|error| if is_plain { error.within(start + 1) } else { error.moved_to(start) })?;
    list.args.extend(inner.args);
    list.comments.extend(inner.comments);
    Ok(end)
}

fn option(text: &str, start: usize, list: &mut List) -> Result<usize, ParseError> {
    let (word, end) = shell::word(text, start)?;
    let word = word.trim_end_matches(',');
    let option = Opt::of(word);
    if option.name == "--hash" {
        let why = "--hash is only supported in requirements.txt of the context folder";
        return Err(ParseError::new(start, why));
    }
    if let Some(value) = option.value.filter(|_| option.names_location()) {
        let value = location_value(&option, value, start)?;
        // A short option has its value in the same word without `=`.
        let between = if option.name.starts_with("--") { "=" } else { "" };
        list.args.push(format!("{}{between}{value}", option.name));
        return Ok(end);
    }
    if !option.takes_next() {
        list.args.push(word.to_owned());
        return Ok(end);
    }
    let next = next_word(text, end);
    if text[next..].is_empty() {
        return Err(ParseError::new(start, "the option needs a value"));
    }
    let (value, behind) = shell::word(text, next)?;
    let after = next_word(text, behind);
    if value.ends_with(',') && after < text.len() {
        let error =
            ParseError::new(next, "several values of an option need commas without blanks between them");
        return Err(error.with_fix(behind..after, ""));
    }
    let value = if option.names_location() { location_value(&option, &value, next)? } else { value };
    list.args.extend([option.name.to_owned(), value]);
    Ok(behind)
}

/// The value of an option that names a file, a folder or a URL.
fn location_value(option: &Opt<'_>, value: &str, at: usize) -> Result<String, ParseError> {
    let location = location::of(value, "");
    if option.is_editable() && !matches!(location, Location::Elsewhere) {
        let why = "an editable installation would point to the context folder, which is not in the image; remove -e";
        return Err(ParseError::new(at, why));
    }
    absolute(value, at)
}

fn requirement(text: &str, start: usize, list: &mut List) -> Result<usize, ParseError> {
    let word = &text[start..start + end_of_url(&text[start..])];
    if location::is_url(word) || location::is_path(word) {
        let path_end = start + word.len();
        let end = condition(text, path_end)?;
        let marker = text[path_end..end].trim_start();
        let blank = if marker.is_empty() { "" } else { " " };
        list.args.push(format!("{}{blank}{marker}", absolute(word, start)?));
        return Ok(end);
    }
    if !list.args.is_empty() && is_version(word) {
        let before = text[..start].trim_end().len();
        let error = ParseError::new(start, "a version needs an operator before it, such as ==");
        return Err(error.with_fix(before..start, "=="));
    }
    let read = read(text, start).and_then(|end| {
        let ends = text[end..].starts_with(|letter: char| letter.is_whitespace() || letter == ',');
        let goes_on = text[end..].starts_with("\\\n");
        if ends || goes_on || end == text.len() {
            Ok(end)
        } else {
            Err(ParseError::new(end, "invalid requirement"))
        }
    });
    match read.map_err(|error| error.starting_at(start)) {
        Ok(end) => {
            list.args.push(words_of(&text[start..end]));
            Ok(end)
        }
        Err(error) => {
            // Quotes inside a word, as in pandas">=2,<3", and backslashes are read as by a shell.
            let (unquoted, end) = shell::word(text, start).map_err(|_| error.clone())?;
            let has_quotes = text[start..end].contains(['"', '\'', '\\']);
            let inner = if has_quotes { read_list(&unquoted) } else { Err(error.clone()) };
            list.args.extend(inner.map_err(|_| error)?.args);
            Ok(end)
        }
    }
}

/// Whether a word consists of numbers and dots, so that it cannot be a package name.
fn is_version(word: &str) -> bool {
    word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A requirement on one line.
fn words_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The absolute form of a path; relative paths start at the context folder.
fn absolute(value: &str, at: usize) -> Result<String, ParseError> {
    let is_relative = !value.starts_with('/') && !value.contains(':');
    match location::of(value, "") {
        Location::Outside => Err(ParseError::new(at, "the path is outside the context folder")),
        Location::Variable => Err(ParseError::new(at, "variables are only supported in requirements.txt")),
        Location::Inside(_) if is_relative => {
            Ok(format!("{CONTEXT_MOUNT}/{}", value.trim_start_matches("./"))
                .trim_end_matches("/.")
                .to_owned())
        }
        Location::Inside(_) | Location::Elsewhere => Ok(value.to_owned()),
    }
}

fn read_flags(text: &str) -> Result<List, ParseError> {
    let mut list = List::default();
    let mut may_be_value = false;
    let mut at = next_word(text, 0);
    while at < text.len() {
        let (word, end) = shell::word(text, at)?;
        if word.contains(char::is_control) {
            return Err(ParseError::new(at, "expected an option on one line"));
        }
        let is_quoted = text[at..].starts_with(['"', '\'']);
        at = if is_quoted && word.starts_with('-') {
            // The quotes can contain an option alone or with its value.
            list.args.extend(read_flags(&word).map_err(|error| error.moved_to(at))?.args);
            end
        } else if word.starts_with('-') {
            may_be_value = Opt::of(&word).may_take_next();
            option(text, at, &mut list)?
        } else if may_be_value {
            may_be_value = false;
            list.args.push(word);
            end
        } else {
            return Err(ParseError::new(
                at,
                "expected an option of pip or uv; list packages in ADDITIONAL_PYTHON_DEPS",
            ));
        };
        at = next_word(text, at);
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<String> {
        requirements(text).unwrap_or_else(|refused| panic!("{text}: {refused:?}")).args
    }

    #[test]
    fn requirements_are_read_as_people_write_them() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text), expected, "{text}");
        check("mpi4py pandas<3 foo[bar]>=1,<2", &["mpi4py", "pandas<3", "foo[bar]>=1,<2"]);
        check("pandas >= 2.0 numpy", &["pandas >= 2.0", "numpy"]);
        check("pandas>=2, <3 numpy", &["pandas>=2, <3", "numpy"]);
        check("pandas, numpy,scipy", &["pandas", "numpy", "scipy"]);
        check("pandas==2,numpy==1", &["pandas==2", "numpy==1"]);
        check("foo [a, b] (>= 1)", &["foo [a, b] (>= 1)"]);
        check("name @ git+https://h/x.git@v1 foo", &["name @ git+https://h/x.git@v1", "foo"]);
        check("name@https://h/x.whl, foo", &["name@https://h/x.whl", "foo"]);
        check("x==1; python_version > \"3.9\" y", &["x==1; python_version > \"3.9\"", "y"]);
        check("x; a == 'b' y".replace('a', "os_name").as_str(), &["x; os_name == 'b'", "y"]);
        check("'x==1; python_version > \"3.9\"'", &["x==1; python_version > \"3.9\""]);
        check("\"pandas>=2,<3\" \"numpy\"", &["pandas>=2,<3", "numpy"]);
        check("'pandas numpy'", &["pandas", "numpy"]);
        check("pandas\">=2,<3\" foo=='1.0'", &["pandas>=2,<3", "foo==1.0"]);
        check("\\\"foo\\\" bar\\>=2", &["foo", "bar>=2"]);
        check("foo # a comment\nbar \\\n baz", &["foo", "bar", "baz"]);
        check("\n\t foo\n\n", &["foo"]);
        check("git+ssh://git@h/x.git@main#egg=x foo", &["git+ssh://git@h/x.git@main#egg=x", "foo"]);
        check("2to3 foo", &["2to3", "foo"]);
    }

    #[test]
    fn values_of_options_are_not_read_as_requirements() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text), expected, "{text}");
        check("--no-binary :all: pymssql", &["--no-binary", ":all:", "pymssql"]);
        check("--no-binary lxml,xmlsec lxml", &["--no-binary", "lxml,xmlsec", "lxml"]);
        check("--trusted-host host:8081 foo", &["--trusted-host", "host:8081", "foo"]);
        check("--index-url=https://h/s --pre, foo", &["--index-url=https://h/s", "--pre", "foo"]);
        check(
            "-r relative.txt -c=c.txt",
            &["-r", "/docker-context-files/relative.txt", "-c/docker-context-files/c.txt"],
        );
        check("--requirement=a/b.txt", &["--requirement=/docker-context-files/a/b.txt"]);
        check("-f 'my links'", &["-f", "/docker-context-files/my links"]);
        check(
            "-f https://h/links -e git+https://h/x#egg=x",
            &["-f", "https://h/links", "-e", "git+https://h/x#egg=x"],
        );
    }

    #[test]
    fn paths_are_absolute() {
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text), expected, "{text}");
        check(
            "./x.whl wheels/y.tar.gz",
            &["/docker-context-files/x.whl", "/docker-context-files/wheels/y.tar.gz"],
        );
        check("x-1-py3-none-any.whl[extra]", &["/docker-context-files/x-1-py3-none-any.whl[extra]"]);
        check(
            "/docker-context-files/x.whl ; os_name=='posix'",
            &["/docker-context-files/x.whl ; os_name=='posix'"],
        );
        check("'/docker-context-files/my x.whl'", &["/docker-context-files/my x.whl"]);
        check("x@file:///docker-context-files/x.whl", &["x@file:///docker-context-files/x.whl"]);
    }

    #[test]
    fn errors_come_with_the_corrected_text() {
        let check = |text: &str, message: &str, corrected: Option<&str>| {
            let refused = requirements(text).unwrap_err();
            assert!(refused.message.contains(message), "{text}: {}", refused.message);
            assert_eq!(refused.corrected.as_deref(), corrected, "{text}");
        };
        check(
            "foo=1 bar",
            "`foo=1`: expected versions such as >=1,<2: character 4 is `=`",
            Some("foo==1 bar"),
        );
        check("foo => 1", "`foo =>`: expected versions such as >=1,<2: character 5 is `=`", Some("foo >= 1"));
        check("foo>=1<2", "expected a comma between two versions", Some("foo>=1,<2"));
        check("pandas 2.0 bar", "a version needs an operator", Some("pandas==2.0 bar"));
        check("foo[bar", "the bracket is not closed", Some("foo[bar]"));
        check("foo; python_version > 3.9", "expected a condition", Some("foo; python_version > \"3.9\""));
        check(
            "foo; sys_platform == linux bar",
            "expected a condition",
            Some("foo; sys_platform == \"linux\" bar"),
        );
        check("foo≥2 “bar” –pre", "character 4 is `≥`", Some("foo>=2 \"bar\" --pre"));
        check("'foo bar", "the quote is not closed", Some("foo bar"));
        check("foo^>=2", "invalid requirement", Some("foo>=2"));
        check("--no-binary lxml, xmlsec", "commas without blanks", Some("--no-binary lxml,xmlsec"));
        check("foo --hash=sha256:00", "--hash is only supported in requirements.txt", None);
        check("pandas<<3", "expected versions", None);
        check("-r", "needs a value", None);
        check("../x.whl", "is outside the context folder", None);
        check("-e ./x", "remove -e", None);
        check("foo$bar", "invalid requirement", None);
    }

    #[test]
    fn flags_are_words_as_a_shell_reads_them() {
        let read = |text: &str| flags(text).map(|list| list.args);
        let check = |text: &str, expected: &[&str]| assert_eq!(read(text).unwrap(), expected, "{text}");
        check("--pre --extra-index-url 'https://h/s'", &["--pre", "--extra-index-url", "https://h/s"]);
        check("--config-settings \"--build-option=-j 4\"", &["--config-settings", "--build-option=-j 4"]);
        check("--find-links=wheels", &["--find-links=/docker-context-files/wheels"]);
        check("\"--pre\" '--trusted-host h'", &["--pre", "--trusted-host", "h"]);
        check("--new-option value --pre", &["--new-option", "value", "--pre"]);
        for text in ["pandas", "--pre pandas", "--find-links /x pandas", "--index-url"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn comments_are_kept_apart() {
        assert_eq!(requirements("foo # bar baz").unwrap().comments, ["# bar baz"]);
    }

    proptest! {
        #[test]
        fn parsed_arguments_parse_to_the_same_again(text in "([a-z]{1,3}| |,|'|\"|#|;|@|-|--pre|>=1|==|\\[|\\]|/|\\.|\n|\\\\|≥){0,12}") {
            if let Ok(list) = requirements(&text) {
                let simple = list.args.iter().all(|arg| !arg.contains(['\'', '"', '\\', '#', '-', '/']));
                if simple {
                    prop_assert_eq!(&requirements(&list.args.join("\n")).unwrap().args, &list.args);
                }
            }
            let _ = flags(&text);
        }
    }
}
