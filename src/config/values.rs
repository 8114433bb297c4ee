//! Small types that hold only what is sound, each with the one function that reads it from text.
//!
//! Every reader answers with a fragment that fits after "NAME=value: ".

use std::fmt;
use std::str::FromStr;

use pep508_rs::Requirement;

pub use super::reference::ImageRef;
use super::url::Url;

/// An Airflow release, by PEP 440.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AirflowVersion(pep440_rs::Version);

impl AirflowVersion {
    /// Reads `2.10.5`, `3.0.0rc1`, `3.4.0.dev0`; releases before 2.2 are refused.
    pub fn read(text: &str) -> Result<Self, String> {
        let version = pep440_rs::Version::from_str(text)
            .map_err(|_| "expected a release such as 2.10.5 or 3.1.0rc1".to_owned())?;
        let version = Self(version);
        if version.at_least(2, 2) {
            Ok(version)
        } else {
            Err("Airflow releases before 2.2 cannot be built".to_owned())
        }
    }

    /// Whether this is `major.minor` or later; pre-releases count as their release.
    pub fn at_least(&self, major: u64, minor: u64) -> bool {
        let [own_major, own_minor, _] = self.numbers();
        (own_major, own_minor) >= (major, minor)
    }

    /// Major, minor and patch number; missing ones are 0.
    pub fn numbers(&self) -> [u64; 3] {
        let release = self.0.release();
        [0, 1, 2].map(|place| release.get(place).copied().unwrap_or(0))
    }

    /// Whether this version meets specifiers (`>=2.10,<2.11`); pre-releases count by their numbers.
    pub fn meets(&self, specifiers: &str) -> bool {
        pep440_rs::VersionSpecifiers::from_str(specifiers).is_ok_and(|all| all.contains(&self.0))
    }

    /// Whether constraints are published under this version's own name.
    pub fn is_released(&self) -> bool {
        !self.0.is_dev() && !self.0.is_local()
    }
}

impl fmt::Display for AirflowVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A Python version of two or three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PythonVersion {
    /// The first number, always 3.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number, if it was said.
    pub patch: Option<u64>,
}

impl PythonVersion {
    /// Reads `3.12`, `3.12.4` or `v3.12.4`.
    pub fn read(text: &str) -> Result<Self, String> {
        let refused = || "expected a Python version such as 3.12 or 3.12.4".to_owned();
        let version = pep440_rs::Version::from_str(text.trim_start_matches('v')).map_err(|_| refused())?;
        match *version.release() {
            [3, minor] => Ok(Self { major: 3, minor, patch: None }),
            [3, minor, patch] => Ok(Self { major: 3, minor, patch: Some(patch) }),
            _ => Err(refused()),
        }
    }

    /// `3.12`, as constraints files and folders are named.
    pub fn short(self) -> String {
        format!("{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

/// What a builder can run and an image is for: `os/architecture[/variant]`, normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// Always `linux`.
    pub os: String,
    /// `amd64` or `arm64`.
    pub architecture: String,
    /// A variant, empty for the two architectures' own.
    pub variant: String,
}

impl Platform {
    /// Reads `linux/amd64`, `arm64`, `linux/aarch64`, `linux/arm64/v8`.
    pub fn read(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let mut parts = lower.split('/');
        let (first, second, variant) = (parts.next().unwrap_or(""), parts.next(), parts.next().unwrap_or(""));
        let (os, architecture) = second.map_or(("linux", first), |second| (first, second));
        let architecture = match (architecture, variant) {
            ("x86_64" | "x86-64" | "amd64", "" | "v1") => "amd64",
            ("aarch64" | "arm64", "" | "v8") => "arm64",
            _ => return Err(REFUSED_PLATFORM.to_owned()),
        };
        if os != "linux" || parts.next().is_some() {
            return Err(REFUSED_PLATFORM.to_owned());
        }
        Ok(Self { os: os.to_owned(), architecture: architecture.to_owned(), variant: String::new() })
    }
}

const REFUSED_PLATFORM: &str = "expected linux/amd64 or linux/arm64";

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if self.variant.is_empty() { Ok(()) } else { write!(f, "/{}", self.variant) }
    }
}

/// Reads `true/false`, `1/0`, `yes/no`, `on/off` in any case.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

