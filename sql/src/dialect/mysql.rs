//! MariaDB, from 10.9 (which brought `JSON_OVERLAPS` and paths from the end of an array) on.
//!
//! What is here is known to work on MariaDB alone. MySQL proper has no `JSON_NORMALIZE`, no
//! `JSON_COMPACT`, no `utf8mb4_nopad_bin`, no `LIMIT` in `GROUP_CONCAT` and no `(*UCP)`: it can be read
//! by introspection, but these statements are not for it.
//!
//! The statements rely on the session: `sql_mode` with `NO_BACKSLASH_ESCAPES` and without `ANSI_QUOTES`,
//! `utf8mb4`, `time_zone` UTC, and a `group_concat_max_len` that no answer reaches. Parameters are
//! `?1`, `?2` and so on, which [`crate::positional`] turns into those that the server knows.
//!
//! JSON contains JSON as the server has it: an array contains what one of its items contains, however
//! deep, where others look for items that are equal.

mod cast;
mod cell;
mod json;
mod text;

use roundtrip_query::plan::{Aggregate, Cast, Direction, Nulls, PathKey, Search, Slot};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{Form, Layout};

use super::{Arrangement, Cell, Dialect, LetterCase, Operand, Origin, Sign, Term};
use text::{BYTEWISE, Collated, bytewise, collated, told};

/// MariaDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MySql;

impl MySql {
    /// Whether it is a type of shapes on a map.
    pub fn is_shape(name: &str) -> bool {
        matches!(
            name,
            "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geometrycollection"
                | "geomcollection"
        )
    }
}

