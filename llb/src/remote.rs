//! Addresses of git repositories, parsed and written as Go's client does: every byte is part of the step's digest.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A parsed address. A repository has one identifier, whichever way it is reached.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// The address for git, without query and fragment.
    pub url: String,
    /// Host and decoded path: `github.com/apache/airflow.git`.
    pub repository: String,
    /// Whether it is reached over SSH.
    pub ssh: bool,
}

const SCHEMES: [&str; 4] = ["http", "https", "ssh", "git"];

/// The keys that BuildKit knows in the query of a repository's address.
pub const GIT_QUERY_KEYS: [&str; 10] = [
    "ref",
    "tag",
    "branch",
    "subdir",
    "checksum",
    "commit",
    "keep-git-dir",
    "submodules",
    "mtime",
    "fetch-by-commit",
];

impl Remote {
    /// Parses an address. An invalid one is returned as it is sent to the daemon, which rejects it.
    pub(crate) fn parse(address: &str) -> Result<Self, String> {
        let scheme = |address: &str| {
            let (scheme, rest) = address.split_once("://")?;
            let sound = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
            sound.then(|| (scheme.to_ascii_lowercase(), rest.to_owned()))
        };
        if let Some((scheme, rest)) = scheme(address) {
            return url(&scheme, &rest).ok_or_else(|| address.to_owned());
        }
        match scp(address) {
            Some((remote, query)) if is_known(query) => Ok(remote),
            Some(_) => Err(address.to_owned()),
            None => url("https", address).ok_or_else(|| format!("https://{address}")),
        }
    }
}

fn url(scheme: &str, rest: &str) -> Option<Remote> {
    let (address, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(userinfo(user)?), host),
        None => (None, authority),
    };
    let sound = SCHEMES.contains(&scheme)
        && !rest.bytes().any(|byte| byte.is_ascii_control())
        && is_host(host)
        && is_known(query)
        && decoded(fragment).is_some();
    let plain = decoded(path)?;
    let repository = format!("{host}{}", crate::path::clean(&plain));
    // A path that is valid in a URL stays as it is; any other is encoded again.
    let path = if path.bytes().all(stands_in_path) { path.into() } else { encoded(&plain, PATH) };
    let user = user.map(|user| user + "@").unwrap_or_default();
    let url = format!("{scheme}://{user}{}{path}", encoded(host, HOST));
    sound.then(|| Remote { url, repository, ssh: scheme == "ssh" })
}

/// `user@host:path`, and its query.
fn scp(address: &str) -> Option<(Remote, &str)> {
    let (authority, rest) = address.split_once(':')?;
    let (user, host) = authority.split_once('@').unwrap_or(("", authority));
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let word = |text: &str, others: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    let named = authority.contains('@');
    // Without a user, `name:/path` is a URL of the scheme `name`.
    let is_scheme = host.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let is_url = !named && is_scheme && (path.is_empty() || path.starts_with('/'));
    if is_url || !word(host, b"-.") || (named && !word(user, b"-_")) {
        return None;
    }
    let repository = format!("{host}{}", crate::path::clean(path));
    Some((Remote { url: format!("{authority}:{path}"), repository, ssh: true }, query))
}

/// User and password, encoded again.
fn userinfo(text: &str) -> Option<String> {
    let sound =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte));
    let (user, password) =
        text.split_once(':').map_or((text, None), |(user, password)| (user, Some(password)));
    let mut written = encoded(&decoded(user)?, USER).into_owned();
    if let Some(password) = password {
        written = format!("{written}:{}", encoded(&decoded(password)?, USER));
    }
    sound.then_some(written)
}

/// Whether a host and its port are valid.
fn is_host(host: &str) -> bool {
    let port = if host.starts_with('[') {
        host.rsplit_once(']').map(|(_, port)| port)
    } else {
        Some(host.rfind(':').map_or("", |colon| &host[colon..]))
    };
    let is_port = |port: &str| match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|digit| digit.is_ascii_digit()),
        None => port.is_empty(),
    };
    port.is_some_and(is_port)
        && host.bytes().all(|byte| {
            !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"".contains(&byte)
        })
}

