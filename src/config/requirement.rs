//! Parses one PEP 508 requirement: `foo [bar] >= 1, < 2 ; python_version < "3.12"`.
//!
//! It only validates, and it is written by hand: the usual parser reads environment variables and needs a library for regular
//! expressions, which would add half a megabyte to the frontend.

pub mod list;
mod marker;
pub mod options;
pub mod location;
mod shell;
mod parse_error;

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

use parse_error::ParseError;
use shell::skip_blanks;

/// The characters of comparison operators.
const COMPARING: &str = "<>=!~";

/// Reads the requirement at an offset of a text and returns the offset after it. The rest of the text is ignored.
fn read(text: &str, start: usize) -> Result<usize, ParseError> {
    let name_end = start + end_of_name(&text[start..]);
    if normalized(&text[start..name_end]).is_none() {
        return Err(ParseError::new(start, "expected a package name"));
    }
    let mut end = name_end;
    let mut next = skip_blanks(text, end);
    if text[next..].starts_with('[') {
        end = extras(text, next)?;
        next = skip_blanks(text, end);
    }
    if text[next..].starts_with('@') {
        end = url(text, next)?;
    } else if text[next..].starts_with('(') || text[next..].starts_with(is_comparing) {
        end = versions(text, next)?;
    }
    condition(text, end)
}

/// The end of a condition, if there is one, with or without a leading blank.
fn condition(text: &str, end: usize) -> Result<usize, ParseError> {
    let next = skip_blanks(text, end);
    if text[next..].starts_with(';') { marker::read(text, next + 1) } else { Ok(end) }
}

fn extras(text: &str, start: usize) -> Result<usize, ParseError> {
    let inner = &text[start + 1..];
    let length = inner.find(|letter| !is_of_names(letter) && letter != ',' && letter != ' ');
    let length = length.unwrap_or(inner.len());
    let names = inner[..length].trim();
    if !inner[length..].starts_with(']') {
        let end = start + 1 + inner[..length].trim_end().len();
        return Err(ParseError::new(start, "the bracket is not closed").with_fix(end..end, "]"));
    }
    if !names.is_empty() && !names.split(',').all(|extra| normalized(extra.trim()).is_some()) {
        return Err(ParseError::new(start, "expected names of extras between the brackets"));
    }
    Ok(start + length + 2)
}

fn url(text: &str, start: usize) -> Result<usize, ParseError> {
    let next = skip_blanks(text, start + 1);
    let end = next + end_of_url(&text[next..]);
    let (scheme, place) = text[next..end].split_once(':').unwrap_or_default();
    let sound = !scheme.is_empty() && !place.is_empty();
    if sound { Ok(end) } else { Err(ParseError::new(start, "expected a URL after @")) }
}

/// Where a URL or path ends: before a blank, or before commas at its end.
fn end_of_url(text: &str) -> usize {
    let word = &text[..text.find(char::is_whitespace).unwrap_or(text.len())];
    word.trim_end_matches(',').len()
}

/// Reads version specifiers separated by commas, with or without parentheses around all of them.
fn versions(text: &str, start: usize) -> Result<usize, ParseError> {
    const EXPECTED: &str = "expected versions such as >=1,<2";
    let is_wrapped = text[start..].starts_with('(');
    let first = if is_wrapped { skip_blanks(text, start + 1) } else { start };
    let mut at = first;
    let end = loop {
        let number = at + text[at..].find(|letter| !is_comparing(letter)).unwrap_or(text.len() - at);
        let word = skip_blanks(text, number);
        let is_of_number =
            |letter: char| !letter.is_whitespace() && !is_comparing(letter) && !",;()\"'#\\".contains(letter);
        let plain = |from: usize| {
            from + text[from..].find(|letter| !is_of_number(letter)).unwrap_or(text.len() - from)
        };
        // A version can start with an epoch: 1!2.0.
        let epoch = word + text[word..].bytes().take_while(u8::is_ascii_digit).count();
        let has_epoch = epoch > word
            && text[epoch..].starts_with('!')
            && text[epoch + 1..].starts_with(|letter: char| letter.is_ascii_digit());
        let end = if has_epoch { plain(epoch + 1) } else { plain(word) };
        let (comparison, version) = (&text[at..number], &text[word..end]);
        if VersionSpecifiers::from_str(&format!("{comparison}{version}")).is_err() {
            let error = ParseError::new(at, EXPECTED);
            return Err(match meant(comparison, version) {
                Some(meant) => error.with_fix(at..number, meant),
                None => error,
            });
        }
        let next = skip_blanks(text, end);
        if text[next..].starts_with(is_comparing) {
            return Err(
                ParseError::new(next, "expected a comma between two versions").with_fix(end..next, ",")
            );
        }
        let behind = skip_blanks(text, next + usize::from(text[next..].starts_with(',')));
        if behind == next || !text[behind..].starts_with(is_comparing) {
            break end;
        }
        at = behind;
    };
    if !is_wrapped {
        return Ok(end);
    }
    let close = skip_blanks(text, end);
    if text[close..].starts_with(')') {
        return Ok(close + 1);
    }
    Err(ParseError::new(start, "the bracket is not closed").with_fix(end..end, ")"))
}

