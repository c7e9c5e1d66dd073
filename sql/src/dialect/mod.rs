//! What differs between databases, as a list of small differences.
//!
//! A dialect turns finished operands into text. It must not know the schema, or in which statement its
//! words will stand: a database that cannot do a thing at all says so in its `Capabilities`, and the
//! planner refuses it before anything is compiled.

mod json_path;
mod mysql;
mod postgres;
mod sqlite;

use roundtrip_query::plan::{Aggregate, Cast, Direction, Nulls, PathKey, Range, Search, Slot};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Form, Layout};

pub use mysql::MySql;
pub use postgres::Postgres;
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

/// Where a value of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// It is a column, with the type that the database itself gives it, where that is known
    /// ([`roundtrip_schema::Field::column_type`]).
    Column(Option<&'a str>),
    /// A path found it inside a JSON column.
    Path,
    /// It was taken as another type.
    Cast,
}

/// A value of a row, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand<'a> {
    /// The value as SQL text.
    pub text: &'a str,
    /// How it is kept.
    pub storage: Storage,
    /// How it is rendered.
    pub form: Form,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Sign {
    /// As SQL writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "<>",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }

    /// Whether it asks whether values are the same, and not which is greater.
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Unequal)
    }
}

/// One value of a row that is handed on to another select or to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The value.
    pub text: String,
    /// How it is rendered.
    pub form: Form,
    /// Whether it is what [`Dialect::row`], [`Dialect::rows`] or [`Dialect::values`] wrote.
    pub nested: bool,
}

/// The order and the page of rows that an aggregate takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// The terms of the order.
    pub order: Vec<String>,
    /// What [`Dialect::page`] wrote; empty for all rows.
    pub page: String,
}

/// The differences of one database. Operands are SQL text; each is a value (a column, a parameter, a
/// call, a select between parentheses) or a condition that the dialect itself has to put between
/// parentheses.
pub trait Dialect: Send + Sync {
    /// A name, quoted so that it can hold any character.
    fn identifier(&self, name: &str) -> String;

    /// A text literal that can hold any character.
    fn literal(&self, text: &str) -> String;

    /// A table, in a schema of the database where it has several.
    fn table(&self, namespace: Option<&str>, table: &str) -> String {
        match namespace {
            Some(namespace) => format!("{}.{}", self.identifier(namespace), self.identifier(table)),
            None => self.identifier(table),
        }
    }

    /// What follows the name of a table that is written, so that its row goes by an alias. `None` where
    /// the row can only go by its table's name.
    fn written_alias(&self, alias: &str) -> Option<String>;

    /// The parameter of a slot.
    fn parameter(&self, slot: Slot) -> String;

    /// A condition that is always true or always false.
    fn constant(&self, value: bool) -> &'static str;

    /// Whether a condition or a boolean column has this value; never unknown.
    fn is(&self, condition: &str, value: bool) -> String;

