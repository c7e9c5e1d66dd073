//! The functions that our SQL calls, a file per family; their names begin with `rt_`.
//!
//! `render` writes rows as JSON, `json` looks into documents, `pattern` compares with patterns,
//! `search` looks for words, `cast` takes values as other types. `document` reads JSON, `like` is one
//! kind of pattern.
//!
//! They are deterministic, so that SQLite may call them once for equal arguments, and innocuous: a
//! view of a hostile file that calls them learns and changes nothing. No value makes them panic, and
//! none but those that the caller wrote makes them fail.
//!
//! Must not know: plans, or in which statement they stand.

mod cast;
mod document;
mod json;
mod known;
mod like;
mod pattern;
mod render;
mod search;

use std::borrow::Cow;

use rusqlite::functions::{Context, FunctionFlags, SqlFnOutput, SubType};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, Result, ffi};

pub(crate) use render::cell;

/// What SQLite's own JSON functions mark their results with (`J`), and ours too: a cell so marked was
/// rendered in this very statement and is spliced into the row around it without another look. The
/// mark does not survive a sorter; such cells are looked at again.
const RENDERED: u32 = 74;

/// What every function is.
const COMMON: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

/// What a function is that takes or gives cells that are marked.
const RENDERING: FunctionFlags =
    COMMON.union(FunctionFlags::SQLITE_SUBTYPE).union(FunctionFlags::SQLITE_RESULT_SUBTYPE);

/// Makes the functions known on a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    render::register(connection)?;
    json::register(connection)?;
    pattern::register(connection)?;
    search::register(connection)?;
    cast::register(connection)
}

/// JSON that goes to SQLite as text without having to be a `String` first; `None` is SQL's null.
struct Rendered(Option<Vec<u8>>);

impl SqlFnOutput for Rendered {
    fn to_sql(&self) -> Result<(ToSqlOutput<'_>, SubType)> {
        Ok(match &self.0 {
            Some(json) => (ToSqlOutput::Borrowed(ValueRef::Text(json)), Some(RENDERED)),
            None => (ToSqlOutput::Borrowed(ValueRef::Null), None),
        })
    }
}

/// What the caller wrote and a function cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A value that is nothing of the type that it is to be taken as.
    Cast,
    /// A regular expression that is none.
    Pattern,
    /// The query of a text search that is none.
    Search,
}

impl Refusal {
    /// Each with what its message begins with: SQLite hands on nothing but the message.
    const WORDS: [(Self, &'static str); 3] =
        [(Self::Cast, "rt_cast: "), (Self::Pattern, "rt_match: "), (Self::Search, "rt_search: ")];

    /// The refusal as an error of SQLite. `why` is for the caller and holds no value of a row.
    fn error(self, why: &str) -> Error {
        let words = Self::WORDS.iter().find(|(refusal, _)| *refusal == self).map_or("", |(_, words)| words);
        Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ERROR), Some(format!("{words}{why}")))
    }

    /// Reads a message of SQLite: which refusal, and why.
    pub(crate) fn read(message: &str) -> Option<(Self, &str)> {
        Self::WORDS.iter().find_map(|(refusal, words)| Some((*refusal, message.strip_prefix(words)?)))
    }
}

/// An argument as text, where it is text; what is not UTF-8 in it becomes U+FFFD.
fn text<'a>(context: &'a Context<'_>, index: usize) -> Option<Cow<'a, str>> {
    match context.get_raw(index) {
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text)),
        _ => None,
    }
}

/// Whether one of the first arguments is null, so that the answer is null too.
fn any_null(context: &Context<'_>, arguments: usize) -> bool {
    (0..arguments).any(|index| context.get_raw(index) == ValueRef::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts what a statement of one value answers, or what its error says.
    pub(super) fn check(sql: &str, expected: Result<Option<&str>, &str>) {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let text = |value: ValueRef<'_>| match value {
            ValueRef::Null => None,
            ValueRef::Integer(value) => Some(value.to_string()),
            ValueRef::Real(value) => Some(format!("{value:?}")),
            ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
        };
        let found: Result<Option<String>, String> =
            connection.query_row(sql, [], |row| row.get_ref(0).map(text)).map_err(|error| error.to_string());
        match (&found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), expected, "{sql}"),
            (Err(found), Err(part)) => assert!(found.contains(part), "{sql}: {found}"),
            _ => panic!("{sql}: {found:?}"),
        }
    }

    #[test]
    fn what_is_null_or_weird_is_no_error() {
        for call in [
            "rt_json(X, '[\"a\"]')",
            "rt_json('{}', X)",
            "rt_text(X, '[]')",
            "rt_text('{}', X)",
            "rt_canonical(X)",
            "rt_match(X, 'a')",
            "rt_imatch(X, 'a')",
            "rt_like(X, 'a')",
            "rt_contains(X, '[]')",
            "rt_contains('[]', X)",
            "rt_overlaps(X, '[]')",
            "rt_overlaps('[]', X)",
            "rt_search(X, 'a', 'all', 'english')",
            "rt_search('a', 'a', 'all', X)",
            "rt_search('a', 'a', X, 'simple')",
        ] {
            check(&format!("SELECT {}", call.replace('X', "null")), Ok(None));
            for value in
                ["5", "-0.5", "9e999", "x'00ff80'", "''", "'{'", "'[1'", "CAST(x'ff22' AS TEXT)", "char(0)"]
            {
                let sql = format!("SELECT typeof({}) <> 'x'", call.replace('X', value));
                check(&sql, Ok(Some("1")));
            }
        }
    }
}
