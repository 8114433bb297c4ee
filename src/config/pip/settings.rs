//! The settings of pip, and how each is handled if uv installs.

/// How a setting of pip is handled if uv installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InUv {
    /// uv does the same.
    Same,
    /// It has no effect on an image with either installer.
    NoEffect,
    /// uv has no equivalent, so pip installs.
    Pip,
    /// It installs packages outside the image's virtual environment, so it is rejected.
    Refused,
}

/// A setting of pip: `--NAME` as an option, `PIP_NAME` as a variable, `NAME` in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The name of the long option, without hyphens before it.
    pub name: &'static str,
    /// The letter of the short option, if there is one.
    pub short: Option<char>,
    /// Whether it configures package indexes or the connection to them, so that it also applies to pip and uv themselves.
    pub is_index: bool,
    /// How it is handled if uv installs.
    pub in_uv: InUv,
}

macro_rules! settings {
    ($($name:literal $short:expr, $of:ident => $in_uv:ident;)+) => {
        &[$(Setting { name: $name, short: $short, is_index: $of, in_uv: InUv::$in_uv }),+]
    };
}
const INDEX: bool = true;
const PACKAGES: bool = false;

/// Every setting of `pip install`.
pub const SETTINGS: &[Setting] = settings! {
    "index-url" Some('i'), INDEX => Same;
    "extra-index-url" None, INDEX => Same;
    "no-index" None, INDEX => Same;
    "find-links" Some('f'), INDEX => Same;
    "trusted-host" None, INDEX => Same;
    "cert" None, INDEX => Same;
    "client-cert" None, INDEX => Same;
    "proxy" None, INDEX => Same;
    "timeout" None, INDEX => Same;
    "retries" None, INDEX => Same;
    "keyring-provider" None, INDEX => Same;
    "no-proxy-env" None, INDEX => Pip;
    "no-binary" None, PACKAGES => Same;
    "only-binary" None, PACKAGES => Same;
    "prefer-binary" None, PACKAGES => Pip;
    "pre" None, PACKAGES => Same;
    "all-releases" None, PACKAGES => Pip;
    "only-final" None, PACKAGES => Pip;
    "uploaded-prior-to" None, PACKAGES => Same;
    "require-hashes" None, PACKAGES => Same;
    "no-require-hashes" None, PACKAGES => Same;
    "constraint" Some('c'), PACKAGES => Same;
    "build-constraint" None, PACKAGES => Same;
    "requirement" Some('r'), PACKAGES => Same;
    "editable" Some('e'), PACKAGES => Same;
    "no-deps" None, PACKAGES => Same;
    "only-deps" None, PACKAGES => Pip;
    "no-build-isolation" None, PACKAGES => Same;
    "config-settings" Some('C'), PACKAGES => Same;
    "global-option" None, PACKAGES => Pip;
    "upgrade" Some('U'), PACKAGES => Same;
    "upgrade-strategy" None, PACKAGES => Same;
    "force-reinstall" None, PACKAGES => Same;
    "ignore-installed" Some('I'), PACKAGES => Pip;
    "ignore-requires-python" None, PACKAGES => Pip;
    "check-build-dependencies" None, PACKAGES => Pip;
    "use-deprecated" None, PACKAGES => Pip;
    "platform" None, PACKAGES => Pip;
    "python-version" None, PACKAGES => Pip;
    "implementation" None, PACKAGES => Pip;
    "abi" None, PACKAGES => Pip;
    "group" None, PACKAGES => Pip;
    "dry-run" None, PACKAGES => Pip;
    "report" None, PACKAGES => Pip;
    "isolated" None, PACKAGES => Pip;
    "python" None, PACKAGES => Pip;
    "target" Some('t'), PACKAGES => Refused;
    "prefix" None, PACKAGES => Refused;
    "root" None, PACKAGES => Refused;
    "verbose" Some('v'), PACKAGES => Same;
    "quiet" Some('q'), PACKAGES => Same;
    "user" None, PACKAGES => NoEffect;
    "break-system-packages" None, PACKAGES => NoEffect;
    "cache-dir" None, PACKAGES => NoEffect;
    "no-cache-dir" None, PACKAGES => NoEffect;
    "compile" None, PACKAGES => NoEffect;
    "no-compile" None, PACKAGES => NoEffect;
    "disable-pip-version-check" None, PACKAGES => NoEffect;
    "exists-action" None, PACKAGES => NoEffect;
    "log" None, PACKAGES => NoEffect;
    "no-clean" None, PACKAGES => NoEffect;
    "no-color" None, PACKAGES => NoEffect;
    "no-input" None, PACKAGES => NoEffect;
    "no-python-version-warning" None, PACKAGES => NoEffect;
    "no-warn-conflicts" None, PACKAGES => NoEffect;
    "no-warn-script-location" None, PACKAGES => NoEffect;
    "progress-bar" None, PACKAGES => NoEffect;
    "require-virtualenv" None, PACKAGES => NoEffect;
    "resume-retries" None, PACKAGES => NoEffect;
    "root-user-action" None, PACKAGES => NoEffect;
    "src" None, PACKAGES => NoEffect;
    "use-feature" None, PACKAGES => NoEffect;
    "use-pep517" None, PACKAGES => NoEffect;
};

/// The row of a setting, by its name in a settings file or by an option with its hyphens.
pub fn setting(name: &str) -> Option<&'static Setting> {
    let long = name.strip_prefix("--").unwrap_or(name);
    let short = name.strip_prefix('-').and_then(|rest| rest.chars().next()).filter(|letter| *letter != '-');
    SETTINGS.iter().find(|row| match short {
        Some(letter) => row.short == Some(letter),
        None => row.name == long || (row.name == "timeout" && long == "default-timeout"),
    })
}
