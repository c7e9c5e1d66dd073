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
use roundtrip_query::plan::Params;
use roundtrip_sql::Role;
use roundtrip_store::{Answer, Breach, Rows};

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
    Ok(written.answer.finish(&prepared.frame, false)?)
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
    let failed = |breach| FailedAt { failure: Failure::Breach(breach), row: 0 };
    Breach::within(plan.terms, written.answer.rows).map_err(failed)?;
    written.answer.finish(&prepared.frame, created).map_err(failed)
}

/// What a statement has answered, or written.
struct Answered {
    rows: u64,
    /// The key of the row that was written.
    key: Option<u64>,
}

/// What the steps of a plan have done so far.
struct Written {
    answer: Answer,
    answer_bytes: usize,
}

impl Written {
    fn new(prepared: &Prepared, answer_bytes: usize) -> Self {
        Self { answer: Answer::new(&prepared.frame, answer_bytes), answer_bytes }
    }

    /// Writes one row of parameters; whether that row was not there before.
    async fn row_of_parameters(
        &mut self,
        session: &mut Session,
        prepared: &Prepared,
        values: Values<'_>,
    ) -> Result<bool, Failure> {
        let before = self.answer.rows;
        if let Some(merge) = &prepared.merge {
            let is_there = finds(session, &merge.probe, values).await?;
            // The insert, or the merge where there is one.
            if let Some(step) = prepared.steps.get(usize::from(is_there)) {
                self.step(session, step, values).await?;
            }
            let untouched = self.answer.rows == before;
            return if is_there && untouched && merge.may_be_refused {
                Err(Breach::Refused.into())
            } else {
                Ok(!is_there && !untouched)
            };
        }
        let mut created = false;
        for (number, step) in prepared.steps.iter().enumerate() {
            // The insert of a replacement runs where its update touched nothing.
            if number > 0 && self.answer.rows > before {
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
                let answered = self.answered(session, step, lock, values).await?.rows;
                let done = session.run(step.text.sql(), step.text.values(values), |_, _| Ok(())).await?;
                // Fewer is sound: what was removed may have taken others of them along.
                if done.affected > answered {
                    return Err(Failure::Overtaken);
                }
                self.answer.rows += answered;
            }
            (Some(lock), _) => {
                let keys = keys(session, lock, values).await?;
                if !keys.is_empty() {
                    self.answer.rows += unchanged(session, step, values, keys.len() as u64).await?;
                }
                for key in &keys {
                    self.read_back(session, step, Values { key, ..values }).await?;
                }
            }
            (None, _) => {
                let Answered { rows, key } = self.answered(session, step, &step.text, values).await?;
                self.answer.rows += rows;
                // Nothing was written where a trigger of a view said so.
                if rows > 0 {
                    let key = key.map(Sent::UInt);
                    self.read_back(session, step, Values { key: key.as_slice(), ..values }).await?;
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
    ) -> Result<Answered, Failure> {
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
            return Ok(Answered { rows, key: None });
        }
        if !step.key.is_empty() && step.read_back.is_none() {
            // The server has told the key that it handed out.
            let alone = self.answer.rows == 0 && done.affected == 1;
            self.answer.location = done.key.filter(|_| alone).map(|key| vec![key.to_string()]);
        }
        Ok(Answered { rows: done.affected, key: done.key })
    }

    /// Answers a row that a step has written, from a statement of its own.
    async fn read_back(
        &mut self,
        session: &mut Session,
        step: &Step,
        values: Values<'_>,
    ) -> Result<(), Failure> {
        match &step.read_back {
            Some(text) => match self.answered(session, step, text, values).await?.rows {
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
            return Err(Breach::Refused.into());
        }
        if !step.key.is_empty() {
            // Only the one created row has a place to be told; of several, none is.
            // One that is read back has been counted already.
            let counted = u64::from(step.read_back.is_some());
            let alone = number == 1 && self.answer.rows <= counted;
            self.answer.location = if alone { location(step, row) } else { None };
        }
        let shown = step.visible.is_none_or(|column| is_true(row, column));
        if !shown {
            return Ok(());
        }
        let limit_bytes = self.answer_bytes;
        self.answer.row(|out| {
            let cells = cells(step, row, columns, limit_bytes)?;
            let missing = || Failure::Malformed("a row has too few columns");
            step.writer.write(out, |index| cells.get(index).map(Held::cell).ok_or_else(missing))
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
///
/// Numbers are compared, not keys: nobody can change a locked row, so that each of them is still found
/// and the same number means the same rows. That does not hold for a condition about rows of other
/// tables, which are not locked: one row may cease to be found, and another come in its place. The
/// condition would have to name the locked keys too, and the text of the step is written before they
/// are known.
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
