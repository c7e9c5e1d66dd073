//! What the contract knows and this version does not: refused by name, never misread.
//!
//! A feature that arrives takes its row out of these tables.

use super::cursor::Cursor;
use crate::QueryError;

/// Signs that begin something not available yet, where a name or an operator begins or ends.
const SIGNS: [(&str, &str); 11] = [
    ("...", "spreading a related resource (...) is"),
    ("->", "JSON paths (->) are"),
    ("::", "casts (::) are"),
    ("count()", "aggregates (count) are"),
    (".count()", "aggregates (count) are"),
    (".sum()", "aggregates (sum) are"),
    (".avg()", "aggregates (avg) are"),
    (".max()", "aggregates (max) are"),
    (".min()", "aggregates (min) are"),
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

/// Refuses what comes next if it begins something not available yet.
pub(super) fn check(cursor: &Cursor<'_>) -> Result<(), QueryError> {
    match SIGNS.iter().find(|(sign, _)| cursor.rest().starts_with(sign)) {
        Some((_, feature)) => Err(cursor.refuse(format!("{feature} not available yet"))),
        None => Ok(()),
    }
}

/// Whether `word` is an operator that is not available yet.
pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.contains(&word)
}
