//! Wheels of Airflow and its dependencies, for builds without a package index.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use airflow_frontend::options::table;

use super::build::Build;
use super::docker::docker;
use super::folder::{Content, Folder};
use super::machine::{base_image, ca_bundle, work};

pub(in crate::e2e) const AIRFLOW: &str = "2.10.5";
const CONSTRAINTS: &str = include_str!("../../fixtures/constraints/airflow-2.10.5-python3.11.txt");

/// A build that installs these wheels.
pub(in crate::e2e) fn from_wheels(wheels: &[PathBuf]) -> Build {
    let build = Build::default().with(&[
        ("AIRFLOW_VERSION", AIRFLOW),
        ("AIRFLOW_EXTRAS", ""),
        ("INSTALL_MYSQL_CLIENT", "false"),
        ("INSTALL_POSTGRES_CLIENT", "false"),
        ("DOCKER_CONTEXT_FILES", "docker-context-files"),
        ("INSTALL_PACKAGES_FROM_CONTEXT", "true"),
    ]);
    wheels.iter().fold(build, |build, path| {
        build.with_file(&format!("docker-context-files/{}", name(path)), Content::Same(path.clone()))
    })
}

pub(in crate::e2e) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Wheels of Airflow, its dependencies and the tools, built with the Python of the base image, and cached.
pub(in crate::e2e) fn wheels() -> Vec<PathBuf> {
    let tools = [("pip", table::AIRFLOW_PIP_VERSION.default), ("uv", table::AIRFLOW_UV_VERSION.default)]
        .map(|(tool, version)| format!("{tool}=={version}"));
    let folder = work().join(format!("wheels-{AIRFLOW}-{}", tools.join("-")));
    let lock = File::create(work().join("wheels.lock")).unwrap();
    lock.lock().unwrap();
    if !folder.exists() {
        let new = work().join("wheels.new");
        let _ = fs::remove_dir_all(&new);
        fs::create_dir_all(&new).unwrap();
        fs::write(new.join("constraints.txt"), CONSTRAINTS).unwrap();
        fs::copy(ca_bundle(), new.join("ca-bundle.crt")).unwrap();
        let airflow = format!("apache-airflow=={AIRFLOW}");
        let script = "
            cat /etc/ssl/certs/ca-certificates.crt >>/wheels/ca-bundle.crt
            export PIP_CERT=/wheels/ca-bundle.crt PIP_DISABLE_PIP_VERSION_CHECK=1
            python3 -m venv /venv
            /venv/bin/pip install wheel
            /venv/bin/pip wheel --wheel-dir /wheels --constraint /wheels/constraints.txt \"$@\"
            rm /wheels/constraints.txt /wheels/ca-bundle.crt";
        let volume = format!("--volume={}:/wheels", new.display());
        let run = ["run", "--rm", &volume, &base_image(), "bash", "-euc", script, "wheels"];
        docker(&[&run[..], &[&airflow, &tools[0], &tools[1]]].concat()).succeeded();
        fs::rename(&new, &folder).unwrap();
    }
    let mut wheels: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    wheels.sort();
    wheels
}

/// A source archive that records the network interfaces when it is built.
pub(in crate::e2e) fn probe() -> PathBuf {
    let archive = work().join("probe-1.0.tar.gz");
    let folder = Folder::new();
    folder.write("probe-1.0/pyproject.toml", &PACKAGE.into());
    folder.write("probe-1.0/PKG-INFO", &"Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n".into());
    folder.write("probe-1.0/backend.py", &BACKEND.into());
    let new = folder.0.join("new.tar.gz");
    let packed = Command::new("tar").arg("-czf").arg(&new).arg("-C").arg(&folder.0).arg("probe-1.0").status();
    assert!(packed.unwrap().success());
    fs::rename(&new, &archive).unwrap();
    archive
}

const PACKAGE: &str = "\
[project]
name = 'probe'
version = '1.0'

[build-system]
requires = []
build-backend = 'backend'
backend-path = ['.']
";

const BACKEND: &str = r#"
import os, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    interfaces = " ".join(sorted(line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line))
    info = "probe-1.0.dist-info/"
    with zipfile.ZipFile(f"{folder}/probe-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("probe.py", f"print({interfaces!r})")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(info + "RECORD", "")
    return "probe-1.0-py3-none-any.whl"
"#;
