//! How Airflow and its packages get installed.

use std::str::FromStr;

use buildkit_frontend::position;
use pep440_rs::VersionSpecifiers;

use super::contexts::CONTEXT_FILES;
use super::pip::{self, Flag};
use super::reader::Reader;
use super::requirement::list;
use super::{path, values};
use crate::options::table;

/// How packages are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Where Airflow comes from.
    pub method: Method,
    /// Specifiers instead of `==AIRFLOW_VERSION`.
    pub specification: Option<String>,
    /// The version suffix for sources; empty for none.
    pub version_suffix: String,
    /// Options for the installer.
    pub flags: Vec<Flag>,
    /// Variables of pip that name indexes.
    pub indexes: Vec<(String, String)>,
    /// Whether pre-releases are allowed.
    pub pre_releases: bool,
    /// How downloads show their progress, as pip's value.
    pub progress: String,
    /// Seconds to wait for the index, if given.
    pub timeout: Option<u32>,
    /// Part of the cache's name; empty for the first one.
    pub cache_epoch: String,
    /// Set to upgrade all packages.
    pub upgrade: Option<Upgrade>,
    /// Whether to retry Airflow's installation without constraints.
    pub fallback: bool,
    /// Whether constraints apply to packages of the context folder, if given.
    pub constrain_context: Option<bool>,
}

impl Install {
    /// The words of all options.
    pub fn flag_words(&self) -> Vec<String> {
        self.flags.iter().flat_map(|flag| flag.words.iter().cloned()).collect()
    }
}

/// Where Airflow comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// The package index, or the context folder if Airflow is in it.
    Index,
    /// An archive or a repository, by pip's URL.
    Url(String),
    /// Sources of the build context.
    Sources {
        /// The folder, relative to the root of the build context.
        from: String,
        /// Their folder in the image.
        to: String,
        /// Folders below `from` that only the build uses, relative to it.
        without: Vec<String>,
    },
}

impl Method {
    /// The value in the image's environment.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Index | Self::Url(_) => "apache-airflow",
            Self::Sources { .. } => ".",
        }
    }
}

/// An upgrade to the newest packages that work together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// The given value; another value upgrades again.
    pub token: String,
    /// Requirements that limit the upgrade.
    pub requirements: Vec<String>,
}

/// Reads the options of the installation.
pub(super) fn read(read: &mut Reader<'_>, airflow_home: &str) -> Install {
    let method = read_method(read, airflow_home);
    let specification = read.optional(&table::AIRFLOW_VERSION_SPECIFICATION, specification);
    let version_suffix = read.text(&table::VERSION_SUFFIX);
    let sources = matches!(method, Method::Sources { .. });
    let unused: &[(&table::Arg, bool, &str)] = &[
        (&table::VERSION_SUFFIX, sources, "AIRFLOW_INSTALLATION_METHOD=."),
        (&table::AIRFLOW_SOURCES_FROM, sources, "AIRFLOW_INSTALLATION_METHOD=."),
        (&table::AIRFLOW_SOURCES_TO, sources, "AIRFLOW_INSTALLATION_METHOD=."),
        (
            &table::AIRFLOW_VERSION_SPECIFICATION,
            method == Method::Index,
            "AIRFLOW_INSTALLATION_METHOD=apache-airflow",
        ),
    ];
    for (row, used, with) in unused {
        // Airflow's own defaults for the sources name the Dockerfile.
        let given = read.given(row).map(|text| text.trim().trim_start_matches('/'));
        if !used && given.is_some_and(|text| !text.is_empty() && text != "Dockerfile") {
            read.warn(row.name, &format!("this option only has an effect with {with}"));
        }
    }
    Install {
        method,
        specification,
        version_suffix,
        flags: pip::flags(&read.args(&table::ADDITIONAL_PIP_INSTALL_FLAGS, list::flags)),
        indexes: read_indexes(read),
        pre_releases: read.switch(&table::INCLUDE_PRE_RELEASE),
        progress: read.text(&table::PIP_PROGRESS_BAR),
        timeout: read.optional(&table::UV_HTTP_TIMEOUT, seconds),
        cache_epoch: read.value(&table::DEPENDENCY_CACHE_EPOCH, cache_epoch).unwrap_or_default(),
        upgrade: read_upgrade(read),
        fallback: read.switch(&table::AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION),
        constrain_context: read.optional(&table::USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES, values::boolean),
    }
}

