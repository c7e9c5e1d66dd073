//! What the statements of a plan have answered so far: rows go from the server's bytes straight into
//! the answer's.
//!
//! Must not know: how statements are sent, transactions.

use std::pin::pin;

use futures_util::TryStreamExt as _;
use roundtrip_store::Rows;
use roundtrip_store::render::Body;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Row, RowStream};

use crate::cell::{Kinds, Malformed, oid};
use crate::error::Failure;
use crate::statement::{Prepared, Step};

/// The bytes of a value as they came.
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(bytes)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The type and the bytes of a value.
fn field(row: &Row, index: usize) -> Option<(u32, Option<&[u8]>)> {
    let column = row.columns().get(index)?;
    let Raw(bytes) = row.try_get(index).ok()?;
    Some((column.type_().oid(), bytes))
}

/// What a column of booleans says; null is no.
pub(crate) fn is_true(row: &Row, index: usize) -> Result<bool, Malformed> {
    match field(row, index) {
        Some((oid::BOOL, bytes)) => Ok(bytes == Some(&[1])),
        _ => Err(Malformed::Bytes("something else than yes or no")),
    }
}

/// A column of whole numbers.
pub(crate) fn number(row: &Row, index: usize) -> Result<i64, Malformed> {
    let wrong = Malformed::Bytes("something else than a number");
    match field(row, index) {
        Some((oid::INT8, Some(bytes))) => bytes.try_into().map(i64::from_be_bytes).map_err(|_| wrong),
        _ => Err(wrong),
    }
}

/// A column of text.
pub(crate) fn text(row: &Row, index: usize) -> Option<&str> {
    let (_, bytes) = field(row, index)?;
    std::str::from_utf8(bytes?).ok()
}

/// What the steps of a plan have done so far.
pub(crate) struct Written {
    body: Option<Body>,
    location: Option<Vec<String>>,
    /// How many rows were found or written.
    pub(crate) rows: u64,
    /// Rows beyond the one that was asked for.
    surplus: u64,
    answer_bytes: usize,
}

impl Written {
    pub(crate) fn new(prepared: &Prepared, answer_bytes: usize) -> Self {
        let mut body = prepared.answer.map(|layout| Body::new(layout, prepared.expected_size()));
        if let Some(body) = body.as_mut().filter(|_| !prepared.header.is_empty()) {
            body.header(&prepared.header);
        }
        Self { body, location: None, rows: 0, surplus: 0, answer_bytes }
    }

    /// Takes the answer of a statement, to its very end: a write is committed behind its last row.
    pub(crate) async fn take(
        &mut self,
        kinds: &Kinds,
        step: &Step,
        stream: RowStream,
    ) -> Result<(), Failure> {
        let mut stream = pin!(stream);
        let before = self.rows;
        while let Some(row) = stream.try_next().await? {
            self.rows += 1;
            self.row(kinds, step, &row)?;
        }
        if self.rows == before {
            // Rows that are not answered are only counted.
            self.rows += stream.rows_affected().unwrap_or_default();
        }
        Ok(())
    }

    fn row(&mut self, kinds: &Kinds, step: &Step, row: &Row) -> Result<(), Failure> {
        if let Some(column) = step.checked
            && !is_true(row, column)?
        {
            return Err(Failure::Refused);
        }
        if !step.key.is_empty() {
            // Only the one created row has a place to be told; of several, none is.
            self.location = if self.rows == 1 { location(step, row) } else { None };
        }
        let shown = step.visible.map_or(Ok(true), |column| is_true(row, column))?;
        let Some(body) = self.body.as_mut().filter(|_| shown) else { return Ok(()) };
        let Ok(out) = body.row() else {
            // Not an error yet: the caller is told how many there are.
            self.surplus += 1;
            return Ok(());
        };
        step.rows.write(out, kinds, |index| field(row, index))?;
        if body.size() > self.answer_bytes {
            return Err(Failure::TooLarge(self.answer_bytes));
        }
        Ok(())
    }

    pub(crate) fn finish(self, prepared: &Prepared, created: bool) -> Result<Rows, Failure> {
        if self.surplus > 0 {
            return Err(Failure::NotOne(self.surplus + 1));
        }
        let is_read = prepared.is_read();
        let count = self.body.as_ref().map_or(self.rows, Body::rows);
        let body = self.body.map_or_else(Vec::new, Body::finish);
        if !body.is_empty() {
            prepared.learn_size(body.len());
        }
        Ok(Rows {
            body,
            count,
            written: if is_read { 0 } else { self.rows },
            created,
            location: self.location,
            sql: Some(prepared.sql.clone()),
            ..Rows::default()
        })
    }
}

/// The key as text; `None` where a part of it has no text form.
fn location(step: &Step, row: &Row) -> Option<Vec<String>> {
    step.key.clone().map(|column| text(row, column).map(str::to_owned)).collect()
}
