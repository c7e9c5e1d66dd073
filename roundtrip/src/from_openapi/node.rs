//! A value of the document with its place, as a JSON pointer (RFC 6901).
//!
//! It must not know what the value means.

use serde_json::Value;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
}

impl<'a> Node<'a> {
    /// The member called `key`, if this is an object that has one.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(Self { value, pointer: format!("{}/{}", self.pointer, escaped(key)) })
    }

    /// The text of a member.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// The members of an object, in the order of the document; none of anything else.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> {
        self.value.as_object().into_iter().flatten().map(|(key, value)| {
            (key.as_str(), Self { value, pointer: format!("{}/{}", self.pointer, escaped(key)) })
        })
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        self.value
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(index, value)| Self { value, pointer: format!("{}/{index}", self.pointer) })
    }
}

/// A key as a pointer writes it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_leads_back_to_its_value() {
        let root = json!({ "paths": { "/pets/{id}": { "a~b": [1, 2] } } });
        let node = Node { value: &root, pointer: String::new() };
        let list = node.get("paths").unwrap().get("/pets/{id}").unwrap().get("a~b").unwrap();
        let second = list.items().nth(1).unwrap();
        assert_eq!(second.pointer, "/paths/~1pets~1{id}/a~0b/1");
        assert_eq!(root.pointer(&second.pointer), Some(second.value));
    }
}
