//! Why a store could not do what a plan says, sorted into kinds that hold for every database.

use thiserror::Error;

/// A failure of a store. `detail` may go to the caller, `private` goes to the log alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct StoreError {
    /// What kind of failure.
    pub kind: StoreErrorKind,
    /// For the caller: no SQL, no path, no version.
    pub detail: String,
    /// For the operator: the driver's own words.
    pub private: String,
    /// Which row of a bulk write, from 0.
    pub row: Option<usize>,
}

/// What kind of failure. Field names are the resource's, not the columns'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// A unique constraint or the primary key.
    Unique {
        /// The resource.
        resource: String,
        /// The fields that together occur already.
        fields: Vec<String>,
    },
    /// A foreign key: the row referred to does not exist, or rows still refer to this one.
    Reference {
        /// The resource.
        resource: String,
        /// The referring fields, where known.
        fields: Vec<String>,
        /// The resource referred to (or referring), where known.
        target: Option<String>,
    },
    /// A value is missing.
    NotNull {
        /// The resource.
        resource: String,
        /// The field.
        field: String,
    },
    /// A check constraint of the database.
    Check {
        /// The constraint's name or text.
        constraint: String,
    },
    /// A value the column cannot hold, or that cannot be taken as another type.
    Type,
    /// A regular expression that is none.
    Pattern,
    /// A text search whose query cannot be read.
    Search,
    /// A written row that the caller may not write; the write was undone.
    Refused {
        /// The resource.
        resource: String,
    },
    /// The answer would be larger than the setting allows.
    TooLarge {
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// A read that asked for one row matched several, or a write that was to stay only with one row
    /// wrote another number and was undone.
    NotOne {
        /// How many rows there were.
        rows: u64,
    },
    /// A write would have touched more rows than it was to touch, and was undone.
    TooMany {
        /// How many rows it touched.
        affected: u64,
    },
    /// The database is open for reading only.
    ReadOnly,
    /// The statement took longer than the setting allows.
    Timeout {
        /// The limit in milliseconds.
        limit_ms: u64,
    },
    /// Every place in the queue is taken.
    Busy,
    /// The database cannot be opened or reached.
    Unavailable,
    /// No room on the disk.
    Full,
    /// The database's structure is not what the schema says.
    Structure {
        /// One line per difference.
        differences: Vec<String>,
    },
    /// This database cannot do that.
    Unsupported,
    /// A file is damaged, or a mistake of ours.
    Internal,
}

impl StoreError {
    /// A failure of this kind.
    pub fn new(kind: StoreErrorKind, detail: impl Into<String>, private: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), private: private.into(), row: None }
    }
}