fn read_indexes(read: &mut Reader<'_>) -> Vec<(String, String)> {
    let rows = [
        (&table::PIP_INDEX_URL, read.list(&table::PIP_INDEX_URL, |text| index_urls(text, 1))),
        (
            &table::PIP_EXTRA_INDEX_URL,
            read.list(&table::PIP_EXTRA_INDEX_URL, |text| index_urls(text, usize::MAX)),
        ),
        (&table::PIP_TRUSTED_HOST, read.list(&table::PIP_TRUSTED_HOST, hosts)),
    ];
    let given = rows.into_iter().filter(|(_, words)| !words.is_empty());
    given.map(|(row, words)| (row.name.to_owned(), words.join(" "))).collect()
}

/// Reads up to `most` URLs of indexes. They must not contain passwords, because BuildKit writes build args into the provenance.
fn index_urls(text: &str, most: usize) -> Result<Vec<String>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > most {
        return Err("expected one URL; use PIP_EXTRA_INDEX_URL for more".to_owned());
    }
    position::words(words.into_iter(), |word| {
        let named = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        // uv allows name=URL.
        let url = word.split_once('=').filter(|(name, _)| named(name)).map_or(word, |(_, url)| url);
        let place = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let Some(place) = place.filter(|place| !place.is_empty() && !place.starts_with('/')) else {
            return Err("expected a URL such as https://pypi.example.com/simple".to_owned());
        };
        if place.split('/').next().is_some_and(|host| host.contains('@')) {
            return Err(
                "a build arg must not contain credentials, because BuildKit records build args in the image's provenance; \
                        put them in the secret netrc: machine HOST login USER password PASSWORD"
                    .to_owned(),
            );
        }
        Ok(url.to_owned())
    })
}

/// Reads hosts such as `pypi.example.com` or `pypi.example.com:8443`.
fn hosts(text: &str) -> Result<Vec<String>, String> {
    let sound = |word: &str| {
        let (host, port) =
            word.rsplit_once(':').filter(|(host, _)| !host.contains(':')).unwrap_or((word, "0"));
        !host.is_empty() && !host.contains(['/', '@']) && port.parse::<u16>().is_ok()
    };
    position::words(text.split_whitespace(), |word| {
        let wrong = || format!("`{word}` is not a host such as pypi.example.com or pypi.example.com:8443");
        sound(word).then(|| word.to_owned()).ok_or_else(wrong)
    })
}

/// A method whose source folders are not known yet.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Index,
    Url(String),
    Sources,
}

fn read_method(read: &mut Reader<'_>, airflow_home: &str) -> Method {
    let from = read.optional(&table::AIRFLOW_SOURCES_FROM, values::context_path);
    let to = read.optional(&table::AIRFLOW_SOURCES_TO, path::absolute);
    match read.value(&table::AIRFLOW_INSTALLATION_METHOD, method) {
        Some(Word::Sources) => {
            let from = from.filter(|path| path != "Dockerfile").unwrap_or_default();
            let to = to.filter(|path| path != "/Dockerfile").unwrap_or_else(|| airflow_home.to_owned());
            let without = context_folders(read, &from);
            Method::Sources { from, to, without }
        }
        Some(Word::Url(url)) => Method::Url(url),
        Some(Word::Index) | None => Method::Index,
    }
}

/// The context folders inside the sources: the given one, and the usual one, which is also the name of the named context.
fn context_folders(read: &Reader<'_>, sources: &str) -> Vec<String> {
    let given = read.given(&table::DOCKER_CONTEXT_FILES).map(str::trim).filter(|path| *path != "Dockerfile");
    let given = given.and_then(|path| values::context_path(path).ok()).filter(|path| !path.is_empty());
    let mut folders: Vec<String> = Vec::new();
    for folder in given.into_iter().chain([CONTEXT_FILES.to_owned()]) {
        let inside = folder.strip_prefix(sources).and_then(|path| path.strip_prefix('/')).map(str::to_owned);
        for path in std::iter::once(folder).chain(inside) {
            if !folders.contains(&path) {
                folders.push(path);
            }
        }
    }
    folders
}

