//! The members of a JSON object, values as the exact text that was written.
//!
//! Not a map: the engine refuses a member that is given twice, and it has to see both.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order: names, and values as JSON text.
pub(crate) fn members(json: &str) -> Result<Vec<(String, &str)>, serde_json::Error> {
    let Members(members) = serde_json::from_str(json)?;
    Ok(members)
}

struct Members<'a>(Vec<(String, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
            members.push((name, value.get()));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_doubles_and_exact_numbers_are_kept() {
        let found = members(r#"{"b": 1.50, "a\u0062": {"c": [ ]}, "b": null}"#).unwrap();
        let expected = [("b", "1.50"), ("ab", r#"{"c": [ ]}"#), ("b", "null")];
        assert_eq!(found, expected.map(|(name, json)| (name.to_owned(), json)));
    }

    #[test]
    fn anything_else_is_refused() {
        for json in ["[1]", "1", "{", "{} {}", ""] {
            assert!(members(json).is_err(), "{json}");
        }
    }
}
