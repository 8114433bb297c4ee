//! Each example of `examples/customizing`, run with the commands of its README.

use super::support::checks::{assert_no_compiler, assert_says};
use super::support::example::Example;
use super::support::fake_hosts::FakeHosts;

const CONSTRAINTS: &str = include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt");

/// The example with its built image, and the output of its checks.
fn built(place: &'static str) -> (Example, String) {
    let example = Example::read(place);
    example.build(&FakeHosts::start());
    let seen = example.see();
    (example, seen)
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn apt_sources() {
    let (example, seen) = built("customizing/apt-sources");
    assert_says(&seen, &["git version", "[ODBC Driver 18 for SQL Server]"]);
    let image = example.image;
    image
        .shell("python -c 'import azure.storage.blob, bs4, dateparser, pyodbc'; ps --version; vim --version");
    assert_says(
        &image.shell("apt-cache policy msodbcsql18; cat /etc/apt/sources.list.d/*"),
        &["18.0", "bookworm main"],
    );
    assert!(!image.inspect()["Config"].to_string().contains("ACCEPT_EULA"));
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn compiled_package() {
    let (example, _) = built("customizing/compiled-package");
    let tag = example.image.shell("grep ^Tag: ~/.local/lib/python*/site-packages/mpi4py-*.dist-info/WHEEL");
    assert!(tag.contains("-linux_"), "this wheel was downloaded: {tag}");
    assert_no_compiler(&example.image);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn custom_pip() {
    let (example, _) = built("customizing/custom-pip");
    assert_eq!(example.image.shell("echo $AIRFLOW_USE_UV; pip config list"), "true\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn database_clients() {
    let hosts = FakeHosts::start();
    let example = Example::read("customizing/database-clients")
        .with("BUILDKIT_SYNTAX", &hosts.frontend_with_its_keys());
    example.build(&hosts);
    assert_says(&example.see(), &["psql of the fake hosts", "mariadb of the fake hosts, 10.11"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn dev_and_runtime_deps() {
    let (example, seen) = built("customizing/dev-and-runtime-deps");
    assert_says(&seen, &["openjdk version"]);
    example.image.shell("python -c 'import pandas, jaydebeapi; import airflow.providers.jdbc.hooks.jdbc'");
    assert_no_compiler(&example.image);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn extras_and_deps() {
    let (example, _) = built("customizing/extras-and-deps");
    let providers =
        "import airflow.providers.microsoft.mssql, airflow.providers.jdbc, airflow.providers.celery";
    example.image.shell(&format!("python -c '{providers}'"));
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn github_branch() {
    let (example, seen) = built("customizing/github-branch");
    assert_says(&seen, &["2.10.6.dev0 of apache/airflow"]);
    assert_eq!(example.image.shell("cat ~/constraints.txt"), CONSTRAINTS);
    assert_says(
        &example.image.shell("pip freeze"),
        &["tabulate==0.9.0", "celery==5.", "github.com/apache/airflow/archive/"],
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn github_fork() {
    let (example, seen) = built("customizing/github-fork");
    assert_says(&seen, &["2.10.6.dev0 of myorg/airflow"]);
    assert_eq!(example.image.shell("cat ~/constraints.txt"), CONSTRAINTS);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn installer_flags() {
    let (example, seen) = built("customizing/installer-flags");
    assert_says(&seen, &["No broken requirements found."]);
    assert_eq!(example.image.shell("echo $AIRFLOW_USE_UV"), "false\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn local_sources() {
    let hosts = FakeHosts::start();
    let example = Example::read("customizing/local-sources");
    example.build(&hosts);
    assert_says(&hosts.asked(), &["github.com /apache/airflow.git/git-upload-pack"]);
    assert_says(&example.see(), &["2.10.6.dev0 of apache/airflow"]);
    let place = "python -c 'import airflow; print(airflow.__file__)'";
    assert_eq!(example.image.shell(place), "/opt/airflow/airflow/__init__.py\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn own_requirements() {
    let (example, _) = built("customizing/own-requirements");
    assert_says(&example.image.shell("pip freeze"), &["beautifulsoup4==4.12.3", "apache-airflow==2.10.5"]);
    assert_eq!(
        example.image.shell_as(
            "0",
            "find / -xdev -name requirements.txt -not -path '/usr/share/doc/*' -not -path '*/site-packages/*'"
        ),
        ""
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn restricted_environment() {
    let (example, seen) = built("customizing/restricted-environment");
    assert_says(&seen, &["2.10.5\n"]);
    assert_eq!(example.image.shell("pip check"), "No broken requirements found.\n");
    assert_eq!(example.image.shell("cat ~/constraints.txt"), CONSTRAINTS);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn selected_version() {
    let (example, seen) = built("customizing/selected-version");
    assert_says(&seen, &["2.10.5\n", "Python 3.11."]);
    assert_eq!(example.image.shell("cat ~/constraints.txt"), CONSTRAINTS);
}

/// The default build, with all default extras and clients.
#[test]
#[ignore = "needs an engine: make e2e"]
fn stable_airflow() {
    let (example, seen) = built("customizing/stable-airflow");
    assert_says(&seen, &["3.3.2\n"]);
    let image = example.image;
    assert_eq!(image.shell("pip check"), "No broken requirements found.\n");
    image.shell("psql --version; mariadb --version; command -v dumb-init git curl sqlite3 rsync");
    image.shell("python -c 'import MySQLdb, psycopg2, ldap, pyodbc, google.cloud.storage, boto3, kubernetes, pandas, snowflake.connector'");
    // The extras contain uv, and the constraints an older one.
    assert_eq!(image.shell("[[ $(uv --version) == \"uv $AIRFLOW_UV_VERSION \"* ]] && pip --version | grep -q \"^pip $AIRFLOW_PIP_VERSION \""), "");
    assert_no_compiler(&image);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn upgrade() {
    let (example, seen) = built("customizing/upgrade");
    assert_says(&seen, &["apache-airflow==2.10.5\n"]);
    let of_constraints: Vec<&str> =
        seen.lines().filter(|line| CONSTRAINTS.lines().any(|pin| pin == *line)).collect();
    let all = seen.lines().count();
    assert!(
        all > 100 && of_constraints.len() < all / 2,
        "hardly newer than the constraints: {of_constraints:?}"
    );
    assert_eq!(example.image.shell("pip check"), "No broken requirements found.\n");
}
