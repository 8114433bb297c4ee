//! Target platforms, read and written as containerd does.

use std::fmt::{self, Write};
use std::str::FromStr;

use buildkit_proto::pb;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// A target platform, in the terms of the OCI image specification.
///
/// Parsing normalises names: `linux/aarch64`, `arm64` and `linux/arm64/v8` are all `linux/arm64`.
///
/// ```
/// let platform: buildkit_llb::Platform = "linux/aarch64".parse()?;
/// assert_eq!(platform.to_string(), "linux/arm64");
/// # Ok::<(), buildkit_llb::InvalidPlatform>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// `linux`, `windows`.
    pub os: String,
    /// `amd64`, `arm64`.
    pub architecture: String,
    /// `v7`; empty for the usual variant of an architecture.
    pub variant: String,
    /// The version of the operating system, where it matters.
    pub os_version: String,
    /// Features the operating system must have.
    pub os_features: Vec<String>,
}

/// A text that names no platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPlatform(String);

impl fmt::Display for InvalidPlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid platform `{}`: expected os/architecture[/variant], such as linux/amd64", self.0)
    }
}

impl std::error::Error for InvalidPlatform {}

impl FromStr for Platform {
    type Err = InvalidPlatform;

    /// Reads `os[(version+feature…)]/architecture[/variant]`, or an architecture alone, which means Linux.
    fn from_str(text: &str) -> Result<Self, InvalidPlatform> {
        parse(text).ok_or_else(|| InvalidPlatform(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Platform> {
    let parts: Vec<&str> = text.split('/').collect();
    let (os, architecture, variant) = match parts[..] {
        [architecture] if is_known(&normalised(architecture, "").0) => ("linux", architecture, ""),
        [os, architecture] => (os, architecture, ""),
        [os, architecture, variant] if is_word(variant) => (os, architecture, variant),
        _ => return None,
    };
    let (os, options) = match os.split_once('(') {
        Some((os, options)) => (os, options.strip_suffix(')')?),
        None => (os, ""),
    };
    let mut options = options.split('+').map(decoded);
    let os_version = options.next()??;
    let mut os_features = options.collect::<Option<Vec<String>>>()?;
    os_features.sort();
    os_features.dedup();
    let os = match os.to_ascii_lowercase().as_str() {
        "macos" => "darwin".to_owned(),
        os => os.to_owned(),
    };
    let (architecture, variant) = normalised(architecture, variant);
    let sound = is_word(&os) && !os.contains('.') && is_word(&architecture);
    sound.then_some(Platform { os, architecture, variant, os_version, os_features })
}

/// The usual names of an architecture and its variant.
fn normalised(architecture: &str, variant: &str) -> (String, String) {
    let (architecture, variant) = (architecture.to_ascii_lowercase(), variant.to_ascii_lowercase());
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64", variant) => ("arm64", variant),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        usual => usual,
    };
    (architecture.to_owned(), variant.to_owned())
}

/// Whether a word without a slash is an architecture, not an operating system.
fn is_known(architecture: &str) -> bool {
    const KNOWN: [&str; 9] =
        ["386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"];
    KNOWN.contains(&architecture)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn decoded(option: &str) -> Option<String> {
    let sound = option.is_empty() || is_word(&option.replace('%', "_"));
    sound.then(|| percent_decode_str(option).decode_utf8().ok())?.map(Into::into)
}

impl fmt::Display for Platform {
    /// Writes `os[(version+feature…)]/architecture[/variant]`, or `unknown` without an operating system.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ESCAPED: &AsciiSet = &CONTROLS.add(b'%').add(b'+').add(b'(').add(b')').add(b'/');
        if self.os.is_empty() {
            return f.write_str("unknown");
        }
        f.write_str(&self.os)?;
        let mut options = utf8_percent_encode(&self.os_version, ESCAPED).to_string();
        for feature in &self.os_features {
            write!(options, "+{}", utf8_percent_encode(feature, ESCAPED))?;
        }
        if !options.is_empty() {
            write!(f, "({options})")?;
        }
        for part in [&self.architecture, &self.variant].into_iter().filter(|part| !part.is_empty()) {
            write!(f, "/{part}")?;
        }
        Ok(())
    }
}

impl From<pb::Platform> for Platform {
    fn from(wire: pb::Platform) -> Self {
        let pb::Platform { architecture, os, variant, os_version, os_features } = wire;
        Self { os, architecture, variant, os_version, os_features }
    }
}

impl From<Platform> for pb::Platform {
    fn from(platform: Platform) -> Self {
        let Platform { os, architecture, variant, os_version, os_features } = platform;
        Self { architecture, os, variant, os_version, os_features }
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn platforms_are_normalised_as_containerd_does() {
        for (text, platform) in [
            ("linux/amd64", "linux/amd64"),
            ("Linux/x86_64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("linux/amd64/v3", "linux/amd64/v3"),
            ("amd64", "linux/amd64"),
            ("aarch64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64"),
            ("linux/arm64/v9", "linux/arm64/v9"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/arm/6", "linux/arm/v6"),
            ("linux/i386", "linux/386"),
            ("macos/arm64", "darwin/arm64"),
            ("windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64"),
            ("windows(10.0.17763+win32k)/amd64", "windows(10.0.17763+win32k)/amd64"),
            ("linux(+b+a+a)/amd64", "linux(+a+b)/amd64"),
        ] {
            assert_eq!(text.parse::<Platform>().map(|it| it.to_string()), Ok(platform.to_owned()), "{text}");
        }
        assert_eq!(Platform::default().to_string(), "unknown");
    }

    #[test]
    fn what_names_no_platform_is_rejected() {
        for text in
            ["", "linux", "vax", "linux/", "/amd64", "linux/amd64/", "linux/amd64/v1/x", "linux(10/amd64"]
        {
            let error = text.parse::<Platform>().map_err(|error| error.to_string());
            let expected =
                format!("invalid platform `{text}`: expected os/architecture[/variant], such as linux/amd64");
            assert_eq!(error, Err(expected));
        }
    }
}
