//! What Airflow's image promises to those who run and extend it.

use std::collections::BTreeMap;

use airflow_frontend::facts::base;
use airflow_frontend::options::table;
use serde_json::{Value, json};

use super::support::build::Build;
use super::support::builds::{airflow_2, airflow_3};
use super::support::checks::assert_no_compiler;
use super::support::machine::{base_config, base_image};

/// Path, owner, group and mode of the files that the contract names, root's first.
const FILES: &str = "\
/airflow-scheduler-autorestart root:root 644
/clean-logs root:root 755
/entrypoint root:root 755
/etc/passwd root:root 664
/etc/sudoers.bak root:root 440
/root/bin/pip root:root 744
/home/airflow airflow:root 770
/home/airflow/.bashrc airflow:root 664
/home/airflow/.local airflow:root 775
/home/airflow/.local/bin airflow:root 775
/home/airflow/.local/pyvenv.cfg airflow:root 664
/home/airflow/constraints.txt airflow:root 664
/opt/airflow airflow:root 775
/opt/airflow/dags airflow:root 775
/opt/airflow/logs airflow:root 775
";

/// Traces of the build that no image may have.
const TRACES: &str = "\
/docker-context-files /etc/pip.conf /home/airflow/.config /home/airflow/.piprc /home/airflow/.cache \
/root/.cache /root/.config /run/airflow-frontend /run/secrets /tmp/.cache \
/var/cache/apt/pkgcache.bin /var/cache/apt/srcpkgcache.bin";

