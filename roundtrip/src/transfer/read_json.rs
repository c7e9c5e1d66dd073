//! Reads JSON arrays and NDJSON as rows.
//!
//! Values stay the exact text that stands in the file. It must not know fields: the engine does.

use std::io::BufRead;
use std::sync::Arc;

use roundtrip_query::operation::InputRow;

use super::limited::Meter;
use super::object::members;
use super::row::{FieldMistake, Raw, ReadError, Row};
use super::split::{Elements, Lines, Piece};

/// The rows of a JSON array or of lines.
pub(super) struct JsonRows<R> {
    pieces: Pieces<R>,
    meter: Arc<Meter>,
    number: u64,
    failed: bool,
}

enum Pieces<R> {
    Array(Elements<R>),
    Lines(Lines<R>),
}

impl<R: BufRead> JsonRows<R> {
    pub(super) fn array(reader: R, meter: Arc<Meter>) -> Self {
        Self { pieces: Pieces::Array(Elements::new(reader)), meter, number: 0, failed: false }
    }

    pub(super) fn lines(reader: R, meter: Arc<Meter>) -> Self {
        Self { pieces: Pieces::Lines(Lines::new(reader)), meter, number: 0, failed: false }
    }
}

impl<R: BufRead> Iterator for JsonRows<R> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let piece = match &mut self.pieces {
            Pieces::Array(elements) => elements.next(&self.meter),
            Pieces::Lines(lines) => lines.next(&self.meter),
        };
        let row = piece.transpose()?.and_then(|piece| {
            self.number += 1;
            row(piece, self.number)
        });
        self.failed = row.is_err();
        Some(row)
    }
}

fn row(piece: Piece, number: u64) -> Result<Row, ReadError> {
    let line = piece.line;
    let text = String::from_utf8(piece.bytes)
        .map_err(|_| ReadError::Content { line, reason: "this row is not UTF-8".to_owned() })?;
    let (input, mistakes) = match members(&text) {
        Ok(members) => {
            let members = members.into_iter().map(|(name, json)| (name.into_boxed_str(), json.into()));
            (InputRow { members: members.collect() }, Vec::new())
        }
        Err(error) => {
            let detail = format!("is not a JSON object: {error}");
            (InputRow::default(), vec![FieldMistake { field: String::new(), detail }])
        }
    };
    Ok(Row { number, line, input, mistakes, raw: Raw::Json(text.into()) })
}
