//! A Postman collection (format 2.1) made from the OpenAPI document.
//!
//! A folder for each resource, a request for each operation, in an order in which the whole can be
//! run: rows are made before others refer to them, and removed at the very end, in a folder of their
//! own. A run changes and removes only rows that it made. It must not know TypeScript, nor how the
//! document was made.

mod body;
mod expectation;
mod operation;
mod query;
mod request;
mod sample;
mod script;
#[cfg(test)]
mod tests;
mod tour;
mod variables;

use roundtrip_schema::Schema;
use serde_json::{Value, json};

use operation::{Operation, by_tag};
use tour::Tour;

const FORMAT: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

const ABOUT: &str = "\
Each operation of the API, with an example. The collection can be run as a whole: it makes rows, reads and changes \
them, and removes them in the last folder, where that is permitted. It never changes or removes a row that it did not \
make.

\"List rows\" and \"Create a row\" keep the key of a row in a variable for the requests after them; a request whose \
variables are still empty is left out.";

/// The collection of an OpenAPI document and the schema that it was made from. `origin` is where the
/// server is: `http://127.0.0.1:8360`.
pub(crate) fn collection(schema: &Schema, document: &Value, origin: &str) -> Value {
    let tour = Tour::new(schema);
    let operations = by_tag(document);
    let of = |name: &str| operations.get(name).map_or(&[][..], Vec::as_slice);
    let mut folders = Vec::new();
    let mut removals = Vec::new();
    for id in tour.resources() {
        let name = &schema.resource(id).name;
        let (removing, other): (Vec<_>, Vec<_>) = of(name).iter().partition(|one| one.kind.removes());
        let item = |operation: &&Operation<'_>| request::item(&tour, document, id, operation);
        let mut items: Vec<Value> = removing.iter().filter_map(item).collect();
        for item in &mut items {
            item["name"] = format!("{name}: {}", item["name"].as_str().unwrap_or_default()).into();
        }
        removals.push(items);
        let others: Vec<Value> = other.iter().filter_map(item).collect();
        folders.push(folder(name, &description(document, name), &others));
    }
    // What refers to others goes before them.
    let removals: Vec<Value> = removals.into_iter().rev().flatten().collect();
    if !removals.is_empty() {
        let about = "Removes the rows that the folders before have made, and no other.";
        folders.push(folder("Remove what was made", about, &removals));
    }
    let name = document.pointer("/info/title").cloned().unwrap_or_default();
    json!({
        "info": { "name": name, "description": ABOUT, "schema": FORMAT },
        "item": folders,
        "variable": variables::declared(&tour, &base_url(document, origin)),
    })
}

fn base_url(document: &Value, origin: &str) -> String {
    let path = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
    format!("{origin}{path}")
}

fn folder(name: &str, description: &str, items: &[Value]) -> Value {
    json!({ "name": name, "description": description, "item": items })
}

fn description(document: &Value, tag: &str) -> String {
    let tags = document["tags"].as_array().map_or(&[][..], Vec::as_slice);
    let found = tags.iter().find(|one| one["name"] == tag).and_then(|one| one["description"].as_str());
    found.unwrap_or_default().to_owned()
}
