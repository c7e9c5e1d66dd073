//! What a schema says once its `$ref`s are followed, its `allOf` is put together, and null is told
//! apart from the other choices of `oneOf` and `anyOf`.
//!
//! It must not know what becomes of it. Properties are only collected: a schema that contains itself
//! is no circle here.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::document::{Document, MOST_HOPS};
use super::node::Node;
use super::own;

/// How deep `$ref`, `allOf`, `oneOf` and `anyOf` may lie in one another.
const DEEPEST: usize = 64;

/// Schemas that hold together, usually one: two when a property is described in two parts of an `allOf`.
pub(super) type All<'a> = Vec<Node<'a>>;

/// A schema, put together.
#[derive(Debug, Default)]
pub(super) struct Shape<'a> {
    /// Where it stands.
    pub(super) place: String,
    /// The types it names, without null.
    pub(super) types: Vec<&'a str>,
    /// Whether null is one of its values.
    pub(super) nullable: bool,
    /// The properties of an object, in order.
    pub(super) properties: Vec<(&'a str, All<'a>)>,
    /// The names of those that are always there.
    pub(super) required: HashSet<&'a str>,
    /// The choices of a `oneOf` or `anyOf`, when there is more than one beside null.
    pub(super) choices: All<'a>,
    /// The components that it is put together from.
    pub(super) parts: Vec<&'a str>,
    /// What could not be understood: places and sentences.
    pub(super) troubles: Vec<(String, String)>,
    /// Every other keyword; where two parts say one, the first counts.
    keywords: Vec<(&'a str, Node<'a>)>,
    positions: HashMap<&'a str, usize>,
    seen: HashSet<String>,
}

impl<'a> Shape<'a> {
    /// What these schemas say together.
    pub(super) fn of(document: &'a Document, schemas: &[Node<'a>]) -> Self {
        let place = schemas.first().map(|node| node.pointer.clone()).unwrap_or_default();
        let mut shape = Self { place, ..Self::default() };
        for schema in schemas {
            shape.take(document, schema, 0);
        }
        if shape.says_nothing() && schemas.iter().any(|schema| schema.value.get("$ref").is_some()) {
            let place = shape.place.clone();
            shape.trouble(&place, "its $ref leads to nothing that describes a value");
        }
        shape
    }

    /// A keyword with its value.
    pub(super) fn keyword(&self, name: &str) -> Option<&Node<'a>> {
        self.keywords.iter().find(|(key, _)| *key == name).map(|(_, node)| node)
    }

    /// Every keyword that is neither a type, a property nor a combination.
    pub(super) fn keywords(&self) -> impl Iterator<Item = &(&'a str, Node<'a>)> {
        self.keywords.iter()
    }

    /// The text of a keyword.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.keyword(name)?.value.as_str()
    }

    /// Whether a keyword is `true`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.keyword(name).is_some_and(|node| *node.value == Value::Bool(true))
    }

    /// The schemas of a property.
    pub(super) fn property(&self, name: &str) -> Option<&All<'a>> {
        self.positions.get(name).map(|position| &self.properties[*position].1)
    }

    /// Whether it describes an object whose members are known.
    pub(super) fn is_object(&self) -> bool {
        !self.properties.is_empty()
    }

    /// The schema of a list's elements.
    pub(super) fn items(&self) -> Option<&Node<'a>> {
        self.keyword("items")
    }

    /// A sentence for readers: the description, or else the title.
    pub(super) fn description(&self) -> Option<String> {
        let text = self.text("description").map(|text| own::description(text).0);
        let text = text.filter(|text| !text.is_empty()).or_else(|| self.text("title"))?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn says_nothing(&self) -> bool {
        self.types.is_empty()
            && self.properties.is_empty()
            && self.keywords.is_empty()
            && self.choices.is_empty()
            && self.troubles.is_empty()
    }

    fn take(&mut self, document: &'a Document, schema: &Node<'a>, depth: usize) {
        // The same part twice says nothing new, which also ends every circle.
        if !document.step(schema.value) || !self.seen.insert(schema.pointer.clone()) {
            return;
        }
        if depth > DEEPEST {
            self.trouble(&schema.pointer, "schemas lie too deep in one another here");
            return;
        }
        for (key, value) in schema.entries() {
            match key {
                "$ref" | "allOf" | "oneOf" | "anyOf" => {}
                "type" => self.take_type(&value),
                "nullable" => self.nullable |= *value.value == Value::Bool(true),
                "properties" => self.take_properties(&value),
                "required" => self.required.extend(value.items().filter_map(|name| name.value.as_str())),
                _ => self.take_keyword(key, value),
            }
        }
        if let Some(reference) = schema.text("$ref") {
            match document.follow(reference) {
                Ok(target) => {
                    self.parts.extend(component_name(reference));
                    self.take(document, &target, depth + 1);
                }
                Err(astray) => self.trouble(&schema.pointer, &astray.to_string()),
            }
        }
        for part in schema.get("allOf").iter().flat_map(Node::items) {
            self.take(document, &part, depth + 1);
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(choices) = schema.get(word) {
                self.take_choices(document, word, &choices, depth);
            }
        }
    }

    fn take_type(&mut self, value: &Node<'a>) {
        let named = value.value.as_str().into_iter();
        let types: Vec<&str> = named.chain(value.items().filter_map(|item| item.value.as_str())).collect();
        self.nullable |= types.contains(&"null");
        let types: Vec<&str> = types.into_iter().filter(|name| *name != "null").collect();
        if self.types.is_empty() {
            self.types = types;
        } else if !types.is_empty() && types != self.types {
            self.trouble(
                &value.pointer,
                &format!("the type is said twice: {} counts", self.types.join(", ")),
            );
        }
    }

    fn take_properties(&mut self, properties: &Node<'a>) {
        for (name, schema) in properties.entries() {
            if let Some(position) = self.positions.get(name) {
                self.properties[*position].1.push(schema);
                continue;
            }
            self.positions.insert(name, self.properties.len());
            self.properties.push((name, vec![schema]));
        }
    }

    fn take_keyword(&mut self, key: &'a str, value: Node<'a>) {
        match self.keyword(key) {
            None => self.keywords.push((key, value)),
            Some(first) if first.value == value.value || !is_rule(key) => {}
            Some(first) => {
                let said = format!("{key} is said twice: {} counts", first.value);
                self.trouble(&value.pointer, &said);
            }
        }
    }

    fn take_choices(&mut self, document: &'a Document, word: &str, choices: &Node<'a>, depth: usize) {
        let (nulls, others): (All<'a>, All<'a>) = choices.items().partition(is_null);
        self.nullable |= !nulls.is_empty();
        let (whole, partial): (All<'a>, All<'a>) = others.into_iter().partition(is_whole);
        if !partial.is_empty() {
            self.trouble(
                &choices.pointer,
                &format!("{word} chooses between rules here, which is not checked"),
            );
        }
        match &whole[..] {
            [one] if partial.is_empty() => self.take(document, one, depth + 1),
            _ => self.choices.extend(whole),
        }
    }

    fn trouble(&mut self, place: &str, text: &str) {
        self.troubles.push((place.to_owned(), text.to_owned()));
    }
}

