//! The functions that our SQL calls: `rt_row`, `rt_rows`, `rt_like`, `rt_ilike`.
//!
//! They are deterministic, so that SQLite may call them once for equal arguments, and innocuous: a
//! view of a hostile file that calls them learns and changes nothing.
//!
//! Must not know: plans, or in which statement they stand.

use std::sync::{Arc, Mutex, PoisonError};

use roundtrip_schema::Layout;
use roundtrip_store::render::{Cell, RowWriter};
use rusqlite::functions::{Aggregate, Context, FunctionFlags, SqlFnOutput, SubType};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, Result};
use rustc_hash::FxHashMap;

use crate::pattern::{LetterCase, Pattern};

/// Layouts that a connection keeps; past that it forgets all and begins again, which is simple and
/// happens to nobody but who asks for ever new selections.
const LAYOUTS: usize = 1_024;

/// What SQLite's own JSON functions mark their results with (`J`), and ours too: a cell so marked was
/// rendered in this very statement and is spliced into the row around it without another look. The
/// mark does not survive a sorter; such cells are looked at again.
const RENDERED: u32 = 74;

/// Makes the functions known on a connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let common =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    let rendering = common | FunctionFlags::SQLITE_SUBTYPE | FunctionFlags::SQLITE_RESULT_SUBTYPE;
    let layouts = Arc::new(Layouts::default());
    let rows = Rows { layouts: Arc::clone(&layouts) };
    connection.create_scalar_function("rt_row", -1, rendering, move |context| row(&layouts, context))?;
    connection.create_aggregate_function("rt_rows", -1, rendering, rows)?;
    for (name, case) in [("rt_like", LetterCase::Exact), ("rt_ilike", LetterCase::Any)] {
        connection.create_scalar_function(name, 2, common, move |context| like(context, case))?;
    }
    Ok(())
}

/// JSON that goes to SQLite as text without having to be a `String` first.
struct Rendered(Vec<u8>);

impl SqlFnOutput for Rendered {
    fn to_sql(&self) -> Result<(ToSqlOutput<'_>, SubType)> {
        Ok((ToSqlOutput::Borrowed(ValueRef::Text(&self.0)), Some(RENDERED)))
    }
}

fn row(layouts: &Layouts, context: &Context<'_>) -> Result<Rendered> {
    let writer = layouts.of(context)?;
    let mut out = Vec::with_capacity(writer.columns() * 24);
    write(&writer, context, &mut out)?;
    Ok(Rendered(out))
}

/// The aggregate: an array with an object per row.
struct Rows {
    layouts: Arc<Layouts>,
}

struct Collected {
    writer: Arc<RowWriter>,
    out: Vec<u8>,
}

impl Aggregate<Collected, Rendered> for Rows {
    fn init(&self, context: &mut Context<'_>) -> Result<Collected> {
        Ok(Collected { writer: self.layouts.of(context)?, out: Vec::new() })
    }

    fn step(&self, context: &mut Context<'_>, collected: &mut Collected) -> Result<()> {
        collected.out.push(if collected.out.is_empty() { b'[' } else { b',' });
        write(&collected.writer, context, &mut collected.out)
    }

    fn finalize(&self, _: &mut Context<'_>, collected: Option<Collected>) -> Result<Rendered> {
        let mut out = collected.map_or_else(|| vec![b'['], |collected| collected.out);
        out.push(b']');
        Ok(Rendered(out))
    }
}

fn write(writer: &RowWriter, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
    // The layout is argument 0. SQL of ours always fits; SQL of somebody else's view may not.
    if context.len() != writer.columns() + 1 {
        return Err(Error::InvalidParameterCount(context.len(), writer.columns() + 1));
    }
    writer.write(out, |index| {
        Ok(match context.get_raw(index + 1) {
            ValueRef::Text(text) if context.get_subtype(index + 1) == RENDERED => Cell::Rendered(text),
            value => cell(value),
        })
    })
}

/// A value of SQLite as a cell, without copying it.
pub(crate) fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Integer(value),
        ValueRef::Real(value) => Cell::Real(value),
        ValueRef::Text(text) => Cell::Text(text),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
    }
}

