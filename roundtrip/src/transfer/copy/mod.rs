//! A whole database into another: structure, then rows, then proof that they are the same.
//!
//! Every row is read twice from the source. The first time nothing is written: each value is held
//! against its type, and a checksum is made. The second time the rows are loaded. If the checksums of
//! the two readings differ, somebody wrote to the source meanwhile, and the copy would be of no one
//! moment. At the end the target is read and has to give the same checksums.
//!
//! A file of SQLite is made under another name, and gets its own when it has been compared; the tables
//! of a server are marked for as long. It must not know the command line.

mod check;
mod digest;
mod error;
mod fill;
mod structure;
mod target;
mod value;

use std::sync::Arc;

use roundtrip_engine::{Engine, Model};
use roundtrip_journey::World;
use roundtrip_query::Limits;
use roundtrip_store::Store;

use crate::compose;
use crate::database::Database;
use crate::site::Site;

pub use digest::Digest;
pub use error::{CopyError, Misfit};

use self::structure::{TablePair, Tables};
use self::target::Target;

/// So many values that do not fit are told one by one.
pub const MOST_TOLD: usize = 20;

/// How far a copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// One of its three parts begins: what it does, in a word, and over how many rows.
    Begins(&'static str, u64),
    /// So many rows more.
    Rows(u64),
}

/// Told as a copy goes on.
pub type Watch<'a> = &'a (dyn Fn(Event) + Sync);

/// A table that was copied and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its resource.
    pub name: String,
    /// Its rows and their checksum, the same on both sides.
    pub digest: Digest,
}

/// What a copy came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copied {
    /// Every table.
    pub tables: Vec<Table>,
    /// What was not copied, or is otherwise there, a sentence each.
    pub notes: Vec<String>,
}

/// Copies the database of `from` to `to`, which has to be empty.
///
/// # Errors
/// [`CopyError`]; the source is as it was, and what the target is then is said by the error.
pub async fn copy(from: &Site, to: Database, world: &World, watch: Watch<'_>) -> Result<Copied, CopyError> {
    if from.database.place == to.place {
        return Err(CopyError::Same);
    }
    let from = &for_copying(from);
    let (engine, _) = compose::connect(from, world.clone()).await?;
    let store = engine.store().ok_or(CopyError::Closed)?;
    let copied = from_open(from, &engine, &*store, to, watch).await;
    store.close().await;
    copied
}

async fn from_open(
    from: &Site,
    engine: &Arc<Engine>,
    store: &dyn Store,
    to: Database,
    watch: Watch<'_>,
) -> Result<Copied, CopyError> {
    let structure = structure::of(from, engine, store, &to).await?;
    if !structure.refusals.is_empty() {
        return Err(CopyError::Structure(structure.refusals));
    }
    let tables = Tables::new(&structure, &from.database, &to.place);
    let target = Target::find(from, to, Arc::clone(&structure.schema))?;
    // Tables alone, and pages as long as is good.
    let limits = Limits { page_rows: 0, ..engine.model().limits.clone() };
    engine.set_model(Model::new(Arc::clone(&structure.source), limits));
    if let Some(path) = from.database.file() {
        check::misfits(path.to_owned(), Arc::clone(&structure.source)).await?;
    }
    let digests = check::check(engine, &tables, watch).await?;
    target.fill(from, engine, &tables, &digests, watch).await?;
    target.finish()?;
    let table = |(table, digest): (&TablePair, Digest)| Table { name: table.name().to_owned(), digest };
    Ok(Copied { tables: tables.iter().zip(digests).map(table).collect(), notes: structure.notes })
}

/// The source with settings for long work: it is only read, and no statement is too slow.
fn for_copying(from: &Site) -> Site {
    let mut from = from.clone();
    from.database.read_only = true;
    from.loaded.settings.database.statement_timeout = target::PATIENCE;
    from
}
