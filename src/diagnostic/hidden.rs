//! Values for messages, without credentials.

/// A value for a message: as [`masked`], and cut to 200 characters.
pub fn shown(value: &str) -> String {
    let masked = masked(value);
    if masked.chars().count() <= 200 { masked } else { masked.chars().take(199).chain(['…']).collect() }
}

/// A value on one line, without the credentials of the URLs in it.
pub fn masked(value: &str) -> String {
    let line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut masked = String::new();
    let mut rest = line.as_str();
    while let Some(scheme) = rest.find("://") {
        let start = scheme + 3;
        let end = rest[start..].find(['/', ' ']).map_or(rest.len(), |end| start + end);
        masked.push_str(&rest[..start]);
        match rest[start..end].rfind('@') {
            Some(at) => {
                masked.push_str("***@");
                masked.push_str(&rest[start + at + 1..end]);
            }
            None => masked.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_hidden() {
        let check = |value: &str, expected: &str| assert_eq!(shown(value), expected);
        check("https://me:pw@host/x", "https://***@host/x");
        check("a https://h/x https://t@h:1/y@z", "a https://h/x https://***@h:1/y@z");
        check("pkg @ git+https://tok@h", "pkg @ git+https://***@h");
        check("plain@text", "plain@text");
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 200);
    }
}
