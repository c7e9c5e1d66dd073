//! The paths of a resource: its list, its rows, and what belongs to a row.

use roundtrip_schema::{Action, Cardinality, Relation, Resource, ResourceId, Schema};
use serde_json::{Map, Value, json};

use super::names::Names;
use super::operation::Operation;
use super::parameter::{self, Lists};
use super::response::{Success, responses};
use super::shape;

/// One resource on its way into the document.
pub(super) struct Context<'a> {
    pub(super) schema: &'a Schema,
    pub(super) id: ResourceId,
    pub(super) resource: &'a Resource,
    pub(super) names: &'a Names,
}

/// What a read can fail with; a page can also be beyond the last row.
const READ: &[&str] = &["300", "400", "401", "404", "406", "414", "416", "431", "500", "503", "504"];
const READ_ONE: &[&str] = &["300", "400", "401", "404", "406", "414", "431", "500", "503", "504"];

/// What a write can fail with; a removal has no body to be wrong.
const WRITE: &[&str] = &[
    "300", "400", "401", "404", "405", "406", "408", "409", "413", "414", "415", "422", "431", "500", "503",
    "504",
];
const REMOVE: &[&str] = &["300", "400", "401", "404", "405", "406", "409", "414", "431", "500", "503", "504"];

const ABOUT_LIST: &str = "\
A page of the rows that all filters let through. Without an order they come by their key. \
`Prefer: count=exact` adds how many there are in all to `Content-Range`, and makes a partial page 206. \
`Accept: text/csv` answers with CSV, `application/vnd.pgrst.object+json` with the one row as an object.";
// `columns` and `on_conflict` are told in words: they change what the body may be, and OpenAPI cannot say how.
const ABOUT_CREATE: &str = "\
An object makes one row and is answered with it; a list makes all of its rows or none. \
`Prefer: return=representation` answers with the list of new rows, `return=minimal` with nothing. \
With `Prefer: resolution=merge-duplicates`, `on_conflict` names the unique fields by which a row is there \
already; with `columns`, only the members that it names count. The body may be `text/csv` or a form as well.";
const ABOUT_PUT: &str = "\
PostgREST's way to put a whole row: its key stands in filters with `eq`, and nothing else does. \
A body that has the key as well has to have the same.";
const ABOUT_UPDATE: &str = "\
Every row that all filters let through gets the fields of the body. Without a filter it is refused. \
`Prefer: return=representation` answers with the changed rows.";
const ABOUT_DELETE: &str = "\
Every row that all filters let through is removed. Without a filter it is refused. \
`Prefer: return=representation` answers with the rows that were there.";
const ABOUT_READ: &str = "The row with this key, with the fields and embedded resources of `select`.";
const ABOUT_CHANGE: &str =
    "The row gets the fields of the body; the others stay. It is answered with the row.";
const ABOUT_REPLACE: &str = "\
Puts the row there, whether there was one or not. Fields that the body does not name get their default, or null.";
const ABOUT_REMOVE: &str = "Removes the row. `Prefer: return=representation` answers with what it was.";

