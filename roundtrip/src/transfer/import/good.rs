//! Whatever is good: each batch is a transaction of its own, and what is refused leaves it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use roundtrip_engine::{Engine, EngineError};
use roundtrip_policy::Caller;
use roundtrip_store::StoreErrorKind;

use super::{ImportError, Imported, MOST_TOLD, Opened, Progress, Refused, by_database, by_row, misread};
use crate::transfer::row::{Raw, ReadError, Row};

pub(super) async fn run(
    engine: &Arc<Engine>,
    mut opened: Opened,
    path: &Path,
    progress: Progress,
) -> Result<Imported, ImportError> {
    let (resource, meter) = (opened.resource.clone(), Arc::clone(&opened.meter));
    let mut bin = Bin::new(path, opened.header.take());
    let mut imported = Imported::default();
    loop {
        // Reading a file blocks; a server may share these threads with us.
        let (back, batch) = read(opened).await;
        opened = back;
        let batch = batch?;
        let Some(last) = batch.last() else { break };
        progress(meter.read(), last.number);
        let (good, bad): (Vec<Row>, Vec<Row>) = batch.into_iter().partition(|row| row.mistakes.is_empty());
        for row in &bad {
            bin.put(row, misread(row), &mut imported)?;
        }
        insert(engine, &resource, good, &mut bin, &mut imported).await?;
    }
    bin.close()?;
    Ok(imported)
}

async fn read(mut opened: Opened) -> (Opened, Result<Vec<Row>, ReadError>) {
    let reading = tokio::task::spawn_blocking(move || {
        let batch = opened.batch();
        (opened, batch)
    });
    reading.await.expect("reading a file does not panic")
}

/// Inserts rows; those that are refused are taken out until the rest goes in.
async fn insert(
    engine: &Engine,
    resource: &str,
    rows: Vec<Row>,
    bin: &mut Bin,
    imported: &mut Imported,
) -> Result<(), ImportError> {
    // Parts that are still to be inserted, the next one last. A part only ever gets smaller.
    let mut parts = vec![rows];
    while let Some(mut rows) = parts.pop() {
        if rows.is_empty() {
            continue;
        }
        let inputs = rows.iter().map(|row| row.input.clone()).collect();
        let error = match engine.prepare(Caller::Operator, resource, inputs) {
            Ok(plan) => {
                let batch = stream::once(async move { Ok(plan) }).boxed();
                match engine.load(batch, false).await {
                    Ok(report) => {
                        imported.rows += report.rows;
                        continue;
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        match error {
            EngineError::Invalid(violations) => {
                let refused = by_row(&rows, &violations);
                if refused.is_empty() {
                    return Err(EngineError::Invalid(violations).into());
                }
                let (bad, good): (Vec<Row>, Vec<Row>) =
                    rows.into_iter().partition(|row| refused.iter().any(|one| one.number == row.number));
                for (row, reason) in bad.iter().zip(refused) {
                    bin.put(row, reason, imported)?;
                }
                parts.push(good);
            }
            EngineError::Store(error) if is_about_a_row(&error.kind) => match error.row {
                Some(index) if index < rows.len() => {
                    let rest = rows.split_off(index + 1);
                    if let Some(row) = rows.pop() {
                        bin.put(&row, by_database(&row, &error.detail), imported)?;
                    }
                    parts.push(rest);
                    parts.push(rows);
                }
                _ if rows.len() == 1 => {
                    bin.put(&rows[0], by_database(&rows[0], &error.detail), imported)?;
                }
                // The database did not say which: halves tell.
                _ => {
                    let rest = rows.split_off(rows.len() / 2);
                    parts.push(rest);
                    parts.push(rows);
                }
            },
            error => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether a row is at fault, and not the database or the machine.
fn is_about_a_row(kind: &StoreErrorKind) -> bool {
    match kind {
        StoreErrorKind::Unique { .. }
        | StoreErrorKind::Reference { .. }
        | StoreErrorKind::NotNull { .. }
        | StoreErrorKind::Check { .. }
        | StoreErrorKind::Refused { .. }
        | StoreErrorKind::TooLarge { .. }
        | StoreErrorKind::Type => true,
        StoreErrorKind::NotOne { .. }
        | StoreErrorKind::TooMany { .. }
        | StoreErrorKind::Pattern
        | StoreErrorKind::Search
        | StoreErrorKind::ReadOnly
        | StoreErrorKind::Timeout { .. }
        | StoreErrorKind::Busy
        | StoreErrorKind::Unavailable
        | StoreErrorKind::Full
        | StoreErrorKind::Structure { .. }
        | StoreErrorKind::Unsupported
        | StoreErrorKind::Internal => false,
    }
}

/// The file of refused rows; made when the first arrives.
struct Bin {
    path: PathBuf,
    header: Option<csv::StringRecord>,
    writer: Option<Writer>,
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Lines(BufWriter<File>),
}

impl Bin {
    fn new(path: &Path, header: Option<csv::StringRecord>) -> Self {
        Self { path: path.to_owned(), header, writer: None }
    }

    fn put(&mut self, row: &Row, refused: Refused, imported: &mut Imported) -> Result<(), ImportError> {
        imported.refused += 1;
        if imported.told.len() < MOST_TOLD {
            imported.told.push(refused);
        }
        self.write(&row.raw).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> ImportError {
        ImportError::Open { path: self.path.display().to_string(), source }
    }

    fn write(&mut self, raw: &Raw) -> std::io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(open(&self.path, self.header.as_ref())?),
        };
        match (writer, raw) {
            (Writer::Csv(writer), Raw::Cells(cells)) => Ok(writer.write_record(cells)?),
            (Writer::Lines(writer), Raw::Json(text)) => {
                writeln!(writer, "{}", text.replace(['\n', '\r'], " "))
            }
            // A file has one form, so its rows and its bin have the same.
            (Writer::Csv(_), Raw::Json(_)) | (Writer::Lines(_), Raw::Cells(_)) => Ok(()),
        }
    }

    fn close(self) -> Result<(), ImportError> {
        let path = self.path.display().to_string();
        let flushed = match self.writer {
            None => Ok(()),
            Some(Writer::Csv(mut writer)) => writer.flush(),
            Some(Writer::Lines(mut writer)) => writer.flush(),
        };
        flushed.map_err(|source| ImportError::Open { path, source })
    }
}

fn open(path: &Path, header: Option<&csv::StringRecord>) -> std::io::Result<Writer> {
    // Never over what somebody may still want to correct.
    let file = File::create_new(path)?;
    Ok(match header {
        Some(header) => {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
            writer.write_record(header)?;
            Writer::Csv(Box::new(writer))
        }
        None => Writer::Lines(BufWriter::new(file)),
    })
}
