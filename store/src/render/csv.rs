//! Fields of comma-separated values (RFC 4180).
//!
//! Must not know: forms, rows.

/// Appends a name for the first line, in quotes where it needs them.
pub(super) fn name(out: &mut Vec<u8>, name: &[u8]) {
    let from = out.len();
    out.extend_from_slice(name);
    if name.iter().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        enclose(out, from);
    }
}

/// Puts the field that `out` holds from `from` on in quotes where it needs them.
///
/// More is quoted than RFC 4180 asks for, as PostgreSQL does: whatever has spaces, and the empty text,
/// which differs from null by its quotes alone.
pub(super) fn quote(out: &mut Vec<u8>, from: usize) {
    let needs = |byte: &u8| matches!(byte, b'"' | b',' | b'\\' | b'(' | b')' | b' ' | b'\t'..=b'\r');
    if out.len() == from || out[from..].iter().any(needs) {
        enclose(out, from);
    }
}

fn enclose(out: &mut Vec<u8>, from: usize) {
    let field = out.split_off(from);
    out.push(b'"');
    for part in field.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_a_reader_would_stumble() {
        for (field, expected) in [
            ("plain", "plain"),
            ("", r#""""#),
            ("a,b", r#""a,b""#),
            ("a b", r#""a b""#),
            ("a\nb", "\"a\nb\""),
            (r#"say "no""#, r#""say ""no""""#),
            (r#"""#, r#""""""#),
            ("größe", "größe"),
        ] {
            let mut out = b"x,".to_vec();
            out.extend_from_slice(field.as_bytes());
            quote(&mut out, 2);
            assert_eq!(String::from_utf8(out).unwrap(), format!("x,{expected}"), "{field}");
        }
    }

    #[test]
    fn names_are_quoted_where_they_must() {
        for (text, expected) in [("id", "id"), ("a b", "a b"), ("a,b", r#""a,b""#), ("", "")] {
            let mut out = Vec::new();
            name(&mut out, text.as_bytes());
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
