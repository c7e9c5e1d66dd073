//! Numbers as JSON.
//!
//! Must not know: where a number came from.

use std::io::Write as _;

pub(super) fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// The shortest text that reads back as the same double; `1`, not `1.0`, as PostgreSQL has it.
pub(super) fn double(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
}

/// A double that stands for a decimal: in plain notation, with at least `scale` digits after the point.
pub(super) fn decimal(out: &mut Vec<u8>, value: f64, scale: u8) {
    let from = out.len();
    double(out, value);
    if !value.is_finite() {
        return;
    }
    if out[from..].contains(&b'e') {
        out.truncate(from);
        // The formatting machinery never writes an exponent; it is slow, and such decimals are rare.
        // A `Vec` never fails to take more bytes.
        let _ = write!(out, "{value}");
    }
    let point = out[from..].iter().position(|byte| *byte == b'.').map(|at| from + at);
    pad(out, point, scale);
}

/// Adds the digits that the number at the end of `out`, whose point is at `point`, lacks to `scale`.
pub(super) fn pad(out: &mut Vec<u8>, point: Option<usize>, scale: u8) {
    let scale = usize::from(scale);
    let digits = point.map_or(0, |point| out.len() - point - 1);
    if point.is_none() && scale > 0 {
        out.push(b'.');
    }
    out.resize(out.len() + scale.saturating_sub(digits), b'0');
}

/// Whether the text is a JSON number without an exponent (RFC 8259, section 6).
pub(super) fn is_plain(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let mut parts = unsigned.splitn(2, |byte| *byte == b'.');
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let whole = parts.next().is_some_and(|whole| digits(whole) && (whole == b"0" || whole[0] != b'0'));
    whole && parts.next().is_none_or(digits)
}
