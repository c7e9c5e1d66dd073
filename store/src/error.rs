//! Why a store could not do what a plan says, sorted into kinds that hold for every database.

use std::time::Duration;

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

    /// There is more to do than can be done.
    pub fn busy(private: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Busy, "the database has more to do than it can take on", private)
    }

    /// A mistake of ours.
    pub fn internal(private: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Internal, StoreErrorKind::Internal.detail(), private)
    }

    /// The database is only read.
    pub fn read_only() -> Self {
        Self::new(StoreErrorKind::ReadOnly, StoreErrorKind::ReadOnly.detail(), "")
    }

    /// The batches of a load stopped coming for so long.
    pub fn paused(limit: Duration) -> Self {
        Self::new(StoreErrorKind::timeout(limit), "the next rows of the load did not come", "")
    }

    /// The store is closing.
    pub fn closed() -> Self {
        Self::new(StoreErrorKind::Unavailable, "the database is being closed", "")
    }
}

impl StoreErrorKind {
    /// A time limit struck.
    pub fn timeout(limit: Duration) -> Self {
        Self::Timeout { limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
    }

    /// What the caller is told where nothing more exact is known: no SQL, no path, no version.
    pub fn detail(&self) -> String {
        let words = match self {
            Self::Unique { resource, fields } if fields.is_empty() => {
                return format!("a row of {resource} with these values exists already");
            }
            Self::Unique { resource, fields } => {
                return format!("a row of {resource} with this {} exists already", fields.join(" and "));
            }
            Self::Reference { resource, fields, target } => {
                return reference(resource, &fields.join(" and "), target.as_deref());
            }
            Self::NotNull { field, .. } if field.is_empty() => "a value is missing",
            Self::NotNull { field, .. } => return format!("{field} is missing"),
            Self::Check { constraint } => return format!("the check {constraint} does not hold"),
            Self::Timeout { limit_ms } => return format!("it took longer than {limit_ms} ms"),
            Self::Type => "a value does not fit its column",
            Self::Pattern => "the regular expression cannot be read",
            Self::Search => "the query of the text search cannot be read",
            Self::TooLarge { .. } => "a value or an answer is too large",
            Self::ReadOnly => "the database is open for reading only",
            Self::Busy => "the database is busy",
            Self::Unavailable => "the database cannot be reached",
            Self::Full => "the disk is full",
            Self::Structure { .. } => "the database is not as the schema says",
            Self::Unsupported => "this database cannot do that",
            Self::NotOne { .. } | Self::TooMany { .. } | Self::Refused { .. } | Self::Internal => {
                "the database could not do this"
            }
        };
        words.to_owned()
    }
}

fn reference(resource: &str, fields: &str, target: Option<&str>) -> String {
    match (fields, target) {
        ("", Some(target)) => format!("rows of {target} still refer to this row of {resource}"),
        ("", None) => format!("a reference of {resource} leads nowhere, or others still refer to the row"),
        (fields, Some(target)) => format!("{fields} names a row of {target} that does not exist"),
        (fields, None) => format!("{fields} names a row that does not exist"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_as_far_as_they_are_known() {
        for (fields, target, expected) in [
            (&[][..], Some("orders"), "rows of orders still refer to this row of lines"),
            (&[], None, "a reference of lines leads nowhere, or others still refer to the row"),
            (&["a", "b"], Some("orders"), "a and b names a row of orders that does not exist"),
            (&["a"], None, "a names a row that does not exist"),
        ] {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            let (resource, target) = ("lines".to_owned(), target.map(str::to_owned));
            assert_eq!(StoreErrorKind::Reference { resource, fields, target }.detail(), expected);
        }
    }
}
