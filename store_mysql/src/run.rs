//! Runs prepared shapes on a connection: bind, read, render.
//!
//! A database without `RETURNING` answers written rows by statements around the write: rows are locked
//! and their keys read before an update, and read back after it; a deletion's answer is read, and
//! locked, before it; an inserted row is found by the key that it was given.
//!
//! Must not know: transactions, pools, what a failure means to a caller.

use std::sync::Arc;

use mysql_async::{Row, Value as Sent};
use roundtrip_query::Plan;
use roundtrip_query::plan::{Params, Terms};
use roundtrip_sql::Role;
use roundtrip_store::Rows;
use roundtrip_store::render::Body;

use crate::cell::Held;
use crate::failure::Failure;
use crate::row::{cells, is_cut, is_true, location};
use crate::session::Session;
use crate::statement::{Prepared, Step};
use crate::text::{Text, Values};

/// A failure and the row of parameters that it happened with.
#[derive(Debug)]
pub(crate) struct FailedAt {
    pub(crate) failure: Failure,
    pub(crate) row: usize,
}

/// Reads rows.
pub(crate) async fn read(
    session: &mut Session,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<Rows, Failure> {
    let mut written = Written::new(prepared, answer_bytes);
    for step in &prepared.steps {
        written.step(session, step, fixed(plan)).await?;
    }
    written.finish(prepared, false)
}

/// Counts what a read is a page of.
pub(crate) async fn count(session: &mut Session, plan: &Plan, count: &Text) -> Result<Option<u64>, Failure> {
    let mut total = None;
    let each = |row: &Row, _: &_| {
        total = match row.as_ref(0) {
            Some(Sent::Int(number)) => u64::try_from(*number).ok(),
            Some(Sent::UInt(number)) => Some(*number),
            _ => None,
        };
        Ok(())
    };
    session.run(count.sql(), count.values(fixed(plan)), each).await?;
    Ok(total)
}

fn fixed(plan: &Plan) -> Values<'_> {
    Values { row: &[], fixed: &plan.params.fixed, written: &[], key: &[] }
}

/// Writes every row of parameters.
pub(crate) async fn write(
    session: &mut Session,
    plan: &Plan,
    prepared: &Prepared,
    answer_bytes: usize,
) -> Result<Rows, FailedAt> {
    let Params { rows, fixed } = &plan.params;
    let mut written = Written::new(prepared, answer_bytes);
    let mut created = false;
    for (index, row) in rows.iter().enumerate() {
        let values = Values { row, fixed, written: &prepared.written, key: &[] };
        let outcome = written.row_of_parameters(session, prepared, values).await;
        created |= outcome.map_err(|failure| FailedAt { failure, row: index })?;
    }
    let failed = |failure| FailedAt { failure, row: 0 };
    within(plan.terms, written.rows).map_err(failed)?;
    written.finish(prepared, created).map_err(failed)
}

/// Whether a write that touched so many rows may stay.
fn within(terms: Terms, affected: u64) -> Result<(), Failure> {
    if terms.exactly_one && affected != 1 {
        return Err(Failure::NotOne(affected));
    }
    match terms.max_affected {
        Some(most) if affected > most => Err(Failure::TooMany { affected, most }),
        _ => Ok(()),
    }
}

/// What the steps of a plan have done so far.
struct Written {
    body: Option<Body>,
    location: Option<Vec<String>>,
    rows: u64,
    /// Rows beyond the one that was asked for.
    surplus: u64,
    answer_bytes: usize,
}

impl Written {
    fn new(prepared: &Prepared, answer_bytes: usize) -> Self {
        let mut body = prepared.answer.map(|layout| Body::new(layout, prepared.expected_size()));
        if let Some(body) = body.as_mut().filter(|_| !prepared.header.is_empty()) {
            body.header(&prepared.header);
        }
        Self { body, location: None, rows: 0, surplus: 0, answer_bytes }
    }

    /// Writes one row of parameters; whether that row was not there before.
    async fn row_of_parameters(
        &mut self,
        session: &mut Session,
        prepared: &Prepared,
        values: Values<'_>,
    ) -> Result<bool, Failure> {
        let before = self.rows;
        if let Some(merge) = &prepared.merge {
            let is_there = finds(session, &merge.probe, values).await?;
            // The insert, or the merge where there is one.
            if let Some(step) = prepared.steps.get(usize::from(is_there)) {
                self.step(session, step, values).await?;
            }
            let untouched = self.rows == before;
            return if is_there && untouched && merge.may_be_refused {
                Err(Failure::Refused)
            } else {
                Ok(!is_there && !untouched)
            };
        }
        let mut created = false;
        for (number, step) in prepared.steps.iter().enumerate() {
            // The insert of a replacement runs where its update touched nothing.
            if number > 0 && self.rows > before {
                break;
            }
            self.step(session, step, values).await?;
            created = number > 0;
        }
        Ok(created)
    }

