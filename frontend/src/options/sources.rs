//! Where files come from: the build context, and the contexts that have names.

use std::collections::BTreeMap;

use buildkit_llb::Platform;

use super::git::GitRef;
use super::image_ref::ImageRef;

/// The build context, as far as options say what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildContext {
    /// A folder of the client, or a graph that the client hands over.
    Client,
    /// A repository.
    Git(GitRef),
    /// A URL: of an archive, or of the build file alone.
    Http(String),
}

impl BuildContext {
    /// Reads the value of `context`.
    pub fn read(text: &str) -> Result<Self, String> {
        if let Some(git) = GitRef::read(text) {
            return git.map(Self::Git);
        }
        if is_url(text) {
            return Ok(Self::Http(text.to_owned()));
        }
        Err("expected a folder, a git repository or the URL of an archive".to_owned())
    }
}

/// What a named context is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nothing at all.
    Scratch,
    /// An image of a registry, or of the builder.
    Image(ImageRef),
    /// An image in an OCI layout that the client serves.
    OciLayout {
        /// The client's name for the layout.
        store: String,
        /// `sha256:…`.
        digest: String,
    },
    /// A repository.
    Git(GitRef),
    /// A URL, whose content is a file named `context`.
    Http(String),
    /// A folder, by the client's name for it.
    Local(String),
    /// A graph that the client hands over, by its name.
    Input(String),
}

impl Source {
    /// Reads the value of a named context.
    pub fn read(text: &str) -> Result<Self, String> {
        let refused =
            || "expected docker-image://, oci-layout://, a git repository, a URL, or a folder".to_owned();
        if let Some(git) = GitRef::read(text) {
            return git.map(Self::Git);
        }
        let (kind, rest) = text.split_once(':').ok_or_else(refused)?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest.is_empty() {
            return Err(refused());
        }
        match kind {
            "docker-image" if rest == "scratch" => Ok(Self::Scratch),
            "docker-image" => ImageRef::read(rest).map(Self::Image),
            "oci-layout" => oci_layout(rest),
            "http" | "https" if is_url(text) => Ok(Self::Http(text.to_owned())),
            "local" => Ok(Self::Local(rest.to_owned())),
            // What bake calls the target of an input, where it asks about a build and makes no target for it.
            "input" | "target" => Ok(Self::Input(rest.to_owned())),
            _ => Err(refused()),
        }
    }
}

/// Reads `store[:tag]@sha256:…`.
fn oci_layout(text: &str) -> Result<Source, String> {
    let (named, digest) = text
        .split_once('@')
        .ok_or_else(|| "an OCI layout needs a digest: oci-layout://name@sha256:…".to_owned())?;
    let hex = digest.strip_prefix("sha256:").filter(|hex| hex.len() == 64);
    if !hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err("the digest of an OCI layout is sha256: and 64 hexadecimal digits".to_owned());
    }
    // A colon after the last slash starts a tag; one before it, a port.
    let store = match named.rsplit_once(':') {
        Some((store, tag)) if !tag.contains('/') => store,
        Some(_) | None => named,
    };
    if store.is_empty() {
        return Err("an OCI layout needs a name: oci-layout://name@sha256:…".to_owned());
    }
    Ok(Source::OciLayout { store: store.to_owned(), digest: digest.to_owned() })
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

/// The contexts that have names, by name or `name::platform`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedContexts(pub BTreeMap<String, Source>);

impl NamedContexts {
    /// The context that stands in for an image on a platform, and the name under which it was given.
    pub fn for_image(&self, image: &ImageRef, platform: &Platform) -> Option<(String, &Source)> {
        self.find(&familiar(&image.to_string()), platform)
    }

    /// The context of a name on a platform, and the name under which it was given.
    pub fn find(&self, name: &str, platform: &Platform) -> Option<(String, &Source)> {
        [format!("{name}::{platform}"), name.to_owned()]
            .into_iter()
            .find_map(|name| self.0.get(&name).map(|source| (name, source)))
    }

    /// Whether there is a context of a name, for whatever platform.
    pub fn has(&self, name: &str) -> bool {
        self.0.keys().any(|known| known.split("::").next() == Some(name))
    }
}

