//! Reads CSV: cells are text, and become JSON by the type of their field.
//!
//! An empty cell means nothing: null where the field is optional, empty text where the field is
//! text that has to be there, and otherwise as if the column were missing, so that a default or a
//! generated key comes in. CSV cannot tell an empty text from none; NDJSON can.

use std::io::{BufReader, Read};
use std::sync::Arc;

use roundtrip_query::operation::InputRow;
use roundtrip_schema::field::Storage;
use roundtrip_schema::nearest::nearest;
use roundtrip_schema::{Field, FieldId, Resource};

use super::limited::{Limited, Meter};
use super::row::{FieldMistake, Raw, ReadError, Row};

/// The rows of a CSV file; the header is read at once.
pub(super) struct CsvRows<R: Read> {
    reader: csv::Reader<Limited<R>>,
    meter: Arc<Meter>,
    resource: Resource,
    columns: Vec<FieldId>,
    pub(super) header: csv::StringRecord,
    number: u64,
    failed: bool,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(file: R, meter: Arc<Meter>, resource: &Resource) -> Result<Self, ReadError> {
        let limited = Limited { inner: file, meter: Arc::clone(&meter) };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(limited);
        let header = reader.headers().map_err(|error| failure(&error, 1))?.clone();
        let columns = columns(&header, resource)?;
        Ok(Self { reader, meter, resource: resource.clone(), columns, header, number: 0, failed: false })
    }

    fn row(&mut self, record: csv::StringRecord) -> Row {
        self.number += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Row {
            number: self.number,
            line,
            input: InputRow::default(),
            mistakes: Vec::new(),
            raw: Raw::Cells(csv::StringRecord::new()),
        };
        if record.len() == self.columns.len() {
            for (cell, id) in record.iter().zip(&self.columns) {
                let field = self.resource.field(*id);
                match json(field, cell) {
                    Ok(Some(json)) => row.input.members.push((field.name.as_str().into(), json)),
                    Ok(None) => {}
                    Err(detail) => row.mistakes.push(FieldMistake { field: field.name.clone(), detail }),
                }
            }
        } else {
            let detail = format!("has {} cells, the header has {}", record.len(), self.columns.len());
            row.mistakes.push(FieldMistake { field: String::new(), detail });
        }
        row.raw = Raw::Cells(record);
        row
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let mut record = csv::StringRecord::new();
        let read = self.reader.read_record(&mut record);
        self.meter.row_ended();
        match read {
            Ok(true) => Some(Ok(self.row(record))),
            Ok(false) => None,
            Err(error) => {
                self.failed = true;
                Some(Err(failure(&error, self.reader.position().line())))
            }
        }
    }
}

/// A buffered reader without the byte order mark that spreadsheets put in front.
pub(super) fn without_mark<R: Read>(file: R) -> std::io::Result<impl Read> {
    let mut file = BufReader::new(file);
    let mark = std::io::BufRead::fill_buf(&mut file)?.starts_with(b"\xEF\xBB\xBF");
    if mark {
        std::io::BufRead::consume(&mut file, 3);
    }
    Ok(file)
}

fn columns(header: &csv::StringRecord, resource: &Resource) -> Result<Vec<FieldId>, ReadError> {
    if header.is_empty() {
        return Err(ReadError::Header("the file is empty: its first line has to name the fields".to_owned()));
    }
    let mut columns = Vec::with_capacity(header.len());
    for name in header {
        let name = name.trim();
        let Some(id) = resource.field_id(name) else {
            let known = || resource.fields.iter().map(|field| field.name.as_str());
            let help = match nearest(name, known()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("its fields are {}", known().collect::<Vec<_>>().join(", ")),
            };
            let message =
                format!("the header names {name:?}, and {} has no such field; {help}", resource.name);
            return Err(ReadError::Header(message));
        };
        if columns.contains(&id) {
            return Err(ReadError::Header(format!("the header names {name:?} twice")));
        }
        columns.push(id);
    }
    Ok(columns)
}

/// A cell as JSON text; `None` when it says nothing.
fn json(field: &Field, cell: &str) -> Result<Option<Box<str>>, String> {
    if cell.is_empty() {
        let text = !field.ty.list && matches!(field.ty.storage(), Storage::Text | Storage::Any);
        return Ok(if field.optional {
            Some("null".into())
        } else if text && field.default.is_none() && field.set.is_none() {
            Some("\"\"".into())
        } else {
            None
        });
    }
    match field.ty.value_from_text(cell) {
        Ok(value) => Ok(Some(field.ty.json_text(&value).into())),
        Err(refusal) => Err(refusal.detail),
    }
}

fn failure(error: &csv::Error, line: u64) -> ReadError {
    match error.kind() {
        csv::ErrorKind::Io(source) => {
            ReadError::File { line, source: std::io::Error::new(source.kind(), source.to_string()) }
        }
        csv::ErrorKind::Utf8 { pos, err } => ReadError::Content {
            line: pos.as_ref().map_or(line, csv::Position::line),
            reason: format!("cell {} is not UTF-8", err.field() + 1),
        },
        other => ReadError::Content { line, reason: format!("{other:?}") },
    }
}
