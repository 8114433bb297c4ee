//! URLs in requirements. The parser's own kind of URL reads variables of the environment, and brings a library of regular
//! expressions and the tables of international host names with it: half a megabyte of the frontend.

use std::fmt;
use std::path::Path;

/// The URL of a requirement, as it was written: who fetches it judges it.
#[derive(Debug)]
pub(super) struct Url(String);

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl pep508_rs::Pep508Url for Url {
    type Err = NoUrl;

    fn parse_url(url: &str, _: Option<&Path>) -> Result<Self, NoUrl> {
        let (scheme, rest) = url.split_once(':').ok_or(NoUrl)?;
        let sound = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        if sound(scheme) && sound(rest) { Ok(Self(url.to_owned())) } else { Err(NoUrl) }
    }
}

/// Why a text is no URL.
#[derive(Debug)]
pub(super) struct NoUrl;

impl fmt::Display for NoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a URL behind the @")
    }
}

impl std::error::Error for NoUrl {}
