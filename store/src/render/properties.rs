//! Whatever is stored, an answer is JSON, and strings and doubles come back as they were.

use proptest::prelude::*;
use roundtrip_schema::{Form, Layout};
use serde_json::Value;

use super::{Cell, RowWriter};

#[derive(Debug, Clone)]
enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Stored {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(value) => Cell::Integer(*value),
            Self::Real(value) => Cell::Real(*value),
            Self::Text(bytes) => Cell::Text(bytes),
            Self::Blob(bytes) => Cell::Blob(bytes),
        }
    }
}

fn stored() -> impl Strategy<Value = Stored> {
    prop_oneof![
        Just(Stored::Null),
        any::<i64>().prop_map(Stored::Integer),
        prop::num::f64::ANY.prop_map(Stored::Real),
        any::<Vec<u8>>().prop_map(Stored::Text),
        any::<String>().prop_map(|text| Stored::Text(text.into_bytes())),
        "[-0-9.e]{0,12}".prop_map(|text| Stored::Text(text.into_bytes())),
        r#"[\[\]{}",:01a]{0,12}"#.prop_map(|text| Stored::Text(text.into_bytes())),
        any::<Vec<u8>>().prop_map(Stored::Blob),
    ]
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Any),
        Just(Form::Text),
        Just(Form::Integer),
        Just(Form::Float),
        any::<u8>().prop_map(Form::Decimal),
        Just(Form::Boolean),
        Just(Form::Duration),
        Just(Form::Datetime),
        Just(Form::Json),
        Just(Form::Base64),
    ]
}

fn written(layout: &Layout, cells: &[Stored]) -> Vec<u8> {
    let mut out = Vec::new();
    let write = |index: usize| Ok::<_, ()>(cells[index].cell());
    RowWriter::new(layout).write(&mut out, write).unwrap();
    out
}

fn rendered(columns: Vec<(Box<str>, Form)>, cells: &[Stored]) -> Vec<u8> {
    written(&Layout { columns, ..Layout::default() }, cells)
}

fn one(form: Form, cell: Stored) -> Value {
    let row: Value = serde_json::from_slice(&rendered(vec![("v".into(), form)], &[cell])).unwrap();
    row["v"].clone()
}

proptest! {
    #[test]
    fn a_row_is_always_json(
        row in prop::collection::vec((any::<String>(), form(), stored()), 0..6),
        strip_nulls: bool,
        zone in prop::option::of(Just("Europe/Paris")),
    ) {
        let columns = row.iter().map(|(key, form, _)| (key.as_str().into(), *form)).collect();
        let cells: Vec<_> = row.iter().map(|(_, _, cell)| cell.clone()).collect();
        let out = written(&Layout { columns, strip_nulls, zone: zone.map(Into::into) }, &cells);
        // A number that no double holds is still JSON, so the text is looked at and not its value.
        let parsed = serde_json::from_slice::<serde::de::IgnoredAny>(&out);
        prop_assert!(parsed.is_ok(), "{}", String::from_utf8_lossy(&out));
    }

    #[test]
    fn a_line_of_values_has_as_many_fields_as_columns(cells in prop::collection::vec((form(), stored()), 1..6)) {
        let columns = cells.iter().map(|(form, _)| ("key".into(), *form)).collect();
        let mut out = Vec::new();
        let write = |index: usize| Ok::<_, ()>(cells[index].1.cell());
        RowWriter::lines(&Layout { columns, ..Layout::default() }).write(&mut out, write).unwrap();
        let mut quoted = false;
        let commas = out.iter().filter(|byte| {
            quoted ^= **byte == b'"';
            **byte == b',' && !quoted
        });
        prop_assert_eq!((commas.count(), quoted), (cells.len() - 1, false));
    }

    #[test]
    fn strings_come_back(text: String) {
        prop_assert_eq!(one(Form::Text, Stored::Text(text.clone().into_bytes())), Value::from(text));
    }

    #[test]
    fn doubles_come_back(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
        for form in [Form::Float, Form::Any, Form::Decimal(3)] {
            let text = rendered(vec![("v".into(), form)], &[Stored::Real(value)]);
            let text = String::from_utf8(text).unwrap();
            let number = text.strip_prefix(r#"{"v":"#).unwrap().strip_suffix('}').unwrap();
            // Not serde_json: without its feature `float_roundtrip` it reads the last digit carelessly.
            prop_assert_eq!(number.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{}", number);
        }
    }

    #[test]
    fn integers_come_back(value: i64) {
        prop_assert_eq!(one(Form::Integer, Stored::Integer(value)), Value::from(value));
    }
}
