//! A product as JSON knows it. It must not know HTTP, nor a database.

use serde::{Deserialize, Serialize};

/// One whole row; its texts may be borrowed from what the driver holds.
#[derive(Serialize)]
pub(crate) struct Product<'row> {
    pub(crate) id: i64,
    pub(crate) name: &'row str,
    pub(crate) price: Option<f64>,
    pub(crate) stock: Option<i32>,
    pub(crate) category_id: Option<i32>,
    pub(crate) about: Option<&'row str>,
}

/// The columns of the filtered list.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) price: Option<f64>,
}

/// The body of an insert.
#[derive(Debug, Deserialize)]
pub(crate) struct NewProduct {
    pub(crate) name: String,
    pub(crate) price: Option<f64>,
    pub(crate) stock: Option<i32>,
    pub(crate) category_id: Option<i32>,
    pub(crate) about: Option<String>,
}
