//! A parse error in a requirement: the message, the position, and a fix where one is known.

use std::ops::Range;

/// Why a text is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParseError {
    /// The byte offset of the error.
    pub(super) at: usize,
    /// The byte offset where the invalid part starts, if it starts before the word at `at`.
    pub(super) start: Option<usize>,
    pub(super) message: String,
    /// The bytes to replace and their replacement, if the intended text is known.
    fix: Option<(Range<usize>, String)>,
}

/// Typographic characters that word processors and web pages insert, with the plain ones.
const TYPOGRAPHIC: [(char, &str); 10] = [
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('–', "--"),
    ('—', "--"),
];

impl ParseError {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, start: None, message: message.into(), fix: None }
    }

    pub(super) fn with_fix(self, range: Range<usize>, replacement: &str) -> Self {
        Self { fix: Some((range, replacement.to_owned())), ..self }
    }

    /// This error, for an invalid part that starts at a byte offset.
    pub(super) fn starting_at(self, start: usize) -> Self {
        Self { start: self.start.or(Some(start)), ..self }
    }

    /// This error, in an outer text that contains the parsed text from a byte offset on.
    pub(super) fn within(self, start: usize) -> Self {
        let moved = |range: Range<usize>| range.start + start..range.end + start;
        let fix = self.fix.map(|(range, replacement)| (moved(range), replacement));
        Self { at: self.at + start, start: self.start.map(|own| own + start), fix, ..self }
    }

    /// This error at another byte offset, without a fix.
    pub(super) fn moved_to(self, at: usize) -> Self {
        Self { at, start: None, fix: None, ..self }
    }

    /// The text with this error fixed.
    fn fix(&self, text: &str) -> Option<String> {
        let (range, replacement) = self.fix.clone().or_else(|| {
            let letter = text[self.at..].chars().next()?;
            // Escapes that the shell did not remove.
            if ['\\', '^'].contains(&letter) {
                return Some((self.at..self.at + 1, String::new()));
            }
            let is_typographic = TYPOGRAPHIC.iter().any(|(typographic, _)| *typographic == letter);
            // Replaces all of them at once, because quotes come in pairs.
            let plain = |text: String, (typographic, by): (char, &str)| text.replace(typographic, by);
            is_typographic.then(|| (0..text.len(), TYPOGRAPHIC.into_iter().fold(text.to_owned(), plain)))
        })?;
        Some(format!("{}{replacement}{}", &text[..range.start], &text[range.end..]))
    }
}

/// The largest number of errors that are fixed in one text.
const MAX_FIXES: usize = 20;

/// The text with every error fixed, if each has a fix.
pub(super) fn corrected<T>(text: &str, read: impl Fn(&str) -> Result<T, ParseError>) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..MAX_FIXES {
        match read(&text) {
            Ok(_) => return Some(text),
            Err(error) => text = error.fix(&text)?,
        }
    }
    None
}
