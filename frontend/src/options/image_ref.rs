//! Image references, as registries and Docker read them.

use std::fmt;

use crate::position;

/// An image reference in full: registry, repository, tag or digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// The registry of names without one.
const HUB: &str = "docker.io";
const LONGEST_REPOSITORY: usize = 255;
const LONGEST_TAG: usize = 128;

impl ImageRef {
    /// Reads `python:3.12-slim`, `registry.example.com/base@sha256:…`.
    pub fn read(text: &str) -> Result<Self, String> {
        let refused = |why| {
            let wrong = format!("not an image reference: {why}");
            position::at(&wrong, text, |text| parse(text).is_ok())
        };
        parse(text).map_err(refused)
    }

    /// The repository in its registry, such as `library/python`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, even if there is a digest.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The same image pinned to a digest (`sha256:…`), tag kept for readers.
    pub fn pinned(&self, digest: &str) -> String {
        Self { digest: Some(digest.to_owned()), ..self.clone() }.to_string()
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        self.tag.as_ref().map_or(Ok(()), |tag| write!(f, ":{tag}"))?;
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// `[registry[:port]/]repository[:tag][@digest]`. Parsed by hand: compiling a regular expression for it takes longer than
/// everything else that a frontend does.
fn parse(text: &str) -> Result<ImageRef, &'static str> {
    let (text, digest) = match text.split_once('@') {
        Some((text, digest)) => (text, Some(digest)),
        None => (text, None),
    };
    // A colon before the last slash starts a port.
    let name = text.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match text[name..].find(':') {
        Some(colon) => (&text[..name + colon], Some(&text[name + colon + 1..])),
        None => (text, None),
    };
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest),
        Some(_) | None => (HUB, name),
    };
    if !is_registry(registry) {
        return Err("invalid registry name");
    }
    if repository.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("repository names must be lower case");
    }
    if !repository.split('/').all(is_part) || repository.len() > LONGEST_REPOSITORY {
        return Err("invalid repository name");
    }
    if !tag.is_none_or(is_tag) {
        return Err("invalid tag");
    }
    if !digest.is_none_or(is_digest) {
        return Err("invalid digest");
    }
    let registry = if registry == "index.docker.io" { HUB } else { registry };
    let official = registry == HUB && !repository.contains('/');
    let usual = digest.is_none().then_some("latest");
    Ok(ImageRef {
        registry: registry.to_owned(),
        repository: if official { format!("library/{repository}") } else { repository.to_owned() },
        tag: tag.or(usual).map(str::to_owned),
        digest: digest.map(str::to_owned),
    })
}

/// A host by its name, perhaps with a port.
fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let label = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.split('.').all(label) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Letters and digits, with one dot, one or two underscores or any number of hyphens between them.
fn is_part(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let separated = text
        .split(is_plain)
        .filter(|between| !between.is_empty())
        .all(|between| [".", "_", "__"].contains(&between) || between.bytes().all(|byte| byte == b'-'));
    separated && text.starts_with(is_plain) && text.ends_with(is_plain)
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || b".-".contains(&byte))
        && text.len() <= LONGEST_TAG
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let lengths = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
    lengths.contains(&(algorithm, hex.len())) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use oci_spec::distribution::Reference;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_are_completed_as_docker_does() {
        let check = |text: &str, whole: &str| {
            assert_eq!(ImageRef::read(text).map(|it| it.to_string()), Ok(whole.to_owned()), "{text}");
        };
        check("python", "docker.io/library/python:latest");
        check("python:3.12-slim", "docker.io/library/python:3.12-slim");
        check("index.docker.io/python:3", "docker.io/library/python:3");
        check("myorg/base", "docker.io/myorg/base:latest");
        check("localhost/base:1", "localhost/base:1");
        check("localhost:5000/a/b", "localhost:5000/a/b:latest");
        check("host:5000", "docker.io/library/host:5000");
        let digest = format!("sha256:{}", "a".repeat(64));
        check(&format!("h.example/b@{digest}"), &format!("h.example/b@{digest}"));
        check(&format!("h.example/b:1@{digest}"), &format!("h.example/b:1@{digest}"));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "",
            ":1",
            "a:",
            "a:.b",
            "a b",
            "a/",
            "/a",
            "a//b",
            "a..b",
            "a___b",
            "-a",
            "a-",
            "Python",
            "h.example/A",
            "a@",
            "a@sha256:abc",
            "h_.example/a",
            "h.example:x/a",
            "-.example/a",
            "a@b@c",
        ] {
            assert!(ImageRef::read(text).is_err(), "{text}");
        }
        assert!(ImageRef::read(&format!("a:{}", "b".repeat(129))).is_err());
        assert!(ImageRef::read(&"a".repeat(256)).is_err());
    }

    #[test]
    fn a_pinned_reference_keeps_its_tag_and_loses_its_digest() {
        let old = format!("a:1@sha256:{}", "0".repeat(64));
        assert_eq!(
            ImageRef::read(&old).map(|it| it.pinned("sha256:1")),
            Ok("docker.io/library/a:1@sha256:1".to_owned())
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn another_reader_understands_the_same(text in "[a-c0-1]{0,2}([.:/@_-]{1,2}[a-cA0-1]{0,2}){0,4}(@sha256:a{64})?") {
            let (ours, theirs) = (ImageRef::read(&text), Reference::from_str(&text));
            match ours {
                Ok(ours) => prop_assert_eq!(ours.to_string(), theirs.unwrap().whole()),
                // It takes what looks like a registry for one, and never looks at letters before the first slash.
                Err(_) => prop_assert!(theirs.is_err() || text.contains(['A', '_']), "{}", text),
            }
        }
    }
}
