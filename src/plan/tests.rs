//! What each build arg changes in a plan.

use std::collections::BTreeSet;

use super::*;
use crate::config::values::{self, PythonVersion};
use crate::facts::base::{BaseImage, Debian};
use crate::facts::context::Folder;
use crate::facts::references::{REQUIREMENTS, References, Text};
use crate::facts::{Outside, assume};
use crate::options::{Options, table};

/// The plan for build args, on Python 3.12 of bookworm, with a context folder that holds all that examples name.
fn planned(args: &[(&str, &str)]) -> String {
    planned_on(Debian::Bookworm, "3.12", args)
}

fn planned_on(debian: Debian, python: &str, args: &[(&str, &str)]) -> String {
    let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
    let config = Config::from_options(&Options::from_pairs(pairs)).unwrap_or_else(|error| panic!("{error}"));
    let facts = facts(&config, debian, python);
    plan(&config, &facts).text().text
}

fn facts(config: &Config, debian: Debian, python: &str) -> Facts {
    let files = [
        "requirements.txt",
        "foo-1.0-py3-none-any.whl",
        "apache_airflow_providers_http-4.0-py3-none-any.whl",
    ];
    let files = files.into_iter().filter(|_| config.context_files.is_some());
    Facts::new(config, base(config, debian, python), outside(files))
}

fn base(config: &Config, debian: Debian, python: &str) -> BaseImage {
    let python = PythonVersion::read(python).unwrap();
    BaseImage { debian, python, config: serde_json::Map::new(), ..assume::base(config) }
}

fn outside<'a>(files: impl IntoIterator<Item = &'a str>) -> Outside {
    Outside {
        platform: values::platform("linux/amd64").unwrap(),
        folder: Folder {
            files: files.into_iter().map(str::to_owned).collect(),
            references: References::from([(REQUIREMENTS.to_owned(), Text::default())]),
            ..Folder::default()
        },
        sources: None,
    }
}

