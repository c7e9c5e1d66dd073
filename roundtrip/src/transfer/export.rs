//! From a resource into a file: page after page by primary key, so that memory stays flat.
//!
//! Every field is written, also those that callers never see: the operator asks. It must not know the
//! command line.

use std::io::Write;

use roundtrip_engine::{Engine, EngineError};
use roundtrip_schema::Resource;
use serde_json::value::RawValue;
use thiserror::Error;

use super::format::Format;
use super::object::members;
use super::pages::{Keyless, Pages, PagesError, plain};

/// Why an export ended early.
#[derive(Debug, Error)]
pub enum ExportError {
    /// There is no such resource.
    #[error("there is no resource {0:?}")]
    NoResource(String),
    /// The rows cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The file cannot be written.
    #[error("the output cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// The store gave something that is no list of rows.
    #[error("the database gave rows that are not JSON: {0}")]
    Rows(#[from] serde_json::Error),
}

impl From<PagesError> for ExportError {
    fn from(error: PagesError) -> Self {
        match error {
            PagesError::Engine(error) => Self::Engine(error),
            PagesError::Rows(error) => Self::Rows(error),
        }
    }
}

/// Told rows written and, where it is known, rows in all.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Writes every row of a resource; gives how many there were.
///
/// # Errors
/// [`ExportError`]; what was written before stays written.
pub async fn export(
    engine: &Engine,
    resource: &str,
    format: Format,
    output: &mut (dyn Write + Send),
    progress: Progress<'_>,
) -> Result<u64, ExportError> {
    let model = engine.model();
    let id = model.schema.find(resource).ok_or_else(|| ExportError::NoResource(resource.to_owned()))?;
    let resource = model.schema.resource(id);
    let mut pages = Pages::new(resource.clone(), model.limits.page_rows, Keyless::AsTheyCome);
    let mut sheet = Sheet::begin(format, resource, output)?;
    let mut written = 0;
    while let Some(body) = pages.next(engine).await? {
        let rows: Vec<&RawValue> = serde_json::from_slice(&body)?;
        for row in &rows {
            sheet.row(row.get())?;
            written += 1;
        }
        pages.go_on(&rows)?;
        progress(written, pages.total());
    }
    sheet.end()?;
    Ok(written)
}

/// A file that is being written.
enum Sheet<'a> {
    Csv(Box<csv::Writer<&'a mut (dyn Write + Send)>>),
    Json { output: &'a mut (dyn Write + Send), first: bool },
    Ndjson(&'a mut (dyn Write + Send)),
}

impl<'a> Sheet<'a> {
    fn begin(
        format: Format,
        resource: &Resource,
        output: &'a mut (dyn Write + Send),
    ) -> Result<Self, ExportError> {
        Ok(match format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(output);
                let names = resource.fields.iter().map(|field| field.name.as_str());
                writer.write_record(names).map_err(std::io::Error::from)?;
                Self::Csv(Box::new(writer))
            }
            Format::Json => {
                output.write_all(b"[")?;
                Self::Json { output, first: true }
            }
            Format::Ndjson => Self::Ndjson(output),
        })
    }

    fn row(&mut self, json: &str) -> Result<(), ExportError> {
        match self {
            Self::Csv(writer) => {
                let cells = members(json)?.into_iter().map(|(_, json)| plain(json));
                writer.write_record(cells).map_err(std::io::Error::from)?;
            }
            Self::Json { output, first } => {
                output.write_all(if *first { b"\n" } else { b",\n" })?;
                output.write_all(json.as_bytes())?;
                *first = false;
            }
            Self::Ndjson(output) => {
                // A JSON field is kept as it was written, so it may hold line breaks between its values.
                output.write_all(json.replace(['\n', '\r'], " ").as_bytes())?;
                output.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), ExportError> {
        match self {
            Self::Csv(mut writer) => writer.flush()?,
            Self::Json { output, .. } => {
                output.write_all(b"\n]\n")?;
                output.flush()?;
            }
            Self::Ndjson(output) => output.flush()?,
        }
        Ok(())
    }
}