/// The intended comparison, if another one makes the version valid.
fn meant(comparison: &str, version: &str) -> Option<&'static str> {
    let meant = match comparison {
        "=" => "==",
        "=>" => ">=",
        "=<" => "<=",
        "=~" | "~" => "~=",
        "=!" | "!" | "<>" => "!=",
        _ => return None,
    };
    VersionSpecifiers::from_str(&format!("{meant}{version}")).is_ok().then_some(meant)
}

/// The first word of a text and its length in bytes; a quote that is not closed counts as a letter.
pub fn shell_word(text: &str) -> (String, usize) {
    shell::word(text, 0).unwrap_or_else(|_| {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        (text[..end].to_owned(), end)
    })
}

/// The normalised name of a package or an extra: lower case, with one hyphen for any run of `-`, `_` and `.`.
pub(super) fn normalized(name: &str) -> Option<String> {
    let is_between = |letter: char| "-_.".contains(letter);
    let sound = !name.is_empty()
        && name.chars().all(is_of_names)
        && !name.starts_with(is_between)
        && !name.ends_with(is_between);
    sound.then(|| normalise(name))
}

/// The normalised name of a project (PEP 503), even if it is invalid.
pub fn normalise(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The normalised project name of a requirement.
pub fn project(word: &str) -> String {
    normalise(&word[..end_of_name(word)])
}

/// Where the name that a requirement starts with ends, in bytes.
fn end_of_name(word: &str) -> usize {
    word.find(|letter| !is_of_names(letter)).unwrap_or(word.len())
}

fn is_of_names(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.".contains(letter)
}

fn is_comparing(letter: char) -> bool {
    COMPARING.contains(letter)
}

#[cfg(test)]
mod tests {
    use pep508_rs::{Requirement, VerbatimUrl};
    use proptest::prelude::*;

    use super::*;

    /// Reads a text that must be exactly one requirement.
    fn check(text: &str) -> Result<(), ParseError> {
        match read(text, 0)? {
            end if end == text.len() => Ok(()),
            end => Err(ParseError::new(end, "expected no more")),
        }
    }

    const SOUND: &[&str] = &[
        "foo",
        "Foo.Bar_1",
        "foo[]",
        "foo[bar,b-a_z]",
        "foo [ bar , baz ]",
        "foo==1.0",
        "foo(>=1,<2)",
        "foo (>= 1, < 2)",
        "foo >= 1 , < 2",
        "foo[bar]~=1.4.2,!=1.5",
        "foo==1!2.0,<2!1",
        "foo==1.*",
        "foo @ https://h/foo-1.tar.gz",
        "foo@https://h/foo-1.tar.gz",
        "foo @ git+https://h/foo.git@main#subdirectory=x ; python_version > \"3.9\"",
        "foo;python_version<\"3.12\"",
        "foo==1; python_version > '3.9' and sys_platform == 'linux'",
        "foo>=1;('linux'==sys_platform)",
        "foo; (os_name=='posix' or os_name=='nt') and 'x' not in platform_release",
        "foo ; platform_machine in 'x86_64 aarch64'",
    ];

    const WRONG: &[&str] = &[
        "",
        "-foo",
        "foo-",
        "foo[",
        "foo[,]",
        "foo]",
        "foo=1",
        "foo<<3",
        "foo(>=1",
        "foo>=1)",
        "foo>=1<2",
        "foo>=",
        "foo;",
        "foo;x=='1'",
        "foo;python_version",
        "foo;python_version<'3",
        "foo;python_version<3",
        "foo;(os_name=='x'",
        "foo;os_name=='x'xor",
        "foo;os_name=='x' and",
        "foo@",
        "f$o",
    ];

    #[test]
    fn requirements_are_accepted_as_by_the_usual_parser() {
        for text in SOUND {
            assert_eq!(check(text), Ok(()), "{text}");
            assert!(Requirement::<VerbatimUrl>::from_str(text).is_ok(), "{text}");
        }
        for text in WRONG {
            assert!(check(text).is_err(), "{text}");
            assert!(Requirement::<VerbatimUrl>::from_str(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_compared_without_their_punctuation() {
        assert_eq!(normalized("Foo._-Bar").as_deref(), Some("foo-bar"));
        assert_eq!(normalized("_foo"), None);
        for word in ["foo_[", "foo[bar_]"] {
            assert!(check(word).is_err(), "{word}: the usual parser panics");
        }
    }

    // Only valid names, because a name that ends in punctuation makes that parser panic.
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_usual_parser_agrees(
            text in "(a|B|a-b|a_[.]b)( ?\\[[a,]{0,3}\\]?)?( ?[<>=!~]{1,2} ?1(\\.[0-9*])?,?){0,2}( ?; ?(os_name|'a'|x) ?(==|<| in | not in |=) ?('a'|os_name|\")( and |or|and)?){0,2}",
        ) {
            prop_assert_eq!(check(&text).is_ok(), Requirement::<VerbatimUrl>::from_str(&text).is_ok(), "{}", text);
        }
    }
}
