//! Exact decimals, which the server sends in digits of base 10000.
//!
//! Must not know: how many digits a field is to show.

use roundtrip_schema::Form;
use roundtrip_store::render::Cell;

use super::wire::Wire;
use super::{Malformed, Piece};

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xc000;
const INFINITE: u16 = 0xd000;
const MINUS_INFINITE: u16 = 0xf000;
/// The most digits after the point that the server knows.
const MOST_SCALE: u16 = 0x3fff;

/// The decimal, digit for digit; as a number of another kind where the form asks for one.
pub(super) fn decode<'a>(bytes: &[u8], form: Form) -> Result<Piece<'a>, Malformed> {
    let digits = text(bytes)?;
    let is_number = digits.last().is_some_and(u8::is_ascii_digit);
    let words = || std::str::from_utf8(&digits).unwrap_or_default();
    Ok(match form {
        Form::Decimal(_) | Form::Text => Piece::Text(digits),
        // Not through a double, which would lose digits that the column keeps.
        Form::Float if is_number => Piece::Rendered(trimmed(digits)),
        Form::Float => Piece::Ready(Cell::Null),
        Form::Integer | Form::Duration | Form::Boolean => match words().parse() {
            Ok(whole) => Piece::Ready(Cell::Integer(whole)),
            Err(_) => bare(digits, is_number),
        },
        Form::Any | Form::Datetime | Form::Json | Form::Base64 => bare(digits, is_number),
    })
}

/// Without the zeros that say nothing, as a double is written.
fn trimmed(mut digits: Vec<u8>) -> Vec<u8> {
    if digits.contains(&b'.') {
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.last() == Some(&b'.') {
            digits.pop();
        }
    }
    digits
}

/// A number of JSON, if it is one.
fn bare<'a>(digits: Vec<u8>, is_number: bool) -> Piece<'a> {
    if is_number { Piece::Rendered(digits) } else { Piece::Text(digits) }
}

fn text(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut wire = Wire(bytes);
    let (count, weight, sign, scale) = (wire.u16()?, wire.u16()?, wire.u16()?, wire.u16()?);
    let weight = i32::from(weight.cast_signed());
    if wire.0.len() != usize::from(count) * 2 || scale > MOST_SCALE {
        return Err(Malformed::Bytes("a decimal of another length"));
    }
    match sign {
        0 | NEGATIVE => {}
        NAN => return Ok(b"NaN".to_vec()),
        INFINITE => return Ok(b"Infinity".to_vec()),
        MINUS_INFINITE => return Ok(b"-Infinity".to_vec()),
        _ => return Err(Malformed::Bytes("a decimal of another sign")),
    }
    let mut text = Vec::with_capacity(usize::from(count) * 4 + usize::from(scale) + 4);
    if sign == NEGATIVE {
        text.push(b'-');
    }
    let begun = text.len();
    // Digits of base 10000 that are not sent are zeros.
    let mut place = weight.max(0);
    let mut next = |place: i32| -> Result<[u8; 4], Malformed> {
        let digit = if place > weight || wire.is_empty() { 0 } else { wire.u16()? };
        if digit > 9_999 {
            return Err(Malformed::Bytes("a digit that is none"));
        }
        Ok([digit / 1_000, digit / 100 % 10, digit / 10 % 10, digit % 10]
            .map(|one| b'0' + u8::try_from(one).unwrap_or_default()))
    };
    while place >= 0 {
        text.extend_from_slice(&next(place)?);
        place -= 1;
    }
    let zeros = text.get(begun..).unwrap_or_default().iter().take_while(|digit| **digit == b'0').count();
    // One digit stays before the point.
    let zeros = zeros.min(text.len() - begun - 1);
    text.drain(begun..begun + zeros);
    if scale > 0 {
        text.push(b'.');
        let end = text.len() + usize::from(scale);
        while text.len() < end {
            text.extend_from_slice(&next(place)?);
            place -= 1;
        }
        text.truncate(end);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(weight: i16, sign: u16, scale: u16, digits: &[u16]) -> Vec<u8> {
        let head = [u16::try_from(digits.len()).unwrap(), weight.cast_unsigned(), sign, scale];
        head.iter().chain(digits).flat_map(|number| number.to_be_bytes()).collect()
    }

    fn check(weight: i16, sign: u16, scale: u16, digits: &[u16], expected: &str) {
        let text = text(&bytes(weight, sign, scale, digits)).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn decimals_keep_all_their_digits() {
        check(0, 0, 0, &[], "0");
        check(0, 0, 2, &[], "0.00");
        check(0, 0, 2, &[12, 5_000], "12.50");
        check(0, NEGATIVE, 2, &[12, 5_000], "-12.50");
        check(-1, 0, 4, &[1], "0.0001");
        check(-2, 0, 6, &[100], "0.000001");
        check(-3, NEGATIVE, 12, &[1], "-0.000000000001");
        check(1, 0, 0, &[1], "10000");
        check(1, 0, 1, &[1, 2, 3_000], "10002.3");
        check(2, 0, 0, &[123, 4_567, 8_901], "12345678901");
        check(0, NAN, 0, &[], "NaN");
        check(0, INFINITE, 0, &[], "Infinity");
        check(0, MINUS_INFINITE, 0, &[], "-Infinity");
    }

    #[test]
    fn decimals_are_other_numbers_where_asked() {
        let half = bytes(0, 0, 2, &[12, 5_000]);
        let whole = bytes(0, 0, 0, &[12]);
        let large = bytes(5, 0, 0, &[1]);
        let none = bytes(0, NAN, 0, &[]);
        for (bytes, form, expected) in [
            (&half, Form::Decimal(2), Cell::Text(b"12.50")),
            (&half, Form::Float, Cell::Rendered(b"12.5")),
            (&none, Form::Float, Cell::Null),
            (&half, Form::Any, Cell::Rendered(b"12.50")),
            (&half, Form::Integer, Cell::Rendered(b"12.50")),
            (&whole, Form::Integer, Cell::Integer(12)),
            (&large, Form::Integer, Cell::Rendered(b"100000000000000000000")),
            (&none, Form::Any, Cell::Text(b"NaN")),
            (&none, Form::Decimal(2), Cell::Text(b"NaN")),
        ] {
            assert_eq!(decode(bytes, form).unwrap().cell(), expected);
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [
            Vec::new(),
            bytes(0, 1, 0, &[]),
            bytes(0, 0, 0, &[10_000]),
            bytes(0, 0, 0x4000, &[]),
            [bytes(0, 0, 0, &[1]), vec![0]].concat(),
            [0xff, 0xff, 0x7f, 0xff, 0, 0, 0, 0].to_vec(),
        ] {
            assert!(text(&bytes).is_err(), "{bytes:?}");
        }
    }
}
