//! Names and literals of TypeScript.
//!
//! It must not know what is named.

use std::collections::HashSet;

/// A member's name: as it is where it is an identifier, in quotes elsewhere.
pub(super) fn key(name: &str) -> String {
    let begins = |letter: char| letter.is_ascii_alphabetic() || letter == '_' || letter == '$';
    let goes_on = |letter: char| begins(letter) || letter.is_ascii_digit();
    // Reserved words are no trouble here: as the name of a member they need no quotes.
    if name.starts_with(begins) && name.chars().all(goes_on) { name.to_owned() } else { quoted(name) }
}

/// A literal of a text: what JSON can say, TypeScript reads alike.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Names of which none is given twice.
#[derive(Default)]
pub(super) struct Distinct(HashSet<String>);

impl Distinct {
    /// The name, or one with a number behind it when the name is taken.
    pub(super) fn take(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut number = 2;
        while !self.0.insert(candidate.clone()) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_identifier_is_quoted() {
        for (name, expected) in [
            ("price", "price"),
            ("_id2", "_id2"),
            ("$", "$"),
            ("class", "class"),
            ("", r#""""#),
            ("2nd", r#""2nd""#),
            ("Order Details", r#""Order Details""#),
            ("größe", r#""größe""#),
            ("a\"b\\c\n", r#""a\"b\\c\n""#),
        ] {
            assert_eq!(key(name), expected);
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = Distinct::default();
        let taken: Vec<String> = ["a_b", "a_b", "a_b_2"].map(|name| names.take(name)).into();
        assert_eq!(taken, ["a_b", "a_b_2", "a_b_2_2"]);
    }
}
