//! Rules about versions and images that are not pinned or do not match.

use super::secrets;
use super::subject::Subject;
use crate::config::install::Method;
use crate::config::requirement::options::{self, Word};
use crate::config::values::{self, Platform};
use crate::config::{Config, Constraints, familiar};
use crate::diagnostic::{Code, Diagnostic, masked};
use crate::options::table;

/// Reports requirements without an exact version, and tools without any. Rejected values already have an error.
pub(super) fn requirements(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Ok(config) = subject.config else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some((name, _)) = subject.given(&table::ADDITIONAL_PYTHON_DEPS) {
        findings.extend(loose_requirements(subject, name, &config.python_deps));
    }
    if let Some((name, text)) = subject.given(&table::AIRFLOW_VERSION_SPECIFICATION)
        && pin(&format!("apache-airflow{text}")) != Pin::Fixed
    {
        let message = "the package index decides which Airflow release is installed";
        findings.push(subject.warn(
            CODE,
            name,
            message,
            "remove it, and set the release with AIRFLOW_VERSION",
        ));
    }
    if let Some((name, _)) = subject.given(&table::AIRFLOW_INSTALLATION_METHOD)
        && let Method::Url(url) = &config.install.method
        && let Pin::Moving(revision) = pin(url)
    {
        findings.push(subject.warn(CODE, name, &moves(url, revision), COMMIT));
    }
    for row in [&table::AIRFLOW_PIP_VERSION, &table::AIRFLOW_UV_VERSION] {
        let empty =
            crate::options::given(subject.options, row).is_some_and(|(_, text)| text.trim().is_empty());
        if empty {
            let hint = format!("set {}={}", row.name, row.example);
            findings.push(subject.warn(CODE, row.name, "an empty value installs the newest release", &hint));
        }
    }
    findings
}

const CODE: Code = Code::UnpinnedRequirement;

const COMMIT: &str = "give the full 40-digit commit after @; branches and tags can move";

fn loose_requirements(subject: &Subject<'_>, name: &str, requirements: &[String]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut loose: Vec<&str> = Vec::new();
    for requirement in without_options(requirements) {
        match pin(requirement) {
            Pin::Fixed => {}
            Pin::Loose => loose.push(requirement),
            Pin::Moving(revision) => {
                findings.push(subject.warn(CODE, name, &moves(requirement, revision), COMMIT));
            }
        }
    }
    if !loose.is_empty() {
        let message = format!("no exact version of {}", loose.join(", "));
        findings.insert(0, subject.warn(CODE, name, &message, "pin versions with ==, such as mpi4py==4.0.3"));
    }
    findings
}

/// The message for a repository without a commit.
fn moves(repository: &str, revision: &str) -> String {
    let repository = masked(repository.split('#').next().unwrap_or(repository));
    if revision.is_empty() {
        format!("no commit of {repository}")
    } else {
        format!("{revision} is a branch or tag, not a commit: {repository}")
    }
}

/// The requirements among arguments, including the values of `--editable`.
fn without_options(words: &[String]) -> impl Iterator<Item = &str> {
    options::words(words).into_iter().filter_map(|word| match word {
        Word::Requirement(requirement) => Some(requirement),
        Word::Option(option) => option.value.filter(|_| option.is_editable()),
    })
}

/// Whether a requirement always resolves to the same version.
#[derive(Debug, PartialEq, Eq)]
enum Pin<'a> {
    /// A version, a commit, or an archive by path or URL.
    Fixed,
    /// The package index chooses.
    Loose,
    /// A repository with this branch or tag; empty for its default branch.
    Moving(&'a str),
}

fn pin(requirement: &str) -> Pin<'_> {
    if requirement.starts_with('/') {
        return Pin::Fixed;
    }
    if let Some((scheme, rest)) = requirement.split_once("://") {
        let place = rest.split(['#', '?', ' ']).next().unwrap_or(rest);
        // An `@` before the first slash belongs to the user name.
        let path = place.split_once('/').map_or("", |(_, path)| path);
        let revision = path.rsplit_once('@').map_or("", |(_, revision)| revision);
        let commit = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        return if !scheme.contains('+') || commit { Pin::Fixed } else { Pin::Moving(revision) };
    }
    let versions = requirement.split(';').next().unwrap_or(requirement);
    match versions.split_once("==") {
        Some((_, version)) if !version.contains('*') => Pin::Fixed,
        Some(_) | None => Pin::Loose,
    }
}

