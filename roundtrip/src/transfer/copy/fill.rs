//! The second reading: the rows of each table go into the target, in one transaction for each table.
//!
//! It must not know whether they arrive as they left; that is asked afterwards.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use roundtrip_engine::{Engine, EngineError, Violation};
use roundtrip_policy::{Authorized, Caller};
use roundtrip_query::Plan;
use roundtrip_query::operation::InputRow;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::check::{Page, Reading};
use super::structure::{TablePair, Tables};
use super::{CopyError, Digest, Event, Misfit, Watch};
use crate::transfer::object::members;

/// Batches that may wait for the database; more would only be memory.
const QUEUE: usize = 2;

/// The keys of so many batches are remembered, for rows that the database refuses late.
const REMEMBERED: usize = 16;

type Batch = Result<Authorized<Plan>, EngineError>;

/// Loads a table; gives the checksum of what was read.
pub(super) async fn fill(
    from: &Arc<Engine>,
    to: &Arc<Engine>,
    tables: &Tables,
    table: &TablePair,
    watch: Watch<'_>,
) -> Result<Digest, CopyError> {
    let (sender, receiver) = mpsc::channel::<Batch>(QUEUE);
    let next = |mut receiver: mpsc::Receiver<Batch>| async move {
        let batch = receiver.recv().await?;
        Some((batch, receiver))
    };
    let batches = stream::unfold(receiver, next).boxed();
    let mut feeding =
        Feeding { reading: Reading::new(table, tables.pages(table)), table, keys: VecDeque::new(), given: 0 };
    let (loaded, fed) = tokio::join!(to.load(batches, false), feeding.run(from, to, sender, watch));
    fed?;
    match loaded {
        Ok(_) => Ok(feeding.reading.digest),
        Err(EngineError::Store(error)) => match error.row.and_then(|row| feeding.key(row as u64)) {
            Some(row) => Err(CopyError::Refused(Misfit {
                resource: table.name().to_owned(),
                row,
                field: String::new(),
                reason: if error.private.is_empty() {
                    error.detail
                } else {
                    format!("{}: {}", error.detail, error.private)
                },
            })),
            None => Err(CopyError::Database(error)),
        },
        Err(error) => Err(error.into()),
    }
}

/// The rows of a table on their way.
struct Feeding<'a> {
    reading: Reading<'a>,
    table: &'a TablePair,
    /// The keys of the last batches, each with the number of its first row.
    keys: VecDeque<(u64, Vec<String>)>,
    given: u64,
}

impl Feeding<'_> {
    /// Reads pages and hands them over, until there is no more or nobody takes any.
    async fn run(
        &mut self,
        from: &Engine,
        to: &Engine,
        sender: mpsc::Sender<Batch>,
        watch: Watch<'_>,
    ) -> Result<(), CopyError> {
        loop {
            let batch = match self.reading.next(from).await {
                Ok(Some(page)) => self.batch(to, &page).map(|plan| (plan, page.rows)),
                Ok(None) => return Ok(()),
                Err(error) => Err(error),
            };
            match batch {
                Ok((plan, rows)) => match sender.send(Ok(plan)).await {
                    Ok(()) => watch(Event::Rows(rows)),
                    // A load that has given up says why itself.
                    Err(_gone) => return Ok(()),
                },
                Err(error) => {
                    let reason = EngineError::Input("the rows could not be read".to_owned());
                    // When nobody listens any more the transaction has ended already.
                    let _gone = sender.send(Err(reason)).await;
                    return Err(error);
                }
            }
        }
    }

    fn batch(&mut self, to: &Engine, page: &Page) -> Result<Authorized<Plan>, CopyError> {
        let rows: Vec<&RawValue> = serde_json::from_slice(&page.body)?;
        let (mut inputs, mut keys) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            let members = members(row.get())?;
            keys.push(self.table.key(&members, self.given + keys.len() as u64 + 1));
            let member = |(name, json): (String, &str)| (name.into_boxed_str(), Box::from(json));
            inputs.push(InputRow { members: members.into_iter().map(member).collect() });
        }
        let plan = to.prepare(Caller::Operator, self.table.name(), inputs);
        let plan = plan.map_err(|error| self.refused(error, &keys))?;
        if self.keys.len() == REMEMBERED {
            self.keys.pop_front();
        }
        let count = keys.len() as u64;
        self.keys.push_back((self.given, keys));
        self.given += count;
        Ok(plan)
    }

    /// The key of the row that the store counts from the first one, from 0.
    fn key(&self, row: u64) -> Option<String> {
        let (first, keys) = self.keys.iter().rev().find(|(first, _)| *first <= row)?;
        keys.get(usize::try_from(row - first).ok()?).cloned()
    }

    fn refused(&self, error: EngineError, keys: &[String]) -> CopyError {
        let EngineError::Invalid(violations) = error else { return error.into() };
        let misfit = |violation: &Violation| {
            let path = violation.pointer.trim_start_matches('/');
            let (index, field) = path.split_once('/').unwrap_or((path, ""));
            let row = index.parse().ok().and_then(|index: usize| keys.get(index)).cloned();
            Misfit {
                resource: self.table.name().to_owned(),
                row: row.unwrap_or_default(),
                field: field.replace("~1", "/").replace("~0", "~"),
                reason: violation.detail.clone(),
            }
        };
        match violations.first().map(misfit) {
            Some(misfit) => CopyError::Refused(misfit),
            None => CopyError::Engine(EngineError::Invalid(violations)),
        }
    }
}
