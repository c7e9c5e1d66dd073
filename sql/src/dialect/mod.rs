//! What differs between databases, as a list of small differences.
//!
//! A dialect turns finished operands into text. It must not know the schema, or in which statement its
//! words will stand: a database that cannot do a thing at all says so in its `Capabilities`, and the
//! planner refuses it before anything is compiled.

mod json_path;
mod sqlite;

use roundtrip_query::plan::{Cast, Direction, Nulls, PathKey, Search, Slot};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Form, Layout};

pub use sqlite::Sqlite;

/// Whether a pattern minds the case of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LetterCase {
    /// `A` is not `a`.
    Exact,
    /// `A` is `a`.
    Any,
}

/// How one column orders rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    /// Up or down.
    pub direction: Direction,
    /// Where nulls shall stand; `None` where the column holds none.
    pub nulls: Option<Nulls>,
}

/// The differences of one database. Operands are SQL text; each is a value (a column, a parameter, a
/// call, a select between parentheses) or a condition that the dialect itself has to put between
/// parentheses.
pub trait Dialect: Send + Sync {
    /// A name, quoted so that it can hold any character.
    fn identifier(&self, name: &str) -> String;

    /// A text literal that can hold any character.
    fn literal(&self, text: &str) -> String;

    /// The parameter of a slot.
    fn parameter(&self, slot: Slot) -> String;

    /// A condition that is always true or always false.
    fn constant(&self, value: bool) -> &'static str;

    /// Whether a condition or a boolean column has this value; never unknown.
    fn is(&self, condition: &str, value: bool) -> String;

    /// A column, said so that it is compared and ordered byte by byte if it holds text.
    fn bytewise(&self, column: &str, storage: Storage) -> String;

    /// Whether a column is like a pattern in which `\` escapes.
    fn like(&self, column: &str, pattern: &str, case: LetterCase) -> String;

    /// Whether two values differ, where null is a value like others; never unknown.
    fn distinct(&self, one: &str, other: &str) -> String;

    /// Whether a regular expression finds something in a text.
    fn matches(&self, text: &str, pattern: &str, case: LetterCase) -> String;

    /// Whether a JSON document contains another.
    fn contains(&self, document: &str, other: &str) -> String;

    /// Whether two JSON arrays have an item in common.
    fn overlaps(&self, one: &str, other: &str) -> String;

    /// Whether a text search finds a text.
    fn search(&self, text: &str, query: &str, search: Search) -> String;

    /// What a path finds inside a JSON document: JSON, or text. Null where nothing is.
    fn path(&self, document: &str, path: &[PathKey], as_text: bool) -> String;

    /// A JSON document in the one form in which equal documents are equal.
    fn canonical(&self, document: &str) -> String;

    /// Sound JSON as a value that is less than another where its number or its text is.
    fn json_order(&self, document: &str) -> String;

    /// A value of this form, as another type.
    fn cast(&self, value: &str, from: Form, to: Cast) -> String;

    /// The sum of a column of decimals with so many digits after the point, with as many.
    fn decimal_sum(&self, column: &str, scale: u8) -> String;

    /// The column of a select, by its place from 1, as a term of `GROUP BY`. Text is grouped byte by
    /// byte.
    fn place(&self, number: usize) -> String;

    /// Whether a column's value is in a list, which is one JSON array.
    fn in_list(&self, column: &str, list: &str) -> String;

    /// One term of an order.
    fn order(&self, column: &str, term: Term) -> String;

    /// The clause that cuts a page out of the rows, without a space before it; empty for all rows.
    fn page(&self, limit: Option<&str>, offset: Option<&str>) -> String;

    /// A key column as text, as a path would name it.
    fn key_text(&self, column: &str, storage: Storage) -> String;

    /// Cells as one JSON object, as text.
    fn row(&self, layout: &Layout, cells: &[String]) -> String;

    /// The cells of all rows as one JSON array of objects, as text, in the order in which the rows
    /// come: an aggregate, `[]` for no rows.
    fn rows(&self, layout: &Layout, cells: &[String]) -> String;

    /// The values of one cell of all rows as one JSON array, as text, in the order in which the rows
    /// come: an aggregate, `[]` for no rows.
    fn values(&self, layout: &Layout, cell: &str) -> String;

    /// The condition that holds for the row that this connection inserted last, into a table with
    /// this integer key that the database hands out; where asking so is cheaper than `RETURNING`.
    fn last_inserted(&self, key: &str) -> Option<String>;

    /// What follows the table's name where a new row gets nothing but defaults.
    fn default_values(&self) -> &'static str;

    /// What an insert says so that a row with the same target stays as it is, and none is added.
    fn keep(&self, target: &[String]) -> String;

    /// What an insert says so that this is set in a row with the same target, and none is added. A
    /// condition on the row that is there may follow.
    fn merge(&self, target: &[String], set: &str) -> String;

    /// The statement that tells how another would be carried out.
    fn explain(&self, text: &str) -> String;

    /// The columns that it answers.
    fn explanation(&self) -> Layout;
}
