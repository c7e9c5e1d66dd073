//! Reads, on the thread that parsed the request: each worker thread of the runtime keeps a connection of its own.
//! A hop to a pool of reader threads was the alternative; for reads this short it costs more than it saves.
//! It must not write.

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};
use serde::Serialize;

use crate::database::{Json, json};
use crate::product::{Listed, Product};

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// The product as JSON, or nothing when there is none.
pub(super) fn by_id(database: &Path, id: i64) -> rusqlite::Result<Option<Json>> {
    with_connection(database, |connection| {
        let mut statement = connection.prepare_cached(
            "select id, name, price, stock, category_id, about from products where id = ?1",
        )?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(product).transpose()
    })
}

/// The first products, by id, that cost less than `max_price`, as a JSON array.
pub(super) fn cheaper_than(database: &Path, max_price: f64) -> rusqlite::Result<Json> {
    with_connection(database, |connection| {
        let mut statement = connection
            .prepare_cached("select id, name, price from products where price < ?1 order by id limit 30")?;
        let mut listed = Vec::with_capacity(30);
        let mut rows = statement.query([max_price])?;
        while let Some(row) = rows.next()? {
            listed.push(Listed { id: row.get(0)?, name: row.get(1)?, price: row.get(2)? });
        }
        to_json(&listed)
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

/// A row of `id, name, price, stock, category_id, about` as JSON, without copying its texts.
pub(super) fn product(row: &Row<'_>) -> rusqlite::Result<Json> {
    to_json(&Product {
        id: row.get(0)?,
        name: row.get_ref(1)?.as_str()?,
        price: row.get(2)?,
        stock: row.get(3)?,
        category_id: row.get(4)?,
        about: row.get_ref(5)?.as_str_or_null()?,
    })
}

/// Serialising plain numbers and text fails only with our own mistake.
fn to_json(value: &impl Serialize) -> rusqlite::Result<Json> {
    json(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
