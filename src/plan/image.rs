//! What the image says of itself: user, entrypoint, environment, labels, ports.

use std::collections::BTreeMap;

use serde::Serialize;

use super::step::Entry;
use crate::config::{Config, Installer, Target};
use crate::facts::Facts;
use crate::facts::installer::Installation;
use crate::paths;

/// The parts of an image config that a build decides; the rest stays as the base image has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Image {
    /// Variables over those of the base image, in order.
    pub env: Vec<(String, String)>,
    /// Labels over those of the base image.
    pub labels: BTreeMap<String, String>,
    /// The user id that runs.
    pub user: String,
    /// Where it starts.
    pub working_dir: String,
    /// What starts; `None` leaves the base image's own.
    pub entrypoint: Option<Vec<String>>,
    /// Ports that are listened on, such as `8080/tcp`.
    pub ports: Vec<String>,
    /// The shell of `RUN` in Dockerfiles that extend the image.
    pub shell: Vec<String>,
}

/// Variables of the base image that the image does not have: they would send packages that somebody adds elsewhere than
/// into the virtual environment, or end the attempt.
pub const LEFT_OUT: [&str; 2] = ["PIP_USER", "UV_SYSTEM_PYTHON"];

/// Where the file that refuses `pip` to root lies.
pub(super) const PIP_REFUSAL_PATH: &str = "/root/bin/pip";

const SHELL: &[&str] =
    &["/bin/bash", "-o", "pipefail", "-o", "errexit", "-o", "nounset", "-o", "nolog", "-c"];

