//! Every row or none: one transaction, ended by the first batch that holds a bad row.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use roundtrip_engine::{Engine, EngineError};
use roundtrip_policy::Caller;

use super::{ImportError, Imported, MOST_TOLD, Opened, Progress, Refused, by_row, misread};
use crate::transfer::feed::{Feed, feed};
use crate::transfer::row::Row;

/// Where rows stand in the file, for those that the database may still refuse. A load has a few
/// batches under way, so a few are remembered.
type Lines = Arc<Mutex<VecDeque<Vec<(u64, u64)>>>>;

/// More than can be between the reader and the writer.
const REMEMBERED: usize = 16;

pub(super) async fn run(
    engine: &Arc<Engine>,
    opened: Opened,
    progress: Progress,
) -> Result<Imported, ImportError> {
    let lines = Lines::default();
    let (maker, remembered) = (Arc::clone(engine), Arc::clone(&lines));
    let produce = move |feed: &mut Feed| {
        let read = read(&maker, opened, &remembered, &progress, feed);
        if read.is_err() {
            feed.abandon();
        }
        read
    };
    let (loaded, read) = feed(engine, false, produce).await;
    read?;
    match loaded {
        Ok(report) => Ok(Imported { rows: report.rows, ..Imported::default() }),
        Err(EngineError::Store(error)) => match error.row.and_then(|row| find(&lines, row)) {
            Some((number, line)) => {
                let mistake = super::FieldMistake { field: String::new(), detail: error.detail };
                Err(ImportError::Refused(vec![Refused { number, line, mistakes: vec![mistake] }]))
            }
            None => Err(ImportError::Engine(EngineError::Store(error))),
        },
        Err(error) => Err(error.into()),
    }
}

fn read(
    engine: &Engine,
    mut opened: Opened,
    lines: &Lines,
    progress: &Progress,
    feed: &Feed,
) -> Result<(), ImportError> {
    loop {
        let batch = opened.batch()?;
        let Some(last) = batch.last() else { return Ok(()) };
        progress(opened.meter.read(), last.number);
        remember(lines, &batch);
        let mut refused: Vec<Refused> =
            batch.iter().filter(|row| !row.mistakes.is_empty()).map(misread).collect();
        let rows = batch.iter().map(|row| row.input.clone()).collect();
        match engine.prepare(Caller::Operator, &opened.resource, rows) {
            Ok(plan) if refused.is_empty() => {
                // A writer that has given up says why itself.
                if let ControlFlow::Break(()) = feed.give(plan) {
                    return Ok(());
                }
            }
            Ok(_) => return Err(told(refused)),
            Err(EngineError::Invalid(violations)) => {
                // A cell that could not be read is missing to the engine: its own reason is the better one.
                let known: Vec<u64> = refused.iter().map(|one| one.number).collect();
                refused.extend(
                    by_row(&batch, &violations).into_iter().filter(|one| !known.contains(&one.number)),
                );
                return Err(told(refused));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn told(mut refused: Vec<Refused>) -> ImportError {
    refused.sort_by_key(|one| one.number);
    refused.truncate(MOST_TOLD);
    ImportError::Refused(refused)
}

fn remember(lines: &Lines, batch: &[Row]) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() == REMEMBERED {
        lines.pop_front();
    }
    lines.push_back(batch.iter().map(|row| (row.number, row.line)).collect());
}

/// The row that a store counts from the first row of the load, from 0.
fn find(lines: &Lines, row: usize) -> Option<(u64, u64)> {
    let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = row as u64 + 1;
    lines.iter().flatten().find(|(number, _)| *number == wanted).copied()
}
