//! The files of the context folder, told apart by their names.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::config::Constraints;
use crate::config::problem::{Code, Problem, Problems};
use crate::config::requirement::normalise;
use crate::config::rules::CONTEXT_MOUNT;
use crate::options::table;

/// A wheel or source archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The file, relative to the context folder.
    pub file: String,
    /// The project's name, normalised: lower case, one `-` between words.
    pub project: String,
    /// The version, as the file name writes it.
    pub version: String,
}

impl Archive {
    /// Reads `apache_airflow-2.10.5-py3-none-any.whl` or `apache-airflow-2.10.5.tar.gz`; `None` for other files.
    pub fn read(file: &str) -> Option<Self> {
        let (project, version) = if let Some(stem) = file.strip_suffix(".whl") {
            let mut parts = stem.split('-');
            let named = (parts.next()?, parts.next()?);
            // A wheel has three tags after its version, and perhaps a build number before them.
            (3..=4).contains(&parts.count()).then_some(named)?
        } else {
            file.strip_suffix(".tar.gz")?.rsplit_once('-')?
        };
        let sound = !project.is_empty() && version.starts_with(|letter: char| letter.is_ascii_digit());
        sound.then(|| Self {
            file: file.to_owned(),
            project: normalise(project),
            version: version.to_owned(),
        })
    }

    /// The archive by its place in the build stage.
    pub fn path(&self) -> String {
        format!("{CONTEXT_MOUNT}/{}", self.file)
    }
}

/// Whether a requirements file names other files: any option but those of indexes and choices, or a path.
pub fn refers(requirements: &str) -> bool {
    const PLAIN: &[&str] = &[
        "--extra-index-url",
        "--index-url",
        "-i",
        "--no-binary",
        "--no-index",
        "--only-binary",
        "--pre",
        "--prefer-binary",
        "--require-hashes",
        "--trusted-host",
    ];
    requirements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).any(
        |line| {
            let option = line.split([' ', '=']).next().unwrap_or(line);
            let is_option = line.starts_with('-') && !option.starts_with("--hash");
            let is_path = line.starts_with(['.', '/'])
                || [".whl", ".tar.gz", ".zip", "file:", "$"].iter().any(|it| line.contains(it));
            (is_option && !PLAIN.contains(&option)) || is_path
        },
    )
}

/// The archives at the top of the context folder.
pub fn archives(files: &BTreeSet<String>) -> Vec<Archive> {
    files.iter().filter(|file| !file.contains('/')).filter_map(|file| Archive::read(file)).collect()
}

/// Judges what the config expects of the folder.
pub fn judge(config: &Config, files: &BTreeSet<String>) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let mut refuse = |code, row: &table::Arg, value: String, message: String, hint: String| {
        problems.0.push(Problem {
            code,
            option: row.name.to_owned(),
            value: Some(value),
            message,
            hint: Some(hint),
        });
    };
    let Some(folder) = &config.context_files else { return Ok(()) };
    if files.is_empty() {
        let message = "the build context has no such folder, or nothing in it that a build uses".to_owned();
        let hint = "check the path; it is relative to the root of the build context".to_owned();
        refuse(Code::MissingContextFile, &table::DOCKER_CONTEXT_FILES, folder.clone(), message, hint);
        return problems.or(());
    }
    if let Constraints::ContextFile(path) = &config.constraints
        && !files.contains(path)
    {
        let near = crate::options::suggest::nearest(path, files.iter().map(String::as_str));
        let hint = near.map_or_else(
            || format!("it holds {}", some(files)),
            |near| format!("did you mean {CONTEXT_MOUNT}/{near}?"),
        );
        let value = format!("{CONTEXT_MOUNT}/{path}");
        let message = format!("the context folder {folder} has no such file");
        refuse(Code::MissingContextFile, &table::AIRFLOW_CONSTRAINTS_LOCATION, value, message, hint);
    }
    if config.install_from_context {
        let archives = archives(files);
        if archives.is_empty() {
            let message = format!("the context folder {folder} has no wheel or source archive at its top");
            let below = folders_with_archives(files);
            let hint = if below.is_empty() {
                format!("put the .whl and .tar.gz files there; it holds {}", some(files))
            } else {
                format!("there are some in {}: name that with DOCKER_CONTEXT_FILES", some(&below))
            };
            refuse(
                Code::MissingContextFile,
                &table::INSTALL_PACKAGES_FROM_CONTEXT,
                "true".to_owned(),
                message,
                hint,
            );
        }
        let mut files_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for archive in &archives {
            files_of.entry(&archive.project).or_default().push(&archive.file);
        }
        for (project, several) in files_of.iter().filter(|(_, several)| several.len() > 1) {
            let message = format!("the context folder {folder} has several archives of {project}");
            let hint = format!("leave one of {}", several.join(", "));
            refuse(
                Code::ConflictingOptions,
                &table::INSTALL_PACKAGES_FROM_CONTEXT,
                "true".to_owned(),
                message,
                hint,
            );
        }
        let wanted = config.airflow.to_string();
        for archive in archives.iter().filter(|one| one.project == "apache-airflow" && one.version != wanted)
        {
            let message = format!("the context folder holds {}", archive.file);
            let hint = format!("give AIRFLOW_VERSION={}", archive.version);
            refuse(Code::ConflictingOptions, &table::AIRFLOW_VERSION, wanted.clone(), message, hint);
        }
    }
    problems.or(())
}