/// Reads extras separated by commas or white space, in order and each once (names are equal up to `-_.` and case).
pub fn extras(text: &str) -> Result<Vec<String>, String> {
    let mut extras: Vec<String> = Vec::new();
    for word in
        text.split(|letter: char| letter == ',' || letter.is_whitespace()).filter(|word| !word.is_empty())
    {
        let extra = pep508_rs::ExtraName::from_str(word)
            .map_err(|_| format!("`{word}` is not the name of an extra"))?
            .to_string();
        if !extras.contains(&extra) {
            extras.push(extra);
        }
    }
    Ok(extras)
}

/// Reads Debian package names separated by white space, each with an optional `:arch`, `=version` or `/release`.
pub fn apt_packages(text: &str) -> Result<Vec<String>, String> {
    let sound = |name: &str| {
        name.len() >= 2
            && name.starts_with(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
    };
    let plain = |rest: &str| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.:~_*".contains(&byte))
    };
    text.split_whitespace()
        .map(|word| {
            let end = word.find([':', '=', '/']).unwrap_or(word.len());
            let (name, rest) = word.split_at(end);
            if sound(name) && (rest.is_empty() || plain(&rest[1..].replace(['=', '/'], ""))) {
                Ok(word.to_owned())
            } else {
                Err(format!("`{word}` is not the name of a Debian package"))
            }
        })
        .collect()
}

/// Reads requirements separated by white space: PEP 508 names, URLs, archives by absolute path, and pip's own flags.
pub fn requirements(text: &str) -> Result<Vec<String>, String> {
    text.split_whitespace()
        .map(|word| {
            let verbatim = word.starts_with('-') || word.starts_with('/') || word.contains("://");
            if !verbatim {
                Requirement::<Url>::from_str(word).map_err(|error| {
                    format!("`{word}` is not a requirement: {}", first_line(&error.to_string()))
                })?;
            }
            Ok(word.to_owned())
        })
        .collect()
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.trim_end_matches('.').to_owned()
}

/// A packaging tool's release, or the place to get it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// The text that stands in the image's environment.
    pub text: String,
    /// What the installer is asked for, such as `pip==25.3` or `uv @ https://…`.
    pub requirement: String,
}

/// Reads a version, a URL, or nothing for the newest release of `tool`.
pub fn tool(tool: &str, text: &str) -> Result<Tool, String> {
    let requirement = if text.is_empty() {
        tool.to_owned()
    } else if text.contains("://") && !text.contains(char::is_whitespace) {
        format!("{tool} @ {text}")
    } else {
        pep440_rs::Version::from_str(text).map_err(|_| format!("expected a version of {tool}, or a URL"))?;
        format!("{tool}=={text}")
    };
    Ok(Tool { text: text.to_owned(), requirement })
}

/// Reads an absolute path without `..`, blanks or the colon that separates the fields of `/etc/passwd`.
pub fn absolute_path(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    let sound = path.starts_with('/')
        && path.split('/').skip(1).all(|part| !part.is_empty() && part != "." && part != "..")
        && !path.contains(|letter: char| {
            letter.is_whitespace() || letter.is_control() || ":'\"\\$".contains(letter)
        });
    if sound { Ok(path.to_owned()) } else { Err("expected an absolute path such as /opt/airflow".to_owned()) }
}

/// Reads a path relative to the root of the build context; the root itself is the empty path.
pub fn context_path(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") || text.contains(char::is_control) {
        return Err("expected a folder of the build context, such as docker-context-files".to_owned());
    }
    Ok(parts.join("/"))
}

/// Reads a user id. 0 is root's and 65534 is nobody's.
pub fn uid(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|uid| (1..65534).contains(uid))
        .ok_or_else(|| "expected a user id from 1 to 65533".to_owned())
}

