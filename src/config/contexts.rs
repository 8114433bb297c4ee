//! The named contexts that this frontend uses.

/// The named context that stands in for the folder of `DOCKER_CONTEXT_FILES`.
pub const CONTEXT_FILES: &str = "docker-context-files";

/// The named context that Airflow's sources are taken from.
pub const AIRFLOW_SOURCES: &str = "airflow-sources";

/// The named context that uv is taken from: an image or a folder with the program `uv` at its root.
pub const UV: &str = "uv";
