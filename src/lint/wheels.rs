//! The rule about wheels that the image cannot install.

use super::{Said, Subject};
use crate::options::table;
use crate::plan::context::archives;

/// Wheels that are to be installed, by the tags at the end of their names: `-cp312-cp312-manylinux_2_17_x86_64.whl`.
pub(super) fn other_platform(subject: &Subject<'_>) -> Vec<Said> {
    let (Ok(config), Some(facts)) = (subject.config, subject.facts) else { return Vec::new() };
    let Some((name, _)) = subject.given(&table::INSTALL_PACKAGES_FROM_CONTEXT) else { return Vec::new() };
    if !config.install_from_context {
        return Vec::new();
    }
    let wheels = archives(&facts.context);
    let (minor, architecture) = (facts.base.python.minor, facts.platform.architecture.as_str());
    let wrong: Vec<&str> = wheels
        .iter()
        .map(|wheel| wheel.file.as_str())
        .filter(|file| !fits(file, minor, architecture))
        .collect();
    let Some((first, more)) = wrong.split_first() else { return Vec::new() };
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let message = format!(
        "{name} installs {first}{more}, which Python {} on {} cannot",
        facts.base.python.short(),
        facts.platform
    );
    vec![Said::new(
        name,
        message,
        "download wheels with the same Python and on the same platform as the image",
    )]
}

/// Whether any of the tags is one of the image's; what is no wheel fits.
fn fits(file: &str, minor: u64, architecture: &str) -> bool {
    let Some(stem) = file.strip_suffix(".whl") else { return true };
    let mut tags = stem.rsplitn(4, '-');
    let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next()) else {
        return true;
    };
    let architecture = if architecture == "arm64" { "aarch64" } else { "x86_64" };
    let platform = |tag: &str| {
        tag == "any"
            || ((tag.starts_with("manylinux") || tag.starts_with("linux")) && tag.ends_with(architecture))
    };
    let python = |tag: &str| {
        let (kind, version) = tag.split_at(tag.find(|it: char| it.is_ascii_digit()).unwrap_or(tag.len()));
        let own = version.strip_prefix('3').map(|minor| minor.parse::<u64>().unwrap_or(0));
        match (kind, own) {
            ("py", Some(first)) => first <= minor,
            ("cp", Some(first)) if abis.contains("abi3") => first <= minor,
            ("cp", Some(own)) => own == minor,
            _ => false,
        }
    };
    platforms.split('.').any(platform) && pythons.split('.').any(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_are_told_by_their_tags() {
        for file in [
            "a-1-py3-none-any.whl",
            "a-1-py2.py3-none-any.whl",
            "a-1-py38-none-any.whl",
            "a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1-2-cp312-cp312-linux_x86_64.whl",
            "a-1-cp38-abi3-manylinux_2_28_x86_64.whl",
            "a-1.tar.gz",
        ] {
            assert!(fits(file, 12, "amd64"), "{file}");
        }
        for file in [
            "a-1-py2-none-any.whl",
            "a-1-py313-none-any.whl",
            "a-1-cp311-cp311-manylinux_2_17_x86_64.whl",
            "a-1-cp312-cp312-manylinux_2_17_aarch64.whl",
            "a-1-cp312-cp312-musllinux_1_2_x86_64.whl",
            "a-1-cp312-cp312-macosx_11_0_arm64.whl",
            "a-1-cp313-abi3-manylinux_2_28_x86_64.whl",
            "a-1-pp310-pypy310_pp73-manylinux_2_17_x86_64.whl",
        ] {
            assert!(!fits(file, 12, "amd64"), "{file}");
        }
        assert!(fits("a-1-cp312-cp312-manylinux_2_17_aarch64.whl", 12, "arm64"));
    }
}
