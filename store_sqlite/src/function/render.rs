//! Rows as JSON inside SQL: `rt_row`, and the aggregates `rt_rows` and `rt_values`.
//!
//! Must not know: what the JSON of a cell looks like.

use std::sync::Arc;

use roundtrip_schema::Layout;
use roundtrip_store::render::{Cell, RowWriter};
use rusqlite::functions::{Aggregate, Context};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

use super::known::Known;
use super::{RENDERED, RENDERING, Rendered};

/// Layouts that a connection keeps.
const LAYOUTS: usize = 1_024;

pub(super) fn register(connection: &Connection) -> Result<()> {
    let layouts = Arc::new(Known::new(LAYOUTS));
    let list = |item| List { layouts: Arc::clone(&layouts), item };
    connection.create_aggregate_function("rt_rows", -1, RENDERING, list(Item::Row))?;
    connection.create_aggregate_function("rt_values", 2, RENDERING, list(Item::Value))?;
    connection.create_scalar_function("rt_row", -1, RENDERING, move |context| row(&layouts, context))
}

fn row(layouts: &Known<RowWriter>, context: &Context<'_>) -> Result<Rendered> {
    let writer = writer(layouts, context)?;
    let mut out = Vec::with_capacity(writer.columns() * 24);
    write(&writer, context, &mut out)?;
    Ok(Rendered(Some(out)))
}

/// The aggregates: an array with an object per row, or with a bare value.
struct List {
    layouts: Arc<Known<RowWriter>>,
    item: Item,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Row,
    Value,
}

struct Collected {
    writer: Arc<RowWriter>,
    out: Vec<u8>,
}

impl Aggregate<Collected, Rendered> for List {
    fn init(&self, context: &mut Context<'_>) -> Result<Collected> {
        Ok(Collected { writer: writer(&self.layouts, context)?, out: Vec::new() })
    }

    fn step(&self, context: &mut Context<'_>, collected: &mut Collected) -> Result<()> {
        let Collected { writer, out } = collected;
        out.push(if out.is_empty() { b'[' } else { b',' });
        match self.item {
            Item::Row => write(writer, context, out),
            Item::Value => {
                writer.write_value(out, argument(context, 1));
                Ok(())
            }
        }
    }

    fn finalize(&self, _: &mut Context<'_>, collected: Option<Collected>) -> Result<Rendered> {
        let mut out = collected.map_or_else(|| vec![b'['], |collected| collected.out);
        out.push(b']');
        Ok(Rendered(Some(out)))
    }
}

fn write(writer: &RowWriter, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
    // The layout is argument 0. SQL of ours always fits; SQL of somebody else's view may not.
    if context.len() != writer.columns() + 1 {
        return Err(Error::InvalidParameterCount(context.len(), writer.columns() + 1));
    }
    writer.write(out, |index| Ok(argument(context, index + 1)))
}

fn argument<'a>(context: &'a Context<'_>, index: usize) -> Cell<'a> {
    match context.get_raw(index) {
        ValueRef::Text(text) if context.get_subtype(index) == RENDERED => Cell::Rendered(text),
        value => cell(value),
    }
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

/// The writer of the layout in argument 0: reading the text again for every row would cost more than
/// writing the row.
fn writer(layouts: &Known<RowWriter>, context: &Context<'_>) -> Result<Arc<RowWriter>> {
    let unreadable = || Error::UserFunctionError("the first argument is no layout".into());
    if context.is_empty() {
        return Err(unreadable());
    }
    let text = context.get_raw(0).as_str().map_err(|_| unreadable())?;
    layouts.of(text, |text| Ok(RowWriter::new(&Layout::decode(text).ok_or_else(unreadable)?)))
}

#[cfg(test)]
mod tests {
    use roundtrip_schema::Form;

    use super::*;
    use crate::function::tests::check;

    fn layout(columns: &[(&str, Form)]) -> String {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        Layout { columns, ..Layout::default() }.encode()
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
    fn values_are_collected_without_their_key() {
        let price = layout(&[("price", Form::Decimal(2))]);
        let json = layout(&[("doc", Form::Json)]);
        for (sql, expected) in [
            (format!("rt_values('{price}', value) FROM json_each('[1,2.5,null]')"), "[1.00,2.50,null]"),
            (format!("rt_values('{price}', 1) WHERE 0"), "[]"),
            (format!("rt_values('{json}', rt_json('{{\"a\":[1]}}', '[\"a\"]'))"), "[[1]]"),
            (format!("rt_values('{json}', '{{bad')"), r#"["{bad"]"#),
            ("rt_values('', 1)".to_owned(), "[1]"),
        ] {
            check(&format!("SELECT {sql}"), Ok(Some(expected)));
        }
    }

    #[test]
    fn nulls_and_zones_are_the_layouts() {
        let columns = vec![("at".into(), Form::Datetime), ("no".into(), Form::Any)];
        let layout = Layout { columns, strip_nulls: true, zone: Some("+05:30".into()) }.encode();
        check(
            &format!("SELECT rt_row('{layout}', '2023-10-18T12:37:59+00:00', null)"),
            Ok(Some(r#"{"at":"2023-10-18T07:07:59-05:30"}"#)),
        );
    }
}
