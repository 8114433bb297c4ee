//! Airflow's sources: where they are, and the release that they name.

use crate::config::install::Method;
use crate::config::values::AirflowVersion;
use crate::config::{AIRFLOW_SOURCES, Config};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::table;

/// The folder of the sources, if Airflow is installed from sources. A named context is the folder itself.
pub fn folder(config: &Config) -> Option<&str> {
    match &config.install.method {
        Method::Sources { from, .. } => {
            Some(if config.settings.named.has(AIRFLOW_SOURCES) { "" } else { from })
        }
        Method::Index | Method::Url(_) => None,
    }
}

/// The files that contain the release, best first: a source archive, Airflow 3, Airflow 2, and its early releases.
pub const RELEASE_FILES: [&str; 5] =
    ["PKG-INFO", "pyproject.toml", "airflow-core/src/airflow/__init__.py", "airflow/__init__.py", "setup.py"];

const PROJECT_FILE: &str = "pyproject.toml";

/// The release in the text of one of [`RELEASE_FILES`].
pub fn release(file: &str, text: &str) -> Option<AirflowVersion> {
    // Other tables of a project file can have versions too.
    let text = if file == PROJECT_FILE {
        let (_, table) = text.split_once("[project]\n")?;
        table.split("\n[").next()?
    } else {
        text
    };
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        let value = value.trim().trim_matches(['"', '\'']);
        let named = ["version", "__version__"].contains(&name.trim().to_ascii_lowercase().as_str());
        AirflowVersion::read(value).ok().filter(|_| named)
    })
}

/// Rejects sources of another major release than `AIRFLOW_VERSION`, because everything that depends on the release would be
/// wrong.
pub fn judge(config: &Config, release: Option<&AirflowVersion>) -> Result<(), Diagnostics> {
    let wanted = &config.airflow;
    let Some(release) = release.filter(|release| release.numbers()[0] != wanted.numbers()[0]) else {
        return Ok(());
    };
    let message = format!("the sources are Airflow {release}");
    let (row, hint) = (table::AIRFLOW_VERSION.name, format!("set AIRFLOW_VERSION={release}"));
    let conflict = Diagnostic::new(&config.given, Code::ConflictingBuildArgs, row, &message, &*hint);
    Err(conflict.or_value(&wanted.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_sources() {
        let check = |file: &str, text: &str, expected: Option<&str>| {
            assert_eq!(release(file, text).map(|it| it.to_string()).as_deref(), expected, "{text}");
        };
        check("PKG-INFO", "Metadata-Version: 2.4\nName: apache-airflow\nVersion: 3.1.0\n", Some("3.1.0"));
        check("airflow/__init__.py", "import os\n\n__version__ = \"2.10.5\"\n", Some("2.10.5"));
        check("setup.py", "version = '2.2.5'\nmy_dir = x\n", Some("2.2.5"));
        check("pyproject.toml", "[project]\nname = \"a\"\nversion = \"3.2.0\"\n[tool.x]\n", Some("3.2.0"));
        check(PROJECT_FILE, "[project]\ndynamic = [\"version\"]\n\n[tool.x]\nversion = \"3.2.0\"\n", None);
        check("pyproject.toml", "[tool.x]\nversion = \"3.2.0\"\n", None);
        check("airflow/__init__.py", "__version__ = version.version\n", None);
    }
}
