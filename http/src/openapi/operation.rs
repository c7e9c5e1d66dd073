//! Paths and operations of a resource, with every status that they can answer.

use roundtrip_schema::{Action, Cardinality, Resource, ResourceId, Schema};
use serde_json::{Map, Value, json};

use super::names::Names;
use super::{offers, parameter};

/// One resource on its way into the document.
pub(super) struct Context<'a> {
    pub(super) schema: &'a Schema,
    pub(super) id: ResourceId,
    pub(super) resource: &'a Resource,
    pub(super) names: &'a Names,
}

/// Problems by status: the component's name and when it is answered.
const PROBLEMS: [(&str, &str, &str); 13] = [
    ("300", "MultipleChoices", "Several relations fit; `details` lists them"),
    ("400", "BadRequest", "The query or the body cannot be read"),
    ("401", "Unauthenticated", "Nobody may do this without signing in"),
    ("404", "NotFound", "There is no such resource or row"),
    ("405", "MethodNotAllowed", "This cannot be done here; `Allow` says what can"),
    ("406", "NotAcceptable", "Not to be had in this form"),
    ("409", "Conflict", "A unique value is taken, or a reference does not hold"),
    ("413", "PayloadTooLarge", "The body is over its limit"),
    ("415", "UnsupportedMediaType", "The body is in a form that is not read here"),
    ("416", "RangeNotSatisfiable", "The page is beyond the last row"),
    ("422", "Invalid", "Fields of the body are wrong; `errors` lists them"),
    (
        "503",
        "Unavailable",
        "The server or its database is busy or away; `Retry-After` says when to try again",
    ),
    ("504", "Timeout", "It took too long"),
];

/// The responses that operations share.
pub(super) fn problems() -> Map<String, Value> {
    let response = |(_, name, description): &(&str, &str, &str)| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        ((*name).to_owned(), json!({ "description": description, "content": content }))
    };
    PROBLEMS.iter().map(response).collect()
}

const READ: [&str; 7] = ["300", "400", "401", "404", "406", "503", "504"];
const WRITE: [&str; 12] =
    ["300", "400", "401", "404", "405", "406", "409", "413", "415", "422", "503", "504"];

/// An operation on its way into the document.
struct Described<'a> {
    /// What its id begins with.
    verb: &'a str,
    summary: &'a str,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Value,
}