/// A row, beside what it is given, its value, and what the plan says then and does not say by default; nothing where
/// another test tells.
const EFFECTS: &[Effect] = &[
    ("PYTHON_BASE_IMAGE", &[], "registry.example.com/python:3.12", "] registry.example.com/python:3.12"),
    ("AIRFLOW_PYTHON_VERSION", &[], "3.12", "python:3.12-slim-bookworm"),
    ("AIRFLOW_VERSION", &[], "2.10.5", "install Airflow 2.10.5 without compilers"),
    ("AIRFLOW_VERSION_SPECIFICATION", &[], "<4", ",uv]<4"),
    ("AIRFLOW_INSTALLATION_METHOD", &[], "https://h/a.tar.gz", ",uv] @ https://h/a.tar.gz"),
    ("AIRFLOW_SOURCES_FROM", SOURCES, "airflow", "takes    everything in airflow"),
    ("AIRFLOW_SOURCES_TO", SOURCES, "/opt/src", "adds     /opt/src as"),
    ("VERSION_SUFFIX", SOURCES, "dev0", "env      VERSION_SUFFIX=dev0"),
    ("AIRFLOW_EXTRAS", &[], "celery", "apache-airflow[celery]==3.3.2"),
    ("ADDITIONAL_AIRFLOW_EXTRAS", &[], "jdbc", ",uv,jdbc]==3.3.2"),
    ("ADDITIONAL_PYTHON_DEPS", &[], "mpi4py", "runs     install-packages.sh deps mpi4py"),
    ("AIRFLOW_USE_UV", &[], "false", "env      INSTALLER=pip"),
    ("AIRFLOW_PIP_VERSION", &[], "25.3", "make-venv.sh pip==25.3 uv"),
    ("PIP_INDEX_URL", &[], "https://h/s", "from https://h/s (PIP_INDEX_URL)"),
    ("PIP_EXTRA_INDEX_URL", &[], "https://h/s", "from PyPI, https://h/s (PIP_EXTRA_INDEX_URL)"),
    ("PIP_TRUSTED_HOST", &[], "h:8443", "env      PIP_TRUSTED_HOST=h:8443"),
    ("AIRFLOW_UV_VERSION", &[], "0.9", "uv==0.9"),
    (
        "ADDITIONAL_PIP_INSTALL_FLAGS",
        &[],
        "--extra-index-url https://h/s",
        "INSTALL_FLAGS=--extra-index-url https://h/s",
    ),
    ("INCLUDE_PRE_RELEASE", &[], "true", "env      PRE_RELEASES=true"),
    ("PIP_PROGRESS_BAR", &[], "on", "env      PROGRESS=on"),
    ("UV_HTTP_TIMEOUT", &[], "60", "env      INDEX_TIMEOUT=60"),
    ("DEPENDENCY_CACHE_EPOCH", &[], "2", "cache    python-bookworm-amd64-50000-2"),
    ("AIRFLOW_CONSTRAINTS_LOCATION", &[], "https://h/c.txt", "fetches  https://h/c.txt"),
    ("AIRFLOW_CONSTRAINTS_REFERENCE", &[], "mine", "apache/airflow/mine/constraints-3.12.txt"),
    ("AIRFLOW_CONSTRAINTS_MODE", &[], "constraints-no-providers", "/constraints-no-providers-3.12.txt"),
    ("CONSTRAINTS_GITHUB_REPOSITORY", &[], "me/fork", "com/me/fork/constraints-3.3.2/"),
    ("DEFAULT_CONSTRAINTS_BRANCH", &[("AIRFLOW_VERSION", "3.4.0.dev0")], "mine", "apache/airflow/mine/"),
    ("AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION", &[], "true", "env      FALLBACK=true"),
    ("UPGRADE_TO_NEWER_DEPENDENCIES", &[], "today", "env      UPGRADE=today"),
    ("UPGRADE_INVALIDATION_STRING", &[], "today", "env      UPGRADE=today"),
    ("UPGRADE_RANDOM_INDICATOR_STRING", &[], "today", "env      UPGRADE=today"),
    ("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", &[("UPGRADE_INVALIDATION_STRING", "x")], "a<2", "==3.3.2 a<2"),
    ("DOCKER_CONTEXT_FILES", &[], "files", "install requirements.txt"),
    (
        "INSTALL_PACKAGES_FROM_CONTEXT",
        FOLDER,
        "true",
        "as-they-are /docker-context-files/foo-1.0-py3-none-any.whl",
    ),
    ("USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES", FOLDER, "false", ""),
    ("DEV_APT_COMMAND", &[], "true", "run the dev apt commands"),
    ("ADDITIONAL_DEV_APT_COMMAND", &[], "true", "run the dev apt commands"),
    ("DEV_APT_DEPS", &[], "gcc", "apt-install.sh gcc libmariadb"),
    ("ADDITIONAL_DEV_APT_DEPS", &[], "libopenmpi-dev", "install additional dev apt packages: libopenmpi-dev"),
    ("ADDITIONAL_DEV_APT_ENV", &[], "A=topsecret", "env      APT_ENV=(hidden)"),
    ("RUNTIME_APT_COMMAND", &[], "true", "run the runtime apt commands"),
    ("ADDITIONAL_RUNTIME_APT_COMMAND", &[], "true", "run the runtime apt commands"),
    ("RUNTIME_APT_DEPS", &[], "dumb-init", "apt-install.sh dumb-init libmariadb3"),
    ("ADDITIONAL_RUNTIME_APT_DEPS", &[], "vim", "install additional runtime apt packages: vim"),
    ("ADDITIONAL_RUNTIME_APT_ENV", &[], "A=topsecret", "env      APT_ENV=(hidden)"),
    ("INSTALL_MYSQL_CLIENT", &[], "false", "and the database clients: PostgreSQL"),
    (
        "INSTALL_MYSQL_CLIENT_TYPE",
        VENDOR,
        "mysql",
        "http://repo.mysql.com/apt/debian/ bookworm mysql-8.4-lts",
    ),
    ("INSTALL_MSSQL_CLIENT", &[], "true", "https://packages.microsoft.com/debian/12/prod bookworm main"),
    ("INSTALL_POSTGRES_CLIENT", &[], "false", "and the database clients: MariaDB\n"),
    ("DATABASE_CLIENTS_FROM", &[], "vendor", "https://apt.postgresql.org/pub/repos/apt/ bookworm-pgdg main"),
    ("AIRFLOW_HOME", &[], "/srv/airflow", "env AIRFLOW_HOME=/srv/airflow"),
    ("AIRFLOW_USER_HOME_DIR", &[], "/home/me", "env VIRTUAL_ENV=/home/me/.local"),
    ("AIRFLOW_UID", &[], "1000", "user 1000, in"),
    ("AIRFLOW_IMAGE_TYPE", &[], "slim", "env AIRFLOW_IMAGE_TYPE=slim"),
    ("AIRFLOW_IMAGE_REPOSITORY", &[], "https://h/r", "label org.opencontainers.image.source=https://h/r"),
    ("AIRFLOW_IMAGE_DATE_CREATED", &[], "2026", "label org.opencontainers.image.created=2026"),
    ("BUILD_ID", &[], "4711", "env BUILD_ID=4711"),
    ("COMMIT_SHA", &[], "0a1b", "label org.opencontainers.image.revision=0a1b"),
];

