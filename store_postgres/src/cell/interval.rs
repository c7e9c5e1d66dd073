//! Lengths of time. The server keeps months, days and microseconds apart, as months and days differ.
//!
//! Must not know: how a length is rendered that is a number of microseconds.

use std::fmt::Write as _;

use roundtrip_schema::Form;
use roundtrip_store::render::Cell;

use super::wire::Wire;
use super::{Malformed, Piece};

const DAY_MICROSECONDS: i128 = 86_400_000_000;

/// Microseconds where they are asked for and the length has no months; else ISO 8601 text.
pub(super) fn decode<'a>(bytes: &[u8], form: Form) -> Result<Piece<'a>, Malformed> {
    let mut wire = Wire(bytes);
    let (microseconds, days, months) = (wire.i64()?, wire.i32()?, wire.i32()?);
    wire.end()?;
    match (microseconds, days, months) {
        (i64::MAX, i32::MAX, i32::MAX) => return Ok(Piece::Ready(Cell::Text(b"infinity"))),
        (i64::MIN, i32::MIN, i32::MIN) => return Ok(Piece::Ready(Cell::Text(b"-infinity"))),
        _ => {}
    }
    if form == Form::Duration && months == 0 {
        let total = i128::from(days) * DAY_MICROSECONDS + i128::from(microseconds);
        if let Ok(total) = i64::try_from(total) {
            return Ok(Piece::Ready(Cell::Integer(total)));
        }
    }
    Ok(Piece::Text(text(microseconds, days, months).into_bytes()))
}

/// As the server itself writes it in the style of ISO 8601: each part with its own sign.
fn text(microseconds: i64, days: i32, months: i32) -> String {
    let mut text = String::from("P");
    // A `String` never fails to take more text.
    let mut part = |number: i64, unit: char| {
        if number != 0 {
            let _ = write!(text, "{number}{unit}");
        }
    };
    part((months / 12).into(), 'Y');
    part((months % 12).into(), 'M');
    part(days.into(), 'D');
    if microseconds != 0 {
        text.push('T');
        let seconds = microseconds / 1_000_000;
        let mut part = |number: i64, unit: char| {
            if number != 0 {
                let _ = write!(text, "{number}{unit}");
            }
        };
        part(seconds / 3_600, 'H');
        part(seconds / 60 % 60, 'M');
        let (second, fraction) = (seconds % 60, (microseconds % 1_000_000).unsigned_abs());
        if second != 0 || fraction != 0 {
            let sign = if microseconds < 0 { "-" } else { "" };
            let _ = write!(text, "{sign}{}", second.unsigned_abs());
            if fraction != 0 {
                let digits = format!("{fraction:06}");
                let _ = write!(text, ".{}", digits.trim_end_matches('0'));
            }
            text.push('S');
        }
    }
    if text == "P" {
        text.push_str("T0S");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(microseconds: i64, days: i32, months: i32) -> Vec<u8> {
        [&microseconds.to_be_bytes()[..], &days.to_be_bytes(), &months.to_be_bytes()].concat()
    }

    #[test]
    fn lengths_are_microseconds_where_they_can_be() {
        for (length, expected) in [
            (bytes(5_400_000_000, 0, 0), Cell::Integer(5_400_000_000)),
            (bytes(-1, 2, 0), Cell::Integer(172_799_999_999)),
            (bytes(1, 0, 14), Cell::Text(b"P1Y2MT0.000001S")),
            (bytes(i64::MAX, i32::MAX, 0), Cell::Text(b"P2147483647DT2562047788H54.775807S")),
            (bytes(i64::MAX, i32::MAX, i32::MAX), Cell::Text(b"infinity")),
        ] {
            assert_eq!(decode(&length, Form::Duration).unwrap().cell(), expected);
        }
        for (length, expected) in [
            (bytes(0, 0, 0), "PT0S"),
            (bytes(-5_400_500_000, -1, -14), "P-1Y-2M-1DT-1H-30M-0.5S"),
            (bytes(61_000_000, 0, 0), "PT1M1S"),
        ] {
            assert_eq!(decode(&length, Form::Text).unwrap().cell(), Cell::Text(expected.as_bytes()));
        }
        assert!(decode(&[0; 15], Form::Text).is_err() && decode(&[0; 17], Form::Text).is_err());
    }
}