/// Reports constraints of a branch; only tags such as `constraints-2.10.5` do not change. An upgrade uses no constraints.
pub(super) fn constraints(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(config) = constrained(subject) else { return Vec::new() };
    let (option, branch) = match &config.constraints {
        Constraints::Published { reference, .. } if !is_release(reference) => {
            let rows = [
                &table::AIRFLOW_CONSTRAINTS_REFERENCE,
                &table::DEFAULT_CONSTRAINTS_BRANCH,
                &table::AIRFLOW_VERSION,
            ];
            (rows.into_iter().find_map(|row| subject.given(row)).map(|(name, _)| name), reference.as_str())
        }
        Constraints::Url(url) => {
            let moving = folders(url).find(|part| part.starts_with("constraints-") && !is_release(part));
            let Some(branch) = moving else { return Vec::new() };
            (subject.given(&table::AIRFLOW_CONSTRAINTS_LOCATION).map(|(name, _)| name), branch)
        }
        Constraints::Published { .. } | Constraints::ContextFile(_) => return Vec::new(),
    };
    let Some(option) = option else { return Vec::new() };
    let message = format!("the constraints come from {branch}, a branch that can change");
    let hint = "use those of a release, such as constraints-2.10.5, or a file in the context folder";
    vec![subject.warn(Code::UnpinnedConstraints, option, &message, hint)]
}

fn constrained<'a>(subject: &Subject<'a>) -> Option<&'a Config> {
    subject.config.ok().filter(|config| config.install.upgrade.is_none())
}

/// The parts of a URL before the file.
fn folders(url: &str) -> impl Iterator<Item = &str> {
    url.rsplit_once('/').map_or("", |(folders, _)| folders).split('/')
}

/// Whether a reference is the tag of a release: `constraints-2.10.5`, but not `constraints-2-10`.
fn is_release(reference: &str) -> bool {
    release_of(reference).is_some()
}

/// The release of a tag; empty for a commit, which does not change either.
fn release_of(reference: &str) -> Option<&str> {
    let commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if commit {
        return Some("");
    }
    let release = reference.strip_prefix("constraints-")?;
    let numbered = release.starts_with(|letter: char| letter.is_ascii_digit()) && release.contains('.');
    numbered.then_some(release)
}

pub(super) fn other_release(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(config) = constrained(subject) else { return Vec::new() };
    let (row, reference) = match &config.constraints {
        Constraints::Published { reference, .. } => {
            (&table::AIRFLOW_CONSTRAINTS_REFERENCE, Some(reference.as_str()))
        }
        Constraints::Url(url) => {
            let part = folders(url).find(|part| is_release(part));
            (&table::AIRFLOW_CONSTRAINTS_LOCATION, part)
        }
        Constraints::ContextFile(_) => return Vec::new(),
    };
    let release = reference.and_then(release_of).filter(|release| !release.is_empty());
    let (Some(release), Some((name, _))) = (release, subject.given(row)) else { return Vec::new() };
    let wanted = config.airflow.constrained_as().unwrap_or_else(|| config.airflow.to_string());
    if release == wanted {
        return Vec::new();
    }
    let message = format!("the constraints are for Airflow {release}, but AIRFLOW_VERSION is {wanted}");
    let hint = "remove it to use the constraints of the release";
    vec![subject.warn(Code::ConstraintsOfOtherRelease, name, &message, hint)]
}

/// Reports sources of another release; a version suffix does not count as another release.
pub(super) fn sources(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (Ok(config), Some(facts)) = (subject.config, subject.facts) else { return Vec::new() };
    let wanted = config.airflow.to_string();
    let suffixed = |release: &str| format!("{release}.{}", config.install.version_suffix);
    let other = |release: &String| *release != wanted && suffixed(release) != wanted;
    let Some(release) = facts.sources.as_ref().map(ToString::to_string).filter(other) else {
        return Vec::new();
    };
    let rows = [&table::AIRFLOW_VERSION, &table::AIRFLOW_INSTALLATION_METHOD];
    let Some((name, _)) = rows.into_iter().find_map(|row| subject.given(row)) else { return Vec::new() };
    let message = format!(
        "the sources are Airflow {release}, but AIRFLOW_VERSION, which decides the constraints and labels, is {wanted}"
    );
    let hint = format!("set AIRFLOW_VERSION={release}");
    vec![subject.warn(Code::SourcesOfOtherRelease, name, &message, &hint)]
}

