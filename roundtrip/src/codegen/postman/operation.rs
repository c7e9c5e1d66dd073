//! The operations of an OpenAPI document, by the resource that they are about.
//!
//! It must not know what a collection is.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// What an operation does, in the order in which a run does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Makes a row.
    Create,
    /// Reads a page.
    List,
    /// Reads a row.
    Read,
    /// Reads what belongs to a row.
    Follow,
    /// Changes rows that match.
    Update,
    /// Changes a row.
    Change,
    /// Puts a whole row.
    Replace,
    /// Removes a row.
    Remove,
    /// Removes rows that match.
    Delete,
}

impl Kind {
    /// `None` for what this server's document never has.
    fn of(method: &str, path: &str) -> Option<Self> {
        let mut segments = path.split('/').skip(2);
        Some(match (method, segments.next(), segments.next()) {
            ("post", None, _) => Self::Create,
            ("get", None, _) => Self::List,
            ("patch", None, _) => Self::Update,
            ("delete", None, _) => Self::Delete,
            ("get", Some(_), None) => Self::Read,
            ("patch", Some(_), None) => Self::Change,
            ("put", Some(_), None) => Self::Replace,
            ("delete", Some(_), None) => Self::Remove,
            ("get", Some(_), Some(_)) => Self::Follow,
            _ => return None,
        })
    }

    /// Whether it changes or removes rows that are there.
    pub(super) fn touches(self) -> bool {
        match self {
            Self::Create | Self::List | Self::Read | Self::Follow => false,
            Self::Update | Self::Change | Self::Replace | Self::Remove | Self::Delete => true,
        }
    }

    pub(super) fn removes(self) -> bool {
        matches!(self, Self::Remove | Self::Delete)
    }

    /// Whether a filter, not a key in the path, says which rows it is about.
    pub(super) fn is_filtered(self) -> bool {
        matches!(self, Self::Update | Self::Delete)
    }
}

/// One operation of the document.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    pub(super) kind: Kind,
    pub(super) method: String,
    /// `/products/{key}`, below the server's address.
    pub(super) path: &'a str,
    /// The parameters of the path and of the operation.
    pub(super) parameters: Vec<&'a Value>,
    /// The operation object (OpenAPI 3.1, section 4.8.10).
    pub(super) described: &'a Value,
}

impl Operation<'_> {
    pub(super) fn text(&self, member: &str) -> &str {
        self.described[member].as_str().unwrap_or_default()
    }

    /// The documented statuses of success.
    pub(super) fn successes(&self) -> Vec<u16> {
        let statuses = self.described["responses"].as_object().into_iter().flat_map(Map::keys);
        let mut good: Vec<u16> = statuses
            .filter(|status| status.starts_with('2'))
            .filter_map(|status| status.parse().ok())
            .collect();
        good.sort_unstable();
        good
    }
}

/// All operations by their tag, each list in the order of a run.
pub(super) fn by_tag(document: &Value) -> HashMap<&str, Vec<Operation<'_>>> {
    let mut tags: HashMap<&str, Vec<Operation<'_>>> = HashMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, described) in item.as_object().into_iter().flatten() {
            if let (Some(kind), Some(tag)) = (Kind::of(method, path), described["tags"][0].as_str()) {
                let lists = [&item["parameters"], &described["parameters"]];
                let parameters = lists.into_iter().filter_map(Value::as_array).flatten();
                let parameters = parameters.map(|one| resolved(document, one)).collect();
                let method = method.to_uppercase();
                tags.entry(tag).or_default().push(Operation { kind, method, path, parameters, described });
            }
        }
    }
    for operations in tags.values_mut() {
        operations.sort_by_key(|operation| operation.kind);
    }
    tags
}

/// What a `$ref` leads to; anything else is itself.
pub(super) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// Whether a list is answered.
pub(super) fn answers_list(operation: &Operation<'_>) -> bool {
    json_schema(&operation.described["responses"]["200"]).is_some_and(|schema| schema["type"] == "array")
}

/// The schema of a body or an answer.
pub(super) fn json_schema(described: &Value) -> Option<&Value> {
    described["content"]["application/json"].get("schema")
}
