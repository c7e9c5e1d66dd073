//! A column of the binary protocol as a cell.
//!
//! What the protocol says of a type is not the whole truth (JSON comes as text or bytes, a decimal as
//! text, a boolean as a small number), so the form of the field decides, and the type where the form
//! leaves it open.
//!
//! Must not know: embedded rows.

use std::borrow::Cow;

use mysql_async::Value;
use mysql_async::consts::ColumnType;
use roundtrip_schema::Form;

use super::moment::{self, Moment};
use super::{Held, number};

/// The number of the character set that means bytes.
const BINARY: u16 = 63;

/// What the protocol says of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    ty: ColumnType,
    character_set: u16,
}

impl Kind {
    /// What the protocol says of this column.
    pub(crate) fn of(column: &mysql_async::Column) -> Self {
        Self { ty: column.column_type(), character_set: column.character_set() }
    }

    fn is_decimal(self) -> bool {
        matches!(self.ty, ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL)
    }
}

/// A value as a cell.
pub(crate) fn held(value: &Value, kind: Kind, form: Form) -> Held<'_> {
    match value {
        Value::NULL => Held::Null,
        Value::Int(value) => Held::Integer(*value),
        Value::UInt(value) => match i64::try_from(*value) {
            Ok(value) => Held::Integer(value),
            Err(_) => Held::Rendered(Cow::Owned(value.to_string().into_bytes())),
        },
        Value::Double(value) => Held::Real(*value),
        // The shortest text of the number that is stored: not all the digits of the nearest double.
        Value::Float(value) => Held::Real(value.to_string().parse().unwrap_or_else(|_| f64::from(*value))),
        Value::Bytes(bytes) => held_bytes(bytes, kind, form),
        Value::Date(year, month, day, hour, minute, second, microsecond) => {
            let (year, month, day) = (*year, *month, *day);
            let (hour, minute, second, microsecond) = (*hour, *minute, *second, *microsecond);
            let moment = Moment { year, month, day, hour, minute, second, microsecond };
            let is_day = kind.ty == ColumnType::MYSQL_TYPE_DATE || kind.ty == ColumnType::MYSQL_TYPE_NEWDATE;
            owned(if is_day && form != Form::Datetime { moment.date() } else { moment.datetime() })
        }
        Value::Time(negative, days, hours, minute, second, microsecond) => {
            let hours = days.saturating_mul(24).saturating_add(u32::from(*hours));
            if form == Form::Duration {
                return Held::Integer(moment::length(*negative, hours, *minute, *second, *microsecond));
            }
            owned(moment::time(*negative, hours, *minute, *second, *microsecond))
        }
    }
}

fn owned(text: String) -> Held<'static> {
    Held::Text(Cow::Owned(text.into_bytes()))
}

fn held_bytes(bytes: &[u8], kind: Kind, form: Form) -> Held<'_> {
    if kind.ty == ColumnType::MYSQL_TYPE_BIT {
        return bits(bytes, form);
    }
    match form {
        Form::Base64 => Held::Blob(Cow::Borrowed(bytes)),
        Form::Integer | Form::Float | Form::Boolean | Form::Duration => number(bytes, form),
        Form::Any if kind.is_decimal() => number(bytes, form),
        Form::Any if kind.character_set == BINARY => Held::Blob(Cow::Borrowed(bytes)),
        Form::Datetime => Held::Text(moment::canonical(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)),
        Form::Any | Form::Text | Form::Decimal(_) | Form::Json => Held::Text(Cow::Borrowed(bytes)),
    }
}

