//! Reads, on the thread that parsed the request: each worker thread of the runtime keeps a connection of its own.
//! A hop to a pool of reader threads was the alternative; for reads this short it costs more than it saves.
//! It must not write.

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::product::{Listed, Product};

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// The product as JSON, or nothing when there is none.
pub(crate) fn by_id(database: &Path, id: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    with_connection(database, |connection| {
        let mut statement = connection.prepare_cached(
            "select id, name, price, stock, category_id, about from products where id = ?1",
        )?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(|row| json(&Product::read(row)?)).transpose()
    })
}

/// The first products, by id, that cost less than `max_price`, as a JSON array.
pub(crate) fn cheaper_than(database: &Path, max_price: f64) -> rusqlite::Result<Vec<u8>> {
    with_connection(database, |connection| {
        let mut statement = connection
            .prepare_cached("select id, name, price from products where price < ?1 order by id limit 30")?;
        let mut listed = Vec::with_capacity(30);
        let mut rows = statement.query([max_price])?;
        while let Some(row) = rows.next()? {
            listed.push(Listed::read(row)?);
        }
        json(&listed)
    })
}

fn with_connection<T>(
    database: &Path,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    CONNECTION.with_borrow_mut(|slot| {
        let connection = match slot {
            Some(connection) => connection,
            None => slot.insert(open(database)?),
        };
        read(connection)
    })
}

fn open(database: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// The value as JSON bytes; serialising plain numbers and text fails only with our own mistake.
pub(crate) fn json(value: &impl serde::Serialize) -> rusqlite::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(256);
    serde_json::to_writer(&mut bytes, value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(bytes)
}
