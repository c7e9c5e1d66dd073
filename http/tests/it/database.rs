//! The database that this run of the tests is about. The same tests are built once for each kind, by the
//! files beside this folder; the name of the build says which.

use std::sync::Arc;

use roundtrip_journey::Clock;
use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store_mysql::{self as mysql, MysqlStore};
use roundtrip_store_postgres::{self as postgres, PostgresStore};
use roundtrip_store_sqlite::{self as sqlite, SqliteStore};
use roundtrip_testkit::TestDatabase;
use roundtrip_testkit::database::Kind;
use tempfile::TempDir;

/// An empty database and whatever has to live as long as it is used.
pub(crate) enum Database {
    File(TempDir),
    Server(TestDatabase, Kind),
}

impl Database {
    pub(crate) async fn empty() -> Self {
        match env!("CARGO_CRATE_NAME") {
            "postgres" => Self::Server(TestDatabase::empty(Kind::Postgres).await, Kind::Postgres),
            "mysql" => Self::Server(TestDatabase::empty(Kind::Mysql).await, Kind::Mysql),
            _ => Self::File(tempfile::tempdir().expect("a folder")),
        }
    }

    /// A schema where this kind of database has its tables.
    pub(crate) fn placed(&self, schema: Schema) -> Schema {
        match self {
            Self::Server(_, Kind::Postgres) => schema.in_namespace("public"),
            Self::Server(_, Kind::Mysql) | Self::File(_) => schema,
        }
    }

    /// Opens it, to write or only to read.
    pub(crate) async fn open(&self, clock: &Arc<dyn Clock>, write: bool) -> Arc<dyn Store> {
        let clock = Arc::clone(clock);
        match self {
            Self::File(folder) => {
                let mode = if write { sqlite::Mode::Project } else { sqlite::Mode::GuestRead };
                let path = folder.path().join("shop.db");
                Arc::new(SqliteStore::open(&path, mode, sqlite::Options::default(), clock).expect("a store"))
            }
            Self::Server(database, Kind::Postgres) => {
                let mode = if write { postgres::Mode::Write } else { postgres::Mode::Read };
                let options = postgres::Options { mode, connections: 2, ..postgres::Options::default() };
                let address = postgres::Address::parse(&database.url).expect("an address");
                Arc::new(PostgresStore::open(address, options, clock).await.expect("a store"))
            }
            Self::Server(database, Kind::Mysql) => {
                let mode = if write { mysql::Mode::ReadWrite } else { mysql::Mode::ReadOnly };
                let options = mysql::Options { connections: 2, ..mysql::Options::default() };
                Arc::new(MysqlStore::open(&database.url, mode, options, clock).await.expect("a store"))
            }
        }
    }
}
