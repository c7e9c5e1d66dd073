//! Rows, and the rows inside their values, as a compiled statement says that they are rendered.
//!
//! `row(...)` of the dialect comes as a record, `rows(...)` and `values(...)` as a record whose one
//! field is an array of records: the record is never null, so that no rows and no array differ.
//!
//! Must not know: where a row comes from.

use roundtrip_schema::{Form, Layout};
use roundtrip_sql::{Nested, NestedShape};
use roundtrip_store::render::{Cell, RowWriter};

use super::array::{self, Head};
use super::wire::Wire;
use super::{Kinds, Malformed, Piece, decode, oid};

/// A value in a row: its type's object id and its bytes.
pub(crate) type Field<'a> = (u32, Option<&'a [u8]>);

/// How the rows of one layout are read and written. Made once per layout and shared.
#[derive(Debug)]
pub(crate) struct RowPlan {
    writer: RowWriter,
    columns: Box<[Column]>,
}

#[derive(Debug)]
struct Column {
    form: Form,
    inside: Option<Inside>,
}

/// The rows in a value.
#[derive(Debug)]
struct Inside {
    shape: NestedShape,
    plan: RowPlan,
}

impl RowPlan {
    /// Rows as objects of JSON.
    pub(crate) fn new(layout: &Layout, nested: &[Option<Nested>]) -> Self {
        Self::of(RowWriter::new(layout), layout, nested)
    }

    /// Rows as lines of values; what is inside them is JSON.
    pub(crate) fn lines(layout: &Layout, nested: &[Option<Nested>]) -> Self {
        Self::of(RowWriter::lines(layout), layout, nested)
    }

    fn of(writer: RowWriter, layout: &Layout, nested: &[Option<Nested>]) -> Self {
        let inside =
            |nested: &Nested| Inside { shape: nested.shape, plan: Self::new(&nested.layout, &nested.nested) };
        let column = |(index, (_, form)): (usize, &(Box<str>, Form))| Column {
            form: *form,
            inside: nested.get(index).and_then(Option::as_ref).map(inside),
        };
        Self { writer, columns: layout.columns.iter().enumerate().map(column).collect() }
    }

    /// What stands above the rows.
    pub(crate) fn header(&self) -> Vec<u8> {
        self.writer.header()
    }

    /// Appends a row whose values `field` gives by their places. After an error `out` ends in half a row.
    pub(crate) fn write<'a>(
        &self,
        out: &mut Vec<u8>,
        kinds: &Kinds,
        field: impl Fn(usize) -> Option<Field<'a>>,
    ) -> Result<(), Malformed> {
        let piece = |(index, column): (usize, &Column)| {
            let field = field(index).ok_or(Malformed::Bytes("a row of too few values"))?;
            column.piece(kinds, field)
        };
        let pieces = self.columns.iter().enumerate().map(piece).collect::<Result<Vec<_>, _>>()?;
        self.writer.write(out, |index| Ok(pieces.get(index).map_or(Cell::Null, Piece::cell)))
    }

    /// Appends the first value of a row alone.
    fn write_value(&self, out: &mut Vec<u8>, kinds: &Kinds, fields: &[Field<'_>]) -> Result<(), Malformed> {
        let (Some(column), Some(field)) = (self.columns.first(), fields.first()) else {
            return Err(Malformed::Bytes("a row without a value"));
        };
        self.writer.write_value(out, column.piece(kinds, *field)?.cell());
        Ok(())
    }
}

impl Column {
    fn piece<'a>(&self, kinds: &Kinds, (kind, bytes): Field<'a>) -> Result<Piece<'a>, Malformed> {
        match (&self.inside, bytes) {
            (None, _) => decode(kinds, kind, bytes, self.form),
            (Some(_), None) => Ok(Piece::Ready(Cell::Null)),
            (Some(inside), Some(bytes)) if kind == oid::RECORD => inside.piece(kinds, bytes),
            (Some(_), Some(_)) => Err(Malformed::Bytes("a value that should hold rows")),
        }
    }
}