/// Reads `apache-airflow`, `.`, a URL, a URL with `#egg=apache-airflow`, and `apache-airflow @ URL`.
fn method(text: &str) -> Result<Word, String> {
    const PROJECT: &str = "apache-airflow";
    match text {
        PROJECT => return Ok(Word::Index),
        "." => return Ok(Word::Sources),
        _ => {}
    }
    let refused = || "expected apache-airflow, a URL, apache-airflow @ URL, or . for sources".to_owned();
    let named = text.strip_prefix(PROJECT).and_then(|rest| rest.trim_start().strip_prefix('@'));
    let url = named.map_or(text, str::trim);
    let (place, fragment) = url.split_once('#').unwrap_or((url, ""));
    let mut kept = Vec::new();
    for part in fragment.split('&').filter(|part| !part.is_empty()) {
        match part.strip_prefix("egg=") {
            Some(egg) if egg.split('[').next() == Some(PROJECT) => {}
            Some(egg) => return Err(format!("expected #egg={PROJECT}, not #egg={egg}")),
            None => kept.push(part),
        }
    }
    let (scheme, rest) = place.split_once("://").ok_or_else(refused)?;
    if !["http", "https", "git+http", "git+https", "git+ssh"].contains(&scheme) {
        return Err(refused());
    }
    let url = if kept.is_empty() { place.to_owned() } else { format!("{place}#{}", kept.join("&")) };
    let sound = !url.contains(char::is_whitespace) && !rest.is_empty() && !rest.starts_with('/');
    if sound { Ok(Word::Url(url)) } else { Err(refused()) }
}

/// Reads specifiers such as `>=2.10,<2.11`.
fn specification(text: &str) -> Result<String, String> {
    VersionSpecifiers::from_str(text).map(|specifiers| specifiers.to_string().replace(' ', "")).map_err(
        |_| {
            let sound = |text: &str| VersionSpecifiers::from_str(text).is_ok();
            position::at("expected version specifiers such as >=2.10,<2.11", text, sound)
        },
    )
}

fn seconds(text: &str) -> Result<u32, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "expected a whole number of seconds".to_owned())
}

fn cache_epoch(text: &str) -> Result<String, String> {
    let sound =
        text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if sound { Ok(text.to_owned()) } else { Err("expected letters and digits".to_owned()) }
}

/// Reads three args from different releases of Airflow; only the oldest has a value for "no".
fn read_upgrade(read: &mut Reader<'_>) -> Option<Upgrade> {
    let oldest = read.text(&table::UPGRADE_TO_NEWER_DEPENDENCIES);
    let mut token = Some(oldest).filter(|text| values::boolean(text) != Ok(false));
    for row in [&table::UPGRADE_INVALIDATION_STRING, &table::UPGRADE_RANDOM_INDICATOR_STRING] {
        let text = read.text(row);
        if values::boolean(&text) == Ok(false) {
            read.warn(row.name, &format!("any value requests an upgrade, including `{text}`"));
        }
        token = Some(text).filter(|text| !text.is_empty()).or(token);
    }
    let requirements = read.args(&table::EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS, list::requirements);
    if token.is_none() && !requirements.is_empty() {
        let message = "this option only has an effect in an upgrade";
        read.warn(table::EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS.name, message);
    }
    if token.is_some() && read.given(&table::AIRFLOW_CONSTRAINTS_LOCATION).is_some() {
        read.warn(table::AIRFLOW_CONSTRAINTS_LOCATION.name, "an upgrade does not use constraints");
    }
    token.map(|token| Upgrade { token, requirements })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installation_methods_are_recognized() {
        let url = |text: &str| Ok(Word::Url(text.to_owned()));
        assert_eq!(method("apache-airflow"), Ok(Word::Index));
        assert_eq!(method("."), Ok(Word::Sources));
        assert_eq!(method("https://h/a.tar.gz#egg=apache-airflow"), url("https://h/a.tar.gz"));
        assert_eq!(method("apache-airflow @ https://h/a.tar.gz"), url("https://h/a.tar.gz"));
        assert_eq!(
            method("git+https://h/a.git@main#egg=apache-airflow&subdirectory=x"),
            url("git+https://h/a.git@main#subdirectory=x")
        );
        for text in
            ["airflow", "apache-airflow==2.3", "ftp://h/a", "https://h/a b", "https://h/a#egg=other", "/opt"]
        {
            assert!(method(text).is_err(), "{text}");
        }
    }

    #[test]
    fn specifications_are_checked() {
        assert_eq!(specification(">= 2.10, <2.11"), Ok(">=2.10,<2.11".to_owned()));
        assert!(specification("2.10").is_err() && specification("<two").is_err());
    }
}