/// Reports tags that move with each release: `latest`, `3`, `3.12-slim`.
pub(super) fn base_image(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (Ok(config), Some((name, text))) = (subject.config, subject.given(&table::PYTHON_BASE_IMAGE)) else {
        return Vec::new();
    };
    // A named context has no tag, whatever its name is.
    let stands_in = config.settings.named.has(&familiar(&config.base.to_string()));
    if stands_in || text.contains('@') || !config.base.tag().is_none_or(is_moving) {
        return Vec::new();
    }
    let message = format!("the tag of {} moves with each release", secrets::masked(text));
    let hint = "use a full version such as python:3.12.11-slim-bookworm, or a digest";
    vec![subject.warn(Code::MovingBaseImageTag, name, &message, hint)]
}

fn is_moving(tag: &str) -> bool {
    let first = tag.split('-').next().unwrap_or(tag);
    let numbers = first.trim_start_matches('v').split('.');
    let numbered =
        numbers.clone().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let short = numbers.clone().count() < 3;
    // A large number is a year or a build number, which does not move.
    let small = numbers.clone().all(|part| part.len() <= 2);
    ["latest", "stable", "main", "master", "edge", "slim", "dev"].contains(&first)
        || (numbered && short && small)
}

/// Compares platforms: that of the image config in builds, otherwise one in the name of the image.
pub(super) fn platform(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (Ok(config), Some((name, text))) = (subject.config, subject.given(&table::PYTHON_BASE_IMAGE)) else {
        return Vec::new();
    };
    let target = subject
        .facts
        .map(|facts| facts.platform.clone())
        .or_else(|| config.settings.platforms.first().cloned());
    let of_config = subject.facts.and_then(|facts| facts.base.config.get("architecture")?.as_str());
    let actual = of_config
        .map_or_else(|| named_architecture(text), |architecture| values::platform(architecture).ok());
    match (target, actual) {
        (Some(target), Some(is)) if is != target => {
            let message = format!("{} is for {is}, but the build is for {target}", secrets::masked(text));
            let hint = "use an image for that platform, or a multi-platform image";
            vec![subject.warn(Code::PlatformMismatch, name, &message, hint)]
        }
        _ => Vec::new(),
    }
}

/// The platform in a name: `arm64v8/python:3.12`, or a tag with an architecture.
fn named_architecture(reference: &str) -> Option<Platform> {
    let architecture = |word: &str| match word {
        "amd64" | "x86_64" => values::platform("amd64").ok(),
        "arm64" | "arm64v8" | "aarch64" => values::platform("arm64").ok(),
        _ => None,
    };
    reference.split(['/', ':', '-', '@']).find_map(architecture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_tags_are_recognized() {
        for tag in ["latest", "3", "3.12", "3.12-slim-bookworm", "3-slim", "slim"] {
            assert!(is_moving(tag), "{tag}");
        }
        for tag in ["3.12.4", "3.12.4-slim-bookworm", "2024-01-31", "20240131", "v1.2.3", "abc1234"] {
            assert!(!is_moving(tag), "{tag}");
        }
    }

    #[test]
    fn requirements_are_pinned_by_equality_or_commit() {
        for word in ["mpi4py", "pandas<3", "foo[bar]>=1", "foo==1.*"] {
            assert_eq!(pin(word), Pin::Loose, "{word}");
        }
        for (word, revision) in [
            ("git+https://example.com/x.git@main", "main"),
            ("x @ git+https://me:pw@example.com/x@v1.2#subdirectory=a@b", "v1.2"),
            ("git+ssh://git@example.com/x.git", ""),
            ("x@git+https://example.com/x.git@abc1234", "abc1234"),
        ] {
            assert_eq!(pin(word), Pin::Moving(revision), "{word}");
        }
        let commit = "a".repeat(40);
        for word in [
            "mpi4py==4.0.3",
            "pandas == 2.2.3 ; python_version > \"3.9\"",
            "foo[bar]===1",
            "/docker-context-files/x.whl",
            "https://h/x-1.whl",
            &format!("git+https://example.com/x.git@{commit}#egg=x"),
            &format!("x @ git+ssh://git@example.com/x@{commit}"),
            &format!("x @ git+https://example.com/x@{commit} ; python_version > \"3.9\""),
        ] {
            assert_eq!(pin(word), Pin::Fixed, "{word}");
        }
    }

    #[test]
    fn values_of_options_are_no_requirements() {
        let words = "--no-binary lxml a --pre b --index-url=https://h c -e git+https://h/x -r d.txt";
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        assert_eq!(without_options(&words).collect::<Vec<_>>(), ["a", "b", "c", "git+https://h/x"]);
    }
}