    /// A value, said so that it is compared and ordered byte by byte if it is text.
    fn bytewise(&self, value: Operand<'_>) -> String;

    /// A value as it is asked whether it equals another; JSON does, however it is written down.
    fn equal(&self, value: Operand<'_>) -> String {
        match value.storage {
            Storage::Json => self.canonical(value.text),
            _ => self.bytewise(value),
        }
    }

    /// A value as it stands in an order, where JSON numbers are numbers.
    fn sorted(&self, value: Operand<'_>) -> String {
        match value.storage {
            // What a path found was written by the database, and is sound.
            Storage::Json if value.origin == Origin::Path => self.json_order(value.text),
            // A column may be called JSON and be none.
            Storage::Json => self.json_order(&self.canonical(value.text)),
            _ => self.bytewise(value),
        }
    }

    /// Whether a value and a parameter compare so.
    fn compare(&self, value: Operand<'_>, sign: Sign, parameter: &str) -> String {
        let json = value.storage == Storage::Json;
        if sign.is_equality() {
            // JSON that says the same is the same, however the row and the caller write it down.
            let other = if json { self.canonical(parameter) } else { parameter.to_owned() };
            return format!("{} {} {other}", self.equal(value), sign.word());
        }
        let other = if json { self.json_order(parameter) } else { parameter.to_owned() };
        format!("{} {} {other}", self.sorted(value), sign.word())
    }

    /// Whether a column and a parameter are the same to a unique constraint over the column.
    fn same(&self, column: Operand<'_>, parameter: &str) -> String {
        format!("{} = {parameter}", column.text)
    }

    /// A value as it is handed to the store for an answer, for types that the store cannot read as
    /// they are.
    fn shown(&self, value: Operand<'_>) -> String {
        value.text.to_owned()
    }

    /// Whether a value is like a pattern in which `\` escapes.
    fn like(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String;

    /// Whether a value and a parameter differ, where null is a value like others; never unknown.
    fn distinct(&self, value: Operand<'_>, parameter: &str) -> String;

    /// Whether a regular expression finds something in a text.
    fn matches(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String;

    /// Whether a JSON document contains another, which is a parameter.
    fn contains(&self, value: Operand<'_>, parameter: &str) -> String;

    /// Whether a JSON document is contained in another, which is a parameter.
    fn contained(&self, value: Operand<'_>, parameter: &str) -> String;

    /// Whether two JSON arrays have an item in common.
    fn overlaps(&self, value: Operand<'_>, parameter: &str) -> String;

    /// Whether a range lies so, seen from another, which is a parameter. A database without ranges says
    /// so in its `Capabilities` and is never asked.
    fn range(&self, _value: Operand<'_>, _range: Range, _parameter: &str) -> String {
        self.constant(false).to_owned()
    }

    /// Whether a text search finds a text.
    fn search(&self, value: Operand<'_>, query: &str, search: Search) -> String;

    /// What a path finds inside a JSON document: JSON, or text. Null where nothing is.
    fn path(&self, document: Operand<'_>, path: &[PathKey], as_text: bool) -> String;

    /// A JSON document in the one form in which equal documents are equal.
    fn canonical(&self, document: &str) -> String;

    /// Sound JSON as a value that is less than another where its number or its text is. Null for null, and
    /// for lists and objects, which have no order.
    fn json_order(&self, document: &str) -> String;

    /// A value of this form, as another type.
    fn cast(&self, value: &str, from: Form, to: Cast) -> String;

    /// What is worked out over the values of several rows.
    fn aggregate(&self, function: Aggregate, value: Operand<'_>) -> String {
        format!("{}({})", function.word(), self.bytewise(value))
    }

    /// The column of a select, by its place from 1, as a term of `GROUP BY`. Text is grouped byte by
    /// byte.
    fn place(&self, number: usize) -> String;

    /// Whether a value is in a list, which is one JSON array in one parameter.
    fn in_list(&self, value: Operand<'_>, list: &str) -> String;

    /// One term of an order.
    fn order(&self, column: &str, term: Term) -> String;

    /// One term of an order inside an aggregate, where a database may put nulls elsewhere than in others.
    fn order_inside(&self, column: &str, term: Term) -> String {
        self.order(column, term)
    }

    /// The clause that cuts a page out of the rows, without a space before it; empty for all rows.
    fn page(&self, limit: Option<&str>, offset: Option<&str>) -> String;

    /// A key column as text, as a path would name it.
    fn key_text(&self, value: Operand<'_>) -> String;

    /// Whether the rows that an aggregate takes are put in order and cut inside it, because a select
    /// after `FROM` cannot see the row around it.
    fn arranges(&self) -> bool {
        false
    }

    /// Cells as one value, which the store renders as an object ([`crate::NestedShape::Row`]).
    fn row(&self, layout: &Layout, cells: &[Cell]) -> String;

    /// The cells of all rows as one value, which the store renders as an array of objects
    /// ([`crate::NestedShape::Rows`]): an aggregate, an empty array for no rows. In the order in which
    /// the rows come, or as they are arranged; where a database keeps the order of rows that others are
    /// joined to, it has nothing to do for it.
    fn rows(&self, layout: &Layout, cells: &[Cell], arranged: &Arrangement) -> String;

    /// The values of one cell of all rows as one value, which the store renders as an array
    /// ([`crate::NestedShape::Values`]): an aggregate, an empty array for no rows. In the order in which
    /// the rows come, or as they are arranged.
    fn values(&self, layout: &Layout, cell: &Cell, arranged: &Arrangement) -> String;

    /// Whether a write can answer the rows that it wrote (`RETURNING`), and an insert can be told what to
    /// do with a row that is there already. Where it cannot, further statements stand around the write:
    /// [`crate::Statement::lock`], [`crate::Statement::read_back`], [`crate::Compiled::probe`].
    fn returning(&self) -> bool {
        true
    }

    /// Whether an insert at least can answer the row that it wrote.
    fn inserts_answer(&self) -> bool {
        self.returning()
    }

    /// The integer key of the row that this connection inserted last, into a table whose keys the
    /// database hands out; where asking so is cheaper than `RETURNING`.
    fn last_inserted(&self) -> Option<&'static str>;

    /// What follows the table's name where a new row gets nothing but defaults.
    fn default_values(&self) -> &'static str;

    /// What an insert says so that a row with the same target stays as it is, and none is added. Not
    /// asked where a write does not answer ([`Dialect::returning`]): there the row is looked for first.
    fn keep(&self, target: &[String]) -> String {
        format!("ON CONFLICT ({}) DO NOTHING", target.join(", "))
    }

    /// What an insert says so that this is set in a row with the same target, and none is added. A
    /// condition on the row that is there may follow.
    fn merge(&self, target: &[String], set: &str) -> String {
        format!("ON CONFLICT ({}) DO UPDATE SET {set}", target.join(", "))
    }

    /// The statement that tells how another would be carried out.
    fn explain(&self, text: &str) -> String;

    /// The columns that it answers.
    fn explanation(&self) -> Layout;
}
