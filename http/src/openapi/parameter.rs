//! Parameters: filters by field, selection, order, paging, preferences.

use roundtrip_schema::Resource;
use serde_json::{Map, Value, json};

/// Parameters that every resource shares, by component name.
pub(super) fn shared() -> Map<String, Value> {
    let query = |name: &str, schema: Value, description: &str| json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": description });
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer", "minimum": 0 });
    let mut shared = Map::new();
    let mut put = |name: &str, parameter| drop(shared.insert(name.to_owned(), parameter));
    put(
        "select",
        query("select", text(), "What to show: fields, aliases, related resources, `name,category(name)`"),
    );
    put("order", query("order", text(), "`price.desc.nullslast,name`"));
    put("limit", query("limit", number(), "At most so many rows"));
    put("offset", query("offset", number(), "After skipping so many rows"));
    put("or", query("or", text(), "One of several conditions has to hold, `(price.lt.5,stock.eq.0)`"));
    let prefer = "What to answer: `return=representation`, `return=minimal`, `count=exact`";
    put(
        "prefer",
        json!({ "name": "Prefer", "in": "header", "required": false, "schema": text(), "description": prefer }),
    );
    shared
}

/// References to shared parameters.
pub(super) fn references(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

/// A filter for every field that may be asked about.
pub(super) fn filters(resource: &Resource) -> Vec<Value> {
    let reserved = ["select", "order", "limit", "offset", "or", "and", "columns", "on_conflict"];
    let fields = resource.fields.iter().filter(|field| field.is_visible());
    let filter = |field: &roundtrip_schema::Field| {
        // A field that is called like a parameter is asked about in quotes.
        let quoted = reserved.contains(&field.name.as_str());
        let name = if quoted { format!("\"{}\"", field.name) } else { field.name.clone() };
        json!({
            "name": name,
            "in": "query",
            "required": false,
            "schema": { "type": "string" },
            "description": format!("Filter by {} ({}): an operator and a value, `eq.…`", field.name, field.ty),
        })
    };
    fields.map(filter).collect()
}

/// The parts of a row's key in the path.
pub(super) fn key(resource: &Resource) -> Value {
    let parts: Vec<&roundtrip_schema::Field> =
        resource.primary_key.iter().map(|id| resource.field(*id)).collect();
    let (schema, description) = if let [one] = parts[..] {
        (one.ty.json_schema(), format!("The row's {}", one.name))
    } else {
        let names: Vec<&str> = parts.iter().map(|field| field.name.as_str()).collect();
        let names = names.join(",");
        let description = format!("The row's {names}, each part percent-encoded, joined by commas");
        (json!({ "type": "string" }), description)
    };
    json!({ "name": "key", "in": "path", "required": true, "schema": schema, "description": description })
}
