//! The files of the context folder, recognized by their names.

use std::collections::BTreeSet;

use super::references::References;
use crate::config::requirement::normalise;
use crate::config::{CONTEXT_FILES, Config, Constraints};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::table;
use crate::paths::CONTEXT_MOUNT;

/// Airflow's project on PyPI.
pub const AIRFLOW: &str = "apache-airflow";

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
            // A wheel has three tags after its version, and optionally a build number before them.
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

    /// Whether it is Airflow or one of its distributions, which are installed together.
    pub(crate) fn is_airflows(&self) -> bool {
        self.project == AIRFLOW || self.project.starts_with("apache-airflow-")
    }

    /// The archive's path in the build stage.
    pub fn path(&self) -> String {
        format!("{CONTEXT_MOUNT}/{}", self.file)
    }
}

/// The context folder, as far as a plan depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Whether it exists.
    pub presence: Presence,
    /// Whether `.dockerignore` excludes anything from the build context.
    pub ignores: bool,
    /// Paths relative to it: all, or those that a build can use.
    pub files: BTreeSet<String>,
    /// What its files refer to, as far as they were read.
    pub references: References,
    /// The text of pip's settings file in it.
    pub pip_conf: Option<String>,
}

/// Whether there is a context folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// It exists.
    #[default]
    Found,
    /// The build context has no folder of this name.
    Missing,
    /// It exists, but `.dockerignore` excludes it.
    Ignored,
}

/// The archives at the top of the context folder.
pub fn archives(files: &BTreeSet<String>) -> Vec<Archive> {
    files.iter().filter(|file| !file.contains('/')).filter_map(|file| Archive::read(file)).collect()
}

/// Whether one of the archives is of a project.
pub(crate) fn holds(archives: &[Archive], project: &str) -> bool {
    archives.iter().any(|archive| archive.project == project)
}

/// Checks that the folder contains what the config needs.
pub fn judge(config: &Config, folder: &Folder) -> Result<(), Diagnostics> {
    let Some(given) = &config.context_files else { return Ok(()) };
    let row = table::DOCKER_CONTEXT_FILES.name;
    let (option, given, name) = if config.settings.named.has(CONTEXT_FILES) {
        ("--build-context", CONTEXT_FILES, format!("the named context {CONTEXT_FILES}"))
    } else if given.is_empty() {
        (row, ".", "the build context".to_owned())
    } else {
        (row, given.as_str(), format!("the context folder {given}"))
    };
    let mut judging = Judging { config, folder, option, given, name, problems: Diagnostics::default() };
    if let Some((message, hint)) = absence(folder.presence, given) {
        judging.refuse(Code::MissingContextFile, option, given, message, &hint);
    } else {
        judging.named_files();
        judging.references();
        if config.install_from_context {
            judging.archives();
        }
    }
    judging.problems.or(())
}

/// A folder while it is checked.
struct Judging<'a> {
    config: &'a Config,
    folder: &'a Folder,
    /// The option that chose the folder, and its value.
    option: &'static str,
    given: &'a str,
    /// What messages call the folder.
    name: String,
    problems: Diagnostics,
}

impl Judging<'_> {
    fn refuse(&mut self, code: Code, option: &str, value: &str, message: &str, hint: &str) {
        let rejected = Diagnostic::new(&self.config.given, code, option, message, hint);
        self.problems.0.push(rejected.or_value(value));
    }

    /// Files that build args name.
    fn named_files(&mut self) {
        let constraints = match &self.config.constraints {
            Constraints::ContextFile(path) => Some((table::AIRFLOW_CONSTRAINTS_LOCATION.name, path.clone())),
            Constraints::Published { .. } | Constraints::Url(_) => None,
        };
        let named = self.config.named_files().into_iter().map(|(row, named)| (row.name, named.path));
        for (row, path) in constraints.into_iter().chain(named) {
            if !is_there(&self.folder.files, &path) {
                let value = format!("{CONTEXT_MOUNT}/{path}");
                let message = format!("{} has no file {path}", self.name);
                self.refuse(Code::MissingContextFile, row, &value, &message, &near(self.folder, &path));
            }
        }
    }

    /// Files that files of the folder name.
    fn references(&mut self) {
        let (folder, option, given) = (self.folder, self.option, self.given.to_owned());
        let outside = format!("put it in {}, and use its path there", self.name);
        let mut refuse = |message: String, hint: &str| {
            self.refuse(Code::MissingContextFile, option, &given, &message, hint);
        };
        let editable = "remove -e; an editable installation would point to the context folder, which is not in the image";
        for (text, names) in &folder.references {
            for path in names.files.iter().filter(|path| !is_there(&folder.files, path)) {
                refuse(format!("{text} names {path}, which is not in the folder"), &near(folder, path));
            }
            for path in &names.outside {
                refuse(format!("{text} names {path}, which is outside the folder"), &outside);
            }
            for path in &names.editable {
                refuse(format!("{text} installs {path} as editable"), editable);
            }
        }
    }

    /// Archives that are installed.
    fn archives(&mut self) {
        let files = &self.folder.files;
        let archives = archives(files);
        if archives.is_empty() {
            let message = format!("{} has no wheel or source archive at its top", self.name);
            let below = folders_with_archives(files);
            let hint = if files.is_empty() {
                "put the .whl and .tar.gz files there".to_owned()
            } else if below.is_empty() {
                format!("put the .whl and .tar.gz files there; the folder contains {}", some(files))
            } else {
                format!("there are some in {}; set DOCKER_CONTEXT_FILES to that folder", some(&below))
            };
            let row = table::INSTALL_PACKAGES_FROM_CONTEXT.name;
            self.refuse(Code::MissingContextFile, row, "true", &message, &hint);
        }
        let wanted = self.config.airflow.to_string();
        for archive in archives.iter().filter(|one| one.project == AIRFLOW && one.version != wanted) {
            let message = format!("the context folder contains {}", archive.file);
            let hint = format!("set AIRFLOW_VERSION={}", archive.version);
            self.refuse(Code::ConflictingBuildArgs, table::AIRFLOW_VERSION.name, &wanted, &message, &hint);
        }
    }
}

