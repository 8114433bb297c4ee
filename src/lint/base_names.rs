//! Rules about the name of a base image. Only builds read the image itself.

use super::subject::Subject;
use crate::config::values::{ImageRef, PythonVersion};
use crate::config::{Config, familiar, releases};
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::assume::tag_python;
use crate::facts::base::{Debian, wanted_paths};
use crate::options::table;

/// Words in names of images with their systems; a version can follow: `ubi9`, `alpine3.20`.
const SYSTEMS: &[(&str, &str)] = &[
    ("alpine", "Alpine Linux"),
    ("almalinux", "AlmaLinux"),
    ("amazonlinux", "Amazon Linux"),
    ("archlinux", "Arch Linux"),
    ("azurelinux", "Azure Linux"),
    ("bionic", "Ubuntu bionic"),
    ("busybox", "BusyBox"),
    ("buster", "Debian buster"),
    ("centos", "CentOS"),
    ("chainguard", "Wolfi"),
    ("distroless", "Debian without bash"),
    ("fedora", "Fedora"),
    ("focal", "Ubuntu focal"),
    ("forky", "Debian forky"),
    ("jammy", "Ubuntu jammy"),
    ("jessie", "Debian jessie"),
    ("nanoserver", "Windows"),
    ("noble", "Ubuntu noble"),
    ("opensuse", "openSUSE"),
    ("oraclelinux", "Oracle Linux"),
    ("photon", "Photon OS"),
    ("rockylinux", "Rocky Linux"),
    ("sid", "Debian sid"),
    ("sles", "SUSE Linux"),
    ("stretch", "Debian stretch"),
    ("ubi", "Red Hat UBI"),
    ("ubuntu", "Ubuntu"),
    ("windowsservercore", "Windows"),
    ("wolfi", "Wolfi"),
];

/// Whether an image is an official image of Docker Hub, or a mirror of it.
fn is_official(image: &ImageRef, name: &str) -> bool {
    let folder = image.repository().strip_suffix(name);
    folder.is_some_and(|folder| folder == "library/" || folder.ends_with("/library/"))
}

/// Reports a base image that is unusable according to its name.
pub(super) fn unusable(subject: &Subject<'_>) -> Option<Diagnostic> {
    let config = subject.config.ok().filter(|config| !subject.builds && is_name_of_image(config))?;
    let (name, _) = subject.given(&table::PYTHON_BASE_IMAGE)?;
    let system = system(&config.base)?;
    let message = format!(
        "judging by its name, this image is {system}, not Debian bullseye, bookworm or trixie with Python"
    );
    let hint = "use a Debian image with Python, such as python:3.12-slim-bookworm";
    Some(subject.predict(Code::UnusableBaseImage, name, &message, hint))
}

/// Whether the name belongs to the image, and no named context replaces it.
pub(super) fn is_name_of_image(config: &Config) -> bool {
    !config.settings.named.has(&familiar(&config.base.to_string()))
}

fn system(image: &ImageRef) -> Option<&'static str> {
    let repository = image.repository();
    let (folders, name) = repository.rsplit_once('/').unwrap_or(("", repository));
    let words = name.split(['-', '_', '.']).chain(image.tag().unwrap_or_default().split(['-', '_']));
    let found = words.chain(folders.split('/')).find_map(|word| {
        SYSTEMS
            .iter()
            .find(|(known, _)| word.strip_prefix(known).is_some_and(is_version))
            .map(|(_, system)| *system)
    });
    found.or_else(|| is_official(image, "debian").then_some("Debian without Python"))
}