/// An image's name as people write it, and as named contexts go by: `python:3.12` for `docker.io/library/python:3.12`,
/// and without the tag `latest`.
pub fn familiar(image: &str) -> String {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = if name.len() < image.len() { name.strip_prefix("library/").unwrap_or(name) } else { name };
    name.strip_suffix(":latest").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_context_is_read() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let layout = |store: &str| Source::OciLayout { store: store.to_owned(), digest: digest.clone() };
        let check = |text: &str, expected: Source| assert_eq!(Source::read(text), Ok(expected), "{text}");
        check("docker-image://scratch", Source::Scratch);
        check("docker-image://python:3.12", Source::Image(ImageRef::read("python:3.12").unwrap()));
        check(&format!("oci-layout://base@{digest}"), layout("base"));
        check(&format!("oci-layout://host:5000/base:1@{digest}"), layout("host:5000/base"));
        check("https://h/x.tar", Source::Http("https://h/x.tar".to_owned()));
        check("local:files", Source::Local("files".to_owned()));
        check("input:base", Source::Input("base".to_owned()));
        check("target:base", Source::Input("base".to_owned()));
        for text in ["git@h:x", "git://h/x", "https://h/x.git#v1"] {
            assert!(matches!(Source::read(text), Ok(Source::Git(_))), "{text}");
        }
    }

    #[test]
    fn what_is_no_context_is_refused() {
        let check = |text: &str, expected: &str| {
            let refused = Source::read(text).unwrap_err();
            assert!(refused.contains(expected), "{text}: {refused}");
        };
        check("files", "expected docker-image://");
        check("ftp://h/x", "expected docker-image://");
        check("local:", "expected docker-image://");
        check("docker-image://A B", "not an image reference");
        check("oci-layout://base:1", "needs a digest");
        check("oci-layout://base@sha256:12", "64 hexadecimal digits");
        check("https://h/x.git?depth=1", "unknown `depth`");
    }

    #[test]
    fn an_image_is_found_by_its_familiar_name_and_platform() {
        let contexts = |pairs: &[(&str, &str)]| {
            NamedContexts(
                pairs.iter().map(|(name, text)| ((*name).to_owned(), Source::read(text).unwrap())).collect(),
            )
        };
        let both = contexts(&[("python:3.12", "local:a"), ("python:3.12::linux/arm64", "local:b")]);
        let find = |contexts: &NamedContexts, image: &str, platform: &str| {
            let found = contexts.for_image(&ImageRef::read(image).unwrap(), &platform.parse().unwrap());
            found.map(|(name, _)| name)
        };
        assert_eq!(find(&both, "python:3.12", "linux/amd64").as_deref(), Some("python:3.12"));
        assert_eq!(
            find(&both, "docker.io/library/python:3.12", "arm64").as_deref(),
            Some("python:3.12::linux/arm64")
        );
        assert_eq!(find(&both, "python:3.11", "linux/amd64"), None);
        assert_eq!(
            find(&contexts(&[("me/base", "local:a")]), "me/base:latest", "amd64").as_deref(),
            Some("me/base")
        );
        assert!(both.has("python:3.12") && !both.has("python"));
    }

    #[test]
    fn names_are_familiar() {
        for (image, name) in [
            ("docker.io/library/python:3.12", "python:3.12"),
            ("docker.io/me/base:latest", "me/base"),
            ("localhost:5000/library/a:1", "localhost:5000/library/a:1"),
            ("library/a", "library/a"),
        ] {
            assert_eq!(familiar(image), name);
        }
    }

    #[test]
    fn build_contexts_are_folders_repositories_or_urls() {
        assert!(matches!(BuildContext::read("https://h/x.git#main:a"), Ok(BuildContext::Git(_))));
        assert_eq!(BuildContext::read("http://h/x"), Ok(BuildContext::Http("http://h/x".to_owned())));
        for text in ["a", "ftp://h/x", "https:///x", "docker-image://a"] {
            assert!(BuildContext::read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_readers(text in ".*", rest in "[a-z:/@#?.=%]{0,40}") {
            let _ = (Source::read(&text), BuildContext::read(&text), familiar(&text));
            for kind in ["docker-image:", "oci-layout:", "https:", "local:", "git@"] {
                let _ = Source::read(&format!("{kind}{rest}"));
            }
        }
    }
}
