//! What differs from one Airflow release to the next, as data.
//!
//! Extras and Python versions are those of Airflow's official images; see the release's own documentation.

use super::values::{AirflowVersion, PythonVersion};

/// The Python minor versions that a release and later ones support, and the default one.
#[derive(Debug)]
pub struct Pythons {
    /// The release, by its numbers.
    pub since: [u64; 3],
    /// The first minor version.
    pub first: u64,
    /// The last minor version.
    pub last: u64,
    /// The default.
    pub default: u64,
}

/// All of them, newest first.
pub const PYTHONS: &[Pythons] = &[
    Pythons { since: [3, 2, 0], first: 10, last: 14, default: 13 },
    Pythons { since: [3, 1, 0], first: 10, last: 13, default: 12 },
    Pythons { since: [3, 0, 0], first: 9, last: 12, default: 12 },
    Pythons { since: [2, 11, 1], first: 10, last: 12, default: 12 },
    Pythons { since: [2, 11, 0], first: 9, last: 12, default: 12 },
    Pythons { since: [2, 9, 0], first: 8, last: 12, default: 12 },
    Pythons { since: [2, 7, 0], first: 8, last: 11, default: 11 },
    // 3.11 was added late and has no official image.
    Pythons { since: [2, 6, 2], first: 7, last: 11, default: 10 },
    Pythons { since: [2, 3, 0], first: 7, last: 10, default: 10 },
    Pythons { since: [2, 2, 0], first: 6, last: 9, default: 9 },
];

fn pythons(airflow: &AirflowVersion) -> &'static Pythons {
    let newest_before_all = &PYTHONS[PYTHONS.len() - 1];
    PYTHONS.iter().find(|row| airflow.numbers() >= row.since).unwrap_or(newest_before_all)
}

/// The last pip that supports a Python version, if it is older than the default.
pub const LAST_PIPS: &[(u64, &str)] = &[(6, "21.3.1"), (7, "24.0"), (8, "25.0.1"), (9, "26.0.1")];

/// The first minor version of Python that uv supports.
pub const FIRST_PYTHON_OF_UV: u64 = 8;

/// The default Python of a release.
pub fn default_python(airflow: &AirflowVersion) -> PythonVersion {
    PythonVersion { major: 3, minor: pythons(airflow).default, patch: None }
}

/// The first and last Python minor version that a release supports.
pub fn python_range(airflow: &AirflowVersion) -> (u64, u64) {
    let row = pythons(airflow);
    (row.first, row.last)
}

/// The Debian release of a base image that is derived from a Python version.
pub const DEFAULT_DEBIAN: &str = "bookworm";

/// A change of the default extras.
#[derive(Debug)]
pub struct Change {
    /// The release of the change.
    pub since: [u64; 3],
    /// Added extras.
    pub come: &'static [&'static str],
    /// Removed extras.
    pub go: &'static [&'static str],
}

/// The default extras of the oldest release.
pub const FIRST_EXTRAS: &[&str] = &[
    "amazon",
    "async",
    "celery",
    "cncf-kubernetes",
    "dask",
    "docker",
    "elasticsearch",
    "ftp",
    "google",
    "google-auth",
    "grpc",
    "hashicorp",
    "http",
    "ldap",
    "microsoft-azure",
    "mysql",
    "odbc",
    "pandas",
    "postgres",
    "redis",
    "sendgrid",
    "sftp",
    "slack",
    "ssh",
    "statsd",
    "virtualenv",
];

/// Their changes, oldest first.
pub const CHANGES: &[Change] = &[
    Change { since: [2, 6, 0], come: &["aiobotocore", "snowflake"], go: &[] },
    Change { since: [2, 7, 0], come: &["daskexecutor"], go: &["dask"] },
    Change { since: [2, 7, 3], come: &["openlineage"], go: &[] },
    Change { since: [2, 8, 0], come: &["common-io"], go: &["daskexecutor"] },
    Change { since: [2, 8, 1], come: &["graphviz"], go: &[] },
    Change { since: [2, 9, 0], come: &["uv"], go: &[] },
    Change { since: [2, 9, 3], come: &["fab"], go: &[] },
    Change { since: [3, 0, 0], come: &["common-messaging", "git"], go: &["virtualenv"] },
    Change { since: [3, 3, 0], come: &["opensearch"], go: &[] },
];

/// The extras of a release's official image, sorted.
pub fn default_extras(airflow: &AirflowVersion) -> Vec<String> {
    let mut extras: Vec<&str> = FIRST_EXTRAS.to_vec();
    for change in CHANGES.iter().filter(|change| airflow.numbers() >= change.since) {
        extras.retain(|extra| !change.go.contains(extra));
        extras.extend(change.come);
    }
    extras.sort_unstable();
    extras.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_python_is_one_that_the_release_runs_on() {
        for row in PYTHONS {
            assert!((row.first..=row.last).contains(&row.default), "{:?}", row.since);
        }
        let check = |airflow: &str, python: &str| {
            assert_eq!(default_python(&AirflowVersion::read(airflow).unwrap()).short(), python, "{airflow}");
        };
        check("2.3.3", "3.10");
        check("2.10.5", "3.12");
        check("3.3.2", "3.13");
        check("4.0.0", "3.13");
    }

    #[test]
    fn every_release_runs_on_the_pythons_it_declares() {
        let check = |airflow: &str, range: (u64, u64)| {
            assert_eq!(python_range(&AirflowVersion::read(airflow).unwrap()), range, "{airflow}");
        };
        check("2.2.5", (6, 9));
        check("2.3.0", (7, 10));
        check("2.6.1", (7, 10));
        check("2.6.3", (7, 11));
        check("2.7.0", (8, 11));
        check("2.8.4", (8, 11));
        check("2.9.0", (8, 12));
        check("2.10.5", (8, 12));
        check("2.11.0", (9, 12));
        check("2.11.1", (10, 12));
        check("3.0.6", (9, 12));
        check("3.1.0", (10, 13));
        check("3.2.0", (10, 14));
    }

    #[test]
    fn default_extras_follow_the_release() {
        let check = |airflow: &str, count: usize| {
            assert_eq!(default_extras(&AirflowVersion::read(airflow).unwrap()).len(), count, "{airflow}");
        };
        check("2.3.3", 26);
        check("2.6.3", 28);
        check("2.7.0", 28);
        check("2.7.3", 29);
        check("2.8.0", 29);
        check("2.8.4", 30);
        check("2.9.0", 31);
        check("2.9.3", 32);
        check("3.0.1", 33);
        check("3.3.2", 34);
    }
}
