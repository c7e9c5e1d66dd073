//! SQLite, from 3.35 (which brought `RETURNING`) on.
//!
//! Four functions must be registered on a connection before these statements are prepared:
//! `rt_row(layout, cell…)` and the aggregate `rt_rows(layout, cell…)` render cells as JSON text,
//! `rt_like(text, pattern)` and `rt_ilike(text, pattern)` answer 1, 0 or null. SQLite's own JSON
//! functions do not know our types, and its `LIKE` folds ASCII letters only and cannot be told to
//! mind case per statement.

use roundtrip_query::plan::{Direction, Nulls, Slot};
use roundtrip_schema::Layout;
use roundtrip_schema::field::Storage;

use super::{Dialect, LetterCase, Term};

/// SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn identifier(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn literal(&self, text: &str) -> String {
        let quoted: Vec<String> =
            text.split('\0').map(|part| format!("'{}'", part.replace('\'', "''"))).collect();
        match &quoted[..] {
            [one] => one.clone(),
            // SQLite reads a statement no further than its first NUL, and a caller may put one into
            // the key of an embed.
            parts => format!("({})", parts.join(" || char(0) || ")),
        }
    }

    fn parameter(&self, Slot(slot): Slot) -> String {
        format!("?{}", u32::from(slot) + 1)
    }

    fn constant(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    fn is(&self, condition: &str, value: bool) -> String {
        // Not IS TRUE: in a table with a column called `true` that would be the column.
        format!("{condition} IS {}", self.constant(value))
    }

    /// The columns of an existing table may be declared `COLLATE NOCASE`. The schema does not say
    /// which, so every text column is told. An index of ours collates bytewise too and is used all the
    /// same; an index that folds case could not answer the question.
    fn bytewise(&self, column: &str, storage: Storage) -> String {
        match storage {
            Storage::Any | Storage::Text | Storage::Uuid | Storage::Json => {
                format!("{column} COLLATE BINARY")
            }
            // Dates and times hold digits and signs, and at most letters in one case.
            Storage::Date | Storage::Time | Storage::Datetime => column.to_owned(),
            Storage::Integer | Storage::Float | Storage::Decimal | Storage::Boolean | Storage::Bytes => {
                column.to_owned()
            }
        }
    }

    fn like(&self, column: &str, pattern: &str, case: LetterCase) -> String {
        let function = match case {
            LetterCase::Exact => "rt_like",
            LetterCase::Any => "rt_ilike",
        };
        format!("{function}({column}, {pattern})")
    }

    /// A database with a table called `json_each` hides the function from us; lists are then an error.
    fn in_list(&self, column: &str, list: &str) -> String {
        format!("{column} IN (SELECT value FROM json_each({list}))")
    }

    fn order(&self, column: &str, term: Term) -> String {
        let (word, usual) = match term.direction {
            Direction::Ascending => ("", Nulls::First),
            Direction::Descending => (" DESC", Nulls::Last),
        };
        // Said only where it differs: an index serves no order that says where nulls stand.
        let nulls = match term.nulls.filter(|nulls| *nulls != usual) {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        };
        format!("{column}{word}{nulls}")
    }

    fn page(&self, limit: Option<&str>, offset: Option<&str>) -> String {
        match (limit, offset) {
            (None, None) => String::new(),
            (Some(limit), None) => format!("LIMIT {limit}"),
            (Some(limit), Some(offset)) => format!("LIMIT {limit} OFFSET {offset}"),
            // SQLite has no OFFSET of its own; a negative limit is none.
            (None, Some(offset)) => format!("LIMIT -1 OFFSET {offset}"),
        }
    }

    fn key_text(&self, column: &str, storage: Storage) -> String {
        match storage {
            // A path names bytes in base64, which SQLite cannot write.
            Storage::Bytes => "NULL".to_owned(),
            _ => format!("CAST({column} AS TEXT)"),
        }
    }

    fn row(&self, layout: &Layout, cells: &[String]) -> String {
        format!("rt_row({})", self.arguments(layout, cells))
    }

    fn rows(&self, layout: &Layout, cells: &[String]) -> String {
        format!("coalesce(rt_rows({}), '[]')", self.arguments(layout, cells))
    }

    /// `RETURNING` opens a table of its own for every statement: a tenth of all instructions of a
    /// small insert, measured, and this saves most of it.
    fn last_inserted(&self, key: &str) -> Option<String> {
        Some(format!("{key} = last_insert_rowid()"))
    }

    fn default_values(&self) -> &'static str {
        "DEFAULT VALUES"
    }
}

impl Sqlite {
    fn arguments(self, layout: &Layout, cells: &[String]) -> String {
        let layout = self.literal(&layout.encode());
        std::iter::once(&layout).chain(cells).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}