impl Dialect for MySql {
    fn identifier(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn literal(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// `UPDATE` and `DELETE` would take one, `INSERT` would not.
    fn written_alias(&self, _alias: &str) -> Option<String> {
        None
    }

    fn parameter(&self, Slot(slot): Slot) -> String {
        format!("?{}", u32::from(slot) + 1)
    }

    fn constant(&self, value: bool) -> &'static str {
        if value { "TRUE" } else { "FALSE" }
    }

    fn is(&self, condition: &str, value: bool) -> String {
        format!("{condition} IS {}", self.constant(value))
    }

    fn bytewise(&self, value: Operand<'_>) -> String {
        match value.storage {
            Storage::Text | Storage::Uuid | Storage::Json => bytewise(value),
            Storage::Any
            | Storage::Integer
            | Storage::Float
            | Storage::Decimal
            | Storage::Boolean
            | Storage::Date
            | Storage::Time
            | Storage::Datetime
            | Storage::Bytes => value.text.to_owned(),
        }
    }

    /// A column of single precision is asked for as it is shown.
    fn equal(&self, value: Operand<'_>) -> String {
        match value.storage {
            Storage::Json => self.canonical(value.text),
            Storage::Float if value.origin == Origin::Column(Some("float")) => shortest(value.text),
            _ if text::is_read(value) => value.text.to_owned(),
            _ => self.bytewise(value),
        }
    }

    fn compare(&self, value: Operand<'_>, sign: Sign, parameter: &str) -> String {
        let other = right_side(value, parameter);
        if value.storage == Storage::Json {
            return if sign.is_equality() {
                format!("{} {} {}", self.canonical(value.text), sign.word(), self.canonical(parameter))
            } else {
                format!("{} {} {}", self.sorted(value), sign.word(), self.json_order(parameter))
            };
        }
        let own = if sign.is_equality() { self.equal(value) } else { self.bytewise(value) };
        let exact = format!("{own} {} {other}", sign.word());
        match text::equal_by_column(value, parameter) {
            // The index of the column finds those that may be equal.
            Some(by_column) if sign == Sign::Equal && collated(value) != Collated::Bytewise => {
                format!("({by_column} AND {exact})")
            }
            _ => exact,
        }
    }

    fn same(&self, value: Operand<'_>, parameter: &str) -> String {
        let is_text = matches!(value.storage, Storage::Text | Storage::Uuid);
        let by_column = if is_text { text::equal_by_column(value, parameter) } else { None };
        by_column.unwrap_or_else(|| format!("{} = {}", value.text, right_side(value, parameter)))
    }

    fn shown(&self, value: Operand<'_>) -> String {
        let text = value.text;
        let Origin::Column(column_type) = value.origin else { return text.to_owned() };
        let name = column_type.map(|ty| ty.split(['(', ' ']).next().unwrap_or(ty));
        match (value.storage, name) {
            (Storage::Time, _) => cast::trimmed(&told(&format!("CAST({text} AS TIME(6))"))),
            (Storage::Integer | Storage::Boolean, Some("bit")) => format!("({text} + 0)"),
            (Storage::Float, Some("float")) => shortest(text),
            (Storage::Text, Some(name)) if Self::is_shape(name) => told(&format!("ST_AsText({text})")),
            (Storage::Any, Some("vector")) => told(&format!("VEC_ToText({text})")),
            // Rows may be grouped by it.
            (Storage::Text, _) => bytewise(value),
            _ => text.to_owned(),
        }
    }

    fn like(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let text = bytewise(value);
        match case {
            LetterCase::Exact => format!("{text} LIKE {pattern} ESCAPE '\\'"),
            LetterCase::Any => {
                format!("LOWER({text}) LIKE LOWER({}) ESCAPE '\\'", told(pattern))
            }
        }
    }

    fn distinct(&self, value: Operand<'_>, parameter: &str) -> String {
        let json = value.storage == Storage::Json;
        let other = if json { self.canonical(parameter) } else { right_side(value, parameter) };
        format!("NOT ({} <=> {other})", self.equal(value))
    }

    /// A dot stands for the end of a line too, and letters are those of every alphabet.
    fn matches(&self, value: Operand<'_>, pattern: &str, case: LetterCase) -> String {
        let flags = match case {
            LetterCase::Exact => "(*UCP)(?s-i)",
            LetterCase::Any => "(*UCP)(?si)",
        };
        format!("{} REGEXP CONCAT('{flags}', {pattern})", bytewise(value))
    }

    fn contains(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("JSON_CONTAINS({}, {parameter})", value.text)
    }

    fn contained(&self, value: Operand<'_>, parameter: &str) -> String {
        format!("JSON_CONTAINS({parameter}, {})", value.text)
    }

    fn overlaps(&self, value: Operand<'_>, parameter: &str) -> String {
        let document = value.text;
        let both = [document, parameter].map(|one| format!("JSON_TYPE({one}) = 'ARRAY'")).join(" AND ");
        // Beside what is no array, null would be false.
        let overlap = format!("{both} AND JSON_OVERLAPS({document}, {parameter})");
        format!("(CASE WHEN {document} IS NOT NULL THEN {overlap} END)")
    }

    /// The planner refuses it: the capabilities say that there is none.
    fn search(&self, _value: Operand<'_>, _query: &str, _search: Search) -> String {
        self.constant(false).to_owned()
    }

    fn path(&self, document: Operand<'_>, path: &[PathKey], as_text: bool) -> String {
        json::path(document.text, path, as_text, |text| self.literal(text))
    }

    fn canonical(&self, document: &str) -> String {
        json::canonical(document)
    }

    fn json_order(&self, document: &str) -> String {
        json::order(document)
    }

    fn cast(&self, value: &str, from: Form, to: Cast) -> String {
        cast::cast(value, from, to)
    }

    fn aggregate(&self, function: Aggregate, value: Operand<'_>) -> String {
        let of = self.bytewise(value);
        match function {
            // Doubles would be added up with a loss; the server keeps four digits more than a type has.
            Aggregate::Avg if is_exact(value) => {
                format!("CAST(AVG(CAST({of} AS DECIMAL(65,30))) AS DOUBLE)")
            }
            Aggregate::Avg => format!("AVG(CAST({of} AS DOUBLE))"),
            Aggregate::Sum | Aggregate::Count | Aggregate::Max | Aggregate::Min => {
                format!("{}({of})", function.word())
            }
        }
    }

    /// What is shown of a text column is compared byte by byte.
    fn place(&self, number: usize) -> String {
        number.to_string()
    }

    fn in_list(&self, value: Operand<'_>, list: &str) -> String {
        let (ty, one) = match value.storage {
            Storage::Integer => ("BIGINT".to_owned(), "j.v"),
            Storage::Boolean => ("BOOLEAN".to_owned(), "j.v"),
            Storage::Float => ("DOUBLE".to_owned(), "j.v"),
            Storage::Decimal => ("DECIMAL(65,30)".to_owned(), "j.v"),
            Storage::Date => ("DATE".to_owned(), "j.v"),
            Storage::Time => ("TIME(6)".to_owned(), "j.v"),
            Storage::Datetime => {
                ("VARCHAR(40)".to_owned(), "CAST(REPLACE(j.v, '+00:00', '') AS DATETIME(6))")
            }
            Storage::Json => ("JSON".to_owned(), "j.v"),
            Storage::Any | Storage::Text | Storage::Uuid | Storage::Bytes => {
                (format!("LONGTEXT CHARACTER SET utf8mb4 COLLATE {BYTEWISE}"), "j.v")
            }
        };
        let one = if value.storage == Storage::Json { self.canonical(one) } else { one.to_owned() };
        let rows = format!("JSON_TABLE({list}, '$[*]' COLUMNS (v {ty} PATH '$')) AS j");
        format!(
            "{} IN (SELECT {one} FROM {rows})",
            if text::is_read(value) { self.bytewise(value) } else { self.equal(value) }
        )
    }

    fn order(&self, column: &str, term: Term) -> String {
        let (word, usual) = match term.direction {
            Direction::Ascending => ("", Nulls::First),
            Direction::Descending => (" DESC", Nulls::Last),
        };
        // Said only where it differs: an index serves no order that says where nulls stand.
        let nulls = match term.nulls.filter(|nulls| *nulls != usual) {
            None => String::new(),
            Some(Nulls::First) => format!("{column} IS NOT NULL, "),
            Some(Nulls::Last) => format!("{column} IS NULL, "),
        };
        format!("{nulls}{column}{word}")
    }

    /// Inside `GROUP_CONCAT` the server takes null for 0.
    fn order_inside(&self, column: &str, term: Term) -> String {
        let word = match term.direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        };
        let nulls = match term.nulls {
            None => String::new(),
            Some(Nulls::First) => format!("{column} IS NOT NULL, "),
            Some(Nulls::Last) => format!("{column} IS NULL, "),
        };
        format!("{nulls}{column}{word}")
    }

