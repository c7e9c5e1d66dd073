//! Why a plan may not stay or be answered although its statements succeeded; the same for every database.
//!
//! Must not know: what a database refuses by itself.

use roundtrip_query::plan::Terms;

use crate::error::{StoreError, StoreErrorKind};

/// What a plan did that it was not to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// So many rows where one was asked for.
    NotOne(u64),
    /// More rows touched than were to be touched.
    TooMany {
        /// How many were.
        affected: u64,
        /// How many might have been.
        most: u64,
    },
    /// A written row that the caller may not write.
    Refused,
    /// An answer over the limit of so many bytes.
    TooLarge(usize),
}

impl Breach {
    /// Whether a write on these terms that touched so many rows may stay.
    ///
    /// # Errors
    /// [`Breach::NotOne`] or [`Breach::TooMany`] where it may not.
    pub fn within(terms: Terms, affected: u64) -> Result<(), Self> {
        if terms.exactly_one && affected != 1 {
            return Err(Self::NotOne(affected));
        }
        match terms.max_affected {
            Some(most) if affected > most => Err(Self::TooMany { affected, most }),
            _ => Ok(()),
        }
    }

    /// Whether it is about all rows of parameters, rather than the one that was written last.
    pub fn is_about_all(self) -> bool {
        match self {
            Self::NotOne(_) | Self::TooMany { .. } => true,
            Self::Refused | Self::TooLarge(_) => false,
        }
    }

    /// The same in the words of the store, about a plan for this resource.
    pub fn told(self, resource: &str) -> StoreError {
        let (kind, detail) = match self {
            Self::NotOne(rows) => (
                StoreErrorKind::NotOne { rows },
                format!("{rows} rows of {resource} match, and one was asked for"),
            ),
            Self::TooMany { affected, most } => (
                StoreErrorKind::TooMany { affected },
                format!("{affected} rows of {resource} match, and at most {most} were to be touched"),
            ),
            Self::Refused => (
                StoreErrorKind::Refused { resource: resource.to_owned() },
                format!("the rules of {resource} do not allow such a row"),
            ),
            Self::TooLarge(bytes) => {
                let limit_bytes = bytes as u64;
                let detail = format!("the answer is larger than {limit_bytes} bytes");
                (StoreErrorKind::TooLarge { limit_bytes }, detail)
            }
        };
        StoreError::new(kind, detail, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_stays_within_its_terms() {
        let one = Terms { exactly_one: true, ..Terms::default() };
        let few = Terms { max_affected: Some(2), ..Terms::default() };
        for (terms, affected, expected) in [
            (Terms::default(), 1_000, Ok(())),
            (one, 1, Ok(())),
            (one, 0, Err(Breach::NotOne(0))),
            (one, 2, Err(Breach::NotOne(2))),
            (few, 2, Ok(())),
            (few, 3, Err(Breach::TooMany { affected: 3, most: 2 })),
        ] {
            assert_eq!(Breach::within(terms, affected), expected);
        }
    }
}
