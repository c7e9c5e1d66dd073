//! One row as one JSON object, or as one line of comma-separated values.
//!
//! Must not know: how many rows there are.

use roundtrip_schema::field::Zone;
use roundtrip_schema::{Form, Layout};

use super::cell::Cell;
use super::{csv, string, strip};

/// Writes rows of one layout. Made once per layout and shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowWriter {
    columns: Box<[Column]>,
    style: Style,
    /// The zone in which moments are written. Without one no column has the form of a moment.
    zone: Option<Zone>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    /// The key as it stands in the row, with what comes before and after: `{"id":`, `,"name":`.
    key: Box<[u8]>,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Object,
    /// An object without the members that are null.
    Stripped,
    /// A line of comma-separated values.
    Line,
}

impl RowWriter {
    /// A writer of rows of this layout as JSON objects. A zone that nobody knows is UTC: names are
    /// checked before a plan is made.
    pub fn new(layout: &Layout) -> Self {
        let mut before = b'{';
        let key = |key: &str| {
            let mut text = vec![before];
            before = b',';
            string::write(&mut text, key.as_bytes());
            text.push(b':');
            text
        };
        let style = if layout.strip_nulls { Style::Stripped } else { Style::Object };
        Self::of(layout, style, key)
    }

    /// A writer of rows of this layout as lines of comma-separated values (RFC 4180), each without
    /// its end.
    pub fn lines(layout: &Layout) -> Self {
        let mut before: &[u8] = b"";
        let key = |key: &str| {
            let mut text = before.to_vec();
            before = b",";
            csv::name(&mut text, key.as_bytes());
            text
        };
        Self::of(layout, Style::Line, key)
    }

    fn of(layout: &Layout, style: Style, mut key: impl FnMut(&str) -> Vec<u8>) -> Self {
        let zone = layout.zone.as_deref().and_then(Zone::named);
        // Without a zone a moment is text like any other, and costs no more.
        let form = |form| if form == Form::Datetime && zone.is_none() { Form::Text } else { form };
        let column = |(name, of): &(Box<str>, Form)| Column { key: key(name).into(), form: form(*of) };
        Self { columns: layout.columns.iter().map(column).collect(), style, zone }
    }

    /// How many cells a row has.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// What stands above the rows: the names, where they are lines.
    pub fn header(&self) -> Vec<u8> {
        match self.style {
            Style::Line => self.columns.iter().flat_map(|column| &*column.key).copied().collect(),
            Style::Object | Style::Stripped => Vec::new(),
        }
    }

