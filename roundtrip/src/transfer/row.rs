//! One row of a file on its way in, and what can be wrong with a file.
//!
//! It must not know which form the file has.

use std::fmt;

use roundtrip_query::operation::InputRow;
use thiserror::Error;

/// The most bytes of one row; more is a file that is not what it seems, such as an open quote.
pub(crate) const MOST_ROW_BYTES: usize = 16 << 20;

/// A row of a file.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Which row, from 1; a header is none.
    pub(crate) number: u64,
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) input: InputRow,
    /// What is already known to be wrong: cells that do not fit their field.
    pub(crate) mistakes: Vec<FieldMistake>,
    /// The row as it stood in the file, to be given back when it is refused.
    pub(crate) raw: Raw,
}

/// A row as it stood in the file.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    Cells(csv::StringRecord),
    Json(Box<str>),
}

/// A field that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMistake {
    /// The field; empty when the row as a whole is meant.
    pub field: String,
    /// `must be a whole number`
    pub detail: String,
}

impl fmt::Display for FieldMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.field.is_empty() { "" } else { " " };
        write!(formatter, "{}{space}{}", self.field, self.detail)
    }
}

/// A file that cannot be read on.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file itself.
    #[error("line {line}: {source}")]
    File {
        /// The line that was reached.
        line: u64,
        /// Why.
        source: std::io::Error,
    },
    /// What stands in it.
    #[error("line {line}: {reason}")]
    Content {
        /// Where.
        line: u64,
        /// Why.
        reason: String,
    },
    /// Its header.
    #[error("{0}")]
    Header(String),
}

/// The rows of a file, one after the other.
pub(crate) type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>> + Send>;