/// Whether a query has only known keys.
fn is_known(query: &str) -> bool {
    let mut pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.all(|pair| GIT_QUERY_KEYS.contains(&pair.split_once('=').map_or(pair, |(key, _)| key)))
}

/// The text without percent-encoding; none if that is invalid.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let mut escapes = text.split('%').skip(1);
    let hex = |escape: &str| escape.len() >= 2 && escape.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    escapes.all(hex).then(|| percent_decode_str(text).decode_utf8().ok()).flatten()
}

fn encoded<'text>(text: &'text str, set: &'static AsciiSet) -> Cow<'text, str> {
    utf8_percent_encode(text, set).into()
}

/// The characters that Go escapes in each part of a URL.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const USER: &AsciiSet =
    &UNRESERVED.remove(b'$').remove(b'&').remove(b'+').remove(b',').remove(b';').remove(b'=');
const PATH: &AsciiSet = &USER.remove(b'/').remove(b':').remove(b'@');
const HOST: &AsciiSet = &USER
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b':')
    .remove(b'[')
    .remove(b']')
    .remove(b'<')
    .remove(b'>')
    .remove(b'"');

/// Whether a byte is valid in the path of a URL, including the percent sign of encoded ones.
fn stands_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@[]%/".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::Remote;

    #[test]
    fn an_address_says_where_a_repository_is_and_nothing_else() {
        for (address, url, repository, ssh) in [
            ("https://a.b/c.git", "https://a.b/c.git", "a.b/c.git", false),
            ("HTTPS://A.b/c.git", "https://A.b/c.git", "A.b/c.git", false),
            ("a.b/c", "https://a.b/c", "a.b/c", false),
            ("https://a.b/c#main:d", "https://a.b/c", "a.b/c", false),
            ("https://a.b/c?branch=main&subdir=d#x", "https://a.b/c", "a.b/c", false),
            ("https://a.b//c/../d/", "https://a.b//c/../d/", "a.b/d", false),
            ("https://a.b:8443/c", "https://a.b:8443/c", "a.b:8443/c", false),
            ("https://[::1]:8443/c", "https://[::1]:8443/c", "[::1]:8443/c", false),
            ("https://me:p%40ss!@a.b/c", "https://me:p%40ss%21@a.b/c", "a.b/c", false),
            ("https://a.b/c%20d", "https://a.b/c%20d", "a.b/c d", false),
            ("https://a.b/c d/ü(1)", "https://a.b/c%20d/%C3%BC%281%29", "a.b/c d/ü(1)", false),
            ("https://a.b/c(1)", "https://a.b/c(1)", "a.b/c(1)", false),
            ("https://ü.b/c", "https://%C3%BC.b/c", "ü.b/c", false),
            ("ssh://git@a.b:22/c", "ssh://git@a.b:22/c", "a.b:22/c", true),
            ("git://a.b/c", "git://a.b/c", "a.b/c", false),
            ("git@a.b:c/d.git", "git@a.b:c/d.git", "a.b/c/d.git", true),
            ("git@a.b:/c/d.git#main", "git@a.b:/c/d.git", "a.b/c/d.git", true),
            ("git@a.b:c%20d?ref=v1", "git@a.b:c%20d", "a.b/c%20d", true),
            ("a.b:c/d", "a.b:c/d", "a.b/c/d", true),
            ("a.b:/c/d", "https://a.b:/c/d", "a.b:/c/d", false),
        ] {
            let remote = Remote { url: url.to_owned(), repository: repository.to_owned(), ssh };
            assert_eq!(Remote::parse(address), Ok(remote), "{address}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_is_left_to_the_daemon() {
        for address in [
            "ftp://a.b/c",
            "file:///c",
            "https://a.b/%zz",
            "https://a.b/%ff",
            "https://a.b:port/c",
            "https://a b/c",
            "https://a.b/c?unknown=1",
            "https://m e@a.b/c",
            "https://a.b/\u{1}",
            "git@a.b:c?unknown=1",
        ] {
            assert_eq!(Remote::parse(address), Err(address.to_owned()), "{address}");
        }
        assert_eq!(Remote::parse("a.b/%zz"), Err("https://a.b/%zz".to_owned()));
    }
}
