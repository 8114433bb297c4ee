//! The condition of a requirement: `python_version < "3.12" and sys_platform == "linux"`.

use super::parse_error::ParseError;
use super::shell::skip_blanks;

/// The variables of PEP 508 markers; those with a dot are old spellings that all tools still read.
const VARIABLES: [&str; 18] = [
    "extra",
    "implementation_name",
    "implementation_version",
    "os.name",
    "os_name",
    "platform.machine",
    "platform.python_implementation",
    "platform.version",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_implementation",
    "python_version",
    "sys.platform",
    "sys_platform",
];

/// The comparison operators; longer ones come before their prefixes.
const COMPARISONS: [&str; 8] = ["===", "==", "<=", ">=", "!=", "~=", "<", ">"];

const EXPECTED: &str = "expected a condition such as python_version<\"3.12\"";

/// Reads comparisons joined by `and` and `or`, and returns the offset after them.
pub(super) fn read(text: &str, start: usize) -> Result<usize, ParseError> {
    let mut end = comparison(text, start)?;
    loop {
        let next = skip_blanks(text, end);
        let Some(more) = ["and", "or"].iter().find_map(|word| keyword(text, next, word)) else {
            return Ok(end);
        };
        end = comparison(text, more)?;
    }
}

/// The offset after a keyword, if it is a whole word.
fn keyword(text: &str, start: usize, word: &str) -> Option<usize> {
    let rest = text[start..].strip_prefix(word)?;
    let alone =
        rest.is_empty() || rest.starts_with(|next: char| next.is_whitespace() || "'\"(".contains(next));
    alone.then_some(start + word.len())
}

fn comparison(text: &str, start: usize) -> Result<usize, ParseError> {
    let first = skip_blanks(text, start);
    if text[first..].starts_with('(') {
        let end = read(text, first + 1)?;
        let close = skip_blanks(text, end);
        if text[close..].starts_with(')') {
            return Ok(close + 1);
        }
        return Err(ParseError::new(first, "the bracket is not closed").with_fix(end..end, ")"));
    }
    let sign = skip_blanks(text, value(text, first)?);
    let compared = || COMPARISONS.iter().find(|it| text[sign..].starts_with(**it)).map(|it| sign + it.len());
    let within = || keyword(text, sign, "in");
    let not_within = || keyword(text, skip_blanks(text, keyword(text, sign, "not")?), "in");
    let second = compared().or_else(within).or_else(not_within);
    let second = second.ok_or_else(|| ParseError::new(sign, EXPECTED))?;
    value(text, skip_blanks(text, second))
}

/// Reads a quoted text or the name of a variable.
fn value(text: &str, start: usize) -> Result<usize, ParseError> {
    for quote in ['"', '\''] {
        if let Some(inner) = text[start..].strip_prefix(quote) {
            let end = inner.find(quote).map(|length| start + length + 2);
            return end.ok_or_else(|| ParseError::new(start, "the quote is not closed"));
        }
    }
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || "_.*-".contains(letter);
    let length = text[start..].find(|letter| !is_of_word(letter)).unwrap_or(text.len() - start);
    let (word, end) = (&text[start..start + length], start + length);
    if VARIABLES.contains(&word) {
        return Ok(end);
    }
    let error = ParseError::new(start, EXPECTED);
    // The shell has probably removed the quotes.
    let is_bare = word.starts_with(|first: char| first.is_ascii_digit()) || PLAIN_VALUES.contains(&word);
    Err(if is_bare { error.with_fix(start..end, &format!("\"{word}\"")) } else { error })
}

/// Common values of variables, besides versions.
const PLAIN_VALUES: [&str; 9] =
    ["linux", "darwin", "win32", "Linux", "posix", "x86_64", "aarch64", "CPython", "cpython"];
