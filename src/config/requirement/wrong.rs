//! An error in a text: what is wrong, where, and how to correct it.

use std::ops::Range;

/// Why a text is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The offset of the error.
    pub(super) at: usize,
    /// The byte where what is wrong starts, where that is not the word.
    pub(super) start: Option<usize>,
    pub(super) why: String,
    /// The bytes to replace and by what, where it is known what was meant.
    mend: Option<(Range<usize>, String)>,
}

/// Typographic characters of word processors and web pages, and the plain ones.
const SIGNS: [(char, &str); 10] = [
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

impl Wrong {
    pub(super) fn new(at: usize, why: impl Into<String>) -> Self {
        Self { at, start: None, why: why.into(), mend: None }
    }

    pub(super) fn mended(self, range: Range<usize>, by: &str) -> Self {
        Self { mend: Some((range, by.to_owned())), ..self }
    }

    /// The same as a part of what starts at a byte.
    pub(super) fn of(self, start: usize) -> Self {
        Self { start: self.start.or(Some(start)), ..self }
    }

    /// The same in a text that holds this one from a byte on.
    pub(super) fn within(self, start: usize) -> Self {
        let moved = |range: Range<usize>| range.start + start..range.end + start;
        let mend = self.mend.map(|(range, by)| (moved(range), by));
        Self { at: self.at + start, start: self.start.map(|own| own + start), mend, ..self }
    }

    /// The same without a way to mend it, at another byte.
    pub(super) fn at(self, at: usize) -> Self {
        Self { at, start: None, mend: None, ..self }
    }

    /// The text with this one mended.
    fn mend(&self, text: &str) -> Option<String> {
        let (range, by) = self.mend.clone().or_else(|| {
            let letter = text[self.at..].chars().next()?;
            // Of a shell that did not take it away.
            if ['\\', '^'].contains(&letter) {
                return Some((self.at..self.at + 1, String::new()));
            }
            let is_sign = SIGNS.iter().any(|(sign, _)| *sign == letter);
            // All at once: quotes come in pairs.
            let plain = |text: String, (sign, by): (char, &str)| text.replace(sign, by);
            is_sign.then(|| (0..text.len(), SIGNS.into_iter().fold(text.to_owned(), plain)))
        })?;
        Some(format!("{}{by}{}", &text[..range.start], &text[range.end..]))
    }
}

/// As many mistakes of one text are mended.
const MENDED: usize = 20;

/// The text as it was meant, if all that is wrong with it can be mended.
pub(super) fn corrected<T>(text: &str, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..MENDED {
        match read(&text) {
            Ok(_) => return Some(text),
            Err(wrong) => text = wrong.mend(&text)?,
        }
    }
    None
}
