//! Tests of kinds as tables: what is written, and what becomes of it.

use crate::field::{FieldType, Kind, Refusal};
use crate::value::Value;

/// Each JSON text gives the value (as `Display` shows it) or the refusal (`code: detail`).
pub(super) fn check_json(kind: &Kind, rows: &[(&str, &str)]) {
    check(rows, |input| FieldType::one(kind.clone()).value_from_json(input));
}

/// The same for query text.
pub(super) fn check_text(kind: &Kind, rows: &[(&str, &str)]) {
    check(rows, |input| FieldType::one(kind.clone()).value_from_text(input));
}

/// The same for any reader.
pub(super) fn check(rows: &[(&str, &str)], read: impl Fn(&str) -> Result<Value, Refusal>) {
    for (input, expected) in rows {
        let shown = match read(input) {
            Ok(value) => value.to_string(),
            Err(refusal) => format!("{}: {}", refusal.code, refusal.detail),
        };
        assert_eq!(&shown, expected, "from {input:?}");
    }
}
