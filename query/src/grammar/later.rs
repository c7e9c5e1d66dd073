//! What the contract knows and this version does not: refused by name, never misread.
//!
//! A feature that arrives takes its row out of these tables.

use super::cursor::Cursor;
use crate::QueryError;

/// Signs with their features.
type Signs = [(&'static str, &'static str)];

/// Where an item of `select` begins.
pub(super) const BEFORE_ITEM: &Signs =
    &[("...", "spreading a related resource (...) is"), ("count()", "aggregates (count) are")];

/// Where the name of a field ends.
pub(super) const AFTER_FIELD: &Signs = &[
    ("->", "JSON paths (->) are"),
    ("::", "casts (::) are"),
    (".count()", "aggregates (count) are"),
    (".sum()", "aggregates (sum) are"),
    (".avg()", "aggregates (avg) are"),
    (".max()", "aggregates (max) are"),
    (".min()", "aggregates (min) are"),
];

/// Where the word of an operator ends.
pub(super) const AFTER_OPERATOR: &Signs = &[
    ("(any)", "operators over several values (any) are"),
    ("(all)", "operators over several values (all) are"),
];

/// Operators that are not available yet.
const OPERATORS: [&str; 15] = [
    "match",
    "imatch",
    "isdistinct",
    "fts",
    "plfts",
    "phfts",
    "wfts",
    "cs",
    "cd",
    "ov",
    "sl",
    "sr",
    "nxr",
    "nxl",
    "adj",
];

/// Refuses what comes next if it is one of `signs`.
pub(super) fn check(cursor: &Cursor<'_>, signs: &Signs) -> Result<(), QueryError> {
    match signs.iter().find(|(sign, _)| cursor.rest().starts_with(sign)) {
        Some((_, feature)) => Err(cursor.refuse(format!("{feature} not available yet"))),
        None => Ok(()),
    }
}

/// Whether `word` is an operator that is not available yet.
pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.contains(&word)
}
