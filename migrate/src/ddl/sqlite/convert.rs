//! What a value becomes when its column gets another kind and the table is copied.
//!
//! SQLite takes anything into any column, so what does not fit has to be refused here, as other databases
//! do it: `json('!')` is an error, and a copy that fails leaves everything as it was.

use roundtrip_schema::{FieldType, Kind};

use super::Sqlite;
use crate::ddl::{Ddl as _, keeps_values};

/// Whether values of one type need no conversion to be values of the other.
pub(super) fn same_kind(have: &FieldType, want: &FieldType) -> bool {
    have == want || Sqlite::default().same_kind(want, have)
}

/// The expression of the new value.
pub(super) fn convert(have: &FieldType, want: &FieldType, column: &str) -> String {
    let wider = matches!((&have.kind, &want.kind), (Kind::Decimal { .. }, Kind::Decimal { .. }));
    if same_kind(have, want) || wider && keeps_values(have, want) {
        return column.to_owned();
    }
    if want.list {
        let fits = format!("json_valid({column}) AND json_type({column}) = 'array'");
        return or_fail(&fits, column, column);
    }
    match (&have.kind, &want.kind) {
        (Kind::Datetime, Kind::Date) if !have.list => format!("substr({column}, 1, 10)"),
        (Kind::Date, Kind::Datetime) if !have.list => format!("{column} || 'T00:00:00+00:00'"),
        (Kind::Float | Kind::Decimal { .. }, Kind::Integer | Kind::Duration) if !have.list => {
            format!("CAST(round({column}) AS INTEGER)")
        }
        (_, Kind::Integer | Kind::Duration) => {
            let fits = format!(
                "typeof({column}) = 'integer' OR CAST(CAST({column} AS INTEGER) AS TEXT) = CAST({column} AS TEXT)"
            );
            or_fail(&fits, &format!("CAST({column} AS INTEGER)"), column)
        }
        (_, Kind::Float) => or_fail(&is_number(column), &format!("CAST({column} AS REAL)"), column),
        (_, Kind::Decimal { precision, scale }) => {
            let rounded = format!("round({column}, {scale})");
            let digits = precision.saturating_sub(*scale);
            let fits = format!("({}) AND abs({rounded}) < 1e{digits}", is_number(column));
            or_fail(&fits, &rounded, column)
        }
        (_, Kind::Json) => {
            format!(
                "CASE WHEN {column} IS NULL OR json_valid({column}) THEN {column} ELSE json_quote({column}) END"
            )
        }
        (_, Kind::Bytes) => format!("CAST({column} AS BLOB)"),
        (_, Kind::Date) => or_fail(&format!("date({column}) = {column}"), column, column),
        (_, Kind::Time) => {
            or_fail(&format!("time({column}) IS NOT NULL AND {column} LIKE '__:__%'"), column, column)
        }
        (_, Kind::Datetime) => {
            let fits = format!("datetime({column}) IS NOT NULL AND {column} LIKE '____-__-__%'");
            or_fail(&fits, column, column)
        }
        (_, Kind::Uuid) => {
            let hexadecimal = |count: usize| "[0-9a-fA-F]".repeat(count);
            let groups: Vec<String> = [8, 4, 4, 4, 12].into_iter().map(hexadecimal).collect();
            or_fail(&format!("{column} GLOB '{}'", groups.join("-")), &format!("lower({column})"), column)
        }
        (_, Kind::Text | Kind::Email | Kind::Url | Kind::Slug) => {
            or_fail(&format!("typeof({column}) <> 'blob'"), column, column)
        }
        // The column's own check sees to the rest.
        (_, Kind::Boolean | Kind::Enum(_) | Kind::Any) => column.to_owned(),
    }
}

fn is_number(column: &str) -> String {
    format!(
        "typeof({column}) IN ('integer', 'real') OR typeof({column}) = 'text' AND json_valid({column}) AND json_type({column}) IN ('integer', 'real')"
    )
}

/// Nulls stay, and whether they may is said by the column.
fn or_fail(fits: &str, value: &str, column: &str) -> String {
    format!("CASE WHEN {column} IS NULL THEN NULL WHEN {fits} THEN {value} ELSE json('!' || {column}) END")
}
