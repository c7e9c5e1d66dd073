//! One row as one JSON object.
//!
//! Must not know: how many rows there are.

use roundtrip_schema::{Form, Layout};

use super::cell::Cell;
use super::string;

/// Writes rows of one layout. Made once per layout and shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowWriter {
    columns: Box<[Column]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    /// The key as it stands in the row, with what comes before and after: `{"id":`, `,"name":`.
    key: Box<[u8]>,
    form: Form,
}

impl RowWriter {
    /// A writer for rows of this layout.
    pub fn new(layout: &Layout) -> Self {
        let mut before = b'{';
        let column = |(key, form): &(Box<str>, Form)| {
            let mut text = vec![before];
            before = b',';
            string::write(&mut text, key.as_bytes());
            text.push(b':');
            Column { key: text.into(), form: *form }
        };
        Self { columns: layout.columns.iter().map(column).collect() }
    }

    /// How many cells a row has.
    pub fn columns(&self) -> usize {
        self.columns.len()
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
        for (index, column) in self.columns.iter().enumerate() {
            out.extend_from_slice(&column.key);
            cell(index)?.write(out, column.form);
        }
        out.extend_from_slice(if self.columns.is_empty() { b"{}" } else { b"}" });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(columns: &[(&str, Form)], cells: &[Cell<'_>], expected: &str) {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        let mut out = Vec::new();
        RowWriter::new(&Layout { columns }).write(&mut out, |index| Ok::<_, ()>(cells[index])).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_row_is_an_object() {
        check(&[], &[], "{}");
        check(&[("id", Form::Integer)], &[Cell::Integer(1)], r#"{"id":1}"#);
        check(
            &[("id", Form::Integer), ("a\"b", Form::Text), ("orders", Form::Json)],
            &[Cell::Integer(1), Cell::Null, Cell::Rendered(b"[]")],
            r#"{"id":1,"a\"b":null,"orders":[]}"#,
        );
    }

    #[test]
    fn an_error_of_a_cell_ends_the_row() {
        let layout = Layout { columns: vec![("id".into(), Form::Integer)] };
        assert_eq!(RowWriter::new(&layout).write(&mut Vec::new(), |_| Err("gone")), Err("gone"));
    }
}
