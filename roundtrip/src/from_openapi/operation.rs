//! Operations of a path: what they do to rows, what they ask of the caller, and the schemas of their
//! bodies and answers.
//!
//! It must not know which paths become resources.

use roundtrip_schema::Action;

use super::document::Document;
use super::node::Node;
use super::note::in_one_line;
use super::shape::{All, Shape};

/// The methods of OpenAPI that have to do with rows.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Members of a wrapper that hold the rows, where it has several lists or objects.
const WRAPPED: [&str; 9] =
    ["data", "items", "results", "result", "records", "rows", "content", "values", "value"];

/// An operation, as an action on rows.
#[derive(Debug)]
pub(super) struct Operation {
    /// `GET`.
    pub(super) method: String,
    /// `/pets/{petId}`.
    pub(super) path: String,
    pub(super) action: Action,
    /// What it asks of the caller: the names of security schemes.
    pub(super) asks: Option<String>,
}

/// Where a path stands in relation to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// It is the collection.
    Collection,
    /// It is one row.
    Item,
}

/// The operations of a path item.
pub(super) fn operations(document: &Document, path: &str, item: &Node<'_>, side: Side) -> Vec<Operation> {
    let methods = METHODS.iter().filter_map(|method| Some((*method, item.get(method)?)));
    let operations = methods.map(|(method, operation)| Operation {
        method: method.to_ascii_uppercase(),
        path: in_one_line(path),
        action: match (method, side) {
            ("get", _) => Action::Read,
            ("post", Side::Collection) => Action::Create,
            ("delete", _) => Action::Delete,
            _ => Action::Update,
        },
        asks: asks(document, &operation),
    });
    operations.collect()
}

/// The methods that a path item has, for a sentence: `GET, POST`.
pub(super) fn methods(item: &Node<'_>) -> String {
    let methods = METHODS.iter().filter(|method| item.get(method).is_some());
    methods.map(|method| method.to_ascii_uppercase()).collect::<Vec<_>>().join(", ")
}

/// What an operation asks of the caller; `None` if it can be called without anything.
fn asks(document: &Document, operation: &Node<'_>) -> Option<String> {
    let requirements = operation.get("security").or_else(|| document.root().get("security"))?;
    if !requirements.value.is_array() {
        return Some("something that cannot be read".to_owned());
    }
    let mut ways = Vec::new();
    for requirement in requirements.items() {
        let schemes: Vec<&str> = requirement.entries().map(|(scheme, _)| scheme).collect();
        if schemes.is_empty() {
            // An empty requirement is met by everybody.
            return None;
        }
        ways.push(schemes.join(" and "));
    }
    (!ways.is_empty()).then(|| in_one_line(&ways.join(" or ")))
}

/// The schema of what an operation answers when it went well.
pub(super) fn answer<'a>(document: &'a Document, operation: &Node<'a>) -> Option<Node<'a>> {
    let responses = operation.get("responses")?;
    let response = ["200", "201", "2XX", "2xx", "default"].iter().find_map(|status| responses.get(status))?;
    let response = document.resolve(response).ok()?;
    content(&response, &["json", "*/*"])
}

/// The schema of the body that an operation takes.
pub(super) fn body<'a>(document: &'a Document, operation: &Node<'a>) -> Option<Node<'a>> {
    let body = document.resolve(operation.get("requestBody")?).ok()?;
    content(&body, &["json", "*/*", "form-urlencoded", "multipart/form-data"])
}

/// The schema for the first of these media types.
fn content<'a>(message: &Node<'a>, types: &[&str]) -> Option<Node<'a>> {
    let content = message.get("content")?;
    let of_type = |wanted: &str| {
        content.entries().find(|(media, _)| media.contains(wanted)).and_then(|(_, media)| media.get("schema"))
    };
    types.iter().find_map(|wanted| of_type(wanted))
}

/// The schema of the rows that an answer lists: the elements of a list, or of the one list of objects
/// in a wrapper.
pub(super) fn listed<'a>(document: &'a Document, answer: &Node<'a>) -> Option<All<'a>> {
    let shape = Shape::of(document, std::slice::from_ref(answer));
    if !shape.choices.is_empty() && !shape.is_object() {
        let mut lists = shape.choices.iter();
        return lists
            .find_map(|choice| elements(document, &Shape::of(document, std::slice::from_ref(choice))));
    }
    if let Some(elements) = elements(document, &shape) {
        return Some(elements);
    }
    // What has an identity of its own is a row that holds a list, not a wrapper.
    if shape.property("id").is_some() {
        return None;
    }
    let lists = shape
        .properties
        .iter()
        .filter_map(|(name, property)| Some((*name, elements(document, &Shape::of(document, property))?)));
    the_one(lists.collect())
}

