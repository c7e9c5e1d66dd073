//! A product as rows and JSON know it. It must not know HTTP.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

/// One whole row, borrowed from the statement that read it.
#[derive(Serialize)]
pub(crate) struct Product<'row> {
    id: i64,
    name: &'row str,
    price: Option<f64>,
    stock: Option<i64>,
    category_id: Option<i64>,
    about: Option<&'row str>,
}

/// The columns of the filtered list.
#[derive(Serialize)]
pub(crate) struct Listed {
    id: i64,
    name: String,
    price: Option<f64>,
}

/// The body of an insert.
#[derive(Debug, Deserialize)]
pub(crate) struct NewProduct {
    pub(crate) name: String,
    pub(crate) price: Option<f64>,
    pub(crate) stock: Option<i64>,
    pub(crate) category_id: Option<i64>,
    pub(crate) about: Option<String>,
}

impl<'row> Product<'row> {
    /// Borrows a row of `id, name, price, stock, category_id, about`.
    pub(crate) fn read(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get_ref(1)?.as_str()?,
            price: row.get(2)?,
            stock: row.get(3)?,
            category_id: row.get(4)?,
            about: row.get_ref(5)?.as_str_or_null()?,
        })
    }
}

impl Listed {
    /// Takes a row of `id, name, price`.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, name: row.get(1)?, price: row.get(2)? })
    }
}
