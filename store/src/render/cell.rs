//! One stored value, borrowed from a driver, and its JSON in a given form.
//!
//! Must not know: what is around it in the row.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roundtrip_schema::Form;
use roundtrip_schema::field::{Zone, duration_text};
use serde::de::IgnoredAny;

use super::{number, string};

/// A stored value as the driver holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// SQL `NULL`.
    Null,
    /// A whole number.
    Integer(i64),
    /// A double; what JSON cannot say (NaN, infinite) becomes `null`.
    Real(f64),
    /// Text, which should be UTF-8; what is not becomes U+FFFD.
    Text(&'a [u8]),
    /// Bytes.
    Blob(&'a [u8]),
    /// JSON that this module wrote, in this program: an embedded resource. It is spliced in without
    /// another look, whatever the form.
    Rendered(&'a [u8]),
}

impl Cell<'_> {
    /// Appends the cell as bare text: strings without quotes and escapes, nothing for null, anything
    /// else as its JSON.
    pub(super) fn write_bare(self, out: &mut Vec<u8>, form: Form) {
        match (self, form) {
            (Self::Null, _) => {}
            (Self::Text(text), Form::Base64) | (Self::Blob(text), _) => bare_base64(out, text),
            (Self::Text(text), Form::Decimal(_)) if number::is_plain(text) => self.write(out, form),
            (Self::Text(text), _) => out.extend_from_slice(String::from_utf8_lossy(text).as_bytes()),
            (Self::Integer(value), Form::Duration) => out.extend_from_slice(duration_text(value).as_bytes()),
            (Self::Real(value), _) if !value.is_finite() => {}
            (Self::Integer(_) | Self::Real(_) | Self::Rendered(_), _) => self.write(out, form),
        }
    }

    /// The cell's moment in a zone; `None` for what is no moment.
    pub(super) fn local(self, zone: &Zone) -> Option<String> {
        let Self::Text(text) = self else { return None };
        zone.local(std::str::from_utf8(text).ok()?)
    }

    /// Appends the cell as JSON. A cell that does not fit its form is written by what it is.
    #[inline]
    pub(super) fn write(self, out: &mut Vec<u8>, form: Form) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Integer(value) => integer(out, value, form),
            Self::Real(value) => match form {
                Form::Decimal(scale) => number::decimal(out, value, scale),
                _ => number::double(out, value),
            },
            Self::Text(text) => self::text(out, text, form),
            Self::Blob(bytes) => base64(out, bytes),
            Self::Rendered(json) => out.extend_from_slice(json),
        }
    }
}

fn integer(out: &mut Vec<u8>, value: i64, form: Form) {
    match (form, value) {
        (Form::Boolean, 0) => out.extend_from_slice(b"false"),
        (Form::Boolean, 1) => out.extend_from_slice(b"true"),
        (Form::Duration, _) => string::write(out, duration_text(value).as_bytes()),
        (Form::Decimal(scale), _) => {
            number::integer(out, value);
            number::pad(out, None, scale);
        }
        _ => number::integer(out, value),
    }
}

fn text(out: &mut Vec<u8>, text: &[u8], form: Form) {
    match form {
        // A database that claims JSON need not hold any (SQLite checks nothing), and one bad document
        // spliced in would spoil the whole answer. Looking costs some 2 ns per byte; only documents
        // pay it, embedded rows come as `Cell::Rendered`.
        Form::Json if is_json(text) => out.extend_from_slice(text),
        // PostgreSQL and MySQL hand decimals over as text, digit for digit.
        Form::Decimal(scale) if number::is_plain(text) => {
            let from = out.len();
            out.extend_from_slice(text);
            number::pad(out, out[from..].iter().position(|byte| *byte == b'.').map(|at| from + at), scale);
        }
        // Not the text as it is: whoever decodes the field wants the stored bytes back.
        Form::Base64 => base64(out, text),
        _ => string::write(out, text),
    }
}

fn is_json(text: &[u8]) -> bool {
    // From `str`: what serde_json ignores it does not check for UTF-8.
    std::str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    bare_base64(out, bytes);
    out.push(b'"');
}

