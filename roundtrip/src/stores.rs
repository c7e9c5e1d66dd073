//! Opens the store of a database: which driver, and with which of the settings.
//!
//! It must not know what is served from it.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use roundtrip_journey::Clock;
use roundtrip_settings::{Durability, Settings};
use roundtrip_store::{Store, StoreError, StoreErrorKind};
use roundtrip_store_mysql as mysql;
use roundtrip_store_postgres as postgres;
use roundtrip_store_sqlite as sqlite;

use crate::database::Place;
use crate::site::{Site, Source};

/// Opens the database of a site.
///
/// # Errors
/// [`StoreError`] when it cannot be opened or reached.
pub(crate) async fn open(site: &Site, clock: Arc<dyn Clock>) -> Result<Arc<dyn Store>, StoreError> {
    match &site.database.place {
        Place::File(path) => open_file(path.clone(), site, clock).await,
        Place::Postgres(url) => {
            let address = postgres::Address::parse(url.expose()).map_err(|error| {
                StoreError::new(
                    StoreErrorKind::Unavailable,
                    "the URL of the database is wrong",
                    error.to_string(),
                )
            })?;
            let mode = if site.is_writable() { postgres::Mode::Write } else { postgres::Mode::Read };
            let options = postgres::Options { mode, ..postgres_options(site.settings()) };
            Ok(Arc::new(postgres::PostgresStore::open(address, options, clock).await?))
        }
        Place::Mysql(url) => {
            let mode = if site.is_writable() { mysql::Mode::ReadWrite } else { mysql::Mode::ReadOnly };
            let options = mysql_options(site.settings());
            Ok(Arc::new(mysql::MysqlStore::open(url.expose(), mode, options, clock).await?))
        }
    }
}

/// Opening reads the file, which may be on a slow disk.
async fn open_file(path: PathBuf, site: &Site, clock: Arc<dyn Clock>) -> Result<Arc<dyn Store>, StoreError> {
    let mode = match site.source {
        Source::Project { .. } if !site.database.read_only => sqlite::Mode::Project,
        _ if site.is_writable() => sqlite::Mode::GuestWrite,
        _ => sqlite::Mode::GuestRead,
    };
    let options = sqlite_options(site.settings());
    let open = move || sqlite::SqliteStore::open(&path, mode, options, clock);
    let store = tokio::task::spawn_blocking(open).await.map_err(|error| {
        StoreError::new(StoreErrorKind::Internal, "the database could not be opened", error.to_string())
    })??;
    Ok(Arc::new(store))
}

/// Writes wait for the disk of the server, and those of different connections wait together: more
/// connections than cores are worth having. The server has few to give, to all of its clients.
fn connections(settings: &Settings) -> usize {
    match settings.database.connections {
        0 => {
            std::thread::available_parallelism().map_or(1, NonZeroUsize::get).saturating_mul(4).clamp(16, 32)
        }
        given => given,
    }
}

fn postgres_options(settings: &Settings) -> postgres::Options {
    let database = &settings.database;
    postgres::Options {
        connections: connections(settings),
        queue: database.read_queue.max(database.write_queue),
        wait: database.connection_wait,
        connect_timeout: database.connect_timeout,
        statement_timeout: database.statement_timeout,
        schemas: database.schemas.all().to_vec(),
        ..postgres::Options::default()
    }
}

fn mysql_options(settings: &Settings) -> mysql::Options {
    let database = &settings.database;
    mysql::Options {
        connections: connections(settings),
        waiting: database.read_queue.max(database.write_queue),
        wait_timeout: database.connection_wait,
        connect_timeout: database.connect_timeout,
        statement_timeout: database.statement_timeout,
        ..mysql::Options::default()
    }
}

fn sqlite_options(settings: &Settings) -> sqlite::Options {
    let database = &settings.database;
    sqlite::Options {
        durability: match database.durability {
            Durability::Full => sqlite::Durability::Full,
            Durability::Normal => sqlite::Durability::Normal,
        },
        readers: database.readers,
        read_queue: database.read_queue,
        write_queue: database.write_queue,
        group_max: database.group_commit_max,
        statement_timeout: database.statement_timeout,
        busy_timeout: database.busy_timeout,
        external_change_poll: database.external_change_poll,
        cache_mb: database.cache_mb,
        ..sqlite::Options::default()
    }
}