/// What cannot be understood of an answer: places and sentences.
pub(super) fn troubles(document: &Document, answer: &Node<'_>) -> Vec<(String, String)> {
    let shape = Shape::of(document, std::slice::from_ref(answer));
    let inside = shape.items().map(|items| Shape::of(document, std::slice::from_ref(items)).troubles);
    let mut troubles = shape.troubles;
    troubles.extend(inside.into_iter().flatten());
    troubles
}

/// The elements of a list of objects.
fn elements<'a>(document: &'a Document, shape: &Shape<'a>) -> Option<All<'a>> {
    let elements = vec![shape.items()?.clone()];
    Shape::of(document, &elements).is_object().then_some(elements)
}

/// The schema of one row: the schema itself if it is an object, or the one object in a wrapper.
pub(super) fn row<'a>(document: &'a Document, schema: &Node<'a>) -> Option<All<'a>> {
    let shape = Shape::of(document, std::slice::from_ref(schema));
    if !shape.is_object() {
        // One row or several: `oneOf: [row, list of rows]`.
        let mut rows = shape.choices.iter();
        return rows
            .find(|choice| Shape::of(document, std::slice::from_ref(choice)).is_object())
            .map(|choice| vec![choice.clone()]);
    }
    let is_wrapper = shape.properties.len() == 1
        || (shape.property("id").is_none() && shape.properties.iter().any(|(name, _)| *name == "data"));
    if is_wrapper {
        let inside =
            shape.properties.iter().filter(|(_, property)| Shape::of(document, property).is_object());
        if let Some(row) = the_one(inside.map(|(name, property)| (*name, property.clone())).collect()) {
            return Some(row);
        }
    }
    Some(vec![schema.clone()])
}

/// The only one, or the one with a name that wrappers use.
fn the_one<'a>(mut found: Vec<(&'a str, All<'a>)>) -> Option<All<'a>> {
    if found.len() == 1 {
        return found.pop().map(|(_, schema)| schema);
    }
    WRAPPED
        .iter()
        .find_map(|name| found.iter().find(|(key, _)| key == name))
        .map(|(_, schema)| schema.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, listed_at: Option<&str>, row_at: Option<&str>) {
        let text = format!("openapi: 3.1.0\nschema: {schema}\n");
        let document = Document::read("a.yaml", &text).unwrap();
        let schema = document.root().get("schema").unwrap();
        let place = |found: Option<All<'_>>| found.map(|found| found[0].pointer.clone());
        assert_eq!(place(listed(&document, &schema)).as_deref(), listed_at, "listed in {text}");
        assert_eq!(place(row(&document, &schema)).as_deref(), row_at, "row of {text}");
    }

    #[test]
    fn lists_and_rows_are_found_in_wrappers() {
        let row = "{type: object, properties: {a: {}, b: {}}}";
        check(&format!("{{type: array, items: {row}}}"), Some("/schema/items"), None);
        check(row, None, Some("/schema"));
        check(
            &format!("{{properties: {{pets: {{type: array, items: {row}}}, total: {{type: integer}}}}}}"),
            Some("/schema/properties/pets/items"),
            Some("/schema"),
        );
        check(
            &format!("{{properties: {{id: {{}}, lines: {{type: array, items: {row}}}}}}}"),
            None,
            Some("/schema"),
        );
        check(
            &format!("{{properties: {{errors: {{items: {row}}}, data: {{items: {row}}}}}}}"),
            Some("/schema/properties/data/items"),
            Some("/schema"),
        );
        check(
            &format!("{{properties: {{data: {row}, meta: {row}}}}}"),
            None,
            Some("/schema/properties/data"),
        );
        check(&format!("{{properties: {{pet: {row}}}}}"), None, Some("/schema/properties/pet"));
        check(
            &format!("{{oneOf: [{row}, {{type: array, items: {row}}}]}}"),
            Some("/schema/oneOf/1/items"),
            Some("/schema/oneOf/0"),
        );
        check("{type: array, items: {type: string}}", None, None);
    }
}