impl Context<'_> {
    /// Whether the document has anything of it.
    pub(super) fn is_shown(&self) -> bool {
        self.resource.offers_anything()
    }

    /// The paths, with the operations that a rule could permit.
    pub(super) fn paths(&self) -> Map<String, Value> {
        let path = format!("/{}", segment(&self.resource.name));
        let list = [
            ("get", self.list()),
            ("post", self.create()),
            ("put", self.put()),
            ("patch", self.update()),
            ("delete", self.delete()),
        ];
        let row = [
            ("get", self.read()),
            ("patch", self.change()),
            ("put", self.replace()),
            ("delete", self.remove()),
        ];
        let item = |operations: &[(&str, Option<Value>)]| {
            let offered =
                operations.iter().filter_map(|(method, one)| Some(((*method).to_owned(), one.clone()?)));
            offered.collect::<Map<String, Value>>()
        };
        let mut paths = Map::from_iter([(path.clone(), Value::Object(item(&list)))]);
        if !self.resource.primary_key.is_empty() {
            let mut row = item(&row);
            if !row.is_empty() {
                row.insert("parameters".to_owned(), json!([parameter::key(self.resource)]));
            }
            paths.insert(format!("{path}/{{key}}"), row.into());
            paths.extend(self.followed(&path));
        }
        paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
        paths
    }

    fn list(&self) -> Option<Value> {
        let page = || pages(&self.row());
        let parameters = [parameter::filters(self), parameter::page(self.names, self.id)].concat();
        let responses = responses(&page(), READ);
        self.operation(Action::Read, "list", "List rows", ABOUT_LIST, parameters, None, responses)
    }

    fn create(&self) -> Option<Value> {
        let one = self.reference(".new");
        let body = json!({ "oneOf": [one, { "type": "array", "items": one }] });
        let row = self.row();
        let created = Success {
            status: "201",
            description: "Created: the row, or the list of rows where one was asked for",
            schema: Some(json!({ "oneOf": [row, { "type": "array", "items": row }] })),
            headers: &["Location", "Content-Range", "Preference-Applied"],
        };
        let merged = Success {
            status: "200",
            description: "With `resolution=merge-duplicates`, where every row was there already",
            schema: created.schema.clone(),
            headers: &["Content-Range", "Preference-Applied"],
        };
        let parameters = parameter::written(self.names, self.id, Lists::Nothing);
        let responses = responses(&[merged, created], WRITE);
        let summary = "Create a row, or several";
        self.operation(Action::Create, "create", summary, ABOUT_CREATE, parameters, Some(body), responses)
    }

    fn put(&self) -> Option<Value> {
        if self.resource.primary_key.is_empty() {
            return None;
        }
        let written = parameter::written(self.names, self.id, Lists::Nothing);
        let parameters = [parameter::key_filters(self.resource), written].concat();
        let rows = json!({ "type": "array", "items": self.row() });
        let headers: &[&str] = &["Preference-Applied"];
        let shown =
            |status, description| Success { status, description, schema: Some(rows.clone()), headers };
        let created = Success { schema: None, ..shown("201", "Created, and shown where that was asked for") };
        let done = Success { status: "204", description: "Done", schema: None, headers };
        let good = [shown("200", "Changed, and shown because that was asked for"), created, done];
        let (body, responses) = (self.reference(".put"), responses(&good, WRITE));
        let summary = "Put a whole row, named by its key";
        self.operation(Action::Update, "put", summary, ABOUT_PUT, parameters, Some(body), responses)
    }

    fn update(&self) -> Option<Value> {
        let parameters =
            [parameter::filters(self), parameter::written(self.names, self.id, Lists::Filter)].concat();
        let (body, responses) = (self.reference(".patch"), responses(&self.written(), WRITE));
        let summary = "Change the rows that match";
        self.operation(Action::Update, "update", summary, ABOUT_UPDATE, parameters, Some(body), responses)
    }

    fn delete(&self) -> Option<Value> {
        let parameters =
            [parameter::filters(self), parameter::written(self.names, self.id, Lists::Filter)].concat();
        let responses = responses(&self.written(), REMOVE);
        let summary = "Remove the rows that match";
        self.operation(Action::Delete, "delete", summary, ABOUT_DELETE, parameters, None, responses)
    }

    fn read(&self) -> Option<Value> {
        let row = Success { status: "200", description: "The row", schema: Some(self.row()), headers: &[] };
        let parameters = vec![parameter::select(self.names, self.id)];
        let responses = responses(&[row], READ_ONE);
        self.operation(Action::Read, "read", "Read a row", ABOUT_READ, parameters, None, responses)
    }

    fn change(&self) -> Option<Value> {
        let parameters = parameter::written(self.names, self.id, Lists::Nothing);
        let (body, responses) = (self.reference(".patch"), responses(&self.written_row(), WRITE));
        self.operation(
            Action::Update,
            "change",
            "Change a row",
            ABOUT_CHANGE,
            parameters,
            Some(body),
            responses,
        )
    }

    fn replace(&self) -> Option<Value> {
        let parameters = parameter::written(self.names, self.id, Lists::Nothing);
        let [row, done] = self.written_row();
        let created =
            Success { status: "201", description: "Created", schema: Some(self.row()), headers: row.headers };
        let good = [row, created, done];
        let (body, responses) = (self.reference(".put"), responses(&good, WRITE));
        let summary = "Put a whole row here";
        self.operation(Action::Update, "replace", summary, ABOUT_REPLACE, parameters, Some(body), responses)
    }

    fn remove(&self) -> Option<Value> {
        let parameters = parameter::written(self.names, self.id, Lists::Nothing);
        let responses = responses(&self.written_row(), REMOVE);
        self.operation(Action::Delete, "remove", "Remove a row", ABOUT_REMOVE, parameters, None, responses)
    }

    /// `/categories/{key}/products`, by the usual name of each relation.
    fn followed(&self, path: &str) -> Map<String, Value> {
        let relations = self.schema.relations(self.id);
        let is_clear = |name: &String| {
            let same =
                relations.iter().filter(|one| one.names.contains(name) || one.short.as_ref() == Some(name));
            same.count() == 1
        };
        let mut paths = Map::new();
        for relation in relations {
            let name = relation.short.as_ref().or_else(|| relation.names.first());
            if let Some(name) = name.filter(|name| is_clear(name))
                && let Some(operation) = self.follow(relation, name)
            {
                let item = json!({ "get": operation, "parameters": [parameter::key(self.resource)] });
                paths.insert(format!("{path}/{{key}}/{}", segment(name)), item);
            }
        }
        paths
    }

    fn follow(&self, relation: &Relation, name: &str) -> Option<Value> {
        if !self.schema.resource(relation.target).offers(Action::Read) {
            return None;
        }
        let row = json!({ "$ref": shape::reference(self.names.component(relation.target), "") });
        let description = format!("What belongs to the row with this key: {name}.");
        let (parameters, responses) = match relation.cardinality {
            Cardinality::One => {
                let good = Success {
                    status: "200",
                    description: "The row that belongs to it",
                    schema: Some(row),
                    headers: &[],
                };
                (vec![parameter::select(self.names, relation.target)], responses(&[good], READ_ONE))
            }
            Cardinality::Many => {
                (parameter::page(self.names, relation.target), responses(&pages(&row), READ))
            }
        };
        let (verb, summary) = (format!("follow_{name}"), format!("What belongs to the row: {name}"));
        self.operation(Action::Read, &verb, &summary, &description, parameters, None, responses)
    }

    #[expect(clippy::too_many_arguments, reason = "the members of an operation, in its order")]
    fn operation(
        &self,
        action: Action,
        verb: &str,
        summary: &str,
        description: &str,
        parameters: Vec<Value>,
        body: Option<Value>,
        responses: Value,
    ) -> Option<Value> {
        let id = format!("{verb}_{}", self.names.component(self.id));
        let tag = &self.resource.name;
        let operation = Operation { id, tag, summary, description, parameters, body, responses };
        self.resource.offers(action).then(|| operation.json())
    }

    fn reference(&self, form: &str) -> Value {
        json!({ "$ref": shape::reference(self.names.component(self.id), form) })
    }

    fn row(&self) -> Value {
        self.reference("")
    }

    /// What a write of several rows answers when it went well.
    fn written(&self) -> [Success<'static>; 2] {
        let rows = json!({ "type": "array", "items": self.row() });
        let headers: &[&str] = &["Content-Range", "Preference-Applied"];
        [
            Success {
                status: "200",
                description: "The rows, where they were asked for",
                schema: Some(rows),
                headers,
            },
            Success { status: "204", description: "Done", schema: None, headers },
        ]
    }

    /// What a write of the row of the path answers when it went well.
    fn written_row(&self) -> [Success<'static>; 2] {
        let headers: &[&str] = &["Preference-Applied"];
        [
            Success { status: "200", description: "The row", schema: Some(self.row()), headers },
            Success { status: "204", description: "Done", schema: None, headers },
        ]
    }
}

/// What a read of a list answers when it went well.
fn pages(row: &Value) -> [Success<'static>; 2] {
    let page = |status, description| Success {
        status,
        description,
        schema: Some(json!({ "type": "array", "items": row })),
        headers: &["Content-Range", "Preference-Applied"],
    };
    [page("200", "A page of rows"), page("206", "A page, counted, that is not all")]
}

/// A name as a path segment.
fn segment(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%5F", "_")
        .replace("%2D", "-")
}