fn is_there(files: &BTreeSet<String>, path: &str) -> bool {
    path.is_empty() || files.contains(path) || has_folder(files, path)
}

/// A hint for a file that is missing.
fn near(folder: &Folder, path: &str) -> String {
    let files = &folder.files;
    let hint = match crate::options::suggest::nearest(path, files.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {CONTEXT_MOUNT}/{near}?"),
        None if files.is_empty() => "the folder contains nothing that a build uses".to_owned(),
        None => format!("the folder contains {}", some(files)),
    };
    if folder.ignores { format!("{hint}; check whether .dockerignore excludes it") } else { hint }
}

/// The message and hint for a folder that is missing or excluded.
fn absence(presence: Presence, folder: &str) -> Option<(&'static str, String)> {
    match presence {
        Presence::Found => None,
        Presence::Missing => Some((
            "the build context has no such folder",
            "check the path; it is relative to the root of the build context".to_owned(),
        )),
        Presence::Ignored => Some((
            ".dockerignore excludes this folder from the build context",
            format!("add the line !{folder} at its end, or remove the line that excludes it"),
        )),
    }
}

fn has_folder(files: &BTreeSet<String>, path: &str) -> bool {
    let start = format!("{path}/");
    files.range(start.clone()..).next().is_some_and(|file| file.starts_with(&start))
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
    use super::super::references::Reading;
    use super::*;

    #[test]
    fn archives_are_recognized_by_their_names() {
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
    fn a_context_folder_is_checked_before_anything_is_installed_from_it() {
        let check = |files: &[&str], expected: &str| {
            let args = [("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")];
            let pairs = args.map(|(name, value)| (format!("build-arg:{name}"), value.to_owned()));
            let config = Config::from_options(&crate::options::Options::from_pairs(pairs)).unwrap();
            let files = files.iter().map(|file| (*file).to_owned()).collect();
            let refused = judge(&config, &Folder { files, ..Folder::default() }).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        check(&[], "put the .whl and .tar.gz files there");
        check(&["a.txt"], "the folder contains a.txt");
        check(
            &["wheels/foo-1.0-py3-none-any.whl", "a.txt"],
            "there are some in wheels; set DOCKER_CONTEXT_FILES",
        );
        check(&["apache_airflow-2.10.5-py3-none-any.whl"], "set AIRFLOW_VERSION=2.10.5");
    }

    fn config(more: &[(&str, &str)]) -> Config {
        let pairs = [("DOCKER_CONTEXT_FILES", "files")].iter().chain(more);
        let pairs = pairs.map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
        Config::from_options(&crate::options::Options::from_pairs(pairs)).unwrap()
    }

    #[test]
    fn a_missing_folder_and_an_excluded_one_have_different_messages() {
        let check = |presence, expected: &str| {
            let folder = Folder { presence, ..Folder::default() };
            let refused = judge(&config(&[]), &folder).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        check(Presence::Missing, "DOCKER_CONTEXT_FILES=files: the build context has no such folder");
        check(Presence::Ignored, ".dockerignore excludes this folder");
        assert_eq!(judge(&config(&[]), &Folder::default()), Ok(()));
    }

    #[test]
    fn named_files_have_to_exist() {
        let mut reading = Reading::default();
        reading.take("requirements.txt".to_owned(), b"-r more.txt\n../x.whl\n-e ./y\nwheels/a-1.tar.gz\n");
        let files = ["requirements.txt", "wheels/a-1.tar.gz", "y/setup.py"];
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        let folder = Folder { files, references: reading.references, ..Folder::default() };
        let deps = [(
            "ADDITIONAL_PYTHON_DEPS",
            "-f wheels -c /docker-context-files/requirement.txt wheels/b-1.tar.gz",
        )];
        insta::assert_snapshot!(judge(&config(&deps), &folder).unwrap_err(), @r"
        the context folder cannot be used:

          ADDITIONAL_PYTHON_DEPS=-f wheels -c /docker-context-files/requirement.txt wheels/b-1.tar.gz: the context folder files has no file requirement.txt [missing-context-file]
            hint: did you mean /docker-context-files/requirements.txt?

          ADDITIONAL_PYTHON_DEPS=-f wheels -c /docker-context-files/requirement.txt wheels/b-1.tar.gz: the context folder files has no file wheels/b-1.tar.gz [missing-context-file]
            hint: did you mean /docker-context-files/wheels/a-1.tar.gz?

          DOCKER_CONTEXT_FILES=files: requirements.txt names more.txt, which is not in the folder [missing-context-file]
            hint: the folder contains requirements.txt, wheels/a-1.tar.gz, y/setup.py

          DOCKER_CONTEXT_FILES=files: requirements.txt names ../x.whl, which is outside the folder [missing-context-file]
            hint: put it in the context folder files, and use its path there

          DOCKER_CONTEXT_FILES=files: requirements.txt installs ./y as editable [missing-context-file]
            hint: remove -e; an editable installation would point to the context folder, which is not in the image
        ");
    }
}
