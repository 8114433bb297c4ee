//! pip's settings and options, and what becomes of each where uv installs. docs/pip-settings.md explains every row.

/// What becomes of a setting where uv installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InUv {
    /// uv does the same.
    Same,
    /// It changes nothing in an image, whoever installs.
    NoEffect,
    /// uv has no equivalent, so pip installs.
    Pip,
    /// It installs packages elsewhere than in the image's virtual environment, and ends the build.
    Refused,
}

/// A setting of pip: `--NAME` as an option, `PIP_NAME` as a variable, `NAME` in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The name of the long option, without hyphens before it.
    pub name: &'static str,
    /// The letter of the short option, if there is one.
    pub short: Option<char>,
    /// Whether it has a value of its own, besides yes and no.
    pub has_value: bool,
    /// Whether it says where packages come from or how to reach that place, and so holds for pip and uv themselves.
    pub is_index: bool,
    /// What becomes of it.
    pub in_uv: InUv,
}

macro_rules! settings {
    ($($name:literal $short:expr, $value:ident, $of:ident => $in_uv:ident;)+) => {
        &[$(Setting { name: $name, short: $short, has_value: $value, is_index: $of, in_uv: InUv::$in_uv }),+]
    };
}
const VALUE: bool = true;
const SWITCH: bool = false;
const INDEX: bool = true;
const PACKAGES: bool = false;

/// Every setting of `pip install` that an image may have been given.
pub const SETTINGS: &[Setting] = settings! {
    "index-url" Some('i'), VALUE, INDEX => Same;
    "extra-index-url" None, VALUE, INDEX => Same;
    "no-index" None, SWITCH, INDEX => Same;
    "find-links" Some('f'), VALUE, INDEX => Same;
    "trusted-host" None, VALUE, INDEX => Same;
    "cert" None, VALUE, INDEX => Same;
    "client-cert" None, VALUE, INDEX => Same;
    "proxy" None, VALUE, INDEX => Same;
    "timeout" None, VALUE, INDEX => Same;
    "retries" None, VALUE, INDEX => Same;
    "keyring-provider" None, VALUE, INDEX => Same;
    "no-proxy-env" None, SWITCH, INDEX => Pip;
    "no-binary" None, VALUE, PACKAGES => Same;
    "only-binary" None, VALUE, PACKAGES => Same;
    "prefer-binary" None, SWITCH, PACKAGES => Pip;
    "pre" None, SWITCH, PACKAGES => Same;
    "all-releases" None, VALUE, PACKAGES => Pip;
    "only-final" None, VALUE, PACKAGES => Pip;
    "uploaded-prior-to" None, VALUE, PACKAGES => Same;
    "require-hashes" None, SWITCH, PACKAGES => Same;
    "no-require-hashes" None, SWITCH, PACKAGES => Same;
    "constraint" Some('c'), VALUE, PACKAGES => Same;
    "build-constraint" None, VALUE, PACKAGES => Same;
    "requirement" Some('r'), VALUE, PACKAGES => Same;
    "editable" Some('e'), VALUE, PACKAGES => Same;
    "no-deps" None, SWITCH, PACKAGES => Same;
    "only-deps" None, SWITCH, PACKAGES => Pip;
    "no-build-isolation" None, SWITCH, PACKAGES => Same;
    "config-settings" Some('C'), VALUE, PACKAGES => Same;
    "global-option" None, VALUE, PACKAGES => Pip;
    "upgrade" Some('U'), SWITCH, PACKAGES => Same;
    "upgrade-strategy" None, VALUE, PACKAGES => Same;
    "force-reinstall" None, SWITCH, PACKAGES => Same;
    "ignore-installed" Some('I'), SWITCH, PACKAGES => Pip;
    "ignore-requires-python" None, SWITCH, PACKAGES => Pip;
    "check-build-dependencies" None, SWITCH, PACKAGES => Pip;
    "use-deprecated" None, VALUE, PACKAGES => Pip;
    "platform" None, VALUE, PACKAGES => Pip;
    "python-version" None, VALUE, PACKAGES => Pip;
    "implementation" None, VALUE, PACKAGES => Pip;
    "abi" None, VALUE, PACKAGES => Pip;
    "group" None, VALUE, PACKAGES => Pip;
    "dry-run" None, SWITCH, PACKAGES => Pip;
    "report" None, VALUE, PACKAGES => Pip;
    "isolated" None, SWITCH, PACKAGES => Pip;
    "python" None, VALUE, PACKAGES => Pip;
    "target" Some('t'), VALUE, PACKAGES => Refused;
    "prefix" None, VALUE, PACKAGES => Refused;
    "root" None, VALUE, PACKAGES => Refused;
    "verbose" Some('v'), SWITCH, PACKAGES => Same;
    "quiet" Some('q'), SWITCH, PACKAGES => Same;
    "user" None, SWITCH, PACKAGES => NoEffect;
    "break-system-packages" None, SWITCH, PACKAGES => NoEffect;
    "cache-dir" None, VALUE, PACKAGES => NoEffect;
    "no-cache-dir" None, SWITCH, PACKAGES => NoEffect;
    "compile" None, SWITCH, PACKAGES => NoEffect;
    "no-compile" None, SWITCH, PACKAGES => NoEffect;
    "disable-pip-version-check" None, SWITCH, PACKAGES => NoEffect;
    "exists-action" None, VALUE, PACKAGES => NoEffect;
    "log" None, VALUE, PACKAGES => NoEffect;
    "no-clean" None, SWITCH, PACKAGES => NoEffect;
    "no-color" None, SWITCH, PACKAGES => NoEffect;
    "no-input" None, SWITCH, PACKAGES => NoEffect;
    "no-python-version-warning" None, SWITCH, PACKAGES => NoEffect;
    "no-warn-conflicts" None, SWITCH, PACKAGES => NoEffect;
    "no-warn-script-location" None, SWITCH, PACKAGES => NoEffect;
    "progress-bar" None, VALUE, PACKAGES => NoEffect;
    "require-virtualenv" None, SWITCH, PACKAGES => NoEffect;
    "resume-retries" None, VALUE, PACKAGES => NoEffect;
    "root-user-action" None, VALUE, PACKAGES => NoEffect;
    "src" None, VALUE, PACKAGES => NoEffect;
    "use-feature" None, VALUE, PACKAGES => NoEffect;
    "use-pep517" None, SWITCH, PACKAGES => NoEffect;
};

