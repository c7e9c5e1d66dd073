//! Values of the driver and of embedded rows as cells that the renderer can write.
//!
//! `column` takes what the binary protocol says of a column, `nested` the text in which embedded rows
//! travel, `moment` dates and times of either.
//!
//! Must not know: statements, connections.

pub(crate) mod column;
pub(crate) mod moment;
pub(crate) mod nested;

use std::borrow::Cow;

use roundtrip_schema::Form;
use roundtrip_store::render::Cell;

/// A value that lives as long as its row; borrowed from the driver where nothing had to be changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Held<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, [u8]>),
    Blob(Cow<'a, [u8]>),
    /// JSON that was written here.
    Rendered(Cow<'a, [u8]>),
}

impl Held<'_> {
    /// The value as the renderer takes it.
    pub(crate) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(value) => Cell::Integer(*value),
            Self::Real(value) => Cell::Real(*value),
            Self::Text(text) => Cell::Text(text),
            Self::Blob(bytes) => Cell::Blob(bytes),
            Self::Rendered(json) => Cell::Rendered(json),
        }
    }
}

/// Digits as what the form needs. Numbers come as text out of embedded rows, and wherever the
/// database computed with decimals.
fn number(text: &[u8], form: Form) -> Held<'_> {
    let read = std::str::from_utf8(text).unwrap_or_default();
    match form {
        Form::Integer | Form::Boolean | Form::Duration | Form::Any => match read.parse() {
            Ok(value) => Held::Integer(value),
            // More than 64 bits, or a fraction: a number all the same.
            Err(_) if is_number(text) => Held::Rendered(Cow::Borrowed(text)),
            Err(_) => Held::Text(Cow::Borrowed(text)),
        },
        Form::Float => read.parse().map_or(Held::Text(Cow::Borrowed(text)), Held::Real),
        Form::Decimal(_) | Form::Text | Form::Datetime | Form::Json | Form::Base64 => {
            Held::Text(Cow::Borrowed(text))
        }
    }
}

/// Whether the text is a JSON number without an exponent.
fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let point = unsigned.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = unsigned.split_at(point.unwrap_or(unsigned.len()));
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let leads = whole.len() == 1 || whole.first() != Some(&b'0');
    digits(whole) && leads && fraction.split_first().is_none_or(|(_, fraction)| digits(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_become_what_their_form_needs() {
        let text = |text: &'static str| Held::Text(Cow::Borrowed(text.as_bytes()));
        let rendered = |text: &'static str| Held::Rendered(Cow::Borrowed(text.as_bytes()));
        for (digits, form, expected) in [
            ("10", Form::Integer, Held::Integer(10)),
            ("-7", Form::Any, Held::Integer(-7)),
            ("1", Form::Boolean, Held::Integer(1)),
            ("18446744073709551615", Form::Integer, rendered("18446744073709551615")),
            ("2.50", Form::Integer, rendered("2.50")),
            ("2.50", Form::Any, rendered("2.50")),
            ("007.5", Form::Integer, text("007.5")),
            ("1e5", Form::Integer, text("1e5")),
            ("x", Form::Integer, text("x")),
            ("10.750000", Form::Float, Held::Real(10.75)),
            ("x", Form::Float, text("x")),
            ("12.50", Form::Decimal(2), text("12.50")),
        ] {
            assert_eq!(number(digits.as_bytes(), form), expected, "{digits} {form:?}");
        }
    }
}
