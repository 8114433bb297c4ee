//! The options of pip and uv: which take a value, and whose value names a file.

/// Options of `pip install` and `uv pip install` that take a value: after `=`, or as the next word.
const WITH_VALUE: &[&str] = &[
    "--abi",
    "--all-releases",
    "--allow-insecure-host",
    "--build-constraint",
    "--build-constraints",
    "--cache-dir",
    "--cert",
    "--client-cert",
    "--color",
    "--config-file",
    "--config-setting",
    "--config-settings",
    "--config-settings-package",
    "--constraint",
    "--constraints",
    "--default-index",
    "--default-timeout",
    "--directory",
    "--editable",
    "--exclude",
    "--exclude-newer",
    "--exclude-newer-package",
    "--excludes",
    "--exists-action",
    "--extra",
    "--extra-index-url",
    "--find-links",
    "--fork-strategy",
    "--global-option",
    "--group",
    "--implementation",
    "--index",
    "--index-strategy",
    "--index-url",
    "--install-option",
    "--keyring-provider",
    "--link-mode",
    "--log",
    "--log-file",
    "--no-binary",
    "--no-build-isolation-package",
    "--no-sources-package",
    "--only-binary",
    "--only-final",
    "--override",
    "--overrides",
    "--platform",
    "--prefix",
    "--prerelease",
    "--progress-bar",
    "--project",
    "--proxy",
    "--pypi-url",
    "--python",
    "--python-platform",
    "--python-version",
    "--refresh-package",
    "--reinstall-package",
    "--report",
    "--requirement",
    "--requirements",
    "--requirements-from-script",
    "--resolution",
    "--retries",
    "--root",
    "--root-user-action",
    "--src",
    "--target",
    "--timeout",
    "--torch-backend",
    "--trusted-host",
    "--upgrade-package",
    "--upgrade-strategy",
    "--uploaded-prior-to",
    "--use-deprecated",
    "--use-feature",
    "-C",
    "-P",
    "-b",
    "-c",
    "-e",
    "-f",
    "-i",
    "-p",
    "-r",
    "-t",
];

/// Options of both without a value.
const WITHOUT_VALUE: &[&str] = &[
    "--break-system-packages",
    "--check-build-dependencies",
    "--compile",
    "--compile-bytecode",
    "--debug",
    "--disable-pip-version-check",
    "--dry-run",
    "--exact",
    "--force-reinstall",
    "--ignore-installed",
    "--ignore-requires-python",
    "--isolated",
    "--native-tls",
    "--no-build",
    "--no-build-isolation",
    "--no-cache",
    "--no-cache-dir",
    "--no-clean",
    "--no-color",
    "--no-compile",
    "--no-config",
    "--no-deps",
    "--no-index",
    "--no-input",
    "--no-progress",
    "--no-sources",
    "--no-use-pep517",
    "--no-verify-hashes",
    "--no-warn-conflicts",
    "--no-warn-script-location",
    "--offline",
    "--pre",
    "--prefer-binary",
    "--quiet",
    "--refresh",
    "--reinstall",
    "--require-hashes",
    "--require-virtualenv",
    "--strict",
    "--system",
    "--system-certs",
    "--upgrade",
    "--use-pep517",
    "--user",
    "--verbose",
    "-I",
    "-U",
    "-n",
    "-q",
    "-qq",
    "-v",
    "-vv",
    "-vvv",
];

/// Options whose value is a file, a folder or a URL.
const WITH_LOCATION: &[&str] = &[
    "--build-constraint",
    "--build-constraints",
    "--cert",
    "--client-cert",
    "--config-file",
    "--constraint",
    "--constraints",
    "--editable",
    "--exclude",
    "--excludes",
    "--find-links",
    "--override",
    "--overrides",
    "--requirement",
    "--requirements",
    "--requirements-from-script",
    "-b",
    "-c",
    "-e",
    "-f",
    "-r",
];

/// Options whose value is a requirements file, which can name further files.
const WITH_LIST: &[&str] = &[
    "--build-constraint",
    "--build-constraints",
    "--constraint",
    "--constraints",
    "--exclude",
    "--excludes",
    "--override",
    "--overrides",
    "--requirement",
    "--requirements",
    "-b",
    "-c",
    "-r",
];

/// A word that starts with `-`: the option's name, and the value in the same word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opt<'a> {
    /// The name: `--find-links`, `-f`.
    pub name: &'a str,
    /// The text after `=`, or after the letter of a short option.
    pub value: Option<&'a str>,
}

impl<'a> Opt<'a> {
    /// Splits a word: `--find-links=x`, `-fx`, `-f`.
    pub fn of(word: &'a str) -> Self {
        if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
            return Self { name, value: Some(value) };
        }
        // The first two bytes of a short option are its name, unless the letter is not ASCII.
        match word.split_at_checked(2) {
            Some((name, value)) if !value.is_empty() && WITH_VALUE.contains(&name) => {
                Self { name, value: Some(value.strip_prefix('=').unwrap_or(value)) }
            }
            Some(_) | None => Self { name: word, value: None },
        }
    }

    /// Whether the next word is this one's value.
    pub fn takes_next(&self) -> bool {
        self.value.is_none() && WITH_VALUE.contains(&self.name)
    }

    /// Whether the next word may be its value, because the option is unknown.
    pub fn may_take_next(&self) -> bool {
        self.value.is_none() && !WITH_VALUE.contains(&self.name) && !WITHOUT_VALUE.contains(&self.name)
    }

    /// Whether its value is a file, a folder or a URL.
    pub fn names_location(&self) -> bool {
        WITH_LOCATION.contains(&self.name)
    }

    /// Whether its value is a file of requirements.
    pub fn names_list(&self) -> bool {
        WITH_LIST.contains(&self.name)
    }

    /// Whether it installs a folder as editable.
    pub fn is_editable(&self) -> bool {
        ["-e", "--editable"].contains(&self.name)
    }
}

/// An argument of an installer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// An option, with its value if it has one.
    Option(Opt<'a>),
    /// A requirement, a URL or a path.
    Requirement(&'a str),
}

/// Groups the arguments of an installer into requirements and options with their values.
pub fn words(args: &[String]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if !arg.starts_with('-') {
            words.push(Word::Requirement(arg));
            continue;
        }
        let option = Opt::of(arg);
        let value = if option.takes_next() { args.next().map(String::as_str) } else { option.value };
        words.push(Word::Option(Opt { value, ..option }));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_split_from_their_values() {
        let check = |word: &str, name: &str, value: Option<&str>, takes_next: bool| {
            let option = Opt::of(word);
            assert_eq!((option.name, option.value, option.takes_next()), (name, value, takes_next), "{word}");
        };
        check("--find-links", "--find-links", None, true);
        check("--find-links=/x", "--find-links", Some("/x"), false);
        check("-f", "-f", None, true);
        check("-f/x", "-f", Some("/x"), false);
        check("-qq", "-qq", None, false);
        check("--pre", "--pre", None, false);
        check("-é", "-é", None, false);
    }
}