/// The component that these schemas are, if they are nothing more than a way to it.
pub(super) fn component<'a>(document: &'a Document, schemas: &[Node<'a>]) -> Option<&'a str> {
    let [schema] = schemas else { return None };
    let mut node = schema.clone();
    let mut name = None;
    for _ in 0..MOST_HOPS {
        if node.get("properties").is_some() {
            return name;
        }
        if let Some(reference) = node.text("$ref") {
            name = component_name(reference).or(name);
            node = document.follow(reference).ok()?;
        } else if let Some(only) = only_part(&node) {
            node = only;
        } else {
            return name;
        }
    }
    None
}

fn component_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/").filter(|name| !name.contains('/'))
}

/// The only part of an `allOf`, `oneOf` or `anyOf` that describes anything.
fn only_part<'a>(schema: &Node<'a>) -> Option<Node<'a>> {
    let parts: All<'a> = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|word| schema.get(word))
        .flat_map(|parts| parts.items().collect::<Vec<_>>())
        .filter(|part| !is_null(part) && is_whole(part))
        .take(2)
        .collect();
    match <[Node<'a>; 1]>::try_from(parts) {
        Ok([only]) => Some(only),
        Err(_) => None,
    }
}

/// Whether a schema admits null alone.
fn is_null(schema: &Node<'_>) -> bool {
    let nulls = |list: &Value| {
        list.as_array().is_some_and(|words| !words.is_empty() && words.iter().all(Value::is_null))
    };
    schema.text("type") == Some("null")
        || schema.value.get("const").is_some_and(Value::is_null)
        || schema.value.get("enum").is_some_and(nulls)
}

/// Whether a schema describes values, rather than adding a rule to another schema.
fn is_whole(schema: &Node<'_>) -> bool {
    const WORDS: [&str; 9] =
        ["$ref", "type", "properties", "items", "enum", "const", "allOf", "oneOf", "anyOf"];
    WORDS.iter().any(|word| schema.value.get(word).is_some())
}

/// Whether a keyword is about which values are right, rather than for readers.
pub(super) fn is_rule(keyword: &str) -> bool {
    const RULES: [&str; 31] = [
        "format",
        "enum",
        "const",
        "default",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "items",
        "contains",
        "minContains",
        "maxContains",
        "prefixItems",
        "minProperties",
        "maxProperties",
        "patternProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "not",
        "if",
        "then",
        "else",
        "contentEncoding",
    ];
    RULES.contains(&keyword)
}
