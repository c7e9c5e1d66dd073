//! Parameters of a request: all that the operation takes, of which most are switched off.
//!
//! It must not know bodies and scripts.

use roundtrip_schema::{Field, FieldId, ResourceId};
use serde_json::{Value, json};

use super::operation::Operation;
use super::tour::Tour;
use super::variables;

/// A parameter as Postman has it.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) enabled: bool,
    description: String,
}

impl Entry {
    pub(super) fn json(&self) -> Value {
        let mut entry = json!({ "key": self.key, "value": self.value, "description": self.description });
        if !self.enabled {
            entry["disabled"] = true.into();
        }
        entry
    }
}

/// The parameters that stand in the query. Only `limit` is sent, and what says which row is meant.
/// `None` where the row cannot be told from others: the request would touch all of them.
pub(super) fn entries(tour: &Tour<'_>, id: ResourceId, operation: &Operation<'_>) -> Option<Vec<Entry>> {
    let filters = if operation.kind.is_filtered() { filters(tour, id)? } else { Vec::new() };
    let parameters = operation.parameters.iter().filter(|parameter| parameter["in"] == "query");
    let mut filtered = 0;
    let mut entries = Vec::new();
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap_or_default();
        let field = field_name(name);
        let filter = filters.iter().find(|(filtered, _)| *filtered == field).map(|(_, value)| value.clone());
        filtered += usize::from(filter.is_some());
        entries.push(Entry {
            key: text(name).replace('=', "%3D"),
            enabled: filter.is_some() || name == "limit",
            value: text(&filter.unwrap_or_else(|| example(parameter))),
            description: parameter["description"].as_str().unwrap_or_default().to_owned(),
        });
    }
    (filtered == filters.len()).then_some(entries)
}

/// The headers that the operation takes; none of them is needed.
pub(super) fn headers(operation: &Operation<'_>) -> Vec<Value> {
    let header = |parameter: &&Value| {
        let (name, description) = (&parameter["name"], &parameter["description"]);
        json!({ "key": name, "value": example(parameter), "description": description, "disabled": true })
    };
    operation.parameters.iter().filter(|parameter| parameter["in"] == "header").map(header).collect()
}

/// The document's example of a parameter.
fn example(parameter: &Value) -> String {
    match &parameter["example"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Filters, by field, that hold for the one row that the run made.
fn filters(tour: &Tour<'_>, id: ResourceId) -> Option<Vec<(String, String)>> {
    let resource = tour.schema.resource(id);
    let filter =
        |field: &Field, variable: &str| (field.name.clone(), format!("eq.{}", variables::used(variable)));
    Some(match resource.primary_key[..] {
        // Nothing says which row was made: the variable stays empty, and the request is left out.
        [] => {
            let first = resource.fields.iter().find(|field| field.is_visible())?;
            vec![filter(first, &variables::made(tour, id))]
        }
        [one] => vec![filter(resource.field(one), &variables::made(tour, id))],
        ref parts => {
            let part = |part: &FieldId| filter(resource.field(*part), &variables::value(tour, id, *part));
            parts.iter().map(part).collect()
        }
    })
}

/// The field that a parameter filters by. A name that means something else in a query stands in quotes.
fn field_name(parameter: &str) -> String {
    let quoted = parameter.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.map_or_else(|| parameter.to_owned(), |name| name.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// Text as it stands in a query. Postman encodes the rest by itself, but not what has a meaning there.
fn text(plain: &str) -> String {
    plain.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B")
}
