//! What our own OpenAPI documents say in words of ours, so that they lead back to what they were made of.
//!
//! It must not know fields that other documents describe otherwise.

use roundtrip_schema::{FieldDefault, FieldType, Kind, ServerValue};

/// How a body's field tells its default: `(left out: 0)`.
const LEFT_OUT: &str = "(left out: ";

/// A slug, as its type describes it.
pub(super) const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// Any text, which a text field is without saying so.
pub(super) const ANY_TEXT: &str = "^[^\\u0000]*$";

/// A description without our words about a default, and those words.
pub(super) fn description(text: &str) -> (&str, Option<&str>) {
    let told = text.rsplit_once(LEFT_OUT).and_then(|(own, rest)| Some((own, rest.strip_suffix(')')?)));
    match told {
        Some((own, default)) => (own.trim_end(), Some(default)),
        None => (text, None),
    }
}

/// The default that our words tell, where it is one that the server makes.
pub(super) fn default(words: &str, ty: &FieldType) -> Option<FieldDefault> {
    match (words, &ty.kind) {
        ("the moment of the call", Kind::Datetime | Kind::Date) if !ty.list => {
            Some(FieldDefault::Server(ServerValue::Now))
        }
        ("a new UUID", Kind::Uuid) if !ty.list => Some(FieldDefault::Server(ServerValue::UuidV7)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_told_from_other_peoples() {
        for (text, expected) in [
            ("(left out: 0)", ("", Some("0"))),
            ("How many. (left out: the moment of the call)", ("How many.", Some("the moment of the call"))),
            ("How many (at least one)", ("How many (at least one)", None)),
            ("(left out: 0) or more", ("(left out: 0) or more", None)),
        ] {
            assert_eq!(description(text), expected);
        }
        let moment = FieldType::one(Kind::Datetime);
        assert_eq!(default("the moment of the call", &moment), Some(FieldDefault::Server(ServerValue::Now)));
        assert_eq!(default("0", &moment), None);
    }
}
