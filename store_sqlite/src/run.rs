//! Runs prepared shapes on a connection: bind, step, render.
//!
//! A column goes from SQLite's buffer into the answer, a value from the plan into SQLite's; no value
//! is copied or allocated in between.
//!
//! Must not know: threads, queues, transactions of several members.

use roundtrip_query::Plan;
use roundtrip_query::plan::Params;
use roundtrip_schema::Value;
use roundtrip_store::render::Cell;
use roundtrip_store::{Answer, Breach, Rows};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Row};

use crate::function::cell;
use crate::statement::{Prepared, Step};

/// Why something could not be run, before it is sorted into the store's kinds.
#[derive(Debug)]
pub(crate) enum Failure {
    /// SQLite's own words.
    Database(rusqlite::Error),
    /// What it did is not what it was to do.
    Breach(Breach),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Breach> for Failure {
    fn from(breach: Breach) -> Self {
        Self::Breach(breach)
    }
}

/// A failure and the row of parameters that it happened with.
#[derive(Debug)]
pub(crate) struct FailedAt {
    pub(crate) failure: Failure,
    pub(crate) row: usize,
    /// Whether rows were written all the same, and have to be undone.
    pub(crate) wrote: bool,
}

/// Reads: the rows, and their number in all where the plan asks for it, on one snapshot.
pub(crate) fn read(
    connection: &Connection,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<Rows, Failure> {
    let values = Values { row: &[], fixed: &plan.params.fixed };
    let Some(count) = &prepared.count else {
        return read_rows(connection, prepared, values, answer_bytes);
    };
    connection.prepare_cached("BEGIN")?.raw_execute()?;
    let both = || -> Result<Rows, Failure> {
        let mut rows = read_rows(connection, prepared, values, answer_bytes)?;
        let mut statement = connection.prepare_cached(count)?;
        bind(&mut statement, values)?;
        let mut counted = statement.raw_query();
        let total: i64 = counted.next()?.map_or(Ok(0), |row| row.get(0))?;
        rows.total = u64::try_from(total).ok();
        Ok(rows)
    };
    let outcome = both();
    let ended = connection.prepare_cached("ROLLBACK")?.raw_execute();
    let rows = outcome?;
    ended?;
    Ok(rows)
}

fn read_rows(
    connection: &Connection,
    prepared: &Prepared,
    values: Values<'_>,
    answer_bytes: usize,
) -> Result<Rows, Failure> {
    let mut written = Written(Answer::new(&prepared.frame, answer_bytes));
    for step in &prepared.steps {
        written.step(connection, step, values)?;
    }
    Ok(written.0.finish(&prepared.frame, false)?)
}

/// Writes every row of parameters, inside a transaction that the caller has begun and will end.
pub(crate) fn write(
    connection: &Connection,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<Rows, FailedAt> {
    let Params { rows, fixed } = &plan.params;
    let mut written = Written(Answer::new(&prepared.frame, answer_bytes));
    let mut created = false;
    for (index, row) in rows.iter().enumerate() {
        let values = Values { row, fixed };
        let before = written.0.rows;
        let outcome = written.row_of_parameters(connection, prepared, values);
        let wrote = written.0.rows > before;
        created |= outcome.map_err(|failure| FailedAt { failure, row: index, wrote })?;
    }
    let affected = written.0.rows;
    let failed = |breach| FailedAt { failure: Failure::Breach(breach), row: 0, wrote: affected > 0 };
    Breach::within(plan.terms, affected).map_err(failed)?;
    written.0.finish(&prepared.frame, created).map_err(failed)
}

/// The values of one run: slot `n` is the `n`-th of both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) row: &'a [Value],
    pub(crate) fixed: &'a [Value],
}

impl Values<'_> {
    fn get(&self, slot: usize) -> Option<&Value> {
        self.row.get(slot).or_else(|| self.fixed.get(slot - self.row.len()))
    }
}

/// Binds every slot that the statement has.
pub(crate) fn bind(statement: &mut CachedStatement<'_>, values: Values<'_>) -> rusqlite::Result<()> {
    for slot in 0..statement.parameter_count() {
        // A gap between two slots counts as a parameter too; what nobody gave stays null.
        if let Some(value) = values.get(slot) {
            statement.raw_bind_parameter(slot + 1, stored(value))?;
        }
    }
    Ok(())
}

/// A value as SQLite stores it.
fn stored(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Boolean(value) => ValueRef::Integer(i64::from(*value)),
        Value::Integer(value) => ValueRef::Integer(*value),
        Value::Float(value) => ValueRef::Real(*value),
        Value::Decimal(text) => decimal(text),
        Value::Text(text) | Value::Json(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
    })
}

