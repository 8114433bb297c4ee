//! The named contexts that this frontend uses.

/// The named context that replaces the folder of `DOCKER_CONTEXT_FILES`.
pub const CONTEXT_FILES: &str = "docker-context-files";

/// The named context with Airflow's sources.
pub const AIRFLOW_SOURCES: &str = "airflow-sources";

/// The named context with uv: an image or a folder with the program `uv` at its root.
pub const UV: &str = "uv";
