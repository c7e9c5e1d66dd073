//! What an operation came to, for a door to render.

use std::sync::Arc;

/// What an operation came to. `body` holds rendered JSON, ready to be sent.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Rows as JSON: an array, or one object when `single`.
    pub body: Vec<u8>,
    /// Whether `body` is one object.
    pub single: bool,
    /// Rows in `body`, or rows written where nothing is answered.
    pub count: u64,
    /// How many rows match in all, where that was asked for.
    pub total: Option<u64>,
    /// Rows skipped before the first.
    pub offset: u64,
    /// What a write did; `None` for a read.
    pub written: Option<Written>,
    /// The fields of the primary key, where `written` tells the key of a new row.
    pub key_fields: Vec<String>,
    /// The SQL text without values, for the journey.
    pub sql: Option<Arc<str>>,
}

/// What a write did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Rows were added; the one new row's key where there is exactly one.
    Created {
        /// One text per field of the primary key.
        key: Option<Vec<String>>,
        /// Whether any row is new: a merge may find all of them there.
        added: bool,
    },
    /// Rows were changed or replaced.
    Updated,
    /// Rows were removed.
    Deleted,
}
