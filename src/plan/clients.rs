//! The database clients: their packages, and the apt sources and signing keys of those who make them.
//!
//! The fingerprints of the keys stand in `docs/database-clients.md`, and a test compares them.

use super::Stage;
use super::facts::Facts;
use crate::config::Config;
use crate::config::base::Debian;
use crate::config::clients::{Mysql, Source};

/// The clients of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What is installed, for people.
    pub(super) title: String,
    /// The packages.
    pub(super) packages: Vec<String>,
    /// apt sources besides those of the base image, while the packages are installed.
    pub(super) sources: Vec<AptSource>,
}

/// An apt source, and the key that has to sign it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AptSource {
    pub(super) maker: &'static str,
    pub(super) uri: String,
    suite: String,
    components: &'static str,
    architectures: &'static str,
    key: &'static str,
}

impl AptSource {
    /// The line of a sources list, for keys that lie beside the scripts.
    pub(super) fn line(&self) -> String {
        let Self { uri, suite, components, architectures, key, .. } = self;
        let keys = super::scripts::MOUNT;
        format!("deb [arch={architectures} signed-by={keys}/{key}] {uri} {suite} {components}")
    }
}

/// The clients that a stage gets, if any.
pub(super) fn of(config: &Config, facts: &Facts, stage: Stage) -> Option<Wanted> {
    let clients = &config.clients;
    let debian = facts.base.debian;
    let build = stage != Stage::Main;
    let vendor = clients.from == Source::Vendor;
    let mut wanted = Wanted { title: String::new(), packages: Vec::new(), sources: Vec::new() };
    let mut names = Vec::new();
    let mut add = |name: &'static str, packages: &[&str], source: Option<AptSource>| {
        if !packages.is_empty() {
            names.push(name);
            wanted.packages.extend(packages.iter().map(|name| (*name).to_owned()));
            wanted.sources.extend(source);
        }
    };
    match clients.mysql {
        Some(Mysql::Mariadb) => {
            let packages: &[_] =
                if build { &["libmariadb-dev-compat"] } else { &["libmariadb3", "mariadb-client"] };
            add("MariaDB", packages, vendor.then(|| mariadb(debian)));
        }
        Some(Mysql::Oracle) => {
            let packages: &[_] =
                if build { &["libmysqlclient-dev"] } else { &["libmysqlclient24", "mysql-client"] };
            add("MySQL", packages, Some(mysql(debian)));
        }
        None => {}
    }
    if clients.postgres {
        let packages: &[_] = if build { &["libpq-dev"] } else { &["postgresql-client"] };
        add("PostgreSQL", packages, vendor.then(|| postgresql(debian)));
    }
    if clients.mssql && !build {
        add("Microsoft ODBC", &["msodbcsql18"], Some(microsoft(debian)));
    }
    let kind = if build { "headers of the database clients" } else { "database clients" };
    wanted.title = format!("install the {kind}: {}", names.join(", "));
    (!wanted.packages.is_empty()).then_some(wanted)
}

fn mariadb(debian: Debian) -> AptSource {
    // A release with long support that has packages for the Debian release.
    let release = match debian {
        Debian::Bullseye | Debian::Bookworm => "10.11",
        Debian::Trixie => "11.8",
    };
    AptSource {
        maker: "MariaDB",
        uri: format!("https://archive.mariadb.org/mariadb-{release}/repo/debian/"),
        suite: debian.name().to_owned(),
        components: "main",
        architectures: "amd64,arm64",
        key: "mariadb.asc",
    }
}

fn mysql(debian: Debian) -> AptSource {
    AptSource {
        maker: "MySQL",
        uri: "http://repo.mysql.com/apt/debian/".to_owned(),
        suite: debian.name().to_owned(),
        components: "mysql-8.4-lts",
        architectures: "amd64",
        key: "mysql.asc",
    }
}

fn postgresql(debian: Debian) -> AptSource {
    AptSource {
        maker: "PostgreSQL",
        uri: "https://apt.postgresql.org/pub/repos/apt/".to_owned(),
        suite: format!("{}-pgdg", debian.name()),
        components: "main",
        architectures: "amd64,arm64",
        key: "postgresql.asc",
    }
}

fn microsoft(debian: Debian) -> AptSource {
    let number = match debian {
        Debian::Bullseye => 11,
        Debian::Bookworm => 12,
        Debian::Trixie => 13,
    };
    AptSource {
        maker: "Microsoft",
        uri: format!("https://packages.microsoft.com/debian/{number}/prod"),
        suite: debian.name().to_owned(),
        components: "main",
        architectures: "amd64,arm64",
        key: "microsoft.asc",
    }
}