/// Reads one line of text.
pub fn line(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) {
        Err("expected one line of text".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_read_in_any_case() {
        for text in ["true", "True", "1", "YES", "on"] {
            assert_eq!(boolean(text), Ok(true), "{text}");
        }
        for text in ["false", "0", "No", "OFF"] {
            assert_eq!(boolean(text), Ok(false), "{text}");
        }
        assert!(boolean("maybe").is_err());
    }

    #[test]
    fn extras_are_joined_cleanly() {
        let check = |text, expected: &[&str]| assert_eq!(extras(text).unwrap(), expected, "{text}");
        check(",slack", &["slack"]);
        check("celery, postgres,,celery", &["celery", "postgres"]);
        check("cncf.kubernetes,google_auth", &["cncf-kubernetes", "google-auth"]);
        check("", &[]);
        assert!(extras("celery;rm").is_err());
    }

    #[test]
    fn apt_packages_are_checked() {
        assert_eq!(
            apt_packages(" g++  libssl-dev\n python3.11:arm64 foo=1:2.3-4~bpo12+1 vim/bookworm-backports")
                .unwrap(),
            ["g++", "libssl-dev", "python3.11:arm64", "foo=1:2.3-4~bpo12+1", "vim/bookworm-backports"]
        );
        for text in ["$(reboot)", "-y", "Foo", "a", "pkg;x", "pkg="] {
            assert!(apt_packages(text).is_err(), "{text}");
        }
    }

    #[test]
    fn requirements_are_checked() {
        let text = "mpi4py pandas<3 foo[bar]>=1,<2 git+https://example.com/x.git@main --pre /docker-context-files/x.whl";
        assert_eq!(requirements(text).unwrap().len(), 6);
        for text in ["pandas<<3", "foo[", "=1"] {
            assert!(requirements(text).is_err(), "{text}");
        }
    }

    #[test]
    fn platforms_are_normalised() {
        for text in ["linux/amd64", "linux/x86_64", "amd64", "linux/amd64/v1"] {
            assert_eq!(Platform::read(text).unwrap().to_string(), "linux/amd64", "{text}");
        }
        assert_eq!(Platform::read("linux/arm64/v8").unwrap().to_string(), "linux/arm64");
        for text in ["windows/amd64", "linux/s390x", "linux/arm/v7", "linux/amd64/v3", ""] {
            assert!(Platform::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn images_are_named_in_full() {
        let check = |text, expected: &str| assert_eq!(ImageRef::read(text).unwrap().to_string(), expected);
        check("python:3.12-slim-bookworm", "docker.io/library/python:3.12-slim-bookworm");
        check("localhost:5000/a/b", "localhost:5000/a/b:latest");
        let digest = format!("sha256:{}", "0".repeat(64));
        assert_eq!(
            ImageRef::read("python:3.12").unwrap().pinned(&digest),
            format!("docker.io/library/python:3.12@{digest}")
        );
        assert!(ImageRef::read("Python:3.12!").is_err());
    }

    #[test]
    fn paths_and_ids_are_checked() {
        assert_eq!(absolute_path("/opt/airflow/").unwrap(), "/opt/airflow");
        for text in ["opt", "/", "/a/../b", "/a b", "/a:b", "/a//b"] {
            assert!(absolute_path(text).is_err(), "{text}");
        }
        assert_eq!(context_path("./docker-context-files/").unwrap(), "docker-context-files");
        assert_eq!(context_path(".").unwrap(), "");
        assert!(context_path("../x").is_err());
        assert_eq!(uid("50000"), Ok(50000));
        for text in ["0", "65534", "-1", "airflow", ""] {
            assert!(uid(text).is_err(), "{text}");
        }
    }

    #[test]
    fn versions_are_read_by_pep_440() {
        assert_eq!(AirflowVersion::read("2.10.5").unwrap().numbers(), [2, 10, 5]);
        assert!(!AirflowVersion::read("3.4.0.dev0").unwrap().is_released());
        for text in ["two", "1.10.15", "2.1.4", "2.10.5-"] {
            assert!(AirflowVersion::read(text).is_err(), "{text}");
        }
        assert_eq!(PythonVersion::read("v3.10.18").unwrap().to_string(), "3.10.18");
        assert!(PythonVersion::read("2.7").is_err());
    }

    #[test]
    fn tools_are_versions_or_urls() {
        assert_eq!(tool("pip", "25.3").unwrap().requirement, "pip==25.3");
        assert_eq!(tool("uv", "").unwrap().requirement, "uv");
        assert_eq!(
            tool("pip", "git+https://example.com/pip.git").unwrap().requirement,
            "pip @ git+https://example.com/pip.git"
        );
        assert!(tool("pip", "newest").is_err());
    }
}
