//! Requirements of Python packages as PEP 508 writes them, as far as one word holds: `foo[bar]>=1,<2;python_version<"3.12"`.
//!
//! They are only judged here, and by hand: the usual parser reads variables of the environment, and brings a library of
//! regular expressions, half a megabyte of the frontend.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

/// Says what is wrong with a requirement, if anything, and at which byte.
pub(super) fn check(word: &str) -> Result<(), (usize, &'static str)> {
    let wrong = |rest: &str, why| Err((word.len() - rest.len(), why));
    let (name, rest) = word.split_at(end_of_name(word));
    if normalized(name).is_none() {
        return wrong(word, "expected the name of a package");
    }
    let (extras, rest) = match rest.strip_prefix('[') {
        None => ("", rest),
        Some(inner) => match inner.split_once(']') {
            None => return wrong(rest, "the bracket is never closed"),
            Some(parts) => parts,
        },
    };
    if !extras.is_empty() && !extras.split(',').all(|extra| normalized(extra).is_some()) {
        return wrong(&word[name.len()..], "expected names of extras in the brackets");
    }
    if let Some(url) = rest.strip_prefix('@') {
        let (scheme, place) = url.split_once(':').unwrap_or_default();
        let sound = !scheme.is_empty() && !place.is_empty();
        return if sound { Ok(()) } else { wrong(rest, "expected a URL behind it") };
    }
    let (versions, marker) = match rest.split_once(';') {
        Some((versions, marker)) => (versions, Some(marker)),
        None => (rest, None),
    };
    let bare = versions.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(versions);
    if VersionSpecifiers::from_str(bare).is_err() {
        return wrong(rest, "expected versions such as >=1,<2");
    }
    match marker.map(|marker| (marker, Marker(marker).comparison())) {
        None | Some((_, Some(Marker("")))) => Ok(()),
        Some((marker, _)) => wrong(marker, "expected a condition such as python_version<\"3.12\""),
    }
}

/// A name of a package or an extra as it is compared: in lower case, with one hyphen for any run of `-`, `_` and `.`.
pub(super) fn normalized(name: &str) -> Option<String> {
    let is_between = |letter: char| "-_.".contains(letter);
    let sound = !name.is_empty()
        && name.chars().all(is_of_names)
        && !name.starts_with(is_between)
        && !name.ends_with(is_between);
    sound.then(|| normalise(name))
}

/// The one spelling of a project's name (PEP 503), sound or not.
pub fn normalise(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The project of a requirement, in the one spelling.
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

/// What a condition may ask for.
const VARIABLES: [&str; 12] = [
    "extra",
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
];

/// The longer before those that they start with.
const COMPARISONS: [&str; 8] = ["===", "==", "<=", ">=", "!=", "~=", "<", ">"];

/// What is left of a condition; each function answers with what stands behind its part.
#[derive(Clone, Copy)]
struct Marker<'a>(&'a str);

impl Marker<'_> {
    /// One comparison: `and` and `or` stand between blanks, and so in no word.
    fn comparison(self) -> Option<Self> {
        if let Some(inner) = self.0.strip_prefix('(') {
            let rest = Self(inner).comparison()?;
            return rest.0.strip_prefix(')').map(Self);
        }
        let rest = self.value()?;
        // Before a name it would need a blank.
        let within = rest.0.strip_prefix("in").filter(|rest| rest.starts_with(['"', '\'']));
        let compared = || COMPARISONS.iter().find_map(|comparison| rest.0.strip_prefix(comparison));
        Self(within.or_else(compared)?).value()
    }

    fn value(self) -> Option<Self> {
        for quote in ['"', '\''] {
            if let Some(text) = self.0.strip_prefix(quote) {
                return text.split_once(quote).map(|(_, rest)| Self(rest));
            }
        }
        let end = self.0.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        VARIABLES.contains(&name).then_some(Self(rest))
    }
}

#[cfg(test)]
mod tests {
    use pep508_rs::{Requirement, VerbatimUrl};
    use proptest::prelude::*;

    use super::*;

    const SOUND: &[&str] = &[
        "foo",
        "Foo.Bar_1",
        "foo[]",
        "foo[bar,b-a_z]",
        "foo==1.0",
        "foo(>=1,<2)",
        "foo[bar]~=1.4.2,!=1.5",
        "foo==1.*",
        "foo;python_version<\"3.12\"",
        "foo>=1;('linux'==sys_platform)",
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
        "foo;",
        "foo;x=='1'",
        "foo;python_version",
        "foo;python_version<'3",
        "foo;(os_name=='x'",
        "foo;os_name=='x'xor",
        "foo@",
        "f$o",
    ];

    #[test]
    fn requirements_are_judged_as_by_the_usual_parser() {
        for word in SOUND {
            assert_eq!(check(word), Ok(()), "{word}");
            assert!(Requirement::<VerbatimUrl>::from_str(word).is_ok(), "{word}");
        }
        for word in WRONG {
            assert!(check(word).is_err(), "{word}");
            assert!(Requirement::<VerbatimUrl>::from_str(word).is_err(), "{word}");
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

    // Of names, only sound ones: a name that ends in punctuation makes that parser panic.
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_usual_parser_judges_the_same(
            word in "(a|B|a-b|a_[.]b)(\\[[a,]{0,3}\\]?)?([<>=!~]{1,2}1(\\.[0-9*])?,?){0,2}(;(os_name|'a'|x)(==|<|in|=)('a'|os_name|\")(and|or|)){0,1}",
        ) {
            prop_assert_eq!(check(&word).is_ok(), Requirement::<VerbatimUrl>::from_str(&word).is_ok(), "{}", word);
        }
    }
}
