//! pip's settings and options, and how each is handled if uv installs. docs/pip-settings.md explains every row.

mod external;
mod settings;

use super::requirement::options::Opt;
pub use external::{ExternalSetting, from_file, from_variables};
pub use settings::{InUv, SETTINGS, Setting, setting};

/// Options of `uv pip install` that pip does not have.
const OF_UV_ALONE: &[&str] = &[
    "--build-constraints",
    "--compile-bytecode",
    "--config-setting",
    "--config-settings-package",
    "--exclude-newer",
    "--exclude-newer-package",
    "--excludes",
    "--fork-strategy",
    "--index-strategy",
    "--link-mode",
    "--native-tls",
    "--no-build",
    "--no-build-isolation-package",
    "--no-sources",
    "--no-verify-hashes",
    "--offline",
    "--override",
    "--overrides",
    "--prerelease",
    "--prerelease-package",
    "--refresh",
    "--refresh-package",
    "--reinstall",
    "--reinstall-package",
    "--resolution",
    "--strict",
    "--system-certs",
    "--torch-backend",
    "--upgrade-package",
    "-P",
];

/// uv's names for options that pip also has.
const SAME_IN_PIP: &[(&str, &str)] = &[
    ("--allow-insecure-host", "--trusted-host"),
    ("--default-index", "--index-url"),
    ("--index", "--extra-index-url"),
    ("--no-cache", "--no-cache-dir"),
];

/// An option as given, with the words of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The option's name, with its hyphens.
    pub name: String,
    /// All its words, under pip's name if pip has the option.
    pub words: Vec<String>,
}

impl Flag {
    /// Its value without quotes; empty if it has none.
    pub fn value(&self) -> String {
        let inside = self.words.first().and_then(|word| word.strip_prefix(self.name.as_str()));
        let inside = inside.unwrap_or_default().trim_start_matches('=');
        let behind = self.words.iter().skip(1).map(String::as_str);
        let words: Vec<&str> =
            std::iter::once(inside).chain(behind).filter(|word| !word.is_empty()).collect();
        words.join(" ").trim_matches(['"', '\'']).to_owned()
    }

    /// Whether uv has this option and pip does not.
    pub fn is_of_uv_alone(&self) -> bool {
        OF_UV_ALONE.contains(&self.name.as_str())
    }

    /// Whether it configures package indexes.
    pub fn is_index(&self) -> bool {
        setting(&self.name).is_some_and(|row| row.is_index)
    }

    /// How it is handled if uv installs; unknown options are passed to pip.
    pub fn in_uv(&self) -> InUv {
        if self.is_of_uv_alone() {
            InUv::Same
        } else {
            setting(&self.name).map_or(InUv::Pip, |row| row.in_uv)
        }
    }
}

/// Groups words into options with their values.
pub fn flags(words: &[String]) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    let mut open = false;
    for word in words {
        match flags.last_mut() {
            Some(last) if open || !word.starts_with('-') => {
                last.words.push(word.clone());
                open = false;
            }
            Some(_) | None => {
                let option = Opt::of(word);
                open = option.takes_next();
                flags.push(flag(option, word));
            }
        }
    }
    flags
}

fn flag(option: Opt<'_>, word: &str) -> Flag {
    let same = SAME_IN_PIP.iter().find(|(of_uv, _)| *of_uv == option.name);
    let name = same.map_or(option.name, |(_, of_pip)| of_pip);
    let rest = word.strip_prefix(option.name).unwrap_or_default();
    Flag { name: name.to_owned(), words: vec![format!("{name}{rest}")] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diagnostic::Diagnostics;
    use crate::options::Options;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_keep_their_values() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = flags(&words(text)).iter().map(|flag| flag.words.join(" ")).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("-i https://h/s --pre", &["-i https://h/s", "--pre"]);
        check("--index-url=https://h/s -U", &["--index-url=https://h/s", "-U"]);
        check("--no-binary :all: -fhttps://h", &["--no-binary :all:", "-fhttps://h"]);
        check("--index-strategy unsafe-best-match", &["--index-strategy unsafe-best-match"]);
        check("--default-index https://h/s", &["--index-url https://h/s"]);
        check("--index=https://h/s", &["--extra-index-url=https://h/s"]);
        check("--a-new-option with words -q", &["--a-new-option with words", "-q"]);
    }

    #[test]
    fn options_of_pip_and_uv_are_distinguished() {
        let check = |text: &str, in_uv: InUv, of_uv_alone: bool, is_index: bool| {
            let flag = &flags(&words(text))[0];
            assert_eq!(
                (flag.in_uv(), flag.is_of_uv_alone(), flag.is_index()),
                (in_uv, of_uv_alone, is_index),
                "{text}"
            );
        };
        check("-i https://h", InUv::Same, false, true);
        check("--prefer-binary", InUv::Pip, false, false);
        check("--resolution lowest", InUv::Same, true, false);
        check("--default-index https://h", InUv::Same, false, true);
        check("--a-new-option", InUv::Pip, false, false);
        check("--target /x", InUv::Refused, false, false);
    }

    fn read(args: &[(&str, &str)]) -> Result<Config, Diagnostics> {
        Config::from_options(&Options::from_pairs(
            args.iter().map(|(name, value)| (format!("build-arg:{name}"), *value)),
        ))
    }

    #[test]
    fn indexes_are_urls_without_passwords() {
        let check = |name: &str, value: &str, expected: &str| {
            let refused = read(&[(name, value)]).unwrap_err().to_string();
            assert!(refused.contains(expected) && !refused.contains("topsecret"), "{refused}");
        };
        check("PIP_INDEX_URL", "https://me:topsecret@h/simple", "put them in the secret netrc");
        check("UV_EXTRA_INDEX_URL", "https://topsecret@h/simple", "must not contain credentials");
        check("PIP_INDEX_URL", "https://a/s https://b/s", "expected one URL");
        check("PIP_EXTRA_INDEX_URL", "https://a/s b/s", "word 2: expected a URL such as");
        check("PIP_TRUSTED_HOST", "https://h/", "is not a host");
        let given = |args: &[(&str, &str)]| read(args).unwrap().install.indexes;
        let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert_eq!(given(&[("UV_DEFAULT_INDEX", "corp=https://a/s")]), pair("PIP_INDEX_URL", "https://a/s"));
        assert_eq!(given(&[("PIP_TRUSTED_HOST", "h:81 i")]), pair("PIP_TRUSTED_HOST", "h:81 i"));
    }

    #[test]
    fn conflicting_options_of_pip_and_uv_are_rejected() {
        let check = |args: &[(&str, &str)], expected: &str| {
            let refused = read(args).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        let flags = |value| ("ADDITIONAL_PIP_INSTALL_FLAGS", value);
        check(&[flags("--target /x")], "installs packages outside the image's virtual environment");
        check(&[flags("--resolution lowest"), ("AIRFLOW_USE_UV", "false")], "pip has no option --resolution");
        check(&[flags("--resolution lowest --prefer-binary")], "uv has no equivalent of --prefer-binary");
        check(&[("ADDITIONAL_PYTHON_DEPS", "uv==0.5")], "set AIRFLOW_UV_VERSION, and remove it here");
        read(&[("ADDITIONAL_PYTHON_DEPS", "uv"), flags("--resolution lowest")]).unwrap();
    }
}
