//! Phase 1: the table of build args, and the given options as text.
//!
//! [`Options`] sorts BuildKit's options into name spaces without validation: unknown names and invalid values are
//! kept, so that `config` can report all of them at once.

pub mod docs;
pub mod elsewhere;
pub mod suggest;
pub mod table;

use std::collections::BTreeMap;

/// All options of a build, by name space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `--build-arg NAME=value`, by name.
    pub build_args: BTreeMap<String, String>,
    /// `--label key=value`, by key.
    pub labels: BTreeMap<String, String>,
    /// `--build-context name=source`, by name (with its `::platform` suffix, if any).
    pub contexts: BTreeMap<String, String>,
    /// BuildKit's own keys, such as `target`, `platform` and `no-cache`.
    pub frontend: BTreeMap<String, String>,
}

impl Options {
    /// Sorts option pairs as BuildKit names them (`build-arg:NAME`, `label:KEY`, `context:NAME`, others).
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

    /// The name and value that were given for a row, under its own name or an alias; an empty value counts.
    pub fn given(&self, row: &table::Arg) -> Option<(&str, &str)> {
        let same = table::Support::SameAs(row.name);
        let others = table::OTHERS.iter().filter(|(_, support)| *support == same).map(|(name, _)| *name);
        let given =
            std::iter::once(row.name).chain(others).find_map(|name| self.build_args.get_key_value(name));
        given.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Replaces the names of build args in a text with the names that the user wrote.
    pub fn as_written(&self, text: &str) -> String {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let mut written = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            let given = table::row(word).and_then(|row| self.given(row)).map(|(name, _)| name);
            written.push_str(given.unwrap_or(word));
            let next = behind.find(is_letter).unwrap_or(behind.len());
            written.push_str(&behind[..next]);
            rest = &behind[next..];
        }
        written
    }

    /// Whether BuildKit, not Airflow, defines a build arg: no frontend may report it as unknown.
    ///
    /// Proxy settings, platform values, `SOURCE_DATE_EPOCH` and whatever starts with `BUILDKIT_`.
    pub fn is_builtin(name: &str) -> bool {
        name.starts_with("BUILDKIT_") || PROXY_ARGS.contains(&name) || BUILTIN_ARGS.contains(&name)
    }
}

/// Proxy settings in both spellings. They reach every step, but no layer and no cache key.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_spaces_are_kept_apart() {
        let options = Options::from_pairs([
            ("build-arg:target", "a"),
            ("label:target", "b"),
            ("context:target", "c"),
            ("target", "d"),
        ]);
        assert_eq!(options.build_args["target"], "a");
        assert_eq!(options.labels["target"], "b");
        assert_eq!(options.contexts["target"], "c");
        assert_eq!(options.frontend["target"], "d");
    }

    #[test]
    fn build_args_are_named_as_they_were_written() {
        let options = |name: &str| Options::from_pairs([(format!("build-arg:{name}"), "x")]);
        let check = |given: &str, text: &str, expected: &str| {
            assert_eq!(options(given).as_written(text), expected, "{given}");
        };
        let text = "give PYTHON_BASE_IMAGE=a, not MY_PYTHON_BASE_IMAGE: \"PYTHON_BASE_IMAGE\" é";
        check("BASE_IMAGE", text, "give BASE_IMAGE=a, not MY_PYTHON_BASE_IMAGE: \"BASE_IMAGE\" é");
        check("PYTHON_BASE_IMAGE", "BASE_IMAGE", "PYTHON_BASE_IMAGE");
        check("AIRFLOW_VERSION", text, text);
        check("PIP_CACHE_EPOCH", "DEPENDENCY_CACHE_EPOCH", "PIP_CACHE_EPOCH");
        // Where both are given, the row's own counts.
        let both = Options::from_pairs([("build-arg:BASE_IMAGE", "x"), ("build-arg:PYTHON_BASE_IMAGE", "x")]);
        assert_eq!(both.as_written("BASE_IMAGE"), "PYTHON_BASE_IMAGE");
    }

    #[test]
    fn build_args_of_buildkit_are_known() {
        for name in ["BUILDKIT_SYNTAX", "https_proxy", "SOURCE_DATE_EPOCH", "TARGETARCH"] {
            assert!(Options::is_builtin(name), "{name}");
        }
        assert!(!Options::is_builtin("AIRFLOW_VERSION"));
    }
}
