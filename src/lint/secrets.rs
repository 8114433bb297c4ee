//! Finds passwords and tokens in a text.

use std::ops::Range;

/// Names that end in one of these have a secret as their value.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "access-key",
    "private_key",
    "credentials",
];

/// Prefixes of tokens of well-known services; at least [`TOKEN`] characters follow.
const PREFIXES: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "pypi-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "AKIA",
    "ASIA",
    "npm_",
    "dckr_pat_",
    "hvs.",
];
const TOKEN: usize = 16;

/// User names that are not secret, although they are alone before the `@` of a URL.
const PLAIN_USERS: &[&str] = &["git", "anonymous", "guest", "hg", "svn"];

/// The value with secrets masked.
pub fn masked(value: &str) -> String {
    let mut masked = String::new();
    let mut end = 0;
    for secret in found(value) {
        masked.push_str(&value[end..secret.start]);
        masked.push_str("***");
        end = secret.end;
    }
    masked.push_str(&value[end..]);
    masked
}

/// The ranges of secrets, in order and without overlaps.
pub fn found(value: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    in_urls(value, &mut all);
    in_words(value, &mut all);
    if let Some(start) = value.find("-----BEGIN ").filter(|at| value[*at..].contains("PRIVATE KEY")) {
        all.push(start..value.len());
    }
    all.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in all {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            Some(_) | None => apart.push(range),
        }
    }
    apart
}

/// `user:password@` and `token@` after `://`.
fn in_urls(value: &str, all: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(scheme) = value[from..].find("://") {
        let start = from + scheme + 3;
        let ends = |letter: char| letter.is_whitespace() || "/'\"?#".contains(letter);
        let end = value[start..].find(ends).map_or(value.len(), |end| start + end);
        if let Some(at) = value[start..end].rfind('@') {
            let user = &value[start..start + at];
            let password = user.split_once(':').map_or(user, |(_, password)| password);
            let plain = PLAIN_USERS.contains(&user) || is_reference(password) || password == "***";
            if !plain {
                all.push(start..start + at);
            }
        }
        from = end;
    }
}

/// `NAME_TOKEN=…`, `--password …`, `Bearer …`, and the tokens of well-known services.
fn in_words(value: &str, all: &mut Vec<Range<usize>>) {
    let words = words(value);
    for (place, word) in words.iter().enumerate() {
        let text = &value[word.clone()];
        let before = place.checked_sub(1).map(|before| &value[words[before].clone()]);
        let named = text.split_once('=').filter(|(name, _)| is_secret_name(name));
        if let Some((name, secret)) = named {
            let start = word.start + name.len() + 1;
            push(secret, start, all);
        } else if before
            .is_some_and(|flag| flag.starts_with('-') && !flag.contains('=') && is_secret_name(flag))
            || before.is_some_and(|scheme| ["Bearer", "Basic", "bearer", "basic"].contains(&scheme))
                && text.len() >= 8
        {
            push(text, word.start, all);
        }
        for prefix in PREFIXES {
            if let Some(at) = text.find(prefix) {
                let rest = &text[at + prefix.len()..];
                let length =
                    rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || b"_-.".contains(it)).count();
                let starts_word = !text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric());
                if length >= TOKEN && starts_word && !(*prefix == "pypi-" && length < 40) {
                    all.push(word.start + at..word.start + at + prefix.len() + length);
                }
            }
        }
    }
}

fn push(secret: &str, start: usize, all: &mut Vec<Range<usize>>) {
    // URLs are checked separately, and references to variables or files are not secret.
    if !secret.is_empty() && !is_reference(secret) && !secret.contains("://") && !secret.contains("***") {
        all.push(start..start + secret.len());
    }
}

fn is_reference(text: &str) -> bool {
    text.starts_with('$') || text.starts_with('/') || text.starts_with('@')
}

fn is_secret_name(name: &str) -> bool {
    let name = name.trim_start_matches('-').to_ascii_lowercase();
    NAMES.iter().any(|end| {
        name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-', '.']))
    })
}

/// The words between white space and quotes.
fn words(value: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in value.char_indices().chain([(value.len(), ' ')]) {
        let ends = letter.is_whitespace() || "'\"`;&|()".contains(letter);
        match (start, ends) {
            (None, false) => start = Some(at),
            (Some(first), true) => {
                words.push(first..at);
                start = None;
            }
            (None, true) | (Some(_), false) => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden() {
        let check = |value: &str, expected: &str| assert_eq!(masked(value), expected);
        check("https://me:pw@pypi.corp/simple", "https://***@pypi.corp/simple");
        check("foo @ git+https://tok3n@github.com/a/b", "foo @ git+https://***@github.com/a/b");
        check("NPM_TOKEN=abc OTHER=1", "NPM_TOKEN=*** OTHER=1");
        check("curl -u a --password hunter2 https://x", "curl -u a --password *** https://x");
        check("--pypi-token=abc", "--pypi-token=***");
        check("curl -H 'Authorization: Bearer abcdefgh123'", "curl -H 'Authorization: Bearer ***'");
        check("echo ghp_0123456789abcdefghij > f", "echo *** > f");
        check("DB_PASSWORD='a b'", "DB_PASSWORD='a b'");
        check("a -----BEGIN RSA PRIVATE KEY-----\nxyz", "a ***");
    }

    #[test]
    fn other_values_are_not_masked() {
        for value in [
            "git+ssh://git@github.com/a/b",
            "https://${TOKEN}@host/x",
            "https://me:$PASSWORD@host/x",
            "https://host/a@b",
            "TOKEN=$(cat /run/secrets/token)",
            "--token /run/secrets/t",
            "pypi-attestations==0.0.1 apache-airflow-providers-amazon==9.0.0",
            "secretstorage==3.3 tokenize-rt tokens=",
            "https://***@host/x",
        ] {
            assert_eq!(masked(value), value);
        }
    }
}
