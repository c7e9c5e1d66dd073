//! What the statements of a plan have answered so far: rows go from the server's bytes straight into
//! the answer's.
//!
//! Must not know: how statements are sent, transactions.

use std::pin::pin;

use futures_util::TryStreamExt as _;
use roundtrip_store::{Answer, Breach, Rows};
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
pub(crate) struct Written(Answer);

impl Written {
    pub(crate) fn new(prepared: &Prepared, answer_bytes: usize) -> Self {
        Self(Answer::new(&prepared.frame, answer_bytes))
    }

    /// How many rows were found or written.
    pub(crate) fn rows(&self) -> u64 {
        self.0.rows
    }

    /// Takes the answer of a statement, to its very end: a write is committed behind its last row.
    pub(crate) async fn take(
        &mut self,
        kinds: &Kinds,
        step: &Step,
        stream: RowStream,
    ) -> Result<(), Failure> {
        let mut stream = pin!(stream);
        let before = self.0.rows;
        while let Some(row) = stream.try_next().await? {
            self.0.rows += 1;
            self.row(kinds, step, &row)?;
        }
        if self.0.rows == before {
            // Rows that are not answered are only counted.
            self.0.rows += stream.rows_affected().unwrap_or_default();
        }
        Ok(())
    }

    fn row(&mut self, kinds: &Kinds, step: &Step, row: &Row) -> Result<(), Failure> {
        if let Some(column) = step.checked
            && !is_true(row, column)?
        {
            return Err(Breach::Refused.into());
        }
        if !step.key.is_empty() {
            // Only the one created row has a place to be told; of several, none is.
            self.0.location = if self.0.rows == 1 { location(step, row) } else { None };
        }
        let shown = step.visible.map_or(Ok(true), |column| is_true(row, column))?;
        if !shown {
            return Ok(());
        }
        self.0.row(|out| Ok(step.rows.write(out, kinds, |index| field(row, index))?))
    }

    /// All of it.
    pub(crate) fn finish(self, prepared: &Prepared, created: bool) -> Result<Rows, Breach> {
        self.0.finish(&prepared.frame, created)
    }
}

/// The key as text; `None` where a part of it has no text form.
fn location(step: &Step, row: &Row) -> Option<Vec<String>> {
    step.key.clone().map(|column| text(row, column).map(str::to_owned)).collect()
}
