//! Why a copy was not made, in words for whoever asked for it.
//!
//! It must not know how it is printed.

use std::fmt;

use roundtrip_engine::EngineError;
use roundtrip_store::{StoreError, StoreErrorKind};
use thiserror::Error;

use crate::transfer::pages::PagesError;

/// A value that cannot be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The resource.
    pub resource: String,
    /// The row's key.
    pub row: String,
    /// The field; empty when the row as a whole is meant.
    pub field: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, row, field, reason } = self;
        let space = if field.is_empty() { "" } else { " " };
        write!(formatter, "{resource} {row}: {field}{space}{reason}")
    }
}

/// Why a copy was not made.
#[derive(Debug, Error)]
pub enum CopyError {
    /// The two databases are one.
    #[error("both are the same database")]
    Same,
    /// The source cannot be opened.
    #[error(transparent)]
    Source(#[from] crate::Error),
    /// A database was closed while it was needed.
    #[error("the database was closed")]
    Closed,
    /// There is nothing to copy.
    #[error("{0} has no tables")]
    Empty(String),
    /// The target cannot have such tables.
    #[error("the target cannot have such tables; nothing was written:\n  {}", .0.join("\n  "))]
    Structure(Vec<String>),
    /// Something is where the copy should be.
    #[error("{0}")]
    Taken(String),
    /// Values do not fit. Nothing was written.
    #[error("{}", misfits(.0, *.1))]
    Misfits(Vec<Misfit>, u64),
    /// A database failed.
    #[error("{}", database(.0))]
    Database(StoreError),
    /// The rows cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A store gave something that is no list of rows.
    #[error("the database gave rows that are not JSON: {0}")]
    Rows(#[from] serde_json::Error),
    /// The database refused a row that fitted its types.
    #[error("the row was refused: {0}")]
    Refused(Misfit),
    /// Somebody wrote to the source.
    #[error(
        "{0} was changed while it was copied\n  Stop whatever writes to it, or copy a backup of it (roundtrip backup)"
    )]
    Changed(String),
    /// The copy is not the same.
    #[error("{}", .0.join("\n  "))]
    Differs(Vec<String>),
    /// The finished file cannot get its name.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What was begun at the target is still there.
    #[error("{error}\n  {left}")]
    Begun {
        /// What went wrong.
        error: Box<CopyError>,
        /// What is there now, and what to do.
        left: String,
    },
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

impl From<PagesError> for CopyError {
    fn from(error: PagesError) -> Self {
        match error {
            PagesError::Engine(error) => Self::Engine(error),
            PagesError::Rows(error) => Self::Rows(error),
        }
    }
}

fn misfits(told: &[Misfit], count: u64) -> String {
    let lines: Vec<String> = told.iter().map(ToString::to_string).collect();
    let more = count.saturating_sub(told.len() as u64);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("values do not fit their fields; nothing was written:\n  {}{more}", lines.join("\n  "))
}

fn database(error: &StoreError) -> String {
    match &error.kind {
        StoreErrorKind::Structure { differences } => differences.join("\n  "),
        _ if error.private.is_empty() => error.detail.clone(),
        _ => format!("{}: {}", error.detail, error.private),
    }
}
