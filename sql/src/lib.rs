//! Turns the shape of a plan into SQL text.
//!
//! [`compile`] walks a [`Shape`] once and writes its statements. `read` and `write` are the statements
//! themselves, with `answer` for what a write answers, `beside` for what stands around one that answers
//! nothing, and `conflict` for rows that are there already.
//! `level` is the rows of one level of a read, `page` what is cut out of its order, `column` what is
//! shown of it: `expression` fields and what is inside them, `aggregate` what is worked out over rows,
//! `embed` and `spread` what comes out of other resources. `related` finds the rows of those,
//! `condition` is what stands after `WHERE`, `order` what rows are ordered by, and `row` how rows and
//! columns are called. What differs between databases is in `dialect`.
//!
//! The text is written by hand and not by a query builder such as sea-query: a shape is compiled once
//! and its text and prepared statement are then cached, so a tree of SQL in between would buy nothing,
//! and half of what we write (rows rendered by functions of our own, answers of written rows) would
//! have to go around it.
//!
//! This crate must not know async code, HTTP, a driver, or the value of any parameter.

mod aggregate;
mod answer;
mod beside;
mod column;
mod condition;
mod conflict;
pub mod dialect;
mod embed;
mod expression;
mod level;
mod order;
mod page;
mod positional;
mod read;
mod related;
mod row;
mod spread;
mod write;

use roundtrip_query::Shape;
use roundtrip_schema::{Layout, Schema};

pub use dialect::{Dialect, MySql, Postgres, Sqlite};
pub use positional::{Source, positional};

/// The statements that carry out one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// In the order in which they run. A read, insert, update or delete is one statement. A
    /// replacement is an update and, where the caller may create, an insert that runs when the
    /// update touched no row.
    pub statements: Vec<Statement>,
    /// Counts all rows that match a read, whatever its page: one row with one integer.
    pub count: Option<Statement>,
    /// Asks, before a row is added or merged, whether it is there already: one row with one boolean.
    /// Takes the parameters of the insert. `None` where nothing is merged. In a database without
    /// `RETURNING` it also decides: where the row is there, the insert does not run, but the second
    /// statement, which merges and takes the same parameters; to ignore the row there is no second.
    pub probe: Option<String>,
    /// For each column of an answered row, the rows that it holds, as embeds do; `None` for a plain
    /// value. All statements answer the same columns.
    pub nested: Vec<Option<Nested>>,
}

/// Rows inside a value, as the dialect wrote them there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nested {
    /// How they are rendered.
    pub shape: NestedShape,
    /// The columns of each row.
    pub layout: Layout,
    /// The rows inside those.
    pub nested: Vec<Option<Nested>>,
}

/// How rows inside a value are rendered. A value that is null is rendered `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NestedShape {
    /// One row as an object.
    Row,
    /// An array of objects.
    Rows,
    /// An array of what is in the one column of each row.
    Values,
}

impl Compiled {
    fn one(statement: Statement, nested: Vec<Option<Nested>>) -> Self {
        Self { statements: vec![statement], count: None, probe: None, nested }
    }
}

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sees rows.
    Read,
    /// Adds one row.
    Insert,
    /// Changes rows.
    Update,
    /// Removes rows.
    Delete,
}

/// One SQL statement and what its result columns mean.
///
/// The result columns are, in this order: those of `columns`, `visible`, the key, `checked`. A
/// statement that has none of them either has no result columns (a write: ask the database how many
/// rows changed) or has one that means nothing (a read of no fields, or a write that touches nothing:
/// count the rows).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is for.
    pub role: Role,
    /// The text. Parameters are numbered from 1: slot 0 is `?1` or `$1`. The same slot may occur twice,
    /// or not at all.
    pub text: String,
    /// Another statement, to run before this one in the same transaction: it keeps others from the rows
    /// that this one will write. Of an update it answers the key of each, as values; of a deletion it has
    /// the result columns, and this one has none.
    pub lock: Option<String>,
    /// Another statement, to run right after this one where this one wrote a row: it has the result
    /// columns, and this one has none. Where there are keys from `lock`, it runs once for each, and
    /// names its parts `?k0`, `?k1` and so on.
    pub read_back: Option<String>,
    /// The first result columns, which are rendered as one JSON object per row.
    pub columns: Layout,
    /// Whether the next result column says, as a boolean that is never null, whether the written row
    /// may be shown to the caller and belongs in the answer.
    pub visible: bool,
    /// How many result columns then hold the row's primary key as text, for `Location`; null where
    /// a key has no text form.
    pub key_columns: usize,
    /// Whether the last result column says, as a boolean that is never null, whether the written row
    /// is one that the caller may write. Where it is false, the write must be undone.
    pub checked: bool,
}

/// Writes the statements of a shape. The shape's ids must be those of `schema`.
pub fn compile(schema: &Schema, shape: &Shape, dialect: &dyn Dialect) -> Compiled {
    match shape {
        Shape::Read(read) => read::compile(schema, read, dialect),
        Shape::Insert(insert) => write::insert(schema, insert, dialect),
        Shape::Update(update) => write::update(schema, update, dialect),
        Shape::Replace(replace) => {
            let mut compiled = write::update(schema, &replace.update, dialect);
            if let Some(insert) = &replace.insert {
                compiled.statements.extend(write::insert(schema, insert, dialect).statements);
            }
            compiled
        }
        Shape::Delete(delete) => write::delete(schema, delete, dialect),
    }
}