/// Options of `uv pip install` that pip does not have, and whether each has a value.
const OF_UV_ALONE: &[(&str, bool)] = &[
    ("--build-constraints", VALUE),
    ("--compile-bytecode", SWITCH),
    ("--config-setting", VALUE),
    ("--config-settings-package", VALUE),
    ("--exclude-newer", VALUE),
    ("--exclude-newer-package", VALUE),
    ("--excludes", VALUE),
    ("--fork-strategy", VALUE),
    ("--index-strategy", VALUE),
    ("--link-mode", VALUE),
    ("--native-tls", SWITCH),
    ("--no-build", SWITCH),
    ("--no-build-isolation-package", VALUE),
    ("--no-sources", SWITCH),
    ("--no-verify-hashes", SWITCH),
    ("--offline", SWITCH),
    ("--override", VALUE),
    ("--overrides", VALUE),
    ("--prerelease", VALUE),
    ("--prerelease-package", VALUE),
    ("--refresh", SWITCH),
    ("--refresh-package", VALUE),
    ("--reinstall", SWITCH),
    ("--reinstall-package", VALUE),
    ("--resolution", VALUE),
    ("--strict", SWITCH),
    ("--system-certs", SWITCH),
    ("--torch-backend", VALUE),
    ("--upgrade-package", VALUE),
    ("-P", VALUE),
];

/// uv's names for what pip has as well.
const SAME_IN_PIP: &[(&str, &str)] = &[
    ("--allow-insecure-host", "--trusted-host"),
    ("--default-index", "--index-url"),
    ("--index", "--extra-index-url"),
    ("--no-cache", "--no-cache-dir"),
];

/// The row of a name, of a settings file or a variable, or of an option with its hyphens.
pub fn setting(name: &str) -> Option<&'static Setting> {
    let long = name.strip_prefix("--").unwrap_or(name);
    let short = name.strip_prefix('-').and_then(|rest| rest.chars().next()).filter(|letter| *letter != '-');
    SETTINGS.iter().find(|row| match short {
        Some(letter) => row.short == Some(letter),
        None => row.name == long || (row.name == "timeout" && long == "default-timeout"),
    })
}

/// An option as it was given, with the words of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The option's name, with its hyphens.
    pub name: String,
    /// All its words, in pip's names where pip has it.
    pub words: Vec<String>,
}

impl Flag {
    /// Whether uv has it and pip has not.
    pub fn is_of_uv_alone(&self) -> bool {
        OF_UV_ALONE.iter().any(|(name, _)| *name == self.name)
    }

    /// Whether it says where packages come from.
    pub fn is_index(&self) -> bool {
        setting(&self.name).is_some_and(|row| row.is_index)
    }