/// Folders below the top that hold archives.
fn folders_with_archives(files: &BTreeSet<String>) -> BTreeSet<String> {
    let split = files.iter().filter_map(|file| file.rsplit_once('/'));
    split.filter(|(_, name)| Archive::read(name).is_some()).map(|(folder, _)| folder.to_owned()).collect()
}

fn some(files: &BTreeSet<String>) -> String {
    let names: Vec<&str> = files.iter().take(8).map(String::as_str).collect();
    let more = files.len().saturating_sub(names.len());
    if more == 0 { names.join(", ") } else { format!("{} and {more} more", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_their_names() {
        let check = |file: &str, expected: Option<(&str, &str)>| {
            let read = Archive::read(file);
            let read = read.as_ref().map(|archive| (archive.project.as_str(), archive.version.as_str()));
            assert_eq!(read, expected, "{file}");
        };
        check("apache_airflow-2.10.5-py3-none-any.whl", Some(("apache-airflow", "2.10.5")));
        check("apache-airflow-2.10.5.tar.gz", Some(("apache-airflow", "2.10.5")));
        check("Foo.Bar__baz-1.0-2-cp311-cp311-linux_x86_64.whl", Some(("foo-bar-baz", "1.0")));
        check("foo-1.0.whl", None);
        check("requirements.txt", None);
        check("foo.tar.gz", None);
    }

    #[test]
    fn a_context_folder_is_judged_before_anything_is_installed_from_it() {
        let check = |files: &[&str], expected: &str| {
            let args = [("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")];
            let pairs = args.map(|(name, value)| (format!("build-arg:{name}"), value.to_owned()));
            let config = Config::from_options(&crate::options::Options::from_pairs(pairs)).unwrap();
            let files = files.iter().map(|file| (*file).to_owned()).collect();
            let refused = judge(&config, &files).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        check(&[], "has no such folder");
        check(&["a.txt"], "it holds a.txt");
        check(&["wheels/foo-1.0-py3-none-any.whl", "a.txt"], "there are some in wheels: name that with");
        check(&["foo-1.0-py3-none-any.whl", "Foo-1.1.tar.gz"], "several archives of foo");
        check(&["apache_airflow-2.10.5-py3-none-any.whl"], "give AIRFLOW_VERSION=2.10.5");
    }

    #[test]
    fn requirements_that_name_files_are_told_apart() {
        for plain in [
            "",
            "a==1 # see b",
            "# -r x\n--index-url https://h/s\n a>1 \\\n    --hash=sha256:0",
            "-i https://h",
        ] {
            assert!(!refers(plain), "{plain}");
        }
        for other in [
            "-r x.txt",
            "a\n--constraint=c",
            "-c c",
            "-e .",
            "./a",
            "a @ file:///b",
            "b.whl",
            "/b",
            "-f links",
        ] {
            assert!(refers(other), "{other}");
        }
    }
}