#[test]
#[ignore = "needs an engine: make e2e"]
fn airflow_2_10_keeps_the_image_contract() {
    let image = airflow_2().image();
    let config = image.inspect()["Config"].take();
    holds_the_same_for_all_releases(&config);
    let env = [("PYTHON_BASE_IMAGE", base_image().as_str()), ("AIRFLOW_VERSION", "2.10.5")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(lines(&env_of(&config)), lines(&expected_env(env)));
    assert_eq!(config["Labels"], labels("2.10.5"));
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn airflow_3_keeps_the_image_contract() {
    let image = airflow_3().image();
    let config = image.inspect()["Config"].take();
    holds_the_same_for_all_releases(&config);
    let python = image.shell("python -c 'import sys; print(*sys.version_info[:2], sep=\".\")'");
    let python = python.trim();
    let env = [
        ("BASE_IMAGE", base_image().as_str()),
        ("AIRFLOW_VERSION", "3.3.2"),
        ("AIRFLOW_PYTHON_VERSION", python),
        ("AIRFLOW_IMAGE_TYPE", "prod"),
        ("PIP_CACHE_DIR", "/tmp/.cache/pip"),
        ("UV_CACHE_DIR", "/tmp/.cache/uv"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let found = env_of(&config);
    // An image of Python knows its patch release, and says it; Debian's does not.
    let told = found["AIRFLOW_PYTHON_VERSION"].clone();
    assert!(told == python || told.starts_with(&format!("{python}.")), "{told}, not {python}");
    let mut expected = expected_env(env);
    expected.insert("AIRFLOW_PYTHON_VERSION".to_owned(), told.clone());
    assert_eq!(lines(&found), lines(&expected));
    let mut expected = labels("3.3.2");
    expected["org.apache.airflow.python.version"] = json!(told);
    assert_eq!(config["Labels"], expected);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn files_of_the_image_have_the_owners_and_modes_of_the_contract() {
    for build in [airflow_2(), airflow_3()] {
        let image = build.image();
        let paths: Vec<&str> = FILES.lines().filter_map(|line| line.split(' ').next()).collect();
        let found = image.shell_as("0", &format!("stat -c '%n %U:%G %a' {}", paths.join(" ")));
        assert_eq!(found, FILES);
        let passwd = image.shell("grep ^airflow: /etc/passwd");
        assert_eq!(
            passwd,
            "airflow:x:50000:0:First Last,RoomNumber,WorkPhone,HomePhone:/home/airflow:/bin/bash\n"
        );
        let of_others =
            "find /home/airflow /opt/airflow ! -user 50000 -o ! -group 0 -o ! -type l ! -perm -g=rw";
        assert_eq!(image.shell_as("0", of_others), "", "not airflow's, or closed to its group");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn nothing_of_the_build_is_left_in_the_image() {
    for build in [airflow_2(), airflow_3()] {
        let image = build.image();
        assert_eq!(image.shell_as("0", &format!("ls -d {TRACES} 2>/dev/null || true")), "");
        assert_eq!(image.shell_as("0", "ls -A /var/lib/apt/lists"), "");
        assert_eq!(image.shell_as("0", "find / -xdev -name '*.deb' -o -xdev -name 'scratch.*'"), "");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_image_has_the_given_airflow_and_its_constraints() {
    let check = |build: Build, version: &str, constraints: &str| {
        let image = build.image();
        assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), version);
        assert_eq!(
            image.run(&[], &["version"]).succeeded().last_line(),
            version,
            "the first word may be left out"
        );
        assert_eq!(image.shell("pip check"), "No broken requirements found.\n");
        assert_eq!(image.shell("cat ~/constraints.txt"), constraints);
        let drifted = image.shell("uv pip freeze | grep -vxFf ~/constraints.txt || true");
        // What the virtual environment is made with, which no constraints speak of.
        let of_venv =
            |line: &str| ["pip==", "uv==", "setuptools=="].iter().any(|tool| line.starts_with(tool));
        let drifted: Vec<&str> = drifted.lines().filter(|line| !of_venv(line)).collect();
        assert_eq!(drifted, [""; 0], "not as the constraints say");
        image.shell("python -c 'import celery, psycopg2'");
    };
    let text = include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt");
    check(airflow_2(), "2.10.5", text);
    let text = include_str!("../fixtures/constraints/airflow-3-python3.11.txt");
    check(airflow_3(), "3.3.2", text);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_main_image_has_no_compiler_and_no_headers() {
    let image = airflow_2().image();
    assert_no_compiler(&image);
}

fn holds_the_same_for_all_releases(config: &Value) {
    assert_eq!(config["User"], "50000");
    assert_eq!(config["WorkingDir"], "/opt/airflow");
    assert_eq!(config["Entrypoint"], json!(["/usr/bin/dumb-init", "--", "/entrypoint"]));
    assert_eq!(config["Cmd"], Value::Null);
    assert_eq!(config["ExposedPorts"], json!({ "8080/tcp": {} }));
    let shell = ["/bin/bash", "-o", "pipefail", "-o", "errexit", "-o", "nounset", "-o", "nolog", "-c"];
    assert_eq!(config["Shell"], json!(shell));
    for absent in ["Volumes", "StopSignal", "Healthcheck", "OnBuild"] {
        assert_eq!(config[absent], Value::Null, "{absent}");
    }
}

fn env_of(config: &Value) -> BTreeMap<String, String> {
    let pairs = config["Env"].as_array().into_iter().flatten().filter_map(Value::as_str);
    pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The environment of the contract over that of the base image, with what this image has of its own.
fn expected_env(own: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let base = base_config();
    let path = format!("/root/bin:/home/airflow/.local/bin:{}", base::search_path(&base));
    let mut expected: BTreeMap<String, String> = base::env(&base).into_iter().collect();
    let contract = [
        ("DEBIAN_FRONTEND", "noninteractive"),
        ("LANGUAGE", "C.UTF-8"),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("LC_CTYPE", "C.UTF-8"),
        ("LC_MESSAGES", "C.UTF-8"),
        ("AIRFLOW_PIP_VERSION", table::AIRFLOW_PIP_VERSION.default),
        ("AIRFLOW_UV_VERSION", table::AIRFLOW_UV_VERSION.default),
        ("AIRFLOW_USE_UV", "true"),
        ("RUNTIME_APT_DEPS", ""),
        ("ADDITIONAL_RUNTIME_APT_DEPS", ""),
        ("INSTALL_MYSQL_CLIENT", "false"),
        ("INSTALL_MSSQL_CLIENT", "false"),
        ("INSTALL_POSTGRES_CLIENT", "true"),
        ("GUNICORN_CMD_ARGS", "--worker-tmp-dir /dev/shm"),
        ("AIRFLOW_INSTALLATION_METHOD", "apache-airflow"),
        ("PATH", &path),
        ("VIRTUAL_ENV", "/home/airflow/.local"),
        ("AIRFLOW_UID", "50000"),
        ("AIRFLOW_USER_HOME_DIR", "/home/airflow"),
        ("AIRFLOW_HOME", "/opt/airflow"),
        ("DUMB_INIT_SETSID", "1"),
        ("PS1", "(airflow)"),
        ("AIRFLOW__CORE__LOAD_EXAMPLES", "false"),
        ("BUILD_ID", ""),
        ("COMMIT_SHA", ""),
    ];
    expected.extend(contract.map(|(name, value)| (name.to_owned(), value.to_owned())));
    expected.extend(own);
    expected
}

/// One variable a line, for a readable difference.
fn lines(env: &BTreeMap<String, String>) -> Vec<String> {
    env.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn labels(version: &str) -> Value {
    json!({
        "org.apache.airflow.component": "airflow",
        "org.apache.airflow.distro": "debian",
        "org.apache.airflow.image": "airflow",
        "org.apache.airflow.main-image.build-id": "",
        "org.apache.airflow.main-image.commit-sha": "",
        "org.apache.airflow.module": "airflow",
        "org.apache.airflow.uid": "50000",
        "org.apache.airflow.version": version,
        "org.opencontainers.image.authors": "dev@airflow.apache.org",
        "org.opencontainers.image.created": "",
        "org.opencontainers.image.description": "Reference, production-ready Apache Airflow image",
        "org.opencontainers.image.documentation": "https://airflow.apache.org/docs/docker-stack/index.html",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.ref.name": "airflow",
        "org.opencontainers.image.revision": "",
        "org.opencontainers.image.source": "https://github.com/apache/airflow",
        "org.opencontainers.image.title": "Production Airflow Image",
        "org.opencontainers.image.url": "https://airflow.apache.org",
        "org.opencontainers.image.vendor": "Apache Software Foundation",
        "org.opencontainers.image.version": version,
    })
}