    /// What becomes of it in uv; an option that neither is known to have is left to pip.
    pub fn in_uv(&self) -> InUv {
        if self.is_of_uv_alone() {
            InUv::Same
        } else {
            setting(&self.name).map_or(InUv::Pip, |row| row.in_uv)
        }
    }
}

/// Puts the words of options together with those of their values.
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
                let flag = flag(word);
                open = flag.words.len() == 1 && !is_whole(&flag, word);
                flags.push(flag);
            }
        }
    }
    flags
}

fn flag(word: &str) -> Flag {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => (name, Some(value)),
        // A short option may have its value in the same word.
        _ if !word.starts_with("--") && word.len() > 2 => (word.get(..2).unwrap_or(word), None),
        _ => (word, None),
    };
    let same = SAME_IN_PIP.iter().find(|(of_uv, _)| *of_uv == name).map_or(name, |(_, of_pip)| of_pip);
    let first = match value {
        Some(value) => format!("{same}={value}"),
        None if same == name => word.to_owned(),
        None => same.to_owned(),
    };
    Flag { name: same.to_owned(), words: vec![first] }
}

/// Whether an option's first word is all of it.
fn is_whole(flag: &Flag, word: &str) -> bool {
    let has_value = OF_UV_ALONE
        .iter()
        .find(|(name, _)| *name == flag.name)
        .map(|(_, has_value)| *has_value)
        .or_else(|| setting(&flag.name).map(|row| row.has_value));
    !has_value.unwrap_or(false) || word.contains('=') || (!word.starts_with("--") && word.len() > 2)
}

/// Something that pip was told outside of this build's args.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where, for people: `PIP_NO_BINARY of the base image`, `index-url in /etc/pip.conf`.
    pub place: String,
    /// What about.
    pub setting: &'static Setting,
    /// The value.
    pub value: String,
}

/// What variables say.
pub fn in_variables(env: &[(String, String)]) -> Vec<Said> {
    let said = |(name, value): &(String, String)| {
        let key = name.strip_prefix("PIP_")?.to_ascii_lowercase().replace('_', "-");
        let place = format!("{name} of the base image");
        Some(Said { place, setting: setting(&key)?, value: value.clone() }).filter(|it| !is_off(&it.value))
    };
    env.iter().filter_map(said).collect()
}

/// What a settings file says to `pip install`; a value may go on in lines that are indented.
pub fn in_file(file: &str, text: &str) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(last) = all.last_mut().filter(|_| open) {
                format!("{} {trimmed}", last.value).trim_start().clone_into(&mut last.value);
            }
            continue;
        }
        open = false;
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let Some((key, value)) = trimmed.split_once(['=', ':']) else { continue };
        let key = key.trim().to_ascii_lowercase().replace('_', "-");
        if !["global", "install"].contains(&section.as_str()) {
            continue;
        }
        if let Some(setting) = setting(&key) {
            let place = format!("{key} in {file}");
            all.push(Said { place, setting, value: value.trim().to_owned() });
            open = true;
        }
    }
    all.retain(|said| !is_off(&said.value));
    all
}

/// Whether a switch is off: it then says nothing.
fn is_off(value: &str) -> bool {
    ["", "0", "false", "no", "off", "n", "f"].contains(&value.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn options_are_told_apart_by_who_has_them() {
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

    #[test]
    fn settings_files_are_read_as_pip_reads_them() {
        let text = "# ours\n[global]\nindex-url = https://h/s\nextra_index_url: https://a/s\n  https://b/s\n; no\n[freeze]\ntimeout = 3\n[install]\nuser = no\nprefer-binary=yes\n";
        let found: Vec<String> = in_file("/etc/pip.conf", text)
            .iter()
            .map(|said| format!("{}: {}", said.place, said.value))
            .collect();
        assert_eq!(
            found,
            [
                "index-url in /etc/pip.conf: https://h/s",
                "extra-index-url in /etc/pip.conf: https://a/s https://b/s",
                "prefer-binary in /etc/pip.conf: yes",
            ]
        );
    }

    #[test]
    fn variables_of_the_base_image_are_read() {
        let env =
            [("PIP_NO_BINARY", "lxml"), ("PIP_PRE", "0"), ("PIPX_HOME", "/x"), ("PIP_DEFAULT_TIMEOUT", "9")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found: Vec<String> = in_variables(&env).into_iter().map(|said| said.place).collect();
        assert_eq!(found, ["PIP_NO_BINARY of the base image", "PIP_DEFAULT_TIMEOUT of the base image"]);
    }
}
