//! The rule about secrets in build args.

use super::secrets;
use super::subject::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::options::PROXY_ARGS;

/// Proxies are excluded: BuildKit passes them to steps without storing them, and they cannot be set in another way.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let args = subject.options.build_args.iter().filter(|(name, _)| !PROXY_ARGS.contains(&name.as_str()));
    args.filter(|(name, value)| {
        let whole = format!("{name}={value}");
        !secrets::found(value).is_empty() || !secrets::found(&whole).is_empty()
    })
    .map(|(name, _)| {
        let hint =
            "remove it, and replace it with a new one because it has been exposed; see docs/secrets.md";
        subject.warn(Code::SecretInBuildArg, name, "this value looks like a password or token", hint)
    })
    .collect()
}