fn bare_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let from = out.len();
    // Four letters for every three bytes or part of them.
    out.resize(from + bytes.len().div_ceil(3) * 4, 0);
    // The room is exact, so that nothing is left to fail; a shorter answer would be cut, not wrong.
    let written = STANDARD.encode_slice(bytes, &mut out[from..]).unwrap_or_default();
    out.truncate(from + written);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: Form, cells: &[(Cell<'_>, &str)]) {
        for (cell, expected) in cells {
            let mut out = Vec::new();
            cell.write(&mut out, form);
            assert_eq!(String::from_utf8(out).unwrap(), *expected, "{form:?} {cell:?}");
        }
    }

    const ODD: [(Cell<'_>, &str); 3] =
        [(Cell::Null, "null"), (Cell::Blob(b"\x00\xff"), r#""AP8=""#), (Cell::Rendered(b"[{}]"), "[{}]")];

    #[test]
    fn what_does_not_fit_is_written_by_what_it_is() {
        for form in [
            Form::Any,
            Form::Text,
            Form::Integer,
            Form::Float,
            Form::Decimal(2),
            Form::Boolean,
            Form::Duration,
            Form::Json,
            Form::Base64,
        ] {
            check(form, &ODD);
        }
        check(Form::Integer, &[(Cell::Text(b"three"), r#""three""#), (Cell::Real(2.5), "2.5")]);
        check(Form::Text, &[(Cell::Integer(3), "3"), (Cell::Real(2.5), "2.5")]);
        check(Form::Duration, &[(Cell::Text(b"soon"), r#""soon""#), (Cell::Real(0.5), "0.5")]);
    }

    #[test]
    fn each_form_has_its_json() {
        check(Form::Any, &[(Cell::Integer(7), "7"), (Cell::Text(b"a\"b"), r#""a\"b""#)]);
        check(Form::Integer, &[(Cell::Integer(i64::MIN), "-9223372036854775808")]);
        check(
            Form::Float,
            &[
                (Cell::Real(1.0), "1"),
                (Cell::Real(0.1), "0.1"),
                (Cell::Real(-0.0), "-0"),
                (Cell::Real(1e300), "1e+300"),
                (Cell::Real(f64::NAN), "null"),
                (Cell::Real(f64::NEG_INFINITY), "null"),
                (Cell::Integer(4), "4"),
            ],
        );
        check(
            Form::Boolean,
            &[
                (Cell::Integer(0), "false"),
                (Cell::Integer(1), "true"),
                (Cell::Integer(2), "2"),
                (Cell::Text(b"yes"), r#""yes""#),
            ],
        );
        check(Form::Duration, &[(Cell::Integer(5_400_000_000), r#""PT1H30M""#)]);
        check(Form::Base64, &[(Cell::Blob(b""), r#""""#), (Cell::Text(b"abc"), r#""YWJj""#)]);
    }

    #[test]
    fn decimals_are_padded_and_never_cut() {
        check(
            Form::Decimal(2),
            &[
                (Cell::Integer(12), "12.00"),
                (Cell::Real(12.5), "12.50"),
                (Cell::Real(12.0), "12.00"),
                (Cell::Real(-0.125), "-0.125"),
                (Cell::Real(1e-7), "0.0000001"),
                (Cell::Real(1e21), "1000000000000000000000.00"),
                (Cell::Real(f64::NAN), "null"),
                (Cell::Text(b"12345678901234567890.1"), "12345678901234567890.10"),
                (Cell::Text(b"5"), "5.00"),
                (Cell::Text(b"1e5"), r#""1e5""#),
                (Cell::Text(b"12."), r#""12.""#),
                (Cell::Text(b"007"), r#""007""#),
                (Cell::Text(b"NaN"), r#""NaN""#),
            ],
        );
        check(Form::Decimal(0), &[(Cell::Integer(12), "12"), (Cell::Real(12.0), "12")]);
    }

    #[test]
    fn json_is_spliced_in_and_what_only_claims_to_be_json_is_a_string() {
        check(
            Form::Json,
            &[
                (Cell::Text(br#"{"a": [1, null]}"#), r#"{"a": [1, null]}"#),
                (Cell::Text(b" true "), " true "),
                (Cell::Text(b"{a:1}"), r#""{a:1}""#),
                (Cell::Text(b"1} , {"), r#""1} , {""#),
                (Cell::Text(b""), r#""""#),
                (Cell::Text(b"\"\xff\""), "\"\\\"\u{FFFD}\\\"\""),
                (Cell::Integer(5), "5"),
            ],
        );
    }
}