impl Image {
    /// The image of the target stage.
    pub fn new(config: &Config, facts: &Facts) -> Self {
        let main = config.target == Target::Main;
        Self {
            env: env(config, facts, main),
            labels: labels(config, facts, main),
            user: config.uid.to_string(),
            working_dir: config.airflow_home.clone(),
            entrypoint: main
                .then(|| ["/usr/bin/dumb-init", "--", paths::ENTRYPOINT].map(str::to_owned).to_vec()),
            ports: if main { vec!["8080/tcp".to_owned()] } else { Vec::new() },
            shell: SHELL.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

/// The variables of the image contract, in its order; some come and go with the release.
fn env(config: &Config, facts: &Facts, main: bool) -> Vec<(String, String)> {
    let since = |major, minor| config.airflow.at_least(major, minor);
    let home = &config.user_home;
    let venv = paths::virtual_env(home);
    let python = facts.base.python.to_string();
    let base_path = crate::facts::base::search_path(&facts.base.config);
    let apt = &config.runtime_apt;
    let words = |words: &[String]| words.join(" ");
    let clients = &config.clients;
    let use_uv = facts.installation.installer == Installer::Uv;
    let Installation { pip, uv, .. } = &facts.installation;
    let named = |name: &str, value: String| Some((name.to_owned(), value));
    let from = |since: bool, name: &str, value: String| since.then(|| (name.to_owned(), value));
    let after_2_7_3 = config.airflow.numbers() >= [2, 7, 3];
    let shared = [
        from(!since(3, 1), "PYTHON_BASE_IMAGE", config.base.to_string()),
        from(since(3, 1), "BASE_IMAGE", config.base.to_string()),
        named("DEBIAN_FRONTEND", "noninteractive".to_owned()),
        named("LANGUAGE", "C.UTF-8".to_owned()),
        named("LANG", "C.UTF-8".to_owned()),
        named("LC_ALL", "C.UTF-8".to_owned()),
        named("LC_CTYPE", "C.UTF-8".to_owned()),
        named("LC_MESSAGES", "C.UTF-8".to_owned()),
        named("AIRFLOW_PIP_VERSION", pip.text.clone()),
        uv.as_ref().map(|uv| ("AIRFLOW_UV_VERSION".to_owned(), uv.text.clone())),
        named("AIRFLOW_USE_UV", use_uv.to_string()),
        from(since(3, 0), "PIP_CACHE_DIR", "/tmp/.cache/pip".to_owned()),
        from(since(3, 0), "UV_CACHE_DIR", "/tmp/.cache/uv".to_owned()),
        named("AIRFLOW_INSTALLATION_METHOD", config.install.method.name().to_owned()),
        named("PATH", format!("/root/bin:{venv}/bin:{base_path}")),
        named("VIRTUAL_ENV", venv.clone()),
        named("AIRFLOW_UID", config.uid.to_string()),
        named("AIRFLOW_USER_HOME_DIR", home.clone()),
        named("AIRFLOW_HOME", config.airflow_home.clone()),
        named("AIRFLOW_VERSION", config.airflow.to_string()),
    ];
    let only_main = [
        named("RUNTIME_APT_DEPS", apt.instead.as_deref().map(words).unwrap_or_default()),
        named("ADDITIONAL_RUNTIME_APT_DEPS", words(&apt.additional)),
        named("INSTALL_MYSQL_CLIENT", clients.mysql.is_some().to_string()),
        clients.mysql.and_then(|it| from(after_2_7_3, "INSTALL_MYSQL_CLIENT_TYPE", it.name().to_owned())),
        named("INSTALL_MSSQL_CLIENT", clients.mssql.to_string()),
        named("INSTALL_POSTGRES_CLIENT", clients.postgres.to_string()),
        named("GUNICORN_CMD_ARGS", "--worker-tmp-dir /dev/shm".to_owned()),
        from(since(3, 0), "AIRFLOW_IMAGE_TYPE", config.image_texts.image_type.clone()),
        named("DUMB_INIT_SETSID", "1".to_owned()),
        named("PS1", "(airflow)".to_owned()),
        from(since(3, 1), "AIRFLOW_PYTHON_VERSION", python),
        named("AIRFLOW__CORE__LOAD_EXAMPLES", "false".to_owned()),
        named("BUILD_ID", config.image_texts.build_id.clone()),
        named("COMMIT_SHA", config.image_texts.commit_sha.clone()),
    ];
    shared.into_iter().chain(only_main.into_iter().filter(|_| main)).flatten().collect()
}

fn labels(config: &Config, facts: &Facts, main: bool) -> BTreeMap<String, String> {
    let texts = &config.image_texts;
    let (uid, version) = (config.uid.to_string(), config.airflow.to_string());
    let python = facts.base.python.to_string();
    let always = [
        ("org.apache.airflow.component", "airflow"),
        ("org.apache.airflow.distro", "debian"),
        ("org.apache.airflow.image", "airflow"),
        ("org.apache.airflow.module", "airflow"),
        ("org.apache.airflow.uid", &uid),
    ];
    let only_main = [
        ("org.apache.airflow.main-image.build-id", texts.build_id.as_str()),
        ("org.apache.airflow.main-image.commit-sha", &texts.commit_sha),
        ("org.apache.airflow.version", &version),
        ("org.opencontainers.image.authors", "dev@airflow.apache.org"),
        ("org.opencontainers.image.created", &texts.date_created),
        ("org.opencontainers.image.description", "Reference, production-ready Apache Airflow image"),
        ("org.opencontainers.image.documentation", "https://airflow.apache.org/docs/docker-stack/index.html"),
        ("org.opencontainers.image.licenses", "Apache-2.0"),
        ("org.opencontainers.image.ref.name", "airflow"),
        ("org.opencontainers.image.revision", &texts.commit_sha),
        ("org.opencontainers.image.source", &texts.repository),
        ("org.opencontainers.image.title", "Production Airflow Image"),
        ("org.opencontainers.image.url", "https://airflow.apache.org"),
        ("org.opencontainers.image.vendor", "Apache Software Foundation"),
        ("org.opencontainers.image.version", &version),
    ];
    let python_label =
        config.airflow.at_least(3, 1).then_some(("org.apache.airflow.python.version", python.as_str()));
    let mut labels: BTreeMap<String, String> = always
        .into_iter()
        .chain(only_main.into_iter().chain(python_label).filter(|_| main))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    labels.extend(config.labels.clone());
    labels
}

/// The files that the image carries, with the rules of the chosen release in them.
pub(super) fn runtime_files(config: &Config) -> Vec<Entry> {
    let file = |path: &str, mode: u32, text: &str| Entry::File {
        path: path.to_owned(),
        mode,
        text: for_release(config, text),
    };
    vec![
        file(paths::ENTRYPOINT, 0o755, include_str!("scripts/runtime/entrypoint.sh")),
        file(paths::CLEAN_LOGS, 0o755, include_str!("scripts/runtime/clean-logs.sh")),
        file(paths::SCHEDULER_AUTORESTART, 0o644, include_str!("scripts/runtime/scheduler-autorestart.sh")),
        file(PIP_REFUSAL_PATH, 0o744, include_str!("scripts/runtime/pip-refusal.sh")),
    ]
}

/// Fills in the line from which a script knows its release: major, minor and patch number, two digits for each of the last.
fn for_release(config: &Config, text: &str) -> String {
    let [major, minor, patch] = config.airflow.numbers();
    let line = format!("readonly release={}", major * 10_000 + minor.min(99) * 100 + patch.min(99));
    let lines =
        text.lines().map(|old| if old.starts_with("readonly release=") { line.as_str() } else { old });
    lines.flat_map(|line| [line, "\n"]).collect()
}
