//! Rules about Debian packages of the image people run.

use super::subject::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::options::table;

/// Packages that the image needs, as alternatives and with the reason.
const NEEDED: &[(&[&str], &str)] = &[
    (&["dumb-init"], "dumb-init (the entrypoint)"),
    (
        &["netcat-openbsd", "netcat", "netcat-traditional", "ncat"],
        "netcat-openbsd (the entrypoint uses it to wait for databases)",
    ),
];

pub(super) fn missing(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (Ok(config), Some((name, _))) = (subject.config, subject.given(&table::RUNTIME_APT_DEPS)) else {
        return Vec::new();
    };
    let listed: Vec<&str> = config
        .runtime_apt
        .instead
        .iter()
        .flatten()
        .chain(&config.runtime_apt.additional)
        .map(|package| package.split([':', '=', '/']).next().unwrap_or(package))
        .collect();
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(any, _)| !any.iter().any(|package| listed.contains(package)))
        .map(|(_, words)| *words)
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let message = format!("this replaces the default list, but lacks {}", missing.join(" and "));
    let hint = "keep them in the list, or add packages with ADDITIONAL_RUNTIME_APT_DEPS";
    vec![subject.warn(Code::MissingRuntimePackage, name, &message, hint)]
}

pub(super) fn development(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let rows = [&table::RUNTIME_APT_DEPS, &table::ADDITIONAL_RUNTIME_APT_DEPS];
    let of_row = |row: &&table::Arg| {
        let (name, text) = subject.given(row)?;
        let wrong: Vec<&str> = text.split_whitespace().filter(|package| is_development(package)).collect();
        (!wrong.is_empty()).then(|| {
            let message = format!("this installs {} in the image people run", wrong.join(", "));
            let hint = "put compilers and headers in ADDITIONAL_DEV_APT_DEPS, and only the libraries here";
            subject.warn(Code::DevelopmentPackageInRuntime, name, &message, hint)
        })
    };
    rows.iter().filter_map(of_row).collect()
}

/// The message does not quote the command, which may contain a secret.
pub(super) fn apt_key(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let rows = [
        &table::DEV_APT_COMMAND,
        &table::ADDITIONAL_DEV_APT_COMMAND,
        &table::RUNTIME_APT_COMMAND,
        &table::ADDITIONAL_RUNTIME_APT_COMMAND,
    ];
    let calls = |text: &str| {
        let mut words = text.split(|letter: char| letter.is_whitespace() || ";|&()".contains(letter));
        words.any(|word| word.rsplit('/').next() == Some("apt-key"))
    };
    let given = rows.into_iter().filter_map(|row| subject.given(row)).filter(|(_, text)| calls(text));
    let hint =
        "write the key to /etc/apt/trusted.gpg.d/NAME.asc, or reference it with signed-by in the apt source";
    let message = "this calls apt-key, which Debian trixie does not have";
    given.map(|(name, _)| subject.warn(Code::AptKeyInCommand, name, message, hint)).collect()
}

fn is_development(package: &str) -> bool {
    let name = package.split([':', '=', '/']).next().unwrap_or(package);
    let compiler =
        |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    name.ends_with("-dev")
        || name == "build-essential"
        || ["gcc", "g++", "clang", "cmake", "make", "rustc"].into_iter().any(compiler)
}