type Effect = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const SOURCES: &[(&str, &str)] = &[("AIRFLOW_INSTALLATION_METHOD", ".")];
const FOLDER: &[(&str, &str)] = &[("DOCKER_CONTEXT_FILES", "files")];
const VENDOR: &[(&str, &str)] = &[("DATABASE_CLIENTS_FROM", "vendor")];

#[test]
fn every_arg_changes_the_plan_as_its_help_says() {
    let mut seen = BTreeSet::new();
    for (name, beside, value, expected) in EFFECTS {
        assert!(seen.insert(*name), "{name} stands twice");
        if expected.is_empty() {
            continue;
        }
        let with = planned(&[*beside, &[(*name, *value)]].concat());
        assert!(with.contains(expected), "{name}: no `{expected}` in\n{with}");
        let without = planned(beside);
        assert!(!without.contains(expected), "{name}: `{expected}` also without");
    }
    let rows: BTreeSet<&str> = table::TABLE.iter().map(|row| row.name).collect();
    assert_eq!(seen, rows, "a row of the table without a test here, or the other way round");
}

#[test]
fn no_plan_shows_what_may_hold_a_secret() {
    let text = planned(&[
        ("DEV_APT_COMMAND", "curl -u me:topsecret x"),
        ("ADDITIONAL_RUNTIME_APT_COMMAND", "echo topsecret"),
        ("ADDITIONAL_DEV_APT_ENV", "TOKEN=topsecret"),
        ("AIRFLOW_INSTALLATION_METHOD", "https://me:topsecret@h/a.tar.gz"),
        ("ADDITIONAL_PIP_INSTALL_FLAGS", "--index-url https://me:topsecret@h/simple"),
    ]);
    assert!(!text.contains("topsecret"), "{text}");
    assert_eq!(text.matches("APT_COMMAND=(hidden)").count(), 2, "{text}");
}

#[test]
fn constraints_hold_for_the_context_folder_as_asked() {
    let airflow = ("INSTALL_PACKAGES_FROM_CONTEXT", "true");
    let check = |files: &[&str], args: &[(&str, &str)], expected: Option<&str>| {
        let pairs = [FOLDER, &[airflow], args].concat();
        let pairs = pairs.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
        let config = Config::from_options(&Options::from_pairs(pairs)).unwrap();
        let base = base(&config, Debian::Bookworm, "3.12");
        let facts = Facts::new(&config, base, outside(files.iter().copied()));
        let text = plan(&config, &facts).text().text;
        let found = text.lines().find(|line| line.contains(" at /run/airflow-frontend/constraints.txt"));
        assert_eq!(found.is_some(), expected.is_some(), "{text}");
        assert!(expected.is_none_or(|expected| text.contains(expected)), "{text}");
    };
    let wheel = "apache_airflow-3.3.2-py3-none-any.whl";
    let pinned = "constraints-3.12/constraints-3.12.txt";
    let (yes, no) =
        (("USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES", "true"), ("USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES", "false"));
    let location = ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt");
    check(&[wheel], &[], None);
    check(&[wheel], &[yes], Some("fetches  https://raw.githubusercontent.com/"));
    check(&[wheel, pinned], &[yes], Some("reads    /constraints-3.12/constraints-3.12.txt of"));
    check(&[wheel, "c.txt"], &[location], Some("reads    /c.txt of"));
    check(&[wheel, "c.txt"], &[location, no], None);
}

