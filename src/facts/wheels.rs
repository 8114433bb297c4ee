//! Wheels of the context folder: which of them the image can install, by the tags in their names (PEP 425, PEP 600).

use std::collections::{BTreeMap, BTreeSet};

use super::base::{BaseImage, Debian};
use super::context::{Archive, archives};

use crate::config::values::Platform;
use crate::config::{CONTEXT_FILES, Config};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::table;

/// The folder's files without wheels for other platforms or Python versions, if packages are installed from it. The build is
/// rejected unless exactly one archive of each project is suitable.
pub fn fitting(
    config: &Config,
    files: &BTreeSet<String>,
    base: &BaseImage,
    platform: &Platform,
) -> Result<BTreeSet<String>, Diagnostics> {
    if !config.install_from_context {
        return Ok(files.clone());
    }
    let mut of_projects: BTreeMap<String, Vec<Archive>> = BTreeMap::new();
    for archive in archives(files) {
        of_projects.entry(archive.project.clone()).or_default().push(archive);
    }
    let mut kept = files.clone();
    let mut problems = Diagnostics::default();
    for (project, all) in of_projects {
        let (fit, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| fits(&it.file, base, platform));
        let named = |some: &[Archive]| some.iter().map(|it| it.file.as_str()).collect::<Vec<_>>().join(", ");
        let (message, hint) = match fit.len() {
            1 => {
                kept.retain(|file| others.iter().all(|other| other.file != *file));
                continue;
            }
            0 => (
                format!(
                    "the context folder has no archive of {project} for Python {} on {platform}, only {}",
                    base.python.short(),
                    named(&others)
                ),
                format!(
                    "download the one for this Python and platform; for a folder per platform, use {}",
                    per_platform(platform)
                ),
            ),
            _ => (
                format!(
                    "the context folder has several archives of {project} that fit Python {} on {platform}",
                    base.python.short()
                ),
                format!(
                    "keep only one of {}; for a folder per platform, use {}",
                    named(&fit),
                    per_platform(platform)
                ),
            ),
        };
        let row = table::INSTALL_PACKAGES_FROM_CONTEXT.name;
        let conflict = Diagnostic::new(&config.given, Code::ConflictingBuildArgs, row, &message, &*hint);
        problems.0.push(conflict.or_value("true"));
    }
    problems.or(kept)
}

/// The option that sets a separate folder for a platform.
fn per_platform(platform: &Platform) -> String {
    format!("--build-context {CONTEXT_FILES}::{platform}=FOLDER")
}

/// Whether any of a wheel's tags matches the image; other files always match.
fn fits(file: &str, base: &BaseImage, platform: &Platform) -> bool {
    let Some(stem) = file.strip_suffix(".whl") else { return true };
    let mut tags = stem.rsplitn(4, '-').map(|tags| tags.split('.'));
    let (Some(mut platforms), Some(abis), Some(mut pythons)) = (tags.next(), tags.next(), tags.next()) else {
        return true;
    };
    let abis: Vec<&str> = abis.collect();
    platforms.any(|tag| fits_platform(tag, base.debian, platform))
        && pythons.any(|tag| abis.iter().any(|abi| fits_python(tag, abi, base.python.minor)))
}

fn fits_platform(tag: &str, debian: Debian, platform: &Platform) -> bool {
    if tag == "any" {
        return true;
    }
    let machine = if platform.architecture == "arm64" { "aarch64" } else { "x86_64" };
    let Some(kind) = tag.strip_suffix(machine).and_then(|kind| kind.strip_suffix('_')) else { return false };
    let (_, own) = GLIBC.iter().find(|(name, _)| *name == debian).unwrap_or(&GLIBC[0]);
    let needed = match kind {
        "linux" => 0,
        "manylinux1" => 5,
        "manylinux2010" => 12,
        "manylinux2014" => 17,
        _ => match kind.strip_prefix("manylinux_2_").map(str::parse) {
            Some(Ok(minor)) => minor,
            Some(Err(_)) | None => return false,
        },
    };
    needed <= *own
}

/// The glibc version of each Debian release: the number after `2.`.
const GLIBC: [(Debian, u32); 3] = [(Debian::Bullseye, 31), (Debian::Bookworm, 36), (Debian::Trixie, 41)];