impl Inside {
    fn piece<'a>(&self, kinds: &Kinds, bytes: &[u8]) -> Result<Piece<'a>, Malformed> {
        let mut out = Vec::with_capacity(bytes.len());
        let record = record(bytes)?;
        if self.shape == NestedShape::Row {
            self.row(&mut out, kinds, &record)?;
            return Ok(Piece::Rendered(out));
        }
        match record[..] {
            [(oid::RECORD_ARRAY, Some(rows))] => self.rows(&mut out, kinds, rows)?,
            [(oid::RECORD_ARRAY, None)] => out.extend_from_slice(b"[]"),
            _ => return Err(Malformed::Bytes("a value that should hold an array of rows")),
        }
        Ok(Piece::Rendered(out))
    }

    fn rows(&self, out: &mut Vec<u8>, kinds: &Kinds, bytes: &[u8]) -> Result<(), Malformed> {
        let mut wire = Wire(bytes);
        let Head { element, sizes } = array::head(&mut wire)?;
        let count = match sizes[..] {
            [] => 0,
            [count] if element == oid::RECORD => count,
            _ => return Err(Malformed::Bytes("an array that should hold rows")),
        };
        out.push(b'[');
        for index in 0..count {
            if index > 0 {
                out.push(b',');
            }
            match (wire.value()?, self.shape) {
                (None, _) => out.extend_from_slice(b"null"),
                (Some(bytes), NestedShape::Values) => self.plan.write_value(out, kinds, &record(bytes)?)?,
                (Some(bytes), NestedShape::Row | NestedShape::Rows) => {
                    self.row(out, kinds, &record(bytes)?)?;
                }
            }
        }
        out.push(b']');
        wire.end()
    }

    fn row(&self, out: &mut Vec<u8>, kinds: &Kinds, fields: &[Field<'_>]) -> Result<(), Malformed> {
        self.plan.write(out, kinds, |index| fields.get(index).copied())
    }
}

/// The values of a record.
fn record(bytes: &[u8]) -> Result<Vec<Field<'_>>, Malformed> {
    let mut wire = Wire(bytes);
    let count = wire.u32()?;
    let mut fields = Vec::new();
    for _ in 0..count {
        // Each takes at least eight bytes, so that the room does not outgrow what was sent.
        fields.push((wire.u32()?, wire.value()?));
    }
    wire.end()?;
    Ok(fields)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The bytes of a record.
    pub(in crate::cell) fn row(fields: &[(u32, Option<&[u8]>)]) -> Vec<u8> {
        let mut bytes = u32::try_from(fields.len()).unwrap().to_be_bytes().to_vec();
        for (kind, value) in fields {
            bytes.extend_from_slice(&kind.to_be_bytes());
            push_value(&mut bytes, *value);
        }
        bytes
    }

    /// The bytes of an array of one dimension.
    pub(in crate::cell) fn array(element: u32, values: &[Option<&[u8]>]) -> Vec<u8> {
        let size = u32::try_from(values.len()).unwrap();
        let head = if size == 0 { vec![0, 0, element] } else { vec![1, 1, element, size, 1] };
        let mut bytes: Vec<u8> = head.iter().flat_map(|number| number.to_be_bytes()).collect();
        for value in values {
            push_value(&mut bytes, *value);
        }
        bytes
    }