#[test]
fn tools_fit_the_python() {
    let check = |airflow: &str, python: &str, expected: &str| {
        let text = planned_on(Debian::Bullseye, python, &[("AIRFLOW_VERSION", airflow)]);
        assert!(text.contains(expected), "{python}: {text}");
    };
    check("2.3.3", "3.7", "make-venv.sh pip==24.0\n");
    check("2.3.3", "3.7", "note: pip is used, because uv does not run on Python 3.7");
    check("2.7.3", "3.8", "make-venv.sh pip==25.0.1 uv==");
    check("3.3.2", "3.14", "make-venv.sh pip==26.2.1 uv==");
}

#[test]
fn an_option_that_uv_does_not_know_makes_pip_install() {
    let check = |args: &[(&str, &str)], installer: &str| {
        let text = planned(args);
        assert!(text.contains(&format!("env      INSTALLER={installer}\n")), "{text}");
    };
    let strange = ("ADDITIONAL_PIP_INSTALL_FLAGS", "--use-deprecated legacy-resolver");
    check(&[("ADDITIONAL_PIP_INSTALL_FLAGS", "--no-cache-dir --index-url=https://h/s")], "uv");
    check(&[strange], "pip");
    check(&[strange, ("AIRFLOW_USE_UV", "true")], "pip");
    check(&[("ADDITIONAL_PIP_INSTALL_FLAGS", "--index-strategy unsafe-best-match")], "uv");
    check(&[("ADDITIONAL_PIP_INSTALL_FLAGS", "--prefer-binary")], "pip");
}

#[test]
fn what_pip_was_told_elsewhere_is_in_the_plan() {
    let said = |env: &[&str], file: Option<&str>, pip_conf: Option<&str>| {
        let config = Config::from_options(&Options::from_pairs([("build-arg:AIRFLOW_EXTRAS", "")])).unwrap();
        let mut base = base(&config, Debian::Bookworm, "3.12");
        base.config = serde_json::from_value(serde_json::json!({ "config": { "Env": env } })).unwrap();
        base.pip_files.extend(file.map(|text| ("/etc/pip.conf".to_owned(), text.to_owned())));
        let mut outside = outside([]);
        outside.folder.pip_conf = pip_conf.map(str::to_owned);
        plan(&config, &Facts::new(&config, base, outside)).text().text
    };
    let check = |text: &str, expected: &str| assert!(text.contains(expected), "{text}");
    let text = said(&["PIP_INDEX_URL=https://me:topsecret@h/s"], Some("[global]\nindex-url=https://i"), None);
    check(&text, "Python packages, from https://***@h/s (PIP_INDEX_URL of the base image)\n");
    assert!(!text.contains("topsecret"), "{text}");
    let text = said(
        &[],
        Some("[global]\nindex-url = https://i/s\nextra-index-url = https://j/s\n"),
        Some("[global]\nindex-url = https://k/s\nprefer-binary = true\n"),
    );
    check(
        &text,
        "from https://k/s (index-url in pip.conf of the context folder), https://j/s (extra-index-url in /etc/pip.conf)",
    );
    check(
        &text,
        "note: pip is used, because uv has no equivalent of prefer-binary in pip.conf of the context folder",
    );
    check(&text, "INSTALLER=pip");
    let text = said(&["PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels", "PIP_NO_BINARY=lxml"], None, None);
    check(&text, "from /wheels (PIP_FIND_LINKS of the base image)");
    check(&text, "INSTALLER=uv");
}

#[test]
fn parts_of_airflow_in_the_context_folder_are_installed_with_it() {
    let text = planned(&[FOLDER, &[("INSTALL_PACKAGES_FROM_CONTEXT", "true")]].concat());
    let provider = "apache-airflow-providers-http @ \
                    file:///docker-context-files/apache_airflow_providers_http-4.0-py3-none-any.whl";
    assert!(text.contains(&format!("==3.3.2 {provider}")), "{text}");
    assert!(text.contains("env      LOCAL_PROJECTS=apache-airflow-providers-http"), "{text}");
    assert!(text.contains("install 1 packages of the context folder"), "{text}");
}
