//! From a file into a resource: everything in one transaction, or, when asked, whatever is good.
//!
//! Rows go through the engine as any write does, by the operator. It must not know the command
//! line: progress and refused rows are handed to whoever asked.

mod all;
mod good;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use roundtrip_engine::{Engine, EngineError, Violation};
use roundtrip_schema::Resource;
use thiserror::Error;

use super::format::Format;
use super::limited::{Limited, Meter};
use super::read_csv::{CsvRows, without_mark};
use super::read_json::JsonRows;
use super::row::{FieldMistake, ReadError, Row, Rows};

pub use super::row::FieldMistake as Mistake;
pub use super::row::ReadError as FileError;

/// Rows in one batch; also kept under `limits.bulk_rows`.
const BATCH_ROWS: usize = 500;

/// So many refused rows are told one by one.
pub const MOST_TOLD: usize = 20;

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which row, from 1.
    pub number: u64,
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
}

/// Why nothing, or nothing more, was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// There is no such resource.
    #[error("there is no resource {0:?}")]
    NoResource(String),
    /// The file cannot be opened or written.
    #[error("{path}: {source}")]
    Open {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Rows were refused; nothing was imported.
    #[error("{} rows were refused", .0.len())]
    Refused(Vec<Refused>),
    /// The database failed, whatever the rows.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Rows that are in the database now.
    pub rows: u64,
    /// Rows that were refused; only with `keep_good`.
    pub refused: u64,
    /// The first of them.
    pub told: Vec<Refused>,
}

/// What is imported.
pub struct Import<'a> {
    /// Into which resource.
    pub resource: &'a str,
    /// From which file.
    pub file: &'a Path,
    /// In which form.
    pub format: Format,
}

/// Told bytes read and rows read, after each batch.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Imports every row, or none.
///
/// # Errors
/// [`ImportError::Refused`] with the rows of the first batch that holds a bad one.
pub async fn import(
    engine: &Arc<Engine>,
    import: &Import<'_>,
    progress: Progress,
) -> Result<Imported, ImportError> {
    let opened = Opened::new(engine, import)?;
    all::run(engine, opened, progress).await
}

/// Imports what is good; rows that are refused go into the file `refused`, in the form in which
/// they came, so that they can be corrected and imported again. It is made only if there are any.
///
/// # Errors
/// What ends an import whatever the rows; what was imported before stays.
pub async fn import_good(
    engine: &Arc<Engine>,
    import: &Import<'_>,
    refused: &Path,
    progress: Progress,
) -> Result<Imported, ImportError> {
    let opened = Opened::new(engine, import)?;
    good::run(engine, opened, refused, progress).await
}

/// A file that is open, with its header read.
struct Opened {
    resource: String,
    rows: Rows,
    meter: Arc<Meter>,
    /// The header of a CSV file.
    header: Option<csv::StringRecord>,
    most: usize,
}

impl Opened {
    fn new(engine: &Engine, import: &Import<'_>) -> Result<Self, ImportError> {
        let model = engine.model();
        let id = model.schema.find(import.resource);
        let id = id.ok_or_else(|| ImportError::NoResource(import.resource.to_owned()))?;
        let path = import.file.display().to_string();
        let file = File::open(import.file).and_then(without_mark);
        let file = file.map_err(|source| ImportError::Open { path, source })?;
        let meter = Arc::new(Meter::default());
        let (rows, header) = rows(file, import.format, &meter, model.schema.resource(id))?;
        let most = BATCH_ROWS.min(model.limits.bulk_rows).max(1);
        Ok(Self { resource: import.resource.to_owned(), rows, meter, header, most })
    }

    /// The next batch, empty at the end.
    fn batch(&mut self) -> Result<Vec<Row>, ReadError> {
        self.rows.by_ref().take(self.most).collect()
    }
}

fn rows(
    file: impl Read + Send + 'static,
    format: Format,
    meter: &Arc<Meter>,
    resource: &Resource,
) -> Result<(Rows, Option<csv::StringRecord>), ReadError> {
    let limited = |file| BufReader::new(Limited { inner: file, meter: Arc::clone(meter) });
    Ok(match format {
        Format::Csv => {
            let rows = CsvRows::new(file, Arc::clone(meter), resource)?;
            let header = rows.header.clone();
            (Box::new(rows), Some(header))
        }
        Format::Json => (Box::new(JsonRows::array(limited(file), Arc::clone(meter))), None),
        Format::Ndjson => (Box::new(JsonRows::lines(limited(file), Arc::clone(meter))), None),
    })
}

/// The rows of a batch that are refused for `violations`, whose pointers count from its beginning.
fn by_row(rows: &[Row], violations: &[Violation]) -> Vec<Refused> {
    let mut refused: Vec<Refused> = Vec::new();
    for violation in violations {
        let (index, field) = split_pointer(&violation.pointer);
        let Some(row) = index.and_then(|index| rows.get(index)) else { continue };
        let mistake = FieldMistake { field, detail: violation.detail.clone() };
        match refused.iter_mut().find(|one| one.number == row.number) {
            Some(one) => one.mistakes.push(mistake),
            None => refused.push(Refused { number: row.number, line: row.line, mistakes: vec![mistake] }),
        }
    }
    refused.sort_by_key(|one| one.number);
    refused
}

/// `/3/price` is row 3 and `price`.
fn split_pointer(pointer: &str) -> (Option<usize>, String) {
    let path = pointer.trim_start_matches('/');
    let (index, field) = path.split_once('/').unwrap_or((path, ""));
    (index.parse().ok(), field.replace("~1", "/").replace("~0", "~"))
}

/// A row that is refused for what was known when it was read.
fn misread(row: &Row) -> Refused {
    Refused { number: row.number, line: row.line, mistakes: row.mistakes.clone() }
}

/// A row that the database refused.
fn by_database(row: &Row, detail: &str) -> Refused {
    let mistake = FieldMistake { field: String::new(), detail: detail.to_owned() };
    Refused { number: row.number, line: row.line, mistakes: vec![mistake] }
}
