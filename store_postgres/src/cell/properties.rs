//! Whatever bytes come, nothing breaks.

use proptest::collection::vec;
use proptest::prelude::*;
use roundtrip_schema::Form;
use roundtrip_sql::{Nested, NestedShape};

use super::row::tests::layout;
use super::{Kinds, RowPlan, decode, oid};

const FORMS: [Form; 10] = [
    Form::Any,
    Form::Text,
    Form::Integer,
    Form::Float,
    Form::Decimal(2),
    Form::Boolean,
    Form::Duration,
    Form::Datetime,
    Form::Json,
    Form::Base64,
];

fn kinds() -> Kinds {
    let rows = [["20000", "d", "20001", "0"], ["20001", "b", "0", "20000"], ["20002", "e", "0", "0"]];
    Kinds::from_rows(rows.iter().map(|row| row.map(Some)))
}

/// Types that are known, and some that are not.
fn kind() -> impl Strategy<Value = u32> {
    prop_oneof![
        prop::sample::select(vec![
            oid::BOOL,
            oid::BYTEA,
            oid::INT2,
            oid::INT4,
            oid::INT8,
            oid::TEXT,
            oid::JSON,
            oid::JSONB,
            oid::FLOAT4,
            oid::FLOAT8,
            oid::NUMERIC,
            oid::DATE,
            oid::TIME,
            oid::TIMETZ,
            oid::TIMESTAMP,
            oid::INTERVAL,
            oid::UUID,
            oid::RECORD,
            oid::RECORD_ARRAY,
            20_000,
            20_001,
            20_002,
        ]),
        prop::sample::select(oid::ARRAYS),
        any::<u32>(),
    ]
}

/// Bytes that are often nearly right: small numbers where lengths and counts stand.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        (0..9_u32).prop_map(u32::to_be_bytes),
        prop::sample::select(vec![oid::INT4, oid::TEXT, oid::RECORD, oid::RECORD_ARRAY, 20_000, u32::MAX])
            .prop_map(u32::to_be_bytes),
        any::<[u8; 4]>(),
    ];
    (vec(word, 0..24), vec(any::<u8>(), 0..4)).prop_map(|(words, rest)| {
        let mut bytes: Vec<u8> = words.into_iter().flatten().collect();
        bytes.extend(rest);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_of_any_type_are_read_or_refused(kind in kind(), bytes in bytes(), form in 0..FORMS.len()) {
        if let Ok(piece) = decode(&kinds(), kind, Some(&bytes), FORMS[form]) {
            let _ = piece.cell();
        }
    }

    #[test]
    fn any_rows_inside_of_values_are_read_or_refused(bytes in bytes(), shape in 0..3_usize) {
        let shape = [NestedShape::Row, NestedShape::Rows, NestedShape::Values][shape];
        let inner = Nested { shape, layout: layout(&[("a", Form::Integer)]), nested: vec![None] };
        let columns = [("in", Form::Json), ("at", Form::Datetime)];
        let nested = Nested { shape, layout: layout(&columns), nested: vec![Some(inner), None] };
        let plan = RowPlan::new(&layout(&[("out", Form::Json)]), &[Some(nested)]);
        let mut out = Vec::new();
        if plan.write(&mut out, &kinds(), |_| Some((oid::RECORD, Some(&bytes)))).is_ok() {
            let text = String::from_utf8(out).unwrap();
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        }
    }
}