    fn page(&self, limit: Option<&str>, offset: Option<&str>) -> String {
        match (limit, offset) {
            (None, None) => String::new(),
            (Some(limit), None) => format!("LIMIT {limit}"),
            (Some(limit), Some(offset)) => format!("LIMIT {limit} OFFSET {offset}"),
            // There is no OFFSET of its own; this is the greatest limit.
            (None, Some(offset)) => format!("LIMIT 18446744073709551615 OFFSET {offset}"),
        }
    }

    fn key_text(&self, value: Operand<'_>) -> String {
        match value.storage {
            // A path names bytes in base64, with line ends where the server writes it.
            Storage::Bytes => "NULL".to_owned(),
            Storage::Datetime => cast::datetime_text(value.text),
            _ => told(&self.shown(value)),
        }
    }

    fn arranges(&self) -> bool {
        true
    }

    fn row(&self, _layout: &Layout, cells: &[Cell]) -> String {
        cell::row(cells)
    }

    fn rows(&self, _layout: &Layout, cells: &[Cell], arranged: &Arrangement) -> String {
        cell::all(&cell::row(cells), arranged)
    }

    fn values(&self, _layout: &Layout, cell: &Cell, arranged: &Arrangement) -> String {
        cell::all(&cell::value(cell), arranged)
    }

    fn returning(&self) -> bool {
        false
    }

    /// MariaDB from 10.5 on; MySQL does not.
    fn inserts_answer(&self) -> bool {
        true
    }

    /// A key that was given is not among those: see [`crate::Statement::read_back`].
    fn last_inserted(&self) -> Option<&'static str> {
        Some("LAST_INSERT_ID()")
    }

    fn default_values(&self) -> &'static str {
        "() VALUES ()"
    }

    fn explain(&self, text: &str) -> String {
        format!("EXPLAIN {text}")
    }

    fn explanation(&self) -> Layout {
        let columns = [
            ("id", Form::Integer),
            ("select_type", Form::Text),
            ("table", Form::Text),
            ("type", Form::Text),
            ("possible_keys", Form::Text),
            ("key", Form::Text),
            ("key_len", Form::Text),
            ("ref", Form::Text),
            ("rows", Form::Text),
            ("Extra", Form::Text),
        ];
        Layout { columns: columns.map(|(name, form)| (name.into(), form)).into(), ..Layout::default() }
    }
}

/// A parameter as what a value of this storage is compared with.
fn right_side(value: Operand<'_>, parameter: &str) -> String {
    match value.storage {
        // The server would compare a decimal with a text as doubles.
        Storage::Decimal => format!("CAST({parameter} AS DECIMAL(65,30))"),
        // A moment as it is written in answers; what it says of its zone the server does not read.
        Storage::Datetime => format!("CAST(REPLACE({parameter}, '+00:00', '') AS DATETIME(6))"),
        Storage::Any
        | Storage::Text
        | Storage::Integer
        | Storage::Float
        | Storage::Boolean
        | Storage::Date
        | Storage::Time
        | Storage::Uuid
        | Storage::Json
        | Storage::Bytes => parameter.to_owned(),
    }
}

/// A column of single precision as the double that is written shortest: 1.1, not 1.100000023841858.
/// The server writes six digits of it; where those are not all, it stays as it is.
fn shortest(column: &str) -> String {
    let text = format!("CAST({column} AS CHAR)");
    format!("IF(CAST({text} AS FLOAT) = {column}, CAST({text} AS DOUBLE), CAST({column} AS DOUBLE))")
}

/// Whether a column holds exact numbers with no more than 35 digits before the point, which leaves room
/// for 30 behind it.
fn is_exact(value: Operand<'_>) -> bool {
    match (value.storage, value.origin) {
        (Storage::Integer, Origin::Column(_)) | (Storage::Decimal, Origin::Column(None)) => true,
        (Storage::Decimal, Origin::Column(Some(declared))) => {
            let inside = declared.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            let (digits, scale) =
                inside.and_then(|(inside, _)| inside.split_once(',')).unwrap_or(("10", "0"));
            let number = |text: &str| text.trim().parse::<u32>().unwrap_or(u32::MAX);
            number(digits).saturating_sub(number(scale)) <= 35
        }
        _ => false,
    }
}