fn is_version(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// What only a build can check, in one sentence; `None` if the name of the image is sufficient.
pub fn unseen(config: &Config) -> Option<String> {
    let image = &config.base;
    let tag = image.tag().unwrap_or_default();
    let debian = Debian::ALL.iter().any(|debian| tag.split('-').any(|word| word == debian.name()));
    let mut unseen = Vec::new();
    if !(is_name_of_image(config) && is_official(image, "python") && debian && tag_python(tag).is_some()) {
        let (first, last) = releases::python_range(&config.airflow);
        let python = config.python.map_or_else(|| format!("3.{first} to 3.{last}"), PythonVersion::short);
        unseen.push(format!("is Debian bullseye, bookworm or trixie with bash and Python {python}"));
    }
    // The official images only have user ids below 1000.
    if !unseen.is_empty() || config.uid < 1000 {
        unseen.push(format!("has no other user of id {}", config.uid));
    }
    let new = wanted_paths(config, None);
    unseen.extend(new.iter().map(|path| format!("has no folder {path}")));
    let (last, others) = unseen.split_last()?;
    let all = if others.is_empty() { last.clone() } else { format!("{}, and {last}", others.join(", ")) };
    Some(format!("only a build can check whether {image} {all}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn systems_are_recognized_by_name() {
        let check = |image: &str, expected: Option<&str>| {
            assert_eq!(system(&ImageRef::read(image).unwrap()), expected, "{image}");
        };
        check("debian:bookworm-slim", Some("Debian without Python"));
        check("mirror.example.com/hub/library/debian:12", Some("Debian without Python"));
        check("alpine", Some("Alpine Linux"));
        check("python:3.12-alpine", Some("Alpine Linux"));
        check("registry.example.com/mirror/python:3.12-alpine3.20", Some("Alpine Linux"));
        check("registry.access.redhat.com/ubi9/python-312:1", Some("Red Hat UBI"));
        check("registry.access.redhat.com/ubi8-minimal", Some("Red Hat UBI"));
        check("nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04", Some("Ubuntu"));
        check("nvidia/cuda:12.4.1-runtime-rockylinux9", Some("Rocky Linux"));
        check("ubuntu:24.04", Some("Ubuntu"));
        check("python:3.9-slim-buster", Some("Debian buster"));
        check("example.com/base/python-jammy:3.12", Some("Ubuntu jammy"));
        check("gcr.io/distroless/python3-debian12", Some("Debian without bash"));
        check("python:3.12-slim-bookworm", None);
        check("python:3.12", None);
        check("registry.example.com/inside/base:3.12-residency", None);
        check("registry.example.com/platform/debian-python:12", None);
        check("registry.example.com/ubiquity/python:1", None);
    }

    #[test]
    fn what_the_name_does_not_show_is_listed() {
        let check = |args: &[(&str, &str)], expected: Option<&str>| {
            let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
            let config = Config::from_options(&Options::from_pairs(pairs)).unwrap();
            let expected = expected.map(|expected| format!("only a build can check whether {expected}"));
            assert_eq!(unseen(&config), expected);
        };
        check(&[], None);
        check(&[("PYTHON_BASE_IMAGE", "python:3.12-slim-bookworm")], None);
        check(
            &[("AIRFLOW_UID", "33")],
            Some("docker.io/library/python:3.13-slim-bookworm has no other user of id 33"),
        );
        check(
            &[("AIRFLOW_HOME", "/var/lib/airflow")],
            Some("docker.io/library/python:3.13-slim-bookworm has no folder /var/lib/airflow"),
        );
        check(
            &[("PYTHON_BASE_IMAGE", "example.com/base:7"), ("AIRFLOW_VERSION", "2.10.5")],
            Some(
                "example.com/base:7 is Debian bullseye, bookworm or trixie with bash and Python 3.8 to 3.12, and has no other user of id 50000",
            ),
        );
        check(
            &[("PYTHON_BASE_IMAGE", "python:3.12-slim"), ("AIRFLOW_PYTHON_VERSION", "3.12")],
            Some(
                "docker.io/library/python:3.12-slim is Debian bullseye, bookworm or trixie with bash and Python 3.12, and has no other user of id 50000",
            ),
        );
    }
}