/// The layouts that a connection has met, by their text: reading the text again for every row would
/// cost more than writing the row.
#[derive(Default)]
struct Layouts {
    known: Mutex<FxHashMap<Box<str>, Arc<RowWriter>>>,
}

impl Layouts {
    fn of(&self, context: &Context<'_>) -> Result<Arc<RowWriter>> {
        let unreadable = || Error::UserFunctionError("the first argument is no layout".into());
        if context.is_empty() {
            return Err(unreadable());
        }
        let text = context.get_raw(0).as_str().map_err(|_| unreadable())?;
        // The map is whole even where a thread panicked: entries are only added, or all removed.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = known.get(text) {
            return Ok(Arc::clone(writer));
        }
        let writer = Arc::new(RowWriter::new(&Layout::decode(text).ok_or_else(unreadable)?));
        if known.len() >= LAYOUTS {
            known.clear();
        }
        known.insert(text.into(), Arc::clone(&writer));
        Ok(writer)
    }
}

/// 1, 0, or null for a null argument. Numbers and bytes are like no pattern.
fn like(context: &Context<'_>, case: LetterCase) -> Result<Option<bool>> {
    let (text, pattern) = (context.get_raw(0), context.get_raw(1));
    if text == ValueRef::Null || pattern == ValueRef::Null {
        return Ok(None);
    }
    let (ValueRef::Text(text), ValueRef::Text(_)) = (text, pattern) else { return Ok(Some(false)) };
    let pattern = context.get_or_create_aux(1, |pattern| -> Result<Pattern> {
        Ok(Pattern::new(&String::from_utf8_lossy(pattern.as_bytes()?), case))
    })?;
    Ok(Some(pattern.matches(&String::from_utf8_lossy(text))))
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::Form;

    use super::*;

    fn check(sql: &str, expected: Result<Option<&str>, &str>) {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let found: Result<Option<String>, String> =
            connection.query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string());
        match (&found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), expected, "{sql}"),
            (Err(found), Err(part)) => assert!(found.contains(part), "{sql}: {found}"),
            _ => panic!("{sql}: {found:?}"),
        }
    }

    fn layout(columns: &[(&str, Form)]) -> String {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        Layout { columns }.encode()
    }

    #[test]
    fn rows_are_rendered_inside_sql() {
        let one = layout(&[("id", Form::Integer), ("price", Form::Decimal(2))]);
        let outer = layout(&[("in", Form::Json), ("doc", Form::Json)]);
        check(&format!("SELECT rt_row('{one}', 1, 2.5)"), Ok(Some(r#"{"id":1,"price":2.50}"#)));
        check(&format!("SELECT rt_rows('{one}', 1, null) WHERE 0"), Ok(Some("[]")));
        check(
            &format!("SELECT rt_rows('{one}', value, value) FROM json_each('[1,2]')"),
            Ok(Some(r#"[{"id":1,"price":1.00},{"id":2,"price":2.00}]"#)),
        );
        check(
            &format!("SELECT rt_row('{outer}', (SELECT rt_row('{one}', 1, 1)), '{{bad')"),
            Ok(Some(r#"{"in":{"id":1,"price":1.00},"doc":"{bad"}"#)),
        );
        check("SELECT rt_row()", Err("no layout"));
        check("SELECT rt_row('nonsense', 1)", Err("no layout"));
        check(&format!("SELECT rt_row('{one}', 1)"), Err("parameter"));
        check(&format!("SELECT rt_rows('{one}', 1)"), Err("parameter"));
    }

    #[test]
    fn patterns_match_inside_sql() {
        for (sql, expected) in [
            ("SELECT CAST(rt_like('Anna', 'A%') AS TEXT)", Some("1")),
            ("SELECT CAST(rt_like('anna', 'A%') AS TEXT)", Some("0")),
            ("SELECT CAST(rt_ilike('ÄPFEL', 'äpf%') AS TEXT)", Some("1")),
            ("SELECT rt_like(null, 'A%')", None),
            ("SELECT rt_like('a', null)", None),
            ("SELECT CAST(rt_like(5, '5') AS TEXT)", Some("0")),
        ] {
            check(sql, Ok(expected));
        }
    }
}
