//! Rules about what is another thing on another day, or for another build.

use super::{Said, Subject, secrets};
use crate::config::values::Platform;
use crate::config::{Config, Constraints};
use crate::options::table;

/// Requirements without an exact version, and tools without any.
pub(super) fn requirements(subject: &Subject<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    if let Some((name, text)) = subject.given(&table::ADDITIONAL_PYTHON_DEPS) {
        let loose: Vec<&str> = text.split_whitespace().filter(|word| is_loose(word)).collect();
        if !loose.is_empty() {
            let message = format!("{name} names no exact version of {}", loose.join(", "));
            said.push(Said::new(name, message, "name one with ==, such as mpi4py==4.0.3"));
        }
    }
    if let Some((name, text)) = subject.given(&table::AIRFLOW_VERSION_SPECIFICATION)
        && is_loose(&format!("apache-airflow{text}"))
    {
        let message = format!("{name}={text} lets the package index choose the release of Airflow");
        said.push(Said::new(name, message, "name the release with AIRFLOW_VERSION alone"));
    }
    if let Some((name, text)) = subject.given(&table::AIRFLOW_INSTALLATION_METHOD)
        && text.split_whitespace().any(|word| word.contains("://") && is_loose(word))
    {
        let message = format!("{name} names no commit of the repository");
        said.push(Said::new(name, message, "name one with @ after the URL, all 40 digits of it"));
    }
    for row in [&table::AIRFLOW_PIP_VERSION, &table::AIRFLOW_UV_VERSION] {
        let empty = subject.options.build_args.get(row.name).is_some_and(|text| text.trim().is_empty());
        if empty {
            let message = format!("{} is empty, which takes the newest release", row.name);
            said.push(Said::new(row.name, message, &format!("give {}={}", row.name, row.example)));
        }
    }
    said
}

/// A plain requirement without `==`; archives by path or URL are what they are, but a branch of a repository moves.
fn is_loose(word: &str) -> bool {
    if word.starts_with('-') || word.starts_with('/') || word.starts_with('@') {
        return false;
    }
    if let Some((scheme, rest)) = word.split_once("://") {
        let of_repository = scheme.contains('+');
        let revision =
            rest.rsplit_once('@').map(|(_, revision)| revision.split('#').next().unwrap_or(revision));
        let commit = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        return of_repository && !revision.is_some_and(commit);
    }
    let requirement = word.split(';').next().unwrap_or(word);
    let pinned = requirement.split_once("==").is_some_and(|(_, version)| !version.contains('*'));
    !pinned
}

/// Constraints of a branch: only `constraints-RELEASE` stays what it is. An upgrade takes none.
pub(super) fn constraints(subject: &Subject<'_>) -> Vec<Said> {
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
    let message = format!("{option}: the constraints come from {branch}, a branch that moves");
    vec![Said::new(
        option,
        message,
        "take those of a release, such as constraints-2.10.5, or a file of the context folder",
    )]
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

/// A commit is as fixed as a tag, though no release can be read from it.
fn release_of(reference: &str) -> Option<&str> {
    let commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if commit {
        return Some("");
    }
    let release = reference.strip_prefix("constraints-")?;
    let numbered = release.starts_with(|letter: char| letter.is_ascii_digit()) && release.contains('.');
    numbered.then_some(release)
}

pub(super) fn other_release(subject: &Subject<'_>) -> Vec<Said> {
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
    let message =
        format!("{name}: the constraints are those of Airflow {release}, and AIRFLOW_VERSION is {wanted}");
    vec![Said::new(name, message, "leave it out to take the constraints of the release")]
}

/// A suffix for the versions of sources is no other release.
pub(super) fn sources(subject: &Subject<'_>) -> Vec<Said> {
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
        "{name}: the sources are those of Airflow {release}, and AIRFLOW_VERSION, which decides constraints and labels, is {wanted}"
    );
    vec![Said::new(name, message, &format!("give AIRFLOW_VERSION={release}"))]
}

/// Tags that are another image after the next release: `latest`, `3`, `3.12-slim`.
pub(super) fn base_image(subject: &Subject<'_>) -> Vec<Said> {
    let (Ok(config), Some((name, text))) = (subject.config, subject.given(&table::PYTHON_BASE_IMAGE)) else {
        return Vec::new();
    };
    if text.contains('@') || !config.base.tag().is_none_or(is_moving) {
        return Vec::new();
    }
    let message = format!("{name}={}: its tag moves from release to release", secrets::masked(text));
    vec![Said::new(name, message, "name a full version such as python:3.12.11-slim-bookworm, or a digest")]
}

fn is_moving(tag: &str) -> bool {
    let first = tag.split('-').next().unwrap_or(tag);
    let numbers = first.trim_start_matches('v').split('.');
    let numbered =
        numbers.clone().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let short = numbers.clone().count() < 3;
    // A large number is a year or a build, which stays.
    let small = numbers.clone().all(|part| part.len() <= 2);
    ["latest", "stable", "main", "master", "edge", "slim", "dev"].contains(&first)
        || (numbered && short && small)
}

/// By the image's own word where it was looked at, and else by names that say a platform.
pub(super) fn platform(subject: &Subject<'_>) -> Vec<Said> {
    let (Ok(config), Some((name, text))) = (subject.config, subject.given(&table::PYTHON_BASE_IMAGE)) else {
        return Vec::new();
    };
    let target = subject
        .facts
        .map(|facts| facts.platform.clone())
        .or_else(|| config.settings.platforms.first().cloned());
    let of_config = subject.facts.and_then(|facts| facts.base.config.get("architecture")?.as_str());
    let said =
        of_config.map_or_else(|| named_architecture(text), |architecture| Platform::read(architecture).ok());
    match (target, said) {
        (Some(target), Some(is)) if is != target => {
            let message =
                format!("{name}={} is for {is}, and the build is for {target}", secrets::masked(text));
            vec![Said::new(name, message, "use an image for that platform, or one for several")]
        }
        _ => Vec::new(),
    }
}

/// Docker's own images by architecture: `arm64v8/python:3.12`, and tags that end in one.
fn named_architecture(reference: &str) -> Option<Platform> {
    let architecture = |word: &str| match word {
        "amd64" | "x86_64" => Platform::read("amd64").ok(),
        "arm64" | "arm64v8" | "aarch64" => Platform::read("arm64").ok(),
        _ => None,
    };
    reference.split(['/', ':', '-', '@']).find_map(architecture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_move_are_told_from_those_that_stay() {
        for tag in ["latest", "3", "3.12", "3.12-slim-bookworm", "3-slim", "slim"] {
            assert!(is_moving(tag), "{tag}");
        }
        for tag in ["3.12.4", "3.12.4-slim-bookworm", "2024-01-31", "20240131", "v1.2.3", "abc1234"] {
            assert!(!is_moving(tag), "{tag}");
        }
    }

    #[test]
    fn requirements_are_pinned_by_equality_or_commit() {
        for word in ["mpi4py", "pandas<3", "foo[bar]>=1", "foo==1.*", "git+https://example.com/x.git@main"] {
            assert!(is_loose(word), "{word}");
        }
        let commit = format!("git+https://example.com/x.git@{}#egg=x", "a".repeat(40));
        for word in [
            "mpi4py==4.0.3",
            "foo[bar]===1",
            "--pre",
            "/docker-context-files/x.whl",
            "https://h/x-1.whl",
            &commit,
        ] {
            assert!(!is_loose(word), "{word}");
        }
    }
}
