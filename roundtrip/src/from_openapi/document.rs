//! The document as a whole: its version, and what its `$ref`s lead to.
//!
//! It must not know which of its parts become resources.

use std::cell::Cell;
use std::fmt;

use serde_json::Value;

use super::error::FromOpenapiError;
use super::node::Node;
use super::note::{Notes, in_one_line};
use super::syntax;

/// How many members of schemas may be looked at in all, each as often as something refers to it. The
/// largest public documents take a few hundred thousand.
const MOST_STEPS: usize = 20_000_000;

/// How many `$ref`s may follow one another.
pub(super) const MOST_HOPS: usize = 32;

/// How many keys an error lists.
const MOST_KEYS: usize = 8;

/// An OpenAPI document of version 3.
#[derive(Debug)]
pub(super) struct Document {
    root: Value,
    steps: Cell<usize>,
}

/// Why a `$ref` leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Astray {
    /// To another file or address.
    Elsewhere(String),
    /// To nothing.
    Missing(String),
    /// Back to itself.
    Circle(String),
}

impl fmt::Display for Astray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(to) => write!(
                f,
                "$ref {to:?} leads out of the document, and only #/... is followed: bundle it into one file first (redocly bundle does it)"
            ),
            Self::Missing(to) => write!(f, "$ref {to:?} leads to nothing"),
            Self::Circle(to) => write!(f, "$ref {to:?} leads back to itself"),
        }
    }
}

impl Document {
    /// Reads a document and looks at its version.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, FromOpenapiError> {
        let root = syntax::read(name, text)?;
        let version = root.get("openapi").map(|version| match version {
            Value::String(text) => text.clone(),
            // Without quotes YAML reads 3.1 as a number.
            other => other.to_string(),
        });
        match version {
            Some(version) if version.starts_with("3.") => Ok(Self { root, steps: Cell::new(0) }),
            Some(version) => Err(FromOpenapiError::Version { name: name.to_owned(), version }),
            None if root.get("swagger").is_some() => Err(FromOpenapiError::VersionTwo(name.to_owned())),
            None => {
                let keys = root.as_object().into_iter().flatten().map(|(key, _)| format!("{key:?}"));
                let keys = keys.take(MOST_KEYS).collect();
                Err(FromOpenapiError::NotOpenapi { name: name.to_owned(), keys })
            }
        }
    }

    /// Notes about the document as a whole.
    pub(super) fn remark(&self, notes: &mut Notes) {
        let version = self.root.get("openapi").and_then(Value::as_str).unwrap_or("3.0");
        if !version.starts_with("3.0") && !version.starts_with("3.1") {
            notes.general("/openapi", format!("version {version} is read as if it were 3.1"));
        }
        if self
            .root
            .get("webhooks")
            .is_some_and(|webhooks| webhooks.as_object().is_some_and(|map| !map.is_empty()))
        {
            notes.general("/webhooks", "webhooks are not carried over");
        }
    }

    /// Its title and version, if it has them.
    pub(super) fn title(&self) -> Option<String> {
        let info = self.root.get("info")?;
        let title = info.get("title")?.as_str()?;
        let version = info.get("version").and_then(Value::as_str).unwrap_or_default();
        let whole = format!("{title} {version}");
        Some(in_one_line(whole.trim()))
    }

    /// The whole.
    pub(super) fn root(&self) -> Node<'_> {
        Node { value: &self.root, pointer: String::new() }
    }

    /// Counts a schema that is looked at, with its members and theirs; `false` when there were too many.
    pub(super) fn step(&self, schema: &Value) -> bool {
        let length = |value: &Value| match value {
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            _ => 0,
        };
        let members = schema.as_object().into_iter().flatten();
        let size = members.fold(1_usize, |size, (_, member)| size.saturating_add(1 + length(member)));
        self.steps.set(self.steps.get().saturating_add(size));
        !self.is_exhausted()
    }

    /// Whether there were too many steps, so that what was found is not all.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps.get() > MOST_STEPS
    }

    /// What a `$ref` leads to. Only places in this document are followed: nothing is fetched.
    pub(super) fn follow(&self, reference: &str) -> Result<Node<'_>, Astray> {
        let Some(pointer) = reference.strip_prefix('#') else {
            return Err(Astray::Elsewhere(reference.to_owned()));
        };
        let missing = || Astray::Missing(reference.to_owned());
        if !pointer.starts_with('/') {
            return Err(missing());
        }
        let value = self.root.pointer(pointer).ok_or_else(missing)?;
        Ok(Node { value, pointer: pointer.to_owned() })
    }

    /// The node itself, or what its `$ref` leads to in the end; for parameters, bodies and answers.
    pub(super) fn resolve<'a>(&'a self, node: Node<'a>) -> Result<Node<'a>, Astray> {
        let mut node = node;
        for _ in 0..MOST_HOPS {
            let Some(reference) = node.text("$ref") else { return Ok(node) };
            node = self.follow(reference)?;
        }
        Err(Astray::Circle(node.text("$ref").unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(rest: &str) -> Document {
        Document::read("a.yaml", &format!("openapi: 3.1.0\n{rest}")).unwrap()
    }

    #[test]
    fn only_version_three_is_read() {
        for (text, part) in [
            ("swagger: '2.0'", "OpenAPI 2"),
            ("openapi: 4.0.0", "says openapi: 4.0.0"),
            ("asyncapi: 2.0.0\ninfo: {}", "\"asyncapi\", \"info\""),
            ("just text", "is not an OpenAPI document"),
            ("", "is not an OpenAPI document"),
        ] {
            let said = Document::read("a.yaml", text).unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        }
        assert!(Document::read("a.yaml", "openapi: 3.1").is_ok());
    }

    #[test]
    fn what_is_looked_at_too_often_has_an_end() {
        let document = document("");
        let schema = serde_json::json!({ "required": vec![0; 1_000_000] });
        let steps = (0..100).take_while(|_| document.step(&schema)).count();
        assert_eq!((steps, document.is_exhausted()), (19, true));
    }

    #[test]
    fn references_lead_to_places_in_the_document_or_say_why_not() {
        let document = document(
            "components: {schemas: {Pet: {type: object}, One: {$ref: '#/components/schemas/Two'}, Two: {$ref: '#/components/schemas/One'}}}",
        );
        let found = document.follow("#/components/schemas/Pet").unwrap();
        assert_eq!(found.pointer, "/components/schemas/Pet");
        for (reference, part) in [
            ("other.yaml#/Pet", "leads out of the document"),
            ("https://example.org/pet.json", "leads out of the document"),
            ("#/components/schemas/Dog", "leads to nothing"),
            ("#pet", "leads to nothing"),
            ("#/components/schemas/One", "leads back to itself"),
        ] {
            let node = serde_json::json!({ "$ref": reference });
            let node = Node { value: &node, pointer: String::new() };
            let said = match document.follow(reference) {
                Ok(_) => document.resolve(node).unwrap_err().to_string(),
                Err(astray) => astray.to_string(),
            };
            assert!(said.contains(part), "{reference}: {said}");
        }
    }
}
