//! From the raw query string to decoded keys and values.
//!
//! It knows percent-encoding and nothing of what keys and values mean. Text that needs no decoding
//! is borrowed.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::QueryError;

/// The pairs of a query string, still encoded. What has no `=` is left out.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter_map(|pair| pair.split_once('='))
}

/// A key or value decoded: `+` is a space, `%xx` a byte, and the bytes must be UTF-8. A `%` that
/// starts no escape stands for itself, so that a hand-written `like.50%` works.
pub(super) fn text(raw: &str) -> Result<Cow<'_, str>, QueryError> {
    if !raw.contains('+') {
        return percent_decode_str(raw).decode_utf8().map_err(|_| not_utf8(raw));
    }
    let spaced = raw.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => Ok(Cow::Owned(decoded.into_owned())),
        Err(_) => Err(not_utf8(&spaced)),
    }
}

#[cold]
fn not_utf8(raw: &str) -> QueryError {
    let bytes: Vec<u8> = percent_decode_str(raw).collect();
    let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().chars().count());
    QueryError::Syntax {
        parameter: "query string",
        text: String::from_utf8_lossy(&bytes).into_owned(),
        column: valid + 1,
        details: "unexpected bytes that are not UTF-8 expecting percent-encoded UTF-8".to_owned(),
        advice: None,
    }
}
