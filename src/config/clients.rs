//! The database clients of the image and their vendors.

use super::reader::Reader;
use super::values;
use crate::options::table;

/// The database clients of both stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clients {
    /// The MySQL client, if any.
    pub mysql: Option<Mysql>,
    /// Microsoft's ODBC driver.
    pub mssql: bool,
    /// The PostgreSQL client.
    pub postgres: bool,
    /// Their source.
    pub from: Source,
}

/// The vendor of the MySQL client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mysql {
    /// MariaDB's.
    Mariadb,
    /// Oracle's.
    Oracle,
}

impl Mysql {
    /// Its value in args and in the image's environment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mariadb => "mariadb",
            Self::Oracle => "mysql",
        }
    }
}

/// Where the database clients come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The apt sources of the base image.
    Debian,
    /// The apt sources of the databases' vendors.
    Vendor,
}

/// Reads the options of the clients.
pub(super) fn read(read: &mut Reader<'_>) -> Clients {
    let from = match read.text(&table::DATABASE_CLIENTS_FROM).as_str() {
        "vendor" => Source::Vendor,
        _ => Source::Debian,
    };
    let kind = match read.text(&table::INSTALL_MYSQL_CLIENT_TYPE).as_str() {
        "mysql" => Mysql::Oracle,
        _ => Mysql::Mariadb,
    };
    Clients {
        mysql: read.switch(&table::INSTALL_MYSQL_CLIENT).then_some(kind),
        mssql: read.optional(&table::INSTALL_MSSQL_CLIENT, values::boolean).unwrap_or(from == Source::Vendor),
        postgres: read.switch(&table::INSTALL_POSTGRES_CLIENT),
        from,
    }
}
