//! Splits words as a shell does.

use super::parse_error::ParseError;

/// Reads the word at an offset; returns it with the offset after it.
pub(super) fn word(text: &str, start: usize) -> Result<(String, usize), ParseError> {
    let mut word = String::new();
    let mut letters = text[start..].char_indices().map(|(at, letter)| (start + at, letter));
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' | '\'' => loop {
                match letters.next() {
                    Some((_, end)) if end == letter => break,
                    Some((_, '\\')) if letter == '"' => match letters.next() {
                        Some((_, escaped @ ('"' | '\\' | '$' | '`'))) => word.push(escaped),
                        Some((_, '\n')) => {}
                        Some((_, other)) => word.extend(['\\', other]),
                        None => return Err(unclosed(at)),
                    },
                    Some((_, other)) => word.push(other),
                    None => return Err(unclosed(at)),
                }
            },
            '\\' => match letters.next() {
                Some((_, '\n')) | None => {}
                Some((_, escaped)) => word.push(escaped),
            },
            blank if blank.is_whitespace() => return Ok((word, at)),
            other => word.push(other),
        }
    }
    Ok((word, text.len()))
}

/// The place of the next letter that is not blank, from an offset on.
pub(super) fn skip_blanks(text: &str, start: usize) -> usize {
    start + text[start..].find(|letter: char| !letter.is_whitespace()).unwrap_or(text.len() - start)
}

/// An unpaired quote, most likely a typo.
fn unclosed(at: usize) -> ParseError {
    ParseError::new(at, "the quote is not closed").with_fix(at..at + 1, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_by_a_shell() {
        let check = |text: &str, expected: &str, end: usize| {
            assert_eq!(word(text, 0), Ok((expected.to_owned(), end)), "{text}");
        };
        check("a b", "a", 1);
        check("'a b'c d", "a bc", 6);
        check("\"a \\\" \\b\"", "a \" \\b", 9);
        check("a\\ b", "a b", 4);
        check("--x='1 2'", "--x=1 2", 9);
        assert!(word("'a", 0).is_err() && word("\"a\\", 0).is_err());
    }
}
