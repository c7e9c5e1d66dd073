//! SQLite, by rusqlite: reads on the thread that parsed the request, inserts through one writing thread.
//! It must not know HTTP.

mod reads;
mod writer;

use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::Sender;
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use self::writer::Job;
use crate::database::{Database, Json, Trouble};
use crate::product::NewProduct;
use crate::{Failure, fixture};

const TABLE: &str = "create table products (
    id integer primary key,
    name text not null,
    price numeric,
    stock integer,
    category_id integer,
    about text
)";

/// One database file and the queue of its writer.
#[derive(Clone)]
pub(crate) struct Sqlite {
    file: Arc<Path>,
    queue: Sender<Job>,
}

/// Opens a file that is there.
pub(crate) fn open(file: &Path) -> Result<Sqlite, Failure> {
    if !file.exists() {
        let name = file.display();
        return Err(format!("there is no {name}: make it with `roundtrip-bench fixture {name}`").into());
    }
    Ok(Sqlite { file: file.into(), queue: writer::start(file)? })
}

impl Database for Sqlite {
    async fn by_id(&self, id: i64) -> Result<Option<Json>, Trouble> {
        Ok(reads::by_id(&self.file, id)?)
    }

    async fn cheaper_than(&self, max_price: f64) -> Result<Json, Trouble> {
        Ok(reads::cheaper_than(&self.file, max_price)?)
    }

    async fn insert(&self, product: NewProduct) -> Result<Json, Trouble> {
        let (answer, written) = oneshot::channel();
        if self.queue.try_send(Job { product, answer }).is_err() {
            return Err(Trouble::Overfull("too many inserts wait"));
        }
        match written.await {
            Ok(written) => written.map_err(|reason| Trouble::Failed(reason.into())),
            Err(_) => Err(Trouble::Failed("the writer has gone".into())),
        }
    }
}

/// The library's own version, as no server has one; the rest is what the writer asks for.
pub(crate) fn version() -> String {
    format!("SQLite {}, synchronous full", rusqlite::version())
}

/// Writes a new file with the table and its rows, and leaves it in WAL mode.
pub(crate) fn fill(file: &Path) -> Result<(), Failure> {
    // Not overwritten: the path may be a typing mistake that names a database of worth.
    if file.exists() {
        return Err(format!("{} exists already: remove it or choose another name", file.display()).into());
    }
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    insert_rows(&mut connection)?;
    // The journal is folded back, so that copying the one file copies everything.
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}

fn insert_rows(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLE)?;
    {
        let mut insert =
            transaction.prepare("insert into products values (?1, ?2, ?3 / 100.0, ?4, ?5, ?6)")?;
        for row in fixture::rows() {
            insert.execute(params![row.id, row.name, row.cents, row.stock, row.category_id, row.about])?;
        }
    }
    transaction.commit()
}
