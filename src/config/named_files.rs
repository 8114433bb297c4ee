//! Files of the context folder that build args name.

use super::Config;
use super::requirement::location::{self, Location};
use super::requirement::options::{Word, words};
use crate::options::table::{self, Arg};

/// A file or folder of the context folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The path, relative to the context folder; the folder itself is the empty path.
    pub path: String,
    /// Whether it is a requirements file, which can name further files.
    pub is_list: bool,
}

/// The files that arguments of an installer name.
pub fn in_args(args: &[String]) -> Vec<NamedFile> {
    let named = |word: Word<'_>| match location::of_word(&word, "") {
        Some(Location::Inside(path)) => {
            let is_list = matches!(word, Word::Option(option) if option.names_list());
            Some(NamedFile { path, is_list })
        }
        Some(Location::Outside | Location::Variable | Location::Elsewhere) | None => None,
    };
    words(args).into_iter().filter_map(named).collect()
}

impl Config {
    /// The named files, each with the row that names it; constraints are [separate](super::Constraints).
    pub fn named_files(&self) -> Vec<(&'static Arg, NamedFile)> {
        let tool =
            |tool: &Option<super::values::Tool>| tool.iter().map(|it| it.requirement.clone()).collect();
        let upgrade = self.install.upgrade.iter().flat_map(|it| it.requirements.clone()).collect();
        let rows: [(&'static Arg, Vec<String>); 5] = [
            (&table::ADDITIONAL_PYTHON_DEPS, self.python_deps.clone()),
            (&table::ADDITIONAL_PIP_INSTALL_FLAGS, self.install.flag_words()),
            (&table::EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS, upgrade),
            (&table::AIRFLOW_PIP_VERSION, tool(&self.pip)),
            (&table::AIRFLOW_UV_VERSION, tool(&self.uv)),
        ];
        let named = |(row, args): (&'static Arg, Vec<String>)| {
            in_args(&args).into_iter().map(move |named| (row, named)).collect::<Vec<_>>()
        };
        rows.into_iter().flat_map(named).collect()
    }
}