    async fn step(&mut self, session: &mut Session, step: &Step, values: Values<'_>) -> Result<(), Failure> {
        match (&step.lock, step.role) {
            (Some(lock), Role::Delete) => {
                let answered = self.answered(session, step, lock, values).await?;
                let done = session.run(step.text.sql(), step.text.values(values), |_, _| Ok(())).await?;
                // Fewer is sound: what was removed may have taken others of them along.
                if done.affected > answered {
                    return Err(Failure::Overtaken);
                }
                self.rows += answered;
            }
            (Some(lock), _) => {
                let keys = keys(session, lock, values).await?;
                if !keys.is_empty() {
                    self.rows += unchanged(session, step, values, keys.len() as u64).await?;
                }
                for key in &keys {
                    self.read_back(session, step, Values { key, ..values }).await?;
                }
            }
            (None, _) => {
                let answered = self.answered(session, step, &step.text, values).await?;
                self.rows += answered;
                // Nothing was written where a trigger of a view said so.
                if answered > 0 {
                    self.read_back(session, step, values).await?;
                }
            }
        }
        Ok(())
    }

    /// Runs a text and takes its rows for the answer; how many there were, or how many were written.
    async fn answered(
        &mut self,
        session: &mut Session,
        step: &Step,
        text: &Text,
        values: Values<'_>,
    ) -> Result<u64, Failure> {
        let mut rows = 0;
        let each = |row: &Row, columns: &Arc<[mysql_async::Column]>| {
            rows += 1;
            self.row(step, row, columns, rows)
        };
        let done = session.run(text.sql(), text.values(values), each).await?;
        if step.embeds() && done.warnings > 0 {
            let cut = session.query("SHOW WARNINGS").await?.iter().any(is_cut);
            if cut {
                return Err(Failure::Cut);
            }
        }
        if done.selects {
            return Ok(rows);
        }
        if !step.key.is_empty() && step.read_back.is_none() {
            // The server has told the key that it handed out.
            let alone = self.rows == 0 && done.affected == 1;
            self.location = done.key.filter(|_| alone).map(|key| vec![key.to_string()]);
        }
        Ok(done.affected)
    }

    /// Answers a row that a step has written, from a statement of its own.
    async fn read_back(
        &mut self,
        session: &mut Session,
        step: &Step,
        values: Values<'_>,
    ) -> Result<(), Failure> {
        match &step.read_back {
            Some(text) => match self.answered(session, step, text, values).await? {
                0 => Err(Failure::Lost),
                _ => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Takes a row for the answer, the `number`-th of its statement.
    fn row(
        &mut self,
        step: &Step,
        row: &Row,
        columns: &[mysql_async::Column],
        number: u64,
    ) -> Result<(), Failure> {
        if let Some(column) = step.checked
            && !is_true(row, column)
        {
            return Err(Failure::Refused);
        }
        if !step.key.is_empty() {
            // Only the one created row has a place to be told; of several, none is.
            // One that is read back has been counted already.
            let counted = u64::from(step.read_back.is_some());
            let alone = number == 1 && self.rows <= counted;
            self.location = if alone { location(step, row) } else { None };
        }
        let shown = step.visible.is_none_or(|column| is_true(row, column));
        let Some(body) = self.body.as_mut().filter(|_| shown) else { return Ok(()) };
        let cells = cells(step, row, columns, self.answer_bytes)?;
        let Ok(out) = body.row() else {
            // Not an error yet: the caller is told how many there are.
            self.surplus += 1;
            return Ok(());
        };
        let missing = Failure::Malformed("a row has too few columns");
        step.writer.write(out, |index| cells.get(index).map(Held::cell).ok_or(())).map_err(|()| missing)?;
        if body.size() > self.answer_bytes {
            return Err(Failure::TooLarge);
        }
        Ok(())
    }

    fn finish(self, prepared: &Prepared, created: bool) -> Result<Rows, Failure> {
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

/// The keys of the rows that an update will change.
async fn keys(session: &mut Session, lock: &Text, values: Values<'_>) -> Result<Vec<Vec<Sent>>, Failure> {
    let mut keys = Vec::new();
    let each = |row: &Row, _: &_| {
        keys.push((0..row.len()).map(|index| row.as_ref(index).cloned().unwrap_or(Sent::NULL)).collect());
        Ok(())
    };
    session.run(lock.sql(), lock.values(values), each).await?;
    Ok(keys)
}

/// Runs a step that must find just the rows that were locked; another number means that a row came in
/// between, which would be answered, or checked, by nobody.
async fn unchanged(
    session: &mut Session,
    step: &Step,
    values: Values<'_>,
    locked: u64,
) -> Result<u64, Failure> {
    let done = session.run(step.text.sql(), step.text.values(values), |_, _| Ok(())).await?;
    if done.affected == locked { Ok(locked) } else { Err(Failure::Overtaken) }
}

/// What a statement of one row and one boolean says.
async fn finds(session: &mut Session, text: &Text, values: Values<'_>) -> Result<bool, Failure> {
    let mut found = false;
    let each = |row: &Row, _: &_| {
        found = is_true(row, 0);
        Ok(())
    };
    session.run(text.sql(), text.values(values), each).await?;
    Ok(found)
}
