//! Walks the text of a document.
//!
//! Everything here is asked about text that [`is_document`] has called well-formed; of other text the
//! answers mean nothing, and are given all the same.
//!
//! Must not know: what is looked for.

use std::borrow::Cow;

use roundtrip_query::plan::PathKey;
use serde_json::value::RawValue;

/// Whether the text is JSON.
pub(in super::super) fn is_document(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// What the path finds in a document, as its text. Of members with the same name the last counts.
pub(in super::super) fn find<'a>(document: &'a str, path: &[PathKey]) -> Option<&'a str> {
    path.iter().try_fold(document.trim(), |inside, key| match key {
        PathKey::Member(name) => {
            let named = |(key, _): &(&str, &str)| string(key) == name.as_str();
            Scanner::members(inside)?.filter(named).last().map(|(_, value)| value)
        }
        PathKey::Index(index) => {
            let mut items = Scanner::items(inside)?;
            if let Ok(from_start) = usize::try_from(*index) {
                return items.nth(from_start);
            }
            let from_end = usize::try_from(index.unsigned_abs()).ok()?;
            let count = Scanner::items(inside)?.count();
            items.nth(count.checked_sub(from_end)?)
        }
    })
}

/// The text inside a JSON string.
pub(in super::super) fn string(json: &str) -> Cow<'_, str> {
    let inside = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    // Half a surrogate pair is well-formed JSON and no text: it stays as it is written.
    serde_json::from_str(json).map_or(Cow::Borrowed(inside), Cow::Owned)
}

/// The text without the spaces between its parts.
pub(in super::super) fn compact(json: &str) -> Cow<'_, str> {
    if !json.contains([' ', '\t', '\n', '\r']) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let mut scanner = Scanner { text: json, at: 0 };
    while let Some(byte) = scanner.peek() {
        let from = scanner.at;
        if byte == b'"' {
            scanner.skip_string();
        } else {
            scanner.at += 1;
        }
        if !byte.is_ascii_whitespace() {
            out.push_str(scanner.since(from));
        }
    }
    Cow::Owned(out)
}

/// A place in a text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The items of an array; `None` for what is none.
    pub(super) fn items(array: &'a str) -> Option<impl Iterator<Item = &'a str>> {
        let mut scanner = Self::inside(array, '[')?;
        Some(std::iter::from_fn(move || {
            scanner.next_part()?;
            Some(scanner.value())
        }))
    }

    /// The members of an object, as its key and its value are written; `None` for what is none.
    pub(super) fn members(object: &'a str) -> Option<impl Iterator<Item = (&'a str, &'a str)>> {
        let mut scanner = Self::inside(object, '{')?;
        Some(std::iter::from_fn(move || {
            scanner.next_part()?;
            let key = scanner.value();
            scanner.next_part()?;
            Some((key, scanner.value()))
        }))
    }

    fn inside(text: &'a str, bracket: char) -> Option<Self> {
        text.starts_with(bracket).then_some(Self { text, at: 1 })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// To where the next key or value begins; `None` at the end.
    fn next_part(&mut self) -> Option<()> {
        while matches!(self.peek()?, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') {
            self.at += 1;
        }
        (!matches!(self.peek()?, b']' | b'}')).then_some(())
    }

    /// The key or value that begins here, however deep it is.
    fn value(&mut self) -> &'a str {
        let from = self.at;
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.skip_string(),
                b'[' | b'{' => {
                    open += 1;
                    self.at += 1;
                }
                b']' | b'}' if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if open > 0 => self.at += 1,
                b']' | b'}' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => break,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if open == 0 {
                break;
            }
        }
        self.since(from)
    }

    /// Behind the quote that ends the string which begins here.
    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at.min(self.text.len())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(name: &str) -> PathKey {
        PathKey::Member(name.to_owned())
    }

    #[test]
    fn paths_find_what_is_there() {
        let document =
            r#" { "a" : [ 10, {"b":"x\"y"}, [ ] ] , "größe":-1.50e2, "a b":null,"":{},"a":[1, 2 ,3] } "#;
        for (path, expected) in [
            (vec![], Some(document.trim())),
            // The last of two members with one name counts.
            (vec![member("a")], Some("[1, 2 ,3]")),
            (vec![member("a"), PathKey::Index(0)], Some("1")),
            (vec![member("a"), PathKey::Index(2)], Some("3")),
            (vec![member("a"), PathKey::Index(3)], None),
            (vec![member("a"), PathKey::Index(-1)], Some("3")),
            (vec![member("a"), PathKey::Index(-3)], Some("1")),
            (vec![member("a"), PathKey::Index(-4)], None),
            (vec![member("a"), PathKey::Index(i64::MIN)], None),
            (vec![member("größe")], Some("-1.50e2")),
            (vec![member("größe"), member("x")], None),
            (vec![member("a b")], Some("null")),
            (vec![member("")], Some("{}")),
            (vec![member(""), member("x")], None),
            (vec![PathKey::Index(0)], None),
            (vec![member("a"), member("x")], None),
        ] {
            assert_eq!(find(document, &path), expected, "{path:?}");
        }
        let nested = r#"[[9,8],{"k":"\u00e9\n","\u006b2":["deep",[{"z":true}]]}]"#;
        let found = |path: &[PathKey]| find(nested, path);
        assert_eq!(found(&[PathKey::Index(1), member("k2"), PathKey::Index(-1)]), Some(r#"[{"z":true}]"#));
        assert_eq!(found(&[PathKey::Index(1), member("k")]).map(string).as_deref(), Some("é\n"));
    }

    #[test]
    fn spaces_go_and_strings_stay() {
        assert_eq!(compact("{ \"a b\" :\n[1, \"x \\\" y\"] }"), r#"{"a b":[1,"x \" y"]}"#);
        assert_eq!(compact("[1]"), "[1]");
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text: String, odd in r#"[\[\]{}",:\\ 01an]{0,20}"#) {
            for text in [text, odd] {
                for path in [vec![], vec![member("a")], vec![PathKey::Index(0), PathKey::Index(-1)]] {
                    let _ = find(&text, &path);
                }
                let _ = (compact(&text), string(&text));
            }
        }
    }
}
