//! A document as a tree, for comparing it with others.
//!
//! Must not know: how its text was written: the order of members, spaces, the digits of numbers.

use std::collections::{BTreeMap, HashSet};

use super::number::Number;
use super::scan::{Scanner, is_document, string};

/// Levels of a document that are looked at; serde_json reads no deeper ones into a tree either.
const DEPTH: usize = 128;

/// Comparisons of arrays and objects inside arrays, of which each may be compared with each: a second
/// or so. Documents of people take some hundred.
const COMPARISONS: usize = 10_000_000;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Tree {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    Array(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
}

impl Tree {
    /// Reads a document; `None` for what is none, or is too deep.
    pub(in super::super) fn read(text: &str) -> Option<Self> {
        if is_document(text) { Self::inner(text.trim(), DEPTH) } else { None }
    }

    fn inner(text: &str, depth: usize) -> Option<Self> {
        let deeper = depth.checked_sub(1)?;
        Some(match text.bytes().next()? {
            b'n' => Self::Null,
            b't' => Self::Boolean(true),
            b'f' => Self::Boolean(false),
            b'"' => Self::Text(string(text).into_owned()),
            b'[' => Self::Array(
                Scanner::items(text)?.map(|item| Self::inner(item, deeper)).collect::<Option<_>>()?,
            ),
            b'{' => {
                let member = |(key, value)| Some((string(key).into_owned(), Self::inner(value, deeper)?));
                Self::Object(Scanner::members(text)?.map(member).collect::<Option<_>>()?)
            }
            _ => Self::Number(Number::read(text)),
        })
    }

    /// The one text of all documents that are equal to this one.
    pub(in super::super) fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number.as_str()),
            Self::Text(text) => write_string(out, text),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    write_string(out, key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Whether it contains the other as PostgreSQL's `@>` has it: arrays are sets, an object contains one
    /// with fewer members, and an array contains a bare value that is an item of it, at the top alone.
    /// `None` where finding out takes too long.
    pub(in super::super) fn contains(&self, other: &Self) -> Option<bool> {
        let mut left = COMPARISONS;
        match (self, other) {
            (Self::Array(items), scalar) if !scalar.is_container() => Some(items.contains(scalar)),
            _ => self.contains_all(other, &mut left),
        }
    }

    fn contains_all(&self, other: &Self, left: &mut usize) -> Option<bool> {
        *left = left.checked_sub(1)?;
        match (self, other) {
            (Self::Array(items), Self::Array(wanted)) => contains_items(items, wanted, left),
            (Self::Object(members), Self::Object(wanted)) => {
                for (key, value) in wanted {
                    let Some(own) = members.get(key) else { return Some(false) };
                    if !own.contains_all(value, left)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            _ => Some(self == other),
        }
    }

    /// Whether two arrays have an item in common; what is no array has none.
    pub(in super::super) fn overlaps(&self, other: &Self) -> bool {
        let (Self::Array(items), Self::Array(others)) = (self, other) else { return false };
        let others: HashSet<&Self> = others.iter().collect();
        items.iter().any(|item| others.contains(item))
    }

    /// The texts in it, in order; names of members are not among them.
    pub(in super::super) fn texts<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Text(text) => found.push(text),
            Self::Array(items) => items.iter().for_each(|item| item.texts(found)),
            Self::Object(members) => members.values().for_each(|value| value.texts(found)),
            Self::Null | Self::Boolean(_) | Self::Number(_) => {}
        }
    }

    fn is_container(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_))
    }
}

fn contains_items(items: &[Tree], wanted: &[Tree], left: &mut usize) -> Option<bool> {
    let scalars: HashSet<&Tree> = items.iter().filter(|item| !item.is_container()).collect();
    for one in wanted {
        let mut found = scalars.contains(one);
        if one.is_container() {
            for item in items.iter().filter(|item| item.is_container()) {
                found = item.contains_all(one, left)?;
                if found {
                    break;
                }
            }
        }
        if !found {
            return Some(false);
        }
    }
    Some(true)
}

