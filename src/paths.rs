//! Paths and names of files that the phases and the scripts share.

/// The context folder in the build stage.
pub const CONTEXT_MOUNT: &str = "/docker-context-files";

/// Everything else that is mounted into steps, so that nothing written there gets into a layer.
pub const RUN: &str = "/run/airflow-frontend";

/// The scripts of a step.
pub const SCRIPTS: &str = "/run/airflow-frontend/scripts";

/// Temporary files of a step.
pub const TEMPORARY: &str = "/run/airflow-frontend/tmp";

/// The downloads and builds of pip and uv.
pub const PYTHON_CACHE: &str = "/run/airflow-frontend/cache";

/// The lists and archives of apt.
pub const APT_CACHE: &str = "/run/airflow-frontend/apt";

/// The constraints.
pub const CONSTRAINTS: &str = "/run/airflow-frontend/constraints.txt";

/// The build context with Airflow's sources.
pub const SOURCES: &str = "/run/airflow-frontend/sources";

/// The secrets of a step.
pub const SECRETS: &str = "/run/secrets";

/// The image's entrypoint.
pub const ENTRYPOINT: &str = "/entrypoint";

/// The image's program that deletes old logs.
pub const CLEAN_LOGS: &str = "/clean-logs";

/// The image's program that restarts the scheduler.
pub const SCHEDULER_AUTORESTART: &str = "/airflow-scheduler-autorestart";

/// pip's settings file.
pub const PIP_CONF: &str = "pip.conf";

/// The folders of a home in which pip looks for its settings file.
pub const PIP_FOLDERS: [&str; 2] = [".pip", ".config/pip"];

/// The virtual environment of a user with this home.
pub fn virtual_env(home: &str) -> String {
    format!("{home}/.local")
}
