//! What differs between databases, as a list of small differences.
//!
//! A dialect turns finished operands into text. It must not know the schema, or in which statement its
//! words will stand: a database that cannot do a thing at all says so in its `Capabilities`, and the
//! planner refuses it before anything is compiled.

mod sqlite;

use roundtrip_query::plan::{Direction, Nulls, Slot};
use roundtrip_schema::Layout;
use roundtrip_schema::field::Storage;

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

/// The differences of one database. Operands are SQL text; each is a column, a parameter, or a
/// condition that the dialect itself has to put between parentheses.
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

    /// The condition that holds for the row that this connection inserted last, into a table with
    /// this integer key that the database hands out; where asking so is cheaper than `RETURNING`.
    fn last_inserted(&self, key: &str) -> Option<String>;

    /// What follows the table's name where a new row gets nothing but defaults.
    fn default_values(&self) -> &'static str;
}