impl Context<'_> {
    /// The paths of the resource, with the operations that a rule could permit.
    pub(super) fn paths(&self) -> Map<String, Value> {
        let path = format!("/{}", segment(&self.resource.name));
        let mut paths = Map::new();
        let list = self.list();
        if !list.is_empty() {
            paths.insert(path.clone(), Value::Object(list));
        }
        if self.resource.primary_key.is_empty() {
            return paths;
        }
        let mut row = self.row();
        if !row.is_empty() {
            row.insert("parameters".to_owned(), json!([parameter::key(self.resource)]));
            paths.insert(format!("{path}/{{key}}"), Value::Object(row));
        }
        paths.extend(self.followed(&path));
        paths
    }

    fn list(&self) -> Map<String, Value> {
        let mut operations = Map::new();
        let filters = || parameter::filters(self.resource);
        if offers(self.resource, Action::Read) {
            let page = parameter::references(&["select", "order", "limit", "offset", "or", "prefer"]);
            let rows = self.rows();
            let mut responses = responses(&[("200", "A page of rows", Some(rows.clone()))], &READ);
            responses["206"] = success("A page, counted, that is not all", Some(rows));
            responses["416"] = reference("416");
            self.add(
                &mut operations,
                "get",
                Described {
                    verb: "list",
                    summary: "List rows",
                    parameters: [filters(), page].concat(),
                    body: None,
                    responses,
                },
            );
        }
        if offers(self.resource, Action::Create) {
            let one = self.reference(".new");
            let body = json!({ "oneOf": [one, { "type": "array", "items": one }] });
            let created = success("Created; `Location` says where a single row is", Some(self.reference("")));
            let mut responses = responses(&[], &WRITE);
            responses["201"] = created;
            let parameters = parameter::references(&["select", "prefer"]);
            self.add(
                &mut operations,
                "post",
                Described {
                    verb: "create",
                    summary: "Create a row, or several",
                    parameters,
                    body: Some(body),
                    responses,
                },
            );
        }
        let parameters = || [filters(), parameter::references(&["or", "select", "prefer"])].concat();
        if offers(self.resource, Action::Update) {
            let responses = responses(&self.written(), &WRITE);
            let body = Some(self.reference(".patch"));
            self.add(
                &mut operations,
                "patch",
                Described {
                    verb: "update",
                    summary: "Change the rows that match",
                    parameters: parameters(),
                    body,
                    responses,
                },
            );
        }
        if offers(self.resource, Action::Delete) {
            let responses = responses(&self.written(), &WRITE);
            self.add(
                &mut operations,
                "delete",
                Described {
                    verb: "delete",
                    summary: "Remove the rows that match",
                    parameters: parameters(),
                    body: None,
                    responses,
                },
            );
        }
        operations
    }

    fn row(&self) -> Map<String, Value> {
        let mut operations = Map::new();
        let parameters =
            |write: bool| parameter::references(if write { &["select", "prefer"] } else { &["select"] });
        let one = || Some(self.reference(""));
        let written = || [("200", "The row", one()), ("204", "Done", None)];
        if offers(self.resource, Action::Read) {
            let responses = responses(&[("200", "The row", one())], &READ);
            self.add(
                &mut operations,
                "get",
                Described {
                    verb: "read",
                    summary: "Read a row",
                    parameters: parameters(false),
                    body: None,
                    responses,
                },
            );
        }
        if offers(self.resource, Action::Update) {
            let mut responses = responses(&written(), &WRITE);
            let body = Some(self.reference(".patch"));
            self.add(
                &mut operations,
                "patch",
                Described {
                    verb: "change",
                    summary: "Change a row",
                    parameters: parameters(true),
                    body,
                    responses: responses.clone(),
                },
            );
            responses["201"] = success("Created", one());
            let body = Some(self.reference(".new"));
            self.add(
                &mut operations,
                "put",
                Described {
                    verb: "replace",
                    summary: "Put a whole row here",
                    parameters: parameters(true),
                    body,
                    responses,
                },
            );
        }
        if offers(self.resource, Action::Delete) {
            let responses = responses(&written(), &WRITE);
            self.add(
                &mut operations,
                "delete",
                Described {
                    verb: "remove",
                    summary: "Remove a row",
                    parameters: parameters(true),
                    body: None,
                    responses,
                },
            );
        }
        operations
    }

    /// `/categories/{key}/products`, by the usual name of each relation.
    fn followed(&self, path: &str) -> Map<String, Value> {
        let mut paths = Map::new();
        if !offers(self.resource, Action::Read) {
            return paths;
        }
        let relations = self.schema.relations(self.id);
        for relation in relations {
            let Some(name) = relation.short.as_ref().or_else(|| relation.names.first()) else { continue };
            let ambiguous =
                relations.iter().filter(|one| one.names.contains(name) || one.short.as_ref() == Some(name));
            let target = self.schema.resource(relation.target);
            if ambiguous.count() > 1 || !offers(target, Action::Read) {
                continue;
            }
            let component =
                json!({ "$ref": format!("#/components/schemas/{}", self.names.component(relation.target)) });
            let (shown, parameters) = match relation.cardinality {
                Cardinality::One => (component, parameter::references(&["select"])),
                Cardinality::Many => {
                    let page = parameter::references(&["select", "order", "limit", "offset", "or", "prefer"]);
                    (json!({ "type": "array", "items": component }), page)
                }
            };
            let responses = responses(&[("200", "What belongs to the row", Some(shown))], &READ);
            let mut operations = Map::new();
            let (verb, summary) = (format!("follow_{name}"), format!("What belongs to the row: {name}"));
            self.add(
                &mut operations,
                "get",
                Described { verb: &verb, summary: &summary, parameters, body: None, responses },
            );
            operations.insert("parameters".to_owned(), json!([parameter::key(self.resource)]));
            paths.insert(format!("{path}/{{key}}/{}", segment(name)), Value::Object(operations));
        }
        paths
    }

    fn add(&self, operations: &mut Map<String, Value>, method: &str, described: Described<'_>) {
        let Described { verb, summary, parameters, body, responses } = described;
        let mut operation = Map::new();
        let mut put = |member: &str, value: Value| drop(operation.insert(member.to_owned(), value));
        put("operationId", format!("{verb}_{}", self.names.component(self.id)).into());
        put("summary", summary.into());
        put("tags", json!([self.resource.name]));
        put("parameters", parameters.into());
        if let Some(schema) = body {
            put(
                "requestBody",
                json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
            );
        }
        put("responses", responses);
        operations.insert(method.to_owned(), operation.into());
    }

    fn reference(&self, form: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{}{form}", self.names.component(self.id)) })
    }

    fn rows(&self) -> Value {
        json!({ "type": "array", "items": self.reference("") })
    }

    /// What a write of several rows answers when it went well.
    fn written(&self) -> [(&'static str, &'static str, Option<Value>); 2] {
        [("200", "The rows, where they were asked for", Some(self.rows())), ("204", "Done", None)]
    }
}

fn responses(good: &[(&str, &str, Option<Value>)], bad: &[&str]) -> Value {
    let good = good
        .iter()
        .map(|(status, description, schema)| ((*status).to_owned(), success(description, schema.clone())));
    let bad = bad.iter().map(|status| ((*status).to_owned(), reference(status)));
    Value::Object(good.chain(bad).collect())
}

fn success(description: &str, schema: Option<Value>) -> Value {
    match schema {
        None => json!({ "description": description }),
        Some(schema) => {
            json!({ "description": description, "content": { "application/json": { "schema": schema } } })
        }
    }
}

fn reference(status: &str) -> Value {
    let name = PROBLEMS.iter().find(|(known, ..)| *known == status).map_or("BadRequest", |(_, name, _)| name);
    json!({ "$ref": format!("#/components/responses/{name}") })
}

/// A name as a path segment.
fn segment(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%5F", "_")
        .replace("%2D", "-")
}
