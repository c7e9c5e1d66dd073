//! Parameters by their number turned into parameters by their place, for servers that know no others.
//!
//! A statement names a slot's value `?1` as often as it needs it, and a value of the key of a row that was
//! locked `?k0`. Both become `?`, and the answer says what is bound to each. A question mark inside a
//! text, a name or a comment is none. Backslashes mean nothing inside a text: the session says so.
//!
//! Must not know: what the values are.

/// What is bound to a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The value of this slot, from 0.
    Slot(u16),
    /// The value of this key column, from 0, of the row that a statement is run for.
    Key(u16),
}

/// A statement with `?` for every parameter, and what is bound to each of them, in order.
pub fn positional(text: &str) -> (String, Vec<Source>) {
    let mut out = String::with_capacity(text.len());
    let mut sources = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['?', '\'', '"', '`', '-', '#', '/']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        if let Some((source, after)) = parameter(from) {
            out.push('?');
            sources.push(source);
            rest = after;
            continue;
        }
        let (whole, after) = from.split_at_checked(opaque(from)).unwrap_or((from, ""));
        out.push_str(whole);
        rest = after;
    }
    out.push_str(rest);
    (out, sources)
}

/// `?7` or `?k0` at the front of a text, and what follows.
fn parameter(text: &str) -> Option<(Source, &str)> {
    let named = text.strip_prefix('?')?;
    let (digits, is_key) = named.strip_prefix('k').map_or((named, false), |digits| (digits, true));
    let end = digits.find(|one: char| !one.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, after) = digits.split_at_checked(end)?;
    let source = if is_key {
        Source::Key(digits.parse().ok()?)
    } else {
        Source::Slot(digits.parse::<u16>().ok()?.checked_sub(1)?)
    };
    Some((source, after))
}

/// How many bytes at the front of a text are a text, a name or a comment, or one sign that is neither.
fn opaque(text: &str) -> usize {
    let behind = |end: Option<usize>, length: usize| end.map_or(text.len(), |end| end + length);
    for quote in ['\'', '"', '`'] {
        if text.starts_with(quote) {
            // A doubled quote is the end of one and the beginning of another, which is as good.
            return behind(text.get(1..).and_then(|rest| rest.find(quote)), 2);
        }
    }
    if text.starts_with("/*") {
        return behind(text.get(2..).and_then(|rest| rest.find("*/")), 4);
    }
    // Two dashes begin a comment only where a space follows; else they are a sign twice.
    let dashes = text.strip_prefix("--");
    let is_comment = dashes.is_some_and(|rest| rest.is_empty() || rest.starts_with(|one: char| one <= ' '));
    if is_comment || text.starts_with('#') {
        return behind(text.find('\n'), 1);
    }
    1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roundtrip_query::plan::Slot;

    use super::*;
    use crate::dialect::{Dialect as _, MySql};

    fn slot(number: u16) -> Source {
        Source::Slot(number)
    }

    #[test]
    fn parameters_lose_their_numbers() {
        for (text, expected, sources) in [
            ("a = ?1 AND b = ?12 OR a=?1", "a = ? AND b = ? OR a=?", vec![slot(0), slot(11), slot(0)]),
            ("x = ?k0 AND y = ?k10", "x = ? AND y = ?", vec![Source::Key(0), Source::Key(10)]),
            ("'?1' `?1` \"?1\" ?1", "'?1' `?1` \"?1\" ?", vec![slot(0)]),
            (r"'it''s ?1' '\' ?2 '\'", r"'it''s ?1' '\' ? '\'", vec![slot(1)]),
            ("`a``?1` ?2", "`a``?1` ?", vec![slot(1)]),
            ("/* ?1 ' */ ?2 /* ?", "/* ?1 ' */ ? /* ?", vec![slot(1)]),
            ("-- ?1 '\n?2 # ?3\n?4 --?5", "-- ?1 '\n? # ?3\n? --?", vec![slot(1), slot(3), slot(4)]),
            ("5--?1", "5--?", vec![slot(0)]),
            ("a/?1-?2", "a/?-?", vec![slot(0), slot(1)]),
            ("? ?0 ?99999 ?k ?x", "? ?0 ?99999 ?k ?x", vec![]),
            ("'open ?1", "'open ?1", vec![]),
            ("'é?1'é?1", "'é?1'é?", vec![slot(0)]),
        ] {
            assert_eq!(positional(text), (expected.to_owned(), sources), "{text}");
        }
    }

    proptest! {
        #[test]
        fn hostile_texts_and_names_survive(
            parts in proptest::collection::vec(("['\"`?1k#/*\\\\\n -]{0,9}|\\PC{0,6}", 0..3_u8, 0..40_u16), 0..12),
        ) {
            let (mut text, mut expected, mut sources) = (String::new(), String::new(), Vec::new());
            for (hostile, kind, number) in parts {
                let quoted = match kind {
                    0 => MySql.literal(&hostile),
                    1 => MySql.identifier(&hostile),
                    _ => {
                        sources.push(slot(number));
                        text.push_str(&MySql.parameter(Slot(number)));
                        expected.push('?');
                        " , ".to_owned()
                    }
                };
                for one in [&mut text, &mut expected] {
                    one.push_str(&quoted);
                    one.push_str(" , ");
                }
            }
            prop_assert_eq!(positional(&text), (expected, sources));
        }

        #[test]
        fn any_text_is_gone_through(text in "(['\"`?1k#/*\n -]|\\PC){0,40}") {
            let (placed, sources) = positional(&text);
            prop_assert!(placed.len() <= text.len() && placed.matches('?').count() >= sources.len());
        }
    }
}
