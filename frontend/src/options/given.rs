//! Options as they were given, and what is wrong with one.

use std::collections::BTreeMap;

/// Everything a build was asked for, each name space apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `--build-arg NAME=value`, by name.
    pub build_args: BTreeMap<String, String>,
    /// `--label key=value`, by key.
    pub labels: BTreeMap<String, String>,
    /// `--build-context name=source`, by name (with its `::platform` suffix, if any).
    pub contexts: BTreeMap<String, String>,
    /// `BuildKit`'s own keys, such as `target`, `platform` and `no-cache`.
    pub frontend: BTreeMap<String, String>,
}

impl Options {
    /// Sorts option pairs as `BuildKit` names them (`build-arg:NAME`, `label:KEY`, `context:NAME`, others).
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut options = Self::default();
        for (key, value) in pairs {
            let (key, value) = (key.into(), value.into());
            if let Some(name) = key.strip_prefix("build-arg:") {
                options.build_args.insert(name.to_owned(), value);
            } else if let Some(name) = key.strip_prefix("label:") {
                options.labels.insert(name.to_owned(), value);
            } else if let Some(name) = key.strip_prefix("context:") {
                options.contexts.insert(name.to_owned(), value);
            } else {
                options.frontend.insert(key, value);
            }
        }
        options
    }

    /// Whether a build arg is one that `BuildKit` predefines: no frontend may call it unknown.
    ///
    /// Proxy settings, platform values, `SOURCE_DATE_EPOCH` and whatever starts with `BUILDKIT_`.
    pub fn is_builtin(name: &str) -> bool {
        name.starts_with("BUILDKIT_") || PROXY_ARGS.contains(&name) || BUILTIN_ARGS.contains(&name)
    }
}

/// An option that cannot be used: data, which the frontend words for its users.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The option as the user knows it: a flag such as `--shm-size`, or a build arg's name.
    pub option: String,
    /// The value given, or the field of it that is wrong. It may hold credentials.
    pub value: String,
    /// What is wrong: lower case, no full stop, to stand after `option=value: `.
    pub message: String,
}

/// Proxy settings, in both spellings: they reach every step and no layer, and never change a cache key.
pub const PROXY_ARGS: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "no_proxy",
    "all_proxy",
];

const BUILTIN_ARGS: &[&str] = &[
    "SOURCE_DATE_EPOCH",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
];
