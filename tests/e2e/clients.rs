//! Database clients of their vendors, from fake hosts: their packages are older than Debian's, and their keys are
//! separate ones.
//!
//! The keys cannot be configured. So the frontend rejects the fake hosts, and a copy of it that only differs in the bytes
//! of the keys accepts them.

use super::support::bases::{DEBIAN_11, DEBIAN_13, base};
use super::support::build::Build;
use super::support::builds::{GOOD, small, stub_airflow_of};
use super::support::checks::assert_says;
use super::support::docker::docker;
use super::support::fake_hosts::FakeHosts;
use super::support::machine::base_image;

const VENDOR: (&str, &str) = ("DATABASE_CLIENTS_FROM", "vendor");
const POSTGRES: (&str, &str) = ("INSTALL_POSTGRES_CLIENT", "true");
const MYSQL: [(&str, &str); 2] = [("INSTALL_MYSQL_CLIENT", "true"), ("INSTALL_MYSQL_CLIENT_TYPE", "mysql")];

/// The build, by a frontend that trusts the fake hosts.
fn trusting(hosts: &FakeHosts, build: Build) -> Build {
    hosts.plays_for(build).with(&[("BUILDKIT_SYNTAX", &hosts.frontend_with_its_keys())])
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_vendor_with_another_key_is_rejected() {
    let args = [VENDOR, POSTGRES, ("INSTALL_MSSQL_CLIENT", "false")];
    let log = FakeHosts::start().plays_for(small().with(&args)).failure();
    assert_says(&log, &["https://apt.postgresql.org/pub/repos/apt bookworm-pgdg InRelease", "NO_PUBKEY"]);
    assert!(!log.contains("Setting up postgresql-client") && !log.contains("Setting up libpq-dev"), "{log}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn clients_come_from_their_vendors_and_leave_neither_source_nor_key() {
    let hosts = FakeHosts::start();
    let image = trusting(&hosts, small().with(&[VENDOR, POSTGRES]).with(&MYSQL)).image();
    assert_says(
        &image.shell("psql --version; mysql --version"),
        &["psql of the fake hosts", "mysql of the fake hosts"],
    );
    let versions = "dpkg-query --show postgresql-client mysql-client libmysqlclient24 msodbcsql18";
    assert_says(
        &image.shell(versions),
        &[
            "postgresql-client\t9.0\n",
            "mysql-client\t8.4.0\n",
            "libmysqlclient24\t8.4.0\n",
            "msodbcsql18\t18.0\n",
        ],
    );
    // The arg accepted the licence; its record is in the image, the variable is not.
    assert_says(
        &image.shell("odbcinst -q -d; ls /opt/microsoft/msodbcsql18"),
        &["[ODBC Driver 18", "ACCEPT_EULA"],
    );
    assert!(!image.inspect()["Config"]["Env"].to_string().contains("ACCEPT_EULA"));

    let settings =
        "find /etc/apt /usr/share/keyrings -type f | sort | xargs md5sum; ls -A /var/lib/apt/lists";
    let of_base = docker(&["run", "--rm", &base_image(), "sh", "-c", settings]).succeeded().stdout;
    assert_eq!(image.shell_as("0", settings), of_base);
}

/// A small project instead of Airflow, on a release of Debian.
fn upon(suite: &str, more: &[(&str, &str)]) -> Build {
    let release = if more == NEWEST { "3.3.2.dev0" } else { "2.10.6.dev0" };
    stub_airflow_of(release).with(&[VENDOR, ("PYTHON_BASE_IMAGE", &base("debian", &[suite]))]).with(more)
}

/// Airflow for the Python of Debian 13, without constraints of the context.
const NEWEST: [(&str, &str); 2] = [("AIRFLOW_VERSION", "3.3.2"), ("UPGRADE_RANDOM_INDICATOR_STRING", "once")];

#[test]
#[ignore = "needs an engine: make e2e"]
fn each_debian_release_has_its_own_suites() {
    let hosts = FakeHosts::start();
    let of_2: &[_] = &[GOOD];
    for (suite, more, mariadb) in [(DEBIAN_11, of_2, "10.11"), (DEBIAN_13, &NEWEST, "11.8")] {
        let build = upon(suite, more).with(&[POSTGRES, ("INSTALL_MYSQL_CLIENT", "true")]);
        let image = trusting(&hosts, build).image();
        let told = image.shell("psql --version; mariadb --version; odbcinst -q -d");
        let mariadb = format!("mariadb of the fake hosts, {mariadb}");
        assert_says(&told, &["psql of the fake hosts", &mariadb, "[ODBC Driver 18"]);
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_client_that_a_vendor_lacks_for_a_debian_release_fails_the_build() {
    let hosts = FakeHosts::start();
    // The fake hosts have no MySQL for Debian 13.
    let args = [("INSTALL_POSTGRES_CLIENT", "false"), ("INSTALL_MSSQL_CLIENT", "false")];
    let log = trusting(&hosts, upon(DEBIAN_13, &NEWEST).with(&MYSQL).with(&args)).failure();
    let error = "'http://repo.mysql.com/apt/debian trixie Release' does not have a Release file";
    // Both stages contact the vendor, and either can fail first.
    assert_says(&log, &[error, "database clients: MySQL"]);
}