fn fits_python(tag: &str, abi: &str, minor: u64) -> bool {
    let (kind, version) = tag.split_at(tag.find(|it: char| it.is_ascii_digit()).unwrap_or(tag.len()));
    let Some(first) = version.strip_prefix('3').map(|minor| minor.parse::<u64>().unwrap_or(0)) else {
        return false;
    };
    match (kind, abi) {
        ("py", "none") | ("cp", "abi3") => first <= minor,
        ("cp", "none") => first == minor,
        // Until 3.7, the ABI included the kind of memory allocation.
        ("cp", abi) => {
            first == minor && [format!("cp3{minor}"), format!("cp3{minor}m")].iter().any(|own| own == abi)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::values::{self, PythonVersion};
    use crate::options::Options;

    fn base(python: &str, debian: Debian) -> BaseImage {
        BaseImage {
            reference: String::new(),
            config: serde_json::Map::new(),
            debian,
            python: PythonVersion::read(python).unwrap(),
            has_debians_python: false,
            pip_files: Vec::new(),
        }
    }

    #[test]
    fn wheels_are_matched_by_their_tags() {
        let check = |file: &str, expected: bool| {
            let amd64 = values::platform("amd64").unwrap();
            assert_eq!(fits(file, &base("3.12", Debian::Bookworm), &amd64), expected, "{file}");
        };
        check("a-1-py3-none-any.whl", true);
        check("a-1-py2.py3-none-any.whl", true);
        check("a-1-py38-none-any.whl", true);
        check("a-1-py3-none-manylinux2014_x86_64.whl", true);
        check("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", true);
        check("a-1-cp312-cp312-manylinux1_x86_64.whl", true);
        check("a-1-cp312-none-any.whl", true);
        check("a-1-2-cp312-cp312-linux_x86_64.whl", true);
        check("a-1-cp38-abi3-manylinux_2_28_x86_64.whl", true);
        check("a-1-cp310.cp312-cp310.cp312-linux_x86_64.whl", true);
        check("a-1.tar.gz", true);
        check("a-1-py2-none-any.whl", false);
        check("a-1-py313-none-any.whl", false);
        check("a-1-cp311-cp311-manylinux_2_17_x86_64.whl", false);
        check("a-1-cp312-cp312t-manylinux_2_17_x86_64.whl", false);
        check("a-1-cp312-cp312-manylinux_2_17_aarch64.whl", false);
        check("a-1-cp312-cp312-manylinux_2_39_x86_64.whl", false);
        check("a-1-cp312-cp312-musllinux_1_2_x86_64.whl", false);
        check("a-1-cp312-cp312-macosx_11_0_arm64.whl", false);
        check("a-1-cp312-cp312-win_amd64.whl", false);
        check("a-1-cp313-abi3-manylinux_2_28_x86_64.whl", false);
        check("a-1-pp310-pypy310_pp73-manylinux_2_17_x86_64.whl", false);
        let arm64 = values::platform("arm64").unwrap();
        assert!(fits("a-1-cp37-cp37m-manylinux2014_aarch64.whl", &base("3.7", Debian::Bullseye), &arm64));
        assert!(fits("a-1-cp312-cp312-manylinux_2_39_aarch64.whl", &base("3.12", Debian::Trixie), &arm64));
    }

    fn chosen(files: &[&str], platform: &str) -> Result<Vec<String>, String> {
        let args = [("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")];
        let pairs = args.map(|(name, value)| (format!("build-arg:{name}"), value.to_owned()));
        let config = Config::from_options(&Options::from_pairs(pairs)).unwrap();
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        let (base, platform) = (base("3.12", Debian::Bookworm), values::platform(platform).unwrap());
        let kept = fitting(&config, &files, &base, &platform).map_err(|problems| problems.to_string())?;
        Ok(kept.into_iter().collect())
    }

    const AMD64: &str = "a-1-cp312-cp312-manylinux_2_17_x86_64.whl";
    const ARM64: &str = "a-1-cp312-cp312-manylinux_2_17_aarch64.whl";
    const OLDER: &str = "a-1-cp311-cp311-manylinux_2_17_x86_64.whl";

    #[test]
    fn the_suitable_one_of_several_wheels_is_installed() {
        assert_eq!(chosen(&[AMD64, ARM64, OLDER, "b.txt"], "amd64").unwrap(), [AMD64, "b.txt"]);
        assert_eq!(chosen(&[AMD64, ARM64, OLDER], "arm64").unwrap(), [ARM64]);
        assert_eq!(chosen(&[OLDER, "a-1.tar.gz"], "arm64").unwrap(), ["a-1.tar.gz"]);
    }

    #[test]
    fn the_hint_for_no_or_several_suitable_wheels_is_a_folder_per_platform() {
        let check = |files: &[&str], expected: &str| {
            let refused = chosen(files, "arm64").unwrap_err();
            assert!(refused.contains(expected), "{refused}");
            assert!(
                refused.contains("--build-context docker-context-files::linux/arm64=FOLDER"),
                "{refused}"
            );
        };
        check(
            &[AMD64],
            "no archive of a for Python 3.12 on linux/arm64, only a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        );
        check(&["a-1-py3-none-any.whl", "A-1.1.tar.gz"], "several archives of a that fit");
    }
}
