//! The environment of the tests: the engine's variables, its work folder, and the base images.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::docker::docker;

/// A unique line of the `ca-bundle` secret.
pub(in crate::e2e) const MARKER: &str = "# the-marker-of-the-ca-bundle-secret-7f3a91";

/// A unique word.
pub(in crate::e2e) fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A variable that `tests/engine/engine env` prints.
pub(in crate::e2e) fn of_engine(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set; `make e2e` sets up an engine and all it needs"))
}

/// The folder whose subfolders containers can mount.
pub(in crate::e2e) fn work() -> PathBuf {
    PathBuf::from(of_engine("ENGINE_WORK"))
}

/// The image that all builds start from.
pub(in crate::e2e) fn base_image() -> String {
    of_engine("ENGINE_BASE_IMAGE")
}

/// The image of the frontend.
pub(in crate::e2e) fn frontend() -> String {
    std::env::var("AIRFLOW_FRONTEND_IMAGE").unwrap_or_else(|_| "localhost:5000/airflow-frontend".to_owned())
}

/// The engine's registry.
pub(in crate::e2e) fn registry() -> String {
    std::env::var("ENGINE_REGISTRY").unwrap_or_else(|_| "localhost:5000".to_owned())
}

/// The config of the base image, as published.
pub(in crate::e2e) fn base_config() -> serde_json::Map<String, Value> {
    let output = docker(&["buildx", "imagetools", "inspect", &base_image(), "--format", "{{json .Image}}"])
        .succeeded();
    serde_json::from_str(&output.stdout).unwrap()
}

/// The certificate authorities of this machine, after the unique line.
pub(in crate::e2e) fn ca_bundle() -> PathBuf {
    let path = work().join("ca-bundle.crt");
    if !path.exists() {
        let authorities = std::env::var("ENGINE_CA_BUNDLE").map(|path| fs::read_to_string(path).unwrap());
        let whole = path.with_extension(unique());
        fs::write(&whole, format!("{MARKER}\n{}", authorities.unwrap_or_default())).unwrap();
        fs::rename(&whole, &path).unwrap();
    }
    path
}
