//! The database clients: their packages, and the apt sources and signing keys of those who make them.
//!
//! The fingerprints of the keys stand in `docs/database-clients.md`, and a test compares them.

use super::step::Stage;
use crate::config::Config;
use crate::config::clients::{Mysql, Source};
use crate::facts::Facts;
use crate::facts::base::Debian;
use crate::paths::SCRIPTS;

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
    pub(super) uri: &'static str,
    /// The line of a sources list, for keys that lie beside the scripts.
    pub(super) line: String,
}

/// A client, by who makes it.
struct Client {
    maker: &'static str,
    /// What the client is called in titles.
    name: &'static str,
    /// Packages of the build stage: headers to compile against.
    headers: &'static [&'static str],
    /// Packages of the image people run.
    packages: &'static [&'static str],
    /// The maker's own apt source, by Debian release, oldest first.
    uris: [&'static str; Debian::ALL.len()],
    /// What follows the Debian release's name in the suite.
    suite: &'static str,
    components: &'static str,
    architectures: &'static str,
    /// The file of the key, among `src/plan/keys`.
    key: &'static str,
}

/// Releases with long support that have packages for the Debian release.
const MARIADB: Client = Client {
    maker: "MariaDB",
    name: "MariaDB",
    headers: &["libmariadb-dev-compat"],
    packages: &["libmariadb3", "mariadb-client"],
    uris: [
        "https://archive.mariadb.org/mariadb-10.11/repo/debian/",
        "https://archive.mariadb.org/mariadb-10.11/repo/debian/",
        "https://archive.mariadb.org/mariadb-11.8/repo/debian/",
    ],
    suite: "",
    components: "main",
    architectures: "amd64,arm64",
    key: "mariadb.asc",
};

const MYSQL: Client = Client {
    maker: "MySQL",
    name: "MySQL",
    headers: &["libmysqlclient-dev"],
    packages: &["libmysqlclient24", "mysql-client"],
    uris: ["http://repo.mysql.com/apt/debian/"; 3],
    suite: "",
    components: "mysql-8.4-lts",
    architectures: "amd64",
    key: "mysql.asc",
};

const POSTGRESQL: Client = Client {
    maker: "PostgreSQL",
    name: "PostgreSQL",
    headers: &["libpq-dev"],
    packages: &["postgresql-client"],
    uris: ["https://apt.postgresql.org/pub/repos/apt/"; 3],
    suite: "-pgdg",
    components: "main",
    architectures: "amd64,arm64",
    key: "postgresql.asc",
};

/// Nothing is compiled against the driver itself: `unixodbc-dev` has the headers.
const MICROSOFT: Client = Client {
    maker: "Microsoft",
    name: "Microsoft ODBC",
    headers: &[],
    packages: &["msodbcsql18"],
    uris: [
        "https://packages.microsoft.com/debian/11/prod",
        "https://packages.microsoft.com/debian/12/prod",
        "https://packages.microsoft.com/debian/13/prod",
    ],
    suite: "",
    components: "main",
    architectures: "amd64,arm64",
    key: "microsoft.asc",
};

impl Client {
    fn source(&self, debian: Debian) -> AptSource {
        let Self { suite, components, architectures, key, .. } = self;
        let (uri, release, keys) = (self.uris[debian as usize], debian.name(), SCRIPTS);
        let line =
            format!("deb [arch={architectures} signed-by={keys}/{key}] {uri} {release}{suite} {components}");
        AptSource { maker: self.maker, uri, line }
    }
}

/// The clients that a stage gets, if any.
pub(super) fn of(config: &Config, facts: &Facts, stage: Stage) -> Option<Wanted> {
    let clients = &config.clients;
    let vendor = clients.from == Source::Vendor;
    // Each with whether its maker's apt source is asked; two of them are nowhere else.
    let all = [
        (&MARIADB, clients.mysql == Some(Mysql::Mariadb), vendor),
        (&MYSQL, clients.mysql == Some(Mysql::Oracle), true),
        (&POSTGRESQL, clients.postgres, vendor),
        (&MICROSOFT, clients.mssql, true),
    ];
    let (kind, packages): (_, fn(&Client) -> &'static [&'static str]) = match stage {
        Stage::Base | Stage::Build => ("headers of the database clients", |client| client.headers),
        Stage::Main => ("database clients", |client| client.packages),
    };
    let wanted: Vec<_> =
        all.into_iter().filter(|(client, wanted, _)| *wanted && !packages(client).is_empty()).collect();
    let names: Vec<&str> = wanted.iter().map(|(client, ..)| client.name).collect();
    let of_makers = wanted.iter().filter(|(.., vendor)| *vendor);
    (!wanted.is_empty()).then(|| Wanted {
        title: format!("the {kind}: {}", names.join(", ")),
        packages: wanted
            .iter()
            .flat_map(|(client, ..)| packages(client))
            .map(|name| (*name).to_owned())
            .collect(),
        sources: of_makers.map(|(client, ..)| client.source(facts.base.debian)).collect(),
    })
}
