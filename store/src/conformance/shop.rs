//! The data of the suite: a book shop whose tables and columns are called otherwise than its
//! resources and fields, so that nobody mistakes one for the other.
//!
//! Must not know: what is tested with it.

use std::sync::Arc;

use roundtrip_policy::{Authorized, Caller, authorise};
use roundtrip_query::operation::{
    Answer, Count, Create, Delete, Duplicates, Input, Operation, Read, Rendering, Replace, Resolution,
    Returning, Target, Terms, Update,
};
use roundtrip_query::planner::{self, Context, HiddenFields, Written};
use roundtrip_query::{Capabilities, Limits, Plan, grammar};
use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Schema, Unique, Value,
};
use serde_json::Value as Json;

use crate::{Rows, Store, StoreError};

/// A store and its schema.
pub struct Shop {
    /// The store under test.
    pub store: Arc<dyn Store>,
    schema: Arc<Schema>,
}

/// One call, in the words of the REST door.
#[derive(Debug, Clone)]
pub struct Call {
    method: &'static str,
    url: String,
    body: Json,
    returning: Option<Returning>,
    count: Count,
    rendering: Rendering,
    terms: Terms,
    resolution: Option<Resolution>,
    explain: bool,
}

impl Call {
    /// A call without a body: `GET books?id=eq.1`, `DELETE books/1`.
    pub fn new(method: &'static str, url: impl Into<String>) -> Self {
        Self::with(method, url, Json::Null)
    }

    /// A call with a body: one object, or an array of objects with equal members.
    pub fn with(method: &'static str, url: impl Into<String>, body: Json) -> Self {
        Self {
            method,
            url: url.into(),
            body,
            returning: None,
            count: Count::None,
            rendering: Rendering::default(),
            terms: Terms::default(),
            resolution: None,
            explain: false,
        }
    }

    /// Answers so much of written rows; by default an object for an object and an array for an array.
    #[must_use]
    pub fn returning(self, returning: Returning) -> Self {
        Self { returning: Some(returning), ..self }
    }

    /// Counts all rows that match.
    #[must_use]
    pub fn counted(self) -> Self {
        Self { count: Count::Exact, ..self }
    }

    /// Writes the rows so.
    #[must_use]
    pub fn rendered(self, rendering: Rendering) -> Self {
        Self { rendering, ..self }
    }

    /// Writes on these terms.
    #[must_use]
    pub fn on(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// Does this with new rows that are there already.
    #[must_use]
    pub fn resolving(self, resolution: Resolution) -> Self {
        Self { resolution: Some(resolution), ..self }
    }

    /// Asks how the database would read.
    #[must_use]
    pub fn explained(self) -> Self {
        Self { explain: true, ..self }
    }
}

impl Shop {
    /// A shop over a store whose database has the structure of `schema` and no rows.
    pub fn new(store: Arc<dyn Store>, schema: Schema) -> Self {
        Self { store, schema: Arc::new(schema) }
    }

    /// The resources.
    pub fn schema() -> Schema {
        Schema::new(vec![authors(), books(), shelves(), placements()])
    }

