//! Takes the members that are null out of a JSON document.
//!
//! Must not know: rows, forms.

/// Takes the null members out of every object of the document that `out` holds from `from` on. Items
/// of arrays stay, as their places mean something. The document is known to be well-formed; what is
/// no document stays as it is.
///
/// The text is copied and not read into a tree: numbers keep all their digits, and no depth is too deep.
pub(super) fn nulls(out: &mut Vec<u8>, from: usize) {
    const NULL: &[u8] = b"null";
    if !out[from..].windows(NULL.len()).any(|word| word == NULL) {
        return;
    }
    let document = out.split_off(from);
    // Where the key of the member at hand begins in `out`, if that is where we are.
    let mut key = None;
    let mut at = 0;
    while let Some(byte) = document.get(at) {
        match byte {
            b'"' => {
                let end = string_end(&document, at);
                if key.is_none() {
                    key = Some(out.len());
                }
                out.extend_from_slice(&document[at..end]);
                at = end;
                continue;
            }
            b'{' | b'[' | b',' => {
                key = None;
                out.push(*byte);
            }
            b'n' if follows_colon(&out[from..]) => {
                if let Some(key) = key.take() {
                    out.truncate(key);
                }
                at += NULL.len();
                at = after_comma(&document, at, out);
                continue;
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            other => out.push(*other),
        }
        at += 1;
    }
}

/// Goes past the comma behind a member that was left out; the last member of an object takes the comma
/// before it along instead.
fn after_comma(document: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    while document.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    if document.get(at) == Some(&b',') {
        return at + 1;
    }
    if out.last() == Some(&b',') {
        out.pop();
    }
    at
}

fn follows_colon(out: &[u8]) -> bool {
    out.last() == Some(&b':')
}

/// Behind the quote that ends the string which begins at `at`.
fn string_end(document: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = document.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    document.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_members_are_taken_out() {
        for (document, expected) in [
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":null,"b":1}"#, r#"{"b":1}"#),
            (r#"{"a":1, "b" : null }"#, r#"{"a":1}"#),
            (r#"{"a":null,"b":null,"c":2.50,"d":null}"#, r#"{"c":2.50}"#),
            (r#"{"a":{"b":null},"c":[null,{"d":null,"e":1},null]}"#, r#"{"a":{},"c":[null,{"e":1},null]}"#),
            (r#"{"a":"null","null":"x \" null"}"#, r#"{"a":"null","null":"x \" null"}"#),
            (r#"["null",null]"#, r#"["null",null]"#),
            (r#"{"a":[],"b":null,"c":{"x":null}}"#, r#"{"a":[],"c":{}}"#),
            (r#"{"a":["x",null],"b":null}"#, r#"{"a":["x",null]}"#),
            ("\"null", "\"null"),
        ] {
            let mut out = b"[".to_vec();
            out.extend_from_slice(document.as_bytes());
            nulls(&mut out, 1);
            assert_eq!(String::from_utf8(out).unwrap(), format!("[{expected}"), "{document}");
        }
    }
}
