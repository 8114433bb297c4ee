//! Defaults that follow the release of Airflow: of one build, and for the reference page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::config::values::AirflowVersion;
use crate::config::{Config, releases};
use crate::facts::assume;
use crate::facts::base::Debian;
use crate::options::{docs, table};
use crate::plan::debian;

/// `docs/args.md`, whole.
pub fn reference() -> String {
    let mut page = docs::markdown();
    page.push_str(
        "\n## Defaults by release\n\nWhat is not given follows `AIRFLOW_VERSION`, from the release in the first column on.\n\n\
         | Airflow | Runs on Python | `AIRFLOW_PYTHON_VERSION` | `PYTHON_BASE_IMAGE` |\n|---|---|---|---|\n",
    );
    for row in releases::PYTHONS.iter().rev() {
        let ([major, minor, patch], python) = (row.since, row.default);
        let _ = writeln!(
            page,
            "| {major}.{minor}.{patch} | 3.{} to 3.{} | 3.{python} | `python:3.{python}-slim-{}` |",
            row.first,
            row.last,
            releases::DEFAULT_DEBIAN
        );
    }
    let names = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
    let _ = write!(
        page,
        "\n| Airflow | `AIRFLOW_EXTRAS` |\n|---|---|\n| 2.2.0 | {} |\n",
        names(releases::FIRST_EXTRAS)
    );
    for change in releases::CHANGES {
        let [major, minor, patch] = change.since;
        let gone =
            if change.go.is_empty() { String::new() } else { format!(", without {}", names(change.go)) };
        let _ = writeln!(page, "| {major}.{minor}.{patch} | and {}{gone} |", names(change.come));
    }
    page.push_str("\n| Airflow | `DEV_APT_DEPS` |\n|---|---|\n");
    page.push_str(&changes(|airflow| debian::dev_packages(airflow, false)));
    page.push_str("\nWhere the base image's Python is Debian's own, `python3-dev` besides.\n");
    for release in Debian::ALL {
        let _ = write!(page, "\n| Airflow | `RUNTIME_APT_DEPS` on {} |\n|---|---|\n", release.name());
        page.push_str(&changes(|airflow| debian::runtime_packages(airflow, release)));
    }
    page
}

/// The first release's list, and what later releases change of it.
fn changes(packages: impl Fn(&AirflowVersion) -> Vec<String>) -> String {
    let mut rows = String::new();
    let mut last: BTreeSet<String> = BTreeSet::new();
    for release in ["2.2.0", "3.0.0", "3.0.2", "3.1.0", table::AIRFLOW_VERSION.default] {
        let Ok(airflow) = AirflowVersion::read(release) else { continue };
        let now: BTreeSet<String> = packages(&airflow).into_iter().collect();
        let names =
            |names: Vec<&String>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
        let (come, gone) = (names(now.difference(&last).collect()), names(last.difference(&now).collect()));
        let what = match (last.is_empty(), come.is_empty(), gone.is_empty()) {
            (true, _, _) => come,
            (false, true, true) => continue,
            (false, false, true) => format!("and {come}"),
            (false, true, false) => format!("without {gone}"),
            (false, false, false) => format!("and {come}, without {gone}"),
        };
        let _ = writeln!(rows, "| {release} | {what} |");
        last = now;
    }
    rows
}

/// What a row comes to where nothing is given, in one build.
pub(super) fn value(row: &table::Arg, config: &Config) -> String {
    let by_release: [(&table::Arg, &dyn Fn() -> String); 6] = [
        (&table::PYTHON_BASE_IMAGE, &|| config.base.to_string()),
        (&table::AIRFLOW_PYTHON_VERSION, &|| releases::default_python(&config.airflow).to_string()),
        // The last version that runs on an older Python.
        (&table::AIRFLOW_PIP_VERSION, &|| assume::facts(config, None).installation.pip.text),
        (&table::AIRFLOW_EXTRAS, &|| releases::default_extras(&config.airflow).join(",")),
        (&table::DEV_APT_DEPS, &|| debian::dev_packages(&config.airflow, false).join(" ")),
        (&table::RUNTIME_APT_DEPS, &|| {
            let debian = assume::debian_of(config.base.tag().unwrap_or_default());
            debian::runtime_packages(&config.airflow, debian).join(" ")
        }),
    ];
    let found = by_release.into_iter().find(|(other, _)| other.name == row.name);
    found.map_or_else(|| row.default.to_owned(), |(_, value)| value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn every_default_by_release_has_a_value() {
        let config = Config::from_options(&Options::default()).unwrap();
        for row in table::BY_RELEASE {
            assert!(row.default.is_empty() && !value(row, &config).is_empty(), "{}", row.name);
        }
        assert_eq!(value(&table::AIRFLOW_UID, &config), "50000");
    }
}
