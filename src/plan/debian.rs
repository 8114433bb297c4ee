//! The Debian packages that a stage gets when no list is given, by Airflow and Debian release.

use crate::config::values::AirflowVersion;
use crate::facts::base::Debian;

/// Extras with a package that has no wheel for Linux, so that it compiles against the headers below.
pub const COMPILED_EXTRAS: &[&str] = &["ldap", "mysql"];

/// Projects without wheels for Linux: one of them among the additional packages brings the compilers in good time.
pub const COMPILED_PROJECTS: &[&str] =
    &["gssapi", "mpi4py", "mysqlclient", "psycopg2", "pygraphviz", "python-ldap", "uwsgi"];

/// The default packages of the build stage, sorted: a compiler, and the headers that Airflow's extras compile against.
///
/// A Python of its own brings its headers; those of Debian's are a package.
pub fn dev_packages(airflow: &AirflowVersion, has_debians_python: bool) -> Vec<String> {
    let mut names = vec![
        "build-essential",
        "ca-certificates",
        "curl",
        "freetds-bin",
        "freetds-dev",
        "git",
        "gnupg",
        "graphviz",
        "libgraphviz-dev",
        "krb5-user",
        "ldap-utils",
        "libev-dev",
        "libffi-dev",
        "libgeos-dev",
        "libkrb5-dev",
        "libldap2-dev",
        "libleveldb-dev",
        "libsasl2-2",
        "libsasl2-dev",
        "libsasl2-modules",
        "libssl-dev",
        "libxmlsec1-dev",
        "locales",
        "openssh-client",
        "pkg-config",
        "sasl2-bin",
        "sqlite3",
        "sudo",
        "unixodbc",
        "unixodbc-dev",
        "zlib1g-dev",
    ];
    if airflow.at_least(3, 1) {
        names.extend(["openssl", "tdsodbc", "wget", "xz-utils"]);
    } else {
        names.push("lsb-release");
    }
    if has_debians_python {
        names.push("python3-dev");
    }
    sorted(names)
}

/// The default packages of the main stage, sorted: libraries, clients and what the entrypoint calls; no headers.
pub fn runtime_packages(airflow: &AirflowVersion, debian: Debian) -> Vec<String> {
    let mut names = vec![
        "ca-certificates",
        "curl",
        "dumb-init",
        "freetds-bin",
        "krb5-user",
        "ldap-utils",
        "libsasl2-2",
        "libsasl2-modules",
        "locales",
        "openssh-client",
        "rsync",
        "sasl2-bin",
        "sqlite3",
        "sudo",
        "unixodbc",
    ];
    names.extend(match debian {
        Debian::Bullseye => {
            ["libev4", "libffi7", "libgeos-c1v5", "libldap-2.4-2", "libssl1.1", "libxmlsec1", "netcat"]
        }
        Debian::Bookworm => {
            ["libev4", "libffi8", "libgeos-c1v5", "libldap-2.5-0", "libssl3", "libxmlsec1", "netcat-openbsd"]
        }
        Debian::Trixie => [
            "libev4t64",
            "libffi8",
            "libgeos-c1t64",
            "libldap2",
            "libssl3t64",
            "libxmlsec1t64",
            "netcat-openbsd",
        ],
    });
    // What xmlsec takes where it is built from source.
    names.push(if debian == Debian::Trixie { "libxmlsec1t64-openssl" } else { "libxmlsec1-openssl" });
    if airflow.at_least(3, 1) {
        names.extend(["git", "gnupg", "iputils-ping", "tdsodbc", "wget"]);
    } else {
        names.push("lsb-release");
        if airflow.numbers() >= [3, 0, 2] {
            names.push("git");
        }
    }
    sorted(names)
}

fn sorted(mut names: Vec<&str>) -> Vec<String> {
    names.sort_unstable();
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_stage_has_no_compiler_and_no_headers() {
        for airflow in ["2.3.4", "2.10.5", "3.0.2", "3.3.2"] {
            for debian in Debian::ALL {
                for name in runtime_packages(&AirflowVersion::read(airflow).unwrap(), debian) {
                    assert!(!name.ends_with("-dev"), "{airflow} {debian:?}: {name}");
                    assert!(!["gcc", "g++", "build-essential", "make"].contains(&name.as_str()), "{name}");
                }
            }
        }
    }
}