    /// Two authors, three books, two shelves: what most cases look at.
    ///
    /// # Panics
    /// When the store refuses them.
    pub async fn stock(&self) {
        for (url, rows) in [
            ("authors", r#"[{"name":"Ursula","born":"1929-10-21"},{"name":"Italo","born":null}]"#),
            (
                "books",
                r#"[{"title":"The Dispossessed","price":12.5,"stock":3,"sold":true,"author_id":1},
                    {"title":"Invisible Cities","price":null,"stock":0,"sold":false,"author_id":2},
                    {"title":"the Telling","price":9,"stock":7,"sold":null,"author_id":1}]"#,
            ),
            ("shelves", r#"[{"code":"a/1","label":"Door"},{"code":"b","label":null}]"#),
            (
                "placements",
                r#"[{"book_id":1,"shelf_code":"a/1"},{"book_id":1,"shelf_code":"b"},{"book_id":2,"shelf_code":"b"}]"#,
            ),
        ] {
            let rows = serde_json::from_str(rows).expect("the rows above are JSON");
            let call = Call::with("POST", url, rows).returning(Returning::Minimal);
            self.run(call).await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
        }
    }

    /// Runs a call.
    pub async fn run(&self, call: Call) -> Result<Rows, StoreError> {
        self.store.execute(self.plan(&call)).await
    }

    /// Runs a call that must succeed, and gives its body as JSON (`null` for an empty one).
    ///
    /// # Panics
    /// When it fails, or answers what is not JSON.
    pub async fn json(&self, call: Call) -> Json {
        let asked = format!("{call:?}");
        let rows = self.run(call).await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        if rows.body.is_empty() {
            return Json::Null;
        }
        serde_json::from_slice(&rows.body)
            .unwrap_or_else(|error| panic!("{asked}: {error}: {}", String::from_utf8_lossy(&rows.body)))
    }

    /// Asserts what a read answers.
    ///
    /// # Panics
    /// When it answers something else.
    pub async fn check(&self, url: &str, expected: Json) {
        assert_eq!(self.json(Call::new("GET", url)).await, expected, "{url}");
    }

    /// The plan of a call, authorised as the operator.
    ///
    /// # Panics
    /// When the planner refuses it, which would be a mistake in the case.
    pub fn plan(&self, call: &Call) -> Authorized<Plan> {
        let limits = Limits { filterless_writes: true, aggregates: true, explain: true, ..Limits::default() };
        let context = Context {
            schema: &self.schema,
            capabilities: self.capabilities(),
            limits: &limits,
            hidden: HiddenFields::Present,
        };
        let (operation, written) = self.operation(call, &limits);
        let plan =
            planner::plan(context, &operation, written).unwrap_or_else(|error| panic!("{call:?}: {error:?}"));
        authorise(plan, Caller::Operator).unwrap_or_else(|refusal| panic!("{call:?}: {refusal:?}"))
    }

    fn capabilities(&self) -> &Capabilities {
        self.store.capabilities()
    }

    fn operation(&self, call: &Call, limits: &Limits) -> (Operation, Written) {
        let (path, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
        let target = target(path);
        let parsed = grammar::parse(query, limits).unwrap_or_else(|error| panic!("{query}: {error:?}"));
        let mut selection = parsed.selection;
        let rendering = call.rendering.clone();
        let single = if call.body.is_object() { Returning::Row } else { Returning::Representation };
        let returning = call.returning.unwrap_or(single);
        if call.method == "GET" {
            let (count, explain) = (call.count, call.explain);
            let read = Read { count, rendering, explain, ..Read::new(target, selection) };
            return (Operation::Read(read), Written::default());
        }
        let filter = std::mem::take(&mut selection.filter);
        let answer =
            Answer { selection, count: call.count, rendering, terms: call.terms, ..Answer::new(returning) };
        let written = self.written(call, &target);
        let input = Input { list: call.body.is_array(), ..Input::default() };
        let duplicates =
            call.resolution.map(|resolution| Duplicates { resolution, fields: parsed.on_conflict.clone() });
        let operation = match call.method {
            "POST" => Operation::Create(Create { target, input, duplicates, answer }),
            "PATCH" => Operation::Update(Update { target, input, filter, answer }),
            "PUT" => Operation::Replace(Replace { target, input, filter, answer }),
            _ => Operation::Delete(Delete { target, filter, answer }),
        };
        (operation, written)
    }

    /// The body's values, typed; the first row says which fields there are. A key comes last.
    fn written(&self, call: &Call, target: &Target) -> Written {
        let id = self.schema.find(&target.resource).expect("the cases name resources of the shop");
        let resource = self.schema.resource(id);
        let objects: Vec<&Json> = match &call.body {
            Json::Null => return Written::default(),
            Json::Array(rows) => rows.iter().collect(),
            one => vec![one],
        };
        let first = objects.first().and_then(|row| row.as_object());
        let names = first.into_iter().flat_map(|row| row.keys());
        let mut columns: Vec<FieldId> = names.filter_map(|name| resource.field_id(name)).collect();
        columns.sort_by_key(|id| call.method == "PUT" && resource.primary_key.contains(id));
        let is_updated = |id: &&FieldId| call.method != "PUT" || !resource.primary_key.contains(id);
        let updated = columns.iter().filter(is_updated).count();
        let row = |object: &&Json| columns.iter().map(|id| value(resource.field(*id), object)).collect();
        Written { updated, rows: objects.iter().map(row).collect(), columns }
    }
}

fn value(field: &Field, object: &Json) -> Value {
    match &object[&field.name] {
        Json::Null => Value::Null,
        json => {
            field.ty.value_from_json(&json.to_string()).unwrap_or_else(|no| panic!("{}: {no:?}", field.name))
        }
    }
}

/// `books`, `books/1`, `placements/1,b`, `authors/1/books`; `~` stands for a slash inside a key.
fn target(path: &str) -> Target {
    let mut parts = path.split('/');
    let mut next = || parts.next().map(|part| part.replace('~', "/"));
    Target {
        profile: None,
        resource: next().unwrap_or_default(),
        key: next().map(|key| key.split(',').map(str::to_owned).collect()),
        follow: next(),
    }
}

fn field(name: &str, kind: Kind) -> Field {
    Field { column: format!("{name}_column"), ..Field::new(name, FieldType::one(kind)) }
}

fn optional(name: &str, kind: Kind) -> Field {
    Field { optional: true, ..field(name, kind) }
}

fn resource(name: &str, fields: Vec<Field>, primary_key: &[usize]) -> Resource {
    Resource {
        name: name.to_owned(),
        table: format!("{name}_table"),
        kind: ResourceKind::Table,
        description: None,
        file: None,
        fields,
        primary_key: primary_key.iter().copied().map(FieldId::new).collect(),
        generated_key: false,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access: Access::default(),
    }
}

fn reference(name: &str, field: usize, target: usize, on_delete: OnDelete) -> Reference {
    Reference {
        constraint: name.to_owned(),
        fields: vec![FieldId::new(field)],
        target: ResourceId::new(target),
        target_fields: vec![FieldId::new(0)],
        on_delete,
    }
}

fn authors() -> Resource {
    let fields = vec![field("id", Kind::Integer), field("name", Kind::Text), optional("born", Kind::Date)];
    let unique = Unique { name: "authors_name_key".to_owned(), fields: vec![FieldId::new(1)] };
    Resource { generated_key: true, uniques: vec![unique], ..resource("authors", fields, &[0]) }
}

fn books() -> Resource {
    let zero = Some(FieldDefault::Literal(Value::Integer(0)));
    let fields = vec![
        field("id", Kind::Integer),
        field("title", Kind::Text),
        optional("price", Kind::Decimal { precision: 10, scale: 2 }),
        Field { default: zero, ..field("stock", Kind::Integer) },
        optional("sold", Kind::Boolean),
        optional("rating", Kind::Float),
        optional("about", Kind::Json),
        Field { ty: FieldType::list(Kind::Text), ..optional("tags", Kind::Text) },
        optional("cover", Kind::Bytes),
        optional("length", Kind::Duration),
        optional("printed", Kind::Datetime),
        field("author_id", Kind::Integer),
    ];
    Resource {
        generated_key: true,
        references: vec![reference("books_author_id_fkey", 11, 0, OnDelete::Restrict)],
        ..resource("books", fields, &[0])
    }
}

fn shelves() -> Resource {
    let unique = Unique { name: "shelves_label_key".to_owned(), fields: vec![FieldId::new(1)] };
    let fields = vec![field("code", Kind::Text), optional("label", Kind::Text)];
    Resource { uniques: vec![unique], ..resource("shelves", fields, &[0]) }
}

/// Which book stands on which shelf: the junction.
fn placements() -> Resource {
    let fields =
        vec![field("book_id", Kind::Integer), field("shelf_code", Kind::Text), optional("note", Kind::Text)];
    Resource {
        references: vec![
            reference("placements_book_id_fkey", 0, 1, OnDelete::Cascade),
            reference("placements_shelf_code_fkey", 1, 2, OnDelete::Cascade),
        ],
        ..resource("placements", fields, &[0, 1])
    }
}
