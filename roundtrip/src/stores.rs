//! Opens the store of a database: which driver, and with which of the settings.
//!
//! It must not know what is served from it.

use std::path::PathBuf;
use std::sync::Arc;

use roundtrip_journey::Clock;
use roundtrip_settings::{Durability, Settings};
use roundtrip_store::{Store, StoreError, StoreErrorKind};
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
        Place::Postgres(_) | Place::Mysql(_) => {
            Err(StoreError::new(StoreErrorKind::Unsupported, "this version serves SQLite", ""))
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