/// An integer where nothing but zeros follows the point, else a double: what a column of SQLite's
/// NUMERIC affinity would make of it, said here so that columns of other affinities agree. The planner
/// lets no decimal through with more digits than a double keeps.
fn decimal(text: &str) -> ValueRef<'_> {
    let whole = text
        .split_once('.')
        .map_or(Some(text), |(whole, fraction)| fraction.bytes().all(|digit| digit == b'0').then_some(whole));
    match whole.and_then(|whole| whole.parse().ok()) {
        Some(integer) => ValueRef::Integer(integer),
        None => text.parse().map_or(ValueRef::Text(text.as_bytes()), ValueRef::Real),
    }
}

/// What the steps of a plan have done so far.
struct Written(Answer);

impl Written {
    /// Writes one row of parameters; whether that row was not there before.
    fn row_of_parameters(
        &mut self,
        connection: &Connection,
        prepared: &Prepared,
        values: Values<'_>,
    ) -> Result<bool, Failure> {
        let before = self.0.rows;
        if let Some(merge) = &prepared.merge {
            let is_there = finds(connection, &merge.probe, values)?;
            for step in &prepared.steps {
                self.step(connection, step, values)?;
            }
            let untouched = self.0.rows == before;
            return if untouched && merge.may_be_refused {
                Err(Breach::Refused.into())
            } else {
                Ok(!is_there && !untouched)
            };
        }
        let mut created = false;
        for (number, step) in prepared.steps.iter().enumerate() {
            // The insert of a replacement runs where its update touched nothing.
            if number > 0 && self.0.rows > before {
                break;
            }
            self.step(connection, step, values)?;
            created = number > 0;
        }
        Ok(created)
    }

    fn step(&mut self, connection: &Connection, step: &Step, values: Values<'_>) -> Result<(), Failure> {
        let mut statement = connection.prepare_cached(&step.text)?;
        bind(&mut statement, values)?;
        if statement.column_count() == 0 {
            let written = statement.raw_execute()? as u64;
            self.0.rows += written;
            return match &step.read_back {
                // Nothing was written where a trigger said so (`RAISE(IGNORE)`).
                Some(text) if written > 0 => self.read_back(connection, step, text, values),
                _ => Ok(()),
            };
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            self.0.rows += 1;
            self.row(step, row)?;
        }
        Ok(())
    }

    /// Answers the row that a step has written, from a statement of its own.
    fn read_back(
        &mut self,
        connection: &Connection,
        step: &Step,
        text: &str,
        values: Values<'_>,
    ) -> Result<(), Failure> {
        let mut statement = connection.prepare_cached(text)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            self.row(step, row)?;
        }
        Ok(())
    }

    fn row(&mut self, step: &Step, row: &Row<'_>) -> Result<(), Failure> {
        if let Some(column) = step.checked
            && !is_true(row, column)?
        {
            return Err(Breach::Refused.into());
        }
        if !step.key.is_empty() {
            // Only the one created row has a place to be told; of several, none is.
            self.0.location = if self.0.rows == 1 { location(step, row)? } else { None };
        }
        let shown = step.visible.map_or(Ok(true), |column| is_true(row, column))?;
        if !shown {
            return Ok(());
        }
        let read = |index| -> Result<Cell<'_>, Failure> {
            Ok(match row.get_ref(index)? {
                ValueRef::Text(text) if step.rendered.get(index) == Some(&true) => Cell::Rendered(text),
                value => cell(value),
            })
        };
        self.0.row(|out| step.writer.write(out, read))
    }
}

/// What a statement of one row and one boolean says.
fn finds(connection: &Connection, text: &str, values: Values<'_>) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(text)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    rows.next()?.map_or(Ok(false), |row| is_true(row, 0))
}

fn is_true(row: &Row<'_>, column: usize) -> rusqlite::Result<bool> {
    Ok(matches!(row.get_ref(column)?, ValueRef::Integer(value) if value != 0))
}

/// The key as text; `None` where a part of it has no text form.
fn location(step: &Step, row: &Row<'_>) -> rusqlite::Result<Option<Vec<String>>> {
    let mut parts = Vec::with_capacity(step.key.len());
    for column in step.key.clone() {
        parts.push(match row.get_ref(column)? {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => return Ok(None),
        });
    }
    Ok(Some(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_integers_where_they_can_be() {
        for (text, expected) in [
            ("12", ValueRef::Integer(12)),
            ("12.00", ValueRef::Integer(12)),
            ("-12.50", ValueRef::Real(-12.5)),
            ("0.1", ValueRef::Real(0.1)),
            ("92233720368547758070", ValueRef::Real(92_233_720_368_547_758_070.0)),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
    }
}
