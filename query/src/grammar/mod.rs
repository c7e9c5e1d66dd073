//! The query string of the REST door, read into the terms of an operation.
//!
//! The grammar is the one that PostgREST speaks, so that its clients work unchanged. A parameter is
//! either one of `WHOLE` (by its whole key), one of `EMBEDDABLE` (by the end of its key, after a path
//! of embeds), or a filter. This module must not know the schema: a name may not exist and a literal
//! may not fit; that is the planner's to find out.
//!
//! Where things are: `decode` splits and decodes; `cursor`, `name` and `field` read text; `path` finds
//! the embed that a key names; `select` (with `embed`), `order`, `page`, `filter`, `logic` and `names`
//! read one kind of parameter each; `operator`, `operand` and `array` read the pieces of a comparison;
//! `budget` counts against the limits; `print` writes a query back.

mod array;
mod budget;
mod cursor;
mod decode;
mod embed;
mod field;
mod filter;
mod logic;
mod name;
mod names;
mod operand;
mod operator;
mod order;
mod page;
mod path;
mod print;
mod select;

use crate::operation::{Condition, Selection};
use crate::{Limits, QueryError};
use budget::Budget;

pub use budget::DEPTH_MAX;
pub use print::print;

/// What a query string says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// What to take: items, filters, order and page of the top level, and those of each embed in it.
    pub selection: Selection,
    /// The members of a body to take (`columns=`).
    pub columns: Option<Vec<String>>,
    /// The fields whose conflict makes an insert an update (`on_conflict=`).
    pub on_conflict: Option<Vec<String>>,
}

type ReadWhole = fn(&mut Query, &str, &mut Budget<'_>) -> Result<(), QueryError>;
type ReadInto = fn(&mut Selection, &str, &mut Budget<'_>) -> Result<(), QueryError>;

/// Parameters known by their whole key.
const WHOLE: [(&str, ReadWhole); 3] =
    [("select", select::read), ("columns", names::columns), ("on_conflict", names::on_conflict)];

/// Parameters known by the end of their key; what stands before is a path of embeds. Longer words
/// stand before those that they end with.
const EMBEDDABLE: [(&str, ReadInto); 7] = [
    ("order", order::read),
    ("limit", page::limit),
    ("offset", page::offset),
    ("not.and", |selection, text, budget| logic::read(selection, text, budget, logic::not_and)),
    ("not.or", |selection, text, budget| logic::read(selection, text, budget, logic::not_or)),
    ("and", |selection, text, budget| logic::read(selection, text, budget, Condition::And)),
    ("or", |selection, text, budget| logic::read(selection, text, budget, Condition::Or)),
];

/// Reads a query string, still percent-encoded, without its `?`.
///
/// Parameters without `=` are ignored, as PostgREST does. Filters are kept in the caller's order,
/// repeated ones all hold, and the terms of a repeated `order` are joined. Any other parameter given
/// twice is refused: to take either one would be a guess.
pub fn parse(query: &str, limits: &Limits) -> Result<Query, QueryError> {
    let mut read = Query::default();
    let mut budget = Budget::new(limits);
    // `select` first, wherever it stands: everything else may hang on an embed that it names. Two
    // passes over borrowed text, because a list of decoded pairs would cost every call an allocation.
    for (key, value) in decode::pairs(query) {
        let key = decode::text(key)?;
        if let Some((_, reader)) = WHOLE.iter().find(|(word, _)| *word == key) {
            reader(&mut read, &decode::text(value)?, &mut budget)?;
        }
    }
    for (key, value) in decode::pairs(query) {
        let key = decode::text(key)?;
        if WHOLE.iter().any(|(word, _)| *word == key) {
            continue;
        }
        let value = decode::text(value)?;
        let embeddable =
            EMBEDDABLE.iter().find_map(|(word, reader)| path::before(&key, word).map(|path| (path, reader)));
        if let Some((path, reader)) = embeddable {
            reader(path::embed(&mut read.selection, path)?, &value, &mut budget)?;
        } else {
            let (selection, field) = path::field(&mut read.selection, &key)?;
            filter::read(selection, field, &value, &mut budget)?;
        }
    }
    Ok(read)
}