fn write_string(out: &mut String, text: &str) {
    // A text always becomes a JSON string.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn equal_documents_have_one_text() {
        for (text, expected) in [
            (r#"{"b": 1.0, "a": [true , null]}"#, r#"{"a":[true,null],"b":1}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            (r#""\u00e9\n""#, r#""é\n""#),
            (" [ ] ", "[]"),
            ("0.10", "0.1"),
        ] {
            assert_eq!(tree(text).canonical(), expected);
        }
        for text in
            ["", "{", "nul", "1 2", &"[".repeat(500), &format!("{}{}", "[".repeat(200), "]".repeat(200))]
        {
            assert_eq!(Tree::read(text), None, "{text}");
        }
    }

    #[test]
    fn containment_is_postgresqls() {
        for (one, other, expected) in [
            ("[1, 2, 3]", "[3, 1]", true),
            ("[1, 2, 2.0]", "[2, 1, 1]", true),
            ("[1, 2]", "[4]", false),
            ("[1]", "[]", true),
            ("[]", "[1]", false),
            (r#"["a", "b"]"#, r#""b""#, true),
            (r#""b""#, r#"["b"]"#, false),
            ("[[1]]", "1", false),
            ("[1, [2, 3]]", "[[3]]", true),
            ("[1, [2, 3]]", "[3]", false),
            (r#"[{"a": [1]}, {"a": [2, 3], "b": 0}]"#, r#"[{"a": [3]}]"#, true),
            (r#"{"a": {"b": 1, "c": 2}, "d": 0}"#, r#"{"a": {"c": 2}}"#, true),
            (r#"{"a": {"b": 1}}"#, r#"{"b": 1}"#, false),
            (r#"{"a": [1, 2]}"#, r#"{"a": 1}"#, false),
            (r#"{"a": [1, 2]}"#, r#"{"a": [2]}"#, true),
            (r#"{"a": 1}"#, "{}", true),
            ("{}", "[]", false),
            ("1.0", "1", true),
            ("null", "null", true),
        ] {
            assert_eq!(tree(one).contains(&tree(other)), Some(expected), "{one} {other}");
        }
    }

    #[test]
    fn comparing_each_with_each_ends() {
        let (one, other) = ("{\"a\":1},".repeat(5_000), "{\"a\":2},".repeat(5_000));
        let close = |text: &str| tree(&format!("[{text}{{}}]"));
        assert_eq!(close(&one).contains(&close(&other)), Some(false));
        let many = (0..4_000).map(|n| format!("{{\"a\":{n}}},")).collect::<Vec<_>>().concat();
        let deep = |text: &str, last: &str| tree(&format!("[{text}{{\"a\":{last}}}]"));
        assert_eq!(deep(&many.repeat(2), "0").contains(&deep(&many, "-1")), None);
    }

    #[test]
    fn arrays_overlap_in_one_item() {
        for (one, other, expected) in [
            ("[1, 2]", "[2.0, 3]", true),
            ("[1, 2]", "[3]", false),
            ("[[1]]", "[[1]]", true),
            ("[]", "[]", false),
            ("{}", "[1]", false),
            ("1", "[1]", false),
        ] {
            assert_eq!(tree(one).overlaps(&tree(other)), expected, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn the_one_text_is_the_same_document(odd in r#"[\[\]{}",:\\ 01an.e-]{0,24}"#, text: String) {
            let quoted = serde_json::to_string(&text).unwrap();
            for document in [odd, quoted] {
                if let Some(tree) = Tree::read(&document) {
                    let again = Tree::read(&tree.canonical());
                    prop_assert_eq!(again.as_ref(), Some(&tree), "{}", document);
                    prop_assert_eq!(tree.contains(&tree), Some(true));
                }
            }
        }
    }
}