    fn push_value(bytes: &mut Vec<u8>, value: Option<&[u8]>) {
        match value {
            None => bytes.extend_from_slice(&(-1_i32).to_be_bytes()),
            Some(value) => {
                bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_be_bytes());
                bytes.extend_from_slice(value);
            }
        }
    }

    pub(in crate::cell) fn layout(columns: &[(&str, Form)]) -> Layout {
        let columns = columns.iter().map(|(key, form)| ((*key).into(), *form)).collect();
        Layout { columns, ..Layout::default() }
    }

    fn check(shape: NestedShape, value: Option<&[u8]>, expected: &str) {
        let inner = layout(&[("id", Form::Integer), ("name", Form::Text)]);
        let nested = Nested { shape, layout: inner, nested: vec![None, None] };
        let plan = RowPlan::new(&layout(&[("in", Form::Json)]), &[Some(nested)]);
        let mut out = Vec::new();
        plan.write(&mut out, &Kinds::default(), |_| Some((oid::RECORD, value))).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!(r#"{{"in":{expected}}}"#));
    }

    #[test]
    fn rows_are_found_inside_of_values() {
        let one = row(&[(oid::INT4, Some(&[0, 0, 0, 7])), (oid::TEXT, Some(b"a\"b"))]);
        let other = row(&[(oid::INT4, Some(&[0, 0, 0, 8])), (oid::TEXT, None)]);
        let rows = array(oid::RECORD, &[Some(&one), Some(&other)]);
        let held = |array: Option<&[u8]>| row(&[(oid::RECORD_ARRAY, array)]);
        check(NestedShape::Row, Some(&one), r#"{"id":7,"name":"a\"b"}"#);
        check(NestedShape::Row, None, "null");
        check(
            NestedShape::Rows,
            Some(&held(Some(&rows))),
            r#"[{"id":7,"name":"a\"b"},{"id":8,"name":null}]"#,
        );
        check(NestedShape::Values, Some(&held(Some(&rows))), "[7,8]");
        for shape in [NestedShape::Rows, NestedShape::Values] {
            check(shape, None, "null");
            check(shape, Some(&held(None)), "[]");
            check(shape, Some(&held(Some(&array(oid::RECORD, &[])))), "[]");
        }
    }

    #[test]
    fn arrays_are_json() {
        let kinds = Kinds::from_rows([["20000", "d", "23", "0"]].iter().map(|row| row.map(Some)));
        let check = |kind, bytes: &[u8], expected: &str| {
            let piece = decode(&kinds, kind, Some(bytes), Form::Json).unwrap();
            assert_eq!(piece.cell(), Cell::Rendered(expected.as_bytes()));
        };
        check(1007, &array(oid::INT4, &[Some(&[0, 0, 0, 1]), None]), "[1,null]");
        check(1007, &array(20_000, &[Some(&[0, 0, 0, 1])]), "[1]");
        check(1009, &array(oid::TEXT, &[Some(b"a"), Some(b"\"")]), r#"["a","\""]"#);
        check(1000, &array(oid::BOOL, &[Some(&[1]), Some(&[0])]), "[true,false]");
        check(3807, &array(oid::JSONB, &[Some(b"\x01{\"a\":1}")]), r#"[{"a":1}]"#);
        check(1001, &array(oid::BYTEA, &[Some(b"abc")]), r#"["YWJj"]"#);
        check(1009, &array(oid::TEXT, &[]), "[]");
        let square = [2, 0, 23, 2, 1, 1, 1, 4, 1, 4, 2].iter().flat_map(|n: &u32| n.to_be_bytes());
        check(1007, &square.collect::<Vec<_>>(), "[[1],[2]]");
    }

    #[test]
    fn arrays_that_promise_more_than_they_hold_are_refused() {
        let kinds = Kinds::default();
        for head in [
            &[7, 0, 23][..],
            &[1, 0, 23, u32::MAX, 1],
            &[1, 0, 23, 0x7fff_ffff, 1],
            &[2, 0, 23, 0x7fff_ffff, 1, 0, 1],
            &[1, 0, 23, 1, 1, 0x7fff_ffff],
        ] {
            let bytes: Vec<u8> = head.iter().flat_map(|number| number.to_be_bytes()).collect();
            assert!(matches!(decode(&kinds, 1007, Some(&bytes), Form::Json), Err(Malformed::Bytes(_))));
        }
    }
}
