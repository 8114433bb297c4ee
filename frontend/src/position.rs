//! The position of an error in a value.

/// Longer values get no position, because nobody counts that far.
const LONGEST: usize = 200;

/// The message with the first invalid character: the one after the longest valid prefix.
pub fn at(wrong: &str, text: &str, sound: impl Fn(&str) -> bool) -> String {
    let place = text.char_indices().skip(1).filter(|(at, _)| sound(&text[..*at])).last();
    match place.filter(|_| text.len() <= LONGEST) {
        Some((at, letter)) => with_character(wrong, text[..at].chars().count(), letter),
        None => wrong.to_owned(),
    }
}

/// The message with the first character that is not allowed.
pub fn at_letter(wrong: &str, text: &str, allowed: impl Fn(char) -> bool) -> String {
    let place = text.chars().enumerate().find(|(_, letter)| !allowed(*letter));
    place.map_or_else(|| wrong.to_owned(), |(place, letter)| with_character(wrong, place, letter))
}

/// The message with the character at a byte offset.
pub fn at_byte(wrong: &str, text: &str, byte: usize) -> String {
    let place = text.char_indices().enumerate().find(|(_, (at, _))| *at == byte);
    place.map_or_else(|| wrong.to_owned(), |(place, (_, letter))| with_character(wrong, place, letter))
}

fn with_character(wrong: &str, before: usize, letter: char) -> String {
    // Quotes as typed; invisible characters by their code.
    let seen = if "\"'\\".contains(letter) { letter.to_string() } else { letter.escape_debug().to_string() };
    format!("{wrong}: character {} is `{seen}`", before + 1)
}

/// Reads each word; if there are several, errors name the invalid one.
pub fn words<'a, T>(
    words: impl Iterator<Item = &'a str> + Clone,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let several = words.clone().nth(1).is_some();
    let place = |place: usize, wrong: String| if several { format!("word {place}: {wrong}") } else { wrong };
    (1..).zip(words).map(|(number, word)| read(word).map_err(|wrong| place(number, wrong))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_invalid_character_is_named() {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        assert_eq!(at("no number", "12é4", digits), "no number: character 3 is `é`");
        assert_eq!(at("no number", "x", digits), "no number");
        assert_eq!(at("no number", &"1x".repeat(200), digits), "no number");
        assert_eq!(at_letter("no line", "a\nb", |letter| letter != '\n'), "no line: character 2 is `\\n`");
        assert_eq!(at_letter("no", "a\"b", |letter| letter != '"'), "no: character 2 is `\"`");
        assert_eq!(at_letter("no", "a\\b", |letter| letter != '\\'), "no: character 2 is `\\`");
        assert_eq!(at_byte("no", "éa", 2), "no: character 2 is `a`");
        assert_eq!(at_byte("no", "éa", 9), "no");
    }

    #[test]
    fn an_invalid_word_is_named_by_its_number() {
        let read = |word: &str| if word == "x" { Err("is x".to_owned()) } else { Ok(word.len()) };
        assert_eq!(words("a bb".split(' '), read), Ok(vec![1, 2]));
        assert_eq!(words("a x".split(' '), read), Err("word 2: is x".to_owned()));
        assert_eq!(words("x".split(' '), read), Err("is x".to_owned()));
    }
}