    /// Appends one row, asking `cell` for each column from 0.
    ///
    /// # Errors
    /// The first error of `cell`; `out` then ends in half a row.
    pub fn write<'c, E>(
        &self,
        out: &mut Vec<u8>,
        mut cell: impl FnMut(usize) -> Result<Cell<'c>, E>,
    ) -> Result<(), E> {
        if self.style != Style::Object || self.zone.is_some() {
            return self.write_apart(out, cell);
        }
        // What nearly all rows are: nothing is asked per cell that was asked once.
        for (index, column) in self.columns.iter().enumerate() {
            out.extend_from_slice(&column.key);
            cell(index)?.write(out, column.form);
        }
        out.extend_from_slice(if self.columns.is_empty() { b"{}" } else { b"}" });
        Ok(())
    }

    /// Appends the value of the first column alone.
    pub fn write_value(&self, out: &mut Vec<u8>, cell: Cell<'_>) {
        self.cell(out, cell, self.columns.first().map_or(Form::Any, |column| column.form));
    }

    fn cell(&self, out: &mut Vec<u8>, cell: Cell<'_>, form: Form) {
        match &self.zone {
            Some(zone) if form == Form::Datetime => match cell.local(zone) {
                Some(local) => string::write(out, local.as_bytes()),
                None => cell.write(out, form),
            },
            _ => cell.write(out, form),
        }
    }

    /// A row that is not simply each key with its value as it is.
    #[inline(never)]
    fn write_apart<'c, E>(
        &self,
        out: &mut Vec<u8>,
        mut cell: impl FnMut(usize) -> Result<Cell<'c>, E>,
    ) -> Result<(), E> {
        if self.style == Style::Line {
            for (index, column) in self.columns.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self.field(out, cell(index)?, column.form);
            }
            return Ok(());
        }
        if self.style == Style::Object {
            for (index, column) in self.columns.iter().enumerate() {
                out.extend_from_slice(&column.key);
                self.cell(out, cell(index)?, column.form);
            }
            out.extend_from_slice(if self.columns.is_empty() { b"{}" } else { b"}" });
            return Ok(());
        }
        out.push(b'{');
        let begun = out.len();
        for (index, column) in self.columns.iter().enumerate() {
            let before = out.len();
            if before > begun {
                out.push(b',');
            }
            // Without what stands before the first key, or before the others.
            out.extend_from_slice(&column.key[1..]);
            let value = out.len();
            self.cell(out, cell(index)?, column.form);
            if out[value..] == *b"null" {
                out.truncate(before);
            } else if column.form == Form::Json {
                strip::nulls(out, value);
            }
        }
        out.push(b'}');
        Ok(())
    }

    fn field(&self, out: &mut Vec<u8>, cell: Cell<'_>, form: Form) {
        let from = out.len();
        match self.zone.as_ref().filter(|_| form == Form::Datetime).and_then(|zone| cell.local(zone)) {
            Some(local) => out.extend_from_slice(local.as_bytes()),
            None => cell.write_bare(out, form),
        }
        if cell != Cell::Null {
            csv::quote(out, from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(columns: &[(&str, Form)]) -> Layout {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        Layout { columns, ..Layout::default() }
    }

    fn check(writer: &RowWriter, cells: &[Cell<'_>], expected: &str) {
        let mut out = Vec::new();
        writer.write(&mut out, |index| Ok::<_, ()>(cells[index])).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_row_is_an_object() {
        let object = |columns: &[(&str, Form)]| RowWriter::new(&layout(columns));
        check(&object(&[]), &[], "{}");
        check(&object(&[("id", Form::Integer)]), &[Cell::Integer(1)], r#"{"id":1}"#);
        check(
            &object(&[("id", Form::Integer), ("a\"b", Form::Text), ("orders", Form::Json)]),
            &[Cell::Integer(1), Cell::Null, Cell::Rendered(b"[]")],
            r#"{"id":1,"a\"b":null,"orders":[]}"#,
        );
    }

    #[test]
    fn null_members_are_left_out_where_asked() {
        let columns = [("a", Form::Integer), ("b", Form::Json), ("c", Form::Float)];
        let writer = RowWriter::new(&Layout { strip_nulls: true, ..layout(&columns) });
        for (cells, expected) in [
            ([Cell::Null, Cell::Null, Cell::Null], "{}"),
            ([Cell::Integer(1), Cell::Rendered(b"null"), Cell::Real(f64::NAN)], r#"{"a":1}"#),
            ([Cell::Null, Cell::Text(br#"{"x":null}"#), Cell::Real(0.5)], r#"{"b":{},"c":0.5}"#),
            ([Cell::Null, Cell::Text(b"null"), Cell::Real(0.5)], r#"{"c":0.5}"#),
        ] {
            check(&writer, &cells, expected);
        }
        check(&RowWriter::new(&Layout { strip_nulls: true, ..layout(&[]) }), &[], "{}");
    }

    #[test]
    fn moments_are_written_in_the_zone_that_is_asked_for() {
        let cells = [Cell::Text(b"2023-10-18T12:37:59.611+00:00"), Cell::Text(b"soon"), Cell::Null];
        let columns = [("a", Form::Datetime), ("b", Form::Datetime), ("c", Form::Datetime)];
        for (zone, expected) in [
            (None, "2023-10-18T12:37:59.611+00:00"),
            (Some("+05:30"), "2023-10-18T07:07:59.611-05:30"),
            (Some("Asia/Tokyo"), "2023-10-18T21:37:59.611+09:00"),
            (Some("nowhere"), "2023-10-18T12:37:59.611+00:00"),
        ] {
            let layout = Layout { zone: zone.map(Into::into), ..layout(&columns) };
            let object = format!(r#"{{"a":"{expected}","b":"soon","c":null}}"#);
            check(&RowWriter::new(&layout), &cells, &object);
            check(&RowWriter::lines(&layout), &cells, &format!("{expected},soon,"));
        }
    }

    #[test]
    fn a_row_is_a_line_of_values() {
        let columns = [
            ("id", Form::Integer),
            ("a,b", Form::Text),
            ("c", Form::Boolean),
            ("d", Form::Json),
            ("e", Form::Base64),
            ("f", Form::Decimal(2)),
            ("g", Form::Duration),
        ];
        let writer = RowWriter::lines(&layout(&columns));
        assert_eq!(String::from_utf8(writer.header()).unwrap(), r#"id,"a,b",c,d,e,f,g"#);
        let bytes = Cell::Blob(b"\x00\xff");
        let length = Cell::Integer(5_400_000_000);
        for (cells, expected) in [
            ([Cell::Null; 7], ",,,,,,"),
            (
                [
                    Cell::Integer(1),
                    Cell::Text(b"say \"no\"\n"),
                    Cell::Integer(1),
                    Cell::Rendered(br#"{"x":[1,"y"]}"#),
                    bytes,
                    Cell::Real(2.5),
                    length,
                ],
                "1,\"say \"\"no\"\"\n\",true,\"{\"\"x\"\":[1,\"\"y\"\"]}\",AP8=,2.50,PT1H30M",
            ),
        ] {
            check(&writer, &cells, expected);
        }
    }

    #[test]
    fn an_error_of_a_cell_ends_the_row() {
        let layout = layout(&[("id", Form::Integer)]);
        for writer in [RowWriter::new(&layout), RowWriter::lines(&layout)] {
            assert_eq!(writer.write(&mut Vec::new(), |_| Err("gone")), Err("gone"));
        }
    }
}