/// A column of bits: a number, highest byte first, unless bytes are asked for.
fn bits(bytes: &[u8], form: Form) -> Held<'_> {
    if form == Form::Base64 || bytes.len() > 8 {
        return Held::Blob(Cow::Borrowed(bytes));
    }
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    match i64::try_from(number) {
        Ok(number) => Held::Integer(number),
        Err(_) => Held::Rendered(Cow::Owned(number.to_string().into_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roundtrip_schema::Layout;
    use roundtrip_store::render::RowWriter;

    use super::*;

    fn kind(ty: ColumnType, character_set: u16) -> Kind {
        Kind { ty, character_set }
    }

    fn text(text: &str) -> Held<'_> {
        Held::Text(Cow::Borrowed(text.as_bytes()))
    }

    #[test]
    fn the_form_decides_and_then_the_type() {
        let bytes = |text: &str| Value::Bytes(text.as_bytes().to_vec());
        let plain = kind(ColumnType::MYSQL_TYPE_VAR_STRING, 45);
        let decimal = kind(ColumnType::MYSQL_TYPE_NEWDECIMAL, BINARY);
        let blob = kind(ColumnType::MYSQL_TYPE_BLOB, BINARY);
        let bit = kind(ColumnType::MYSQL_TYPE_BIT, BINARY);
        let number = kind(ColumnType::MYSQL_TYPE_LONGLONG, BINARY);
        for (value, kind, form, expected) in [
            (Value::NULL, number, Form::Integer, Held::Null),
            (Value::Int(-3), number, Form::Integer, Held::Integer(-3)),
            (Value::UInt(3), number, Form::Boolean, Held::Integer(3)),
            (
                Value::UInt(u64::MAX),
                number,
                Form::Integer,
                Held::Rendered(Cow::Borrowed(b"18446744073709551615")),
            ),
            (Value::Float(0.1), number, Form::Float, Held::Real(0.1)),
            (Value::Double(0.1), number, Form::Float, Held::Real(0.1)),
            (bytes("12.50"), decimal, Form::Decimal(2), text("12.50")),
            (bytes("12.50"), decimal, Form::Float, Held::Real(12.5)),
            (bytes("12"), decimal, Form::Integer, Held::Integer(12)),
            (bytes("12"), decimal, Form::Any, Held::Integer(12)),
            (bytes("{}"), blob, Form::Json, text("{}")),
            (bytes("x"), blob, Form::Text, text("x")),
            (bytes("x"), blob, Form::Any, Held::Blob(Cow::Borrowed(b"x"))),
            (bytes("x"), plain, Form::Any, text("x")),
            (bytes("x"), plain, Form::Base64, Held::Blob(Cow::Borrowed(b"x"))),
            (bytes("\u{1}"), bit, Form::Boolean, Held::Integer(1)),
            (bytes("\u{1}\u{0}"), bit, Form::Integer, Held::Integer(256)),
            (bytes("123456789"), bit, Form::Integer, Held::Blob(Cow::Borrowed(b"123456789"))),
            (bytes("2026-11-21 17:30:00.50"), plain, Form::Datetime, text("2026-11-21T17:30:00.5+00:00")),
        ] {
            assert_eq!(held(&value, kind, form), expected, "{value:?} {form:?}");
        }
    }

    #[test]
    fn dates_and_times_are_canonical() {
        let day = Value::Date(2026, 11, 21, 0, 0, 0, 0);
        let moment = Value::Date(2026, 11, 21, 17, 30, 0, 120_000);
        let time = Value::Time(true, 2, 3, 4, 5, 600_000);
        for (value, ty, form, expected) in [
            (&day, ColumnType::MYSQL_TYPE_DATE, Form::Text, text("2026-11-21")),
            (&day, ColumnType::MYSQL_TYPE_DATE, Form::Datetime, text("2026-11-21T00:00:00+00:00")),
            (&moment, ColumnType::MYSQL_TYPE_DATETIME, Form::Datetime, text("2026-11-21T17:30:00.12+00:00")),
            (&moment, ColumnType::MYSQL_TYPE_TIMESTAMP, Form::Text, text("2026-11-21T17:30:00.12+00:00")),
            (&time, ColumnType::MYSQL_TYPE_TIME, Form::Text, text("-51:04:05.6")),
            (&time, ColumnType::MYSQL_TYPE_TIME, Form::Duration, Held::Integer(-183_845_600_000)),
        ] {
            assert_eq!(held(value, kind(ty, BINARY), form), expected, "{value:?} {form:?}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<i64>().prop_map(Value::Int),
            any::<u64>().prop_map(Value::UInt),
            any::<f32>().prop_map(Value::Float),
            any::<f64>().prop_map(Value::Double),
            proptest::collection::vec(any::<u8>(), 0..30).prop_map(Value::Bytes),
            any::<(u16, u8, u8, u8, u8, u8, u32)>()
                .prop_map(|(y, mo, d, h, mi, s, us)| Value::Date(y, mo, d, h, mi, s, us)),
            any::<(bool, u32, u8, u8, u8, u32)>()
                .prop_map(|(n, d, h, m, s, us)| Value::Time(n, d, h, m, s, us)),
        ]
    }

    proptest! {
        #[test]
        fn whatever_the_server_sends_is_json(value in any_value(), ty in any::<u8>(), form in 0..10_usize) {
            let form = [
                Form::Any, Form::Text, Form::Integer, Form::Float, Form::Decimal(2), Form::Boolean,
                Form::Duration, Form::Datetime, Form::Json, Form::Base64,
            ][form];
            let ty = ColumnType::try_from(ty).unwrap_or(ColumnType::MYSQL_TYPE_VAR_STRING);
            let layout = Layout { columns: vec![("a".into(), form)], ..Layout::default() };
            let held = held(&value, kind(ty, BINARY), form);
            let mut out = Vec::new();
            RowWriter::new(&layout).write(&mut out, |_| Ok::<_, ()>(held.cell())).unwrap();
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&out).is_ok());
        }
    }
}
