//! What a user gets: real builds on a real engine, from two lines and build args to a running Airflow.
//!
//! `make e2e` runs these; without an engine they are ignored. Most of them build the same image with little besides,
//! so what one test has built, the others find in the builder's cache.

mod support;

mod contract;
mod running;
mod rules;
mod dags;
mod apt;
mod methods;
mod native;
mod requirements;
mod indexes;
mod offline;
mod refusals;
mod failures;
mod digests;
mod caching;
mod secrets;
mod contexts;
mod calls;
mod engines;
mod customizing;
mod extending;
mod bases;
mod clients;
mod sources;

use support::docker::Build;

/// The image that most tests look at: the last Airflow 2.10 with two extras.
fn airflow_2() -> Build {
    from_constraints("2.10.5", include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt"))
        .with(&[("AIRFLOW_EXTRAS", "celery,postgres")])
}

/// The newest Airflow.
fn airflow_3() -> Build {
    from_constraints("3.3.2", include_str!("../fixtures/constraints/airflow-3-python3.11.txt"))
        .with(&[("AIRFLOW_EXTRAS", "celery,postgres")])
}

/// An Airflow that is installed with constraints from the context folder.
fn from_constraints(version: &str, constraints: &str) -> Build {
    Build::default()
        .with(&[
            ("AIRFLOW_VERSION", version),
            ("INSTALL_MYSQL_CLIENT", "false"),
            ("DOCKER_CONTEXT_FILES", "docker-context-files"),
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
        ])
        .with_file("docker-context-files/constraints.txt", constraints)
}

/// A small image, for tests that run every step anew: no extras, and next to no Debian packages.
fn small() -> Build {
    airflow_2().with(&[
        ("AIRFLOW_EXTRAS", ""),
        ("DEV_APT_DEPS", "gcc"),
        ("RUNTIME_APT_DEPS", "dumb-init"),
        ("INSTALL_POSTGRES_CLIENT", "false"),
    ])
}
