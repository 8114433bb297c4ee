//! Small types whose values are always valid, each with the function that parses it.
//!
//! The error of a parser is a fragment that fits after "NAME=value: ".

use std::fmt;
use std::str::FromStr;

pub use buildkit_frontend::options::{ImageRef, boolean};
use buildkit_frontend::position;
pub use buildkit_llb::Platform;

use super::{newest, requirement};
use crate::paths::CONTEXT_MOUNT;

/// An Airflow release, by PEP 440.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AirflowVersion(pep440_rs::Version);

impl AirflowVersion {
    /// Reads `2.10.5`, `3.0.0rc1`, `3.4.0.dev0`, `2.10.5+fork.1`; releases before 2.2 are rejected.
    ///
    /// All three numbers are required: 2.10 means 2.10.0 in PEP 440, but users who write it mean another release.
    pub fn read(text: &str) -> Result<Self, String> {
        let expected = "expected a release such as 2.10.5 or 3.1.0rc1";
        let sound = |text: &str| pep440_rs::Version::from_str(text).is_ok();
        let version = pep440_rs::Version::from_str(text).map_err(|_| position::at(expected, text, sound))?;
        let numbers = version.release().len();
        let version = Self(version);
        if version.0.epoch() != 0 || numbers > 3 {
            return Err(expected.to_owned());
        }
        if numbers == 3 && !version.at_least(2, 2) {
            return Err("Airflow releases before 2.2 are not supported".to_owned());
        }
        if numbers < 3 {
            let series = version.0.only_release().to_string();
            return Err(newest::of(&series).map_or_else(
                || format!("expected all three numbers of a release, such as {series}.0"),
                |release| {
                    format!("expected all three numbers of a release: the newest {series} is {release}")
                },
            ));
        }
        Ok(version)
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

    /// The release whose published constraints apply to this version; none for a development version. A fork or a rebuild of
    /// a release uses those of the release.
    pub fn constrained_as(&self) -> Option<String> {
        let published = self.0.clone().without_local().with_post(None);
        (!self.0.is_dev()).then(|| published.to_string())
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
    /// The third number, if given.
    pub patch: Option<u64>,
}

impl PythonVersion {
    /// Reads `3.12`, `3.12.4` or `v3.12.4`.
    pub fn read(text: &str) -> Result<Self, String> {
        let sound = |text: &str| pep440_rs::Version::from_str(text.trim_start_matches('v')).is_ok();
        let refused = || position::at("expected a Python version such as 3.12 or 3.12.4", text, sound);
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

/// Reads a platform that Airflow's images exist for: `linux/amd64`, `arm64`, `linux/aarch64`, `linux/arm64/v8`.
pub fn platform(text: &str) -> Result<Platform, String> {
    let supported = |platform: &Platform| ["linux/amd64", "linux/arm64"].contains(&&*platform.to_string());
    let platform = text.trim().parse().ok().filter(supported);
    platform.ok_or_else(|| "expected linux/amd64 or linux/arm64".to_owned())
}

/// Reads extras separated by commas or white space, in order and each once (names are equal up to `-_.` and case).
pub fn extras(text: &str) -> Result<Vec<String>, String> {
    let words =
        text.split(|letter: char| letter == ',' || letter.is_whitespace()).filter(|word| !word.is_empty());
    let extra = |word: &str| {
        let sound = |text: &str| requirement::normalized(text).is_some();
        let wrong = || position::at(&format!("`{word}` is not the name of an extra"), word, sound);
        requirement::normalized(word).ok_or_else(wrong)
    };
    let mut extras: Vec<String> = Vec::new();
    for extra in position::words(words, extra)? {
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
    let is_package = |word: &str| {
        let (name, rest) = word.split_at(word.find([':', '=', '/']).unwrap_or(word.len()));
        sound(name) && (rest.is_empty() || plain(&rest[1..].replace(['=', '/'], "")))
    };
    position::words(text.split_whitespace(), |word| {
        let wrong =
            || position::at(&format!("`{word}` is not the name of a Debian package"), word, is_package);
        is_package(word).then(|| word.to_owned()).ok_or_else(wrong)
    })
}

/// A packaging tool's release or its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its value in the image's environment.
    pub text: String,
    /// The requirement for the installer, such as `pip==25.3` or `uv @ https://…`.
    pub requirement: String,
}

/// Reads a version, a URL, a path below the context folder, or nothing for the newest release of `tool`.
pub fn tool(tool: &str, text: &str) -> Result<Tool, String> {
    let requirement = if text.is_empty() {
        tool.to_owned()
    } else if text.contains("://") && !text.contains(char::is_whitespace) {
        format!("{tool} @ {text}")
    } else if text.starts_with(&format!("{CONTEXT_MOUNT}/")) {
        format!("{tool} @ file://{text}")
    } else {
        pep440_rs::Version::from_str(text)
            .map_err(|_| format!("expected a version of {tool}, a URL, or a path below {CONTEXT_MOUNT}"))?;
        format!("{tool}=={text}")
    };
    Ok(Tool { text: text.to_owned(), requirement })
}

/// Reads a path relative to the root of the build context; the root itself is the empty path.
pub fn context_path(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") || text.contains(char::is_control) {
        return Err("expected a folder of the build context, such as docker-context-files".to_owned());
    }
    Ok(parts.join("/"))
}

/// The last user id: the next one means "no user" where ids are signed.
const LAST_UID: u32 = 2_147_483_646;

/// Reads a user id. 0 is root, 65534 is nobody, and 65535 means "no user" where ids are short.
pub fn uid(text: &str) -> Result<u32, String> {
    let wrong = format!("expected a user id from 1 to {LAST_UID}, other than 65534 and 65535");
    let digit = |letter: char| letter.is_ascii_digit();
    if text.starts_with(digit) && !text.chars().all(digit) {
        return Err(position::at_letter(&wrong, text, digit));
    }
    let sound = |uid: &u32| (1..=LAST_UID).contains(uid) && ![65534, 65535].contains(uid);
    // Otherwise a sign would be parsed as part of the number.
    text.parse().ok().filter(|uid| text.starts_with(digit) && sound(uid)).ok_or(wrong)
}

/// Reads one line of text.
pub fn line(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) {
        Err(position::at_letter("expected one line of text", text, |letter| !letter.is_control()))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests;
