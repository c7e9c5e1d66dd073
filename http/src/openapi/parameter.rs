//! Parameters: filters by field, selection, order, paging, preferences.

use roundtrip_schema::field::Pattern;
use roundtrip_schema::{Field, FieldId, Resource, ResourceId};
use serde_json::{Map, Value, json};

use super::names::Names;
use super::resource::Context;
use super::{pattern, shape};

/// Whether filters say which rows an operation is about.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lists {
    /// They do.
    Filter,
    /// Its path does, or its body.
    Nothing,
}

const COUNT: &str = "`count=exact` (or `planned`, `estimated`): how many rows there are in all";
const RETURN: &str = "`return=representation` (or `minimal`, `headers-only`): what is answered";
const RESOLUTION: &str =
    "`resolution=merge-duplicates` (or `ignore-duplicates`): what becomes of a new row that is there already";
const MISSING: &str = "`missing=default`: with `columns`, what a row lacks gets its default instead of null";
const HANDLING: &str = "`handling=strict`: what is not known here is an error";
const MAX_AFFECTED: &str =
    "`max-affected=10`: with `handling=strict`, a change or removal of more rows is taken back";
const TX: &str = "`tx=rollback`: carried out, answered and taken back, where a setting allows it";
const TIMEZONE: &str = "`timezone=Europe/Vienna`: moments in this zone";

/// Parameters that every resource shares, by component name.
pub(super) fn shared() -> Map<String, Value> {
    let whole = || json!({ "type": "integer" });
    let from_zero = || json!({ "type": "integer", "minimum": 0 });
    // Without an example: a page beyond the last row is refused only where rows are counted.
    let for_read = prefer(&[COUNT, HANDLING, TIMEZONE]);
    let mut for_write = prefer(&[RETURN, COUNT, RESOLUTION, MISSING, HANDLING, MAX_AFFECTED, TX, TIMEZONE]);
    for_write["example"] = "return=representation".into();
    let offset = "After leaving out so many rows; less than none is none";
    Map::from_iter(
        [
            ("limit", query("limit", &from_zero(), &20.into(), "At most so many rows")),
            ("offset", query("offset", &whole(), &0.into(), offset)),
            ("prefer.read", for_read),
            ("prefer.write", for_write),
        ]
        .map(|(name, parameter)| (name.to_owned(), parameter)),
    )
}

fn prefer(values: &[&str]) -> Value {
    let description = format!("What is wanted (RFC 7240), separated by commas: {}", values.join("; "));
    json!({ "name": "Prefer", "in": "header", "required": false, "schema": { "type": "string" }, "description": description })
}

fn query(name: &str, schema: &Value, example: &Value, description: &str) -> Value {
    json!({ "name": name, "in": "query", "required": false, "schema": schema, "example": example, "description": description })
}

/// Parameters of a resource of its own, by component name.
pub(super) fn own(context: &Context<'_>) -> Map<String, Value> {
    let component = context.names.component(context.id);
    let by_pattern = |name: &str, pattern: String, example: String, description: &str| {
        query(name, &json!({ "type": "string", "pattern": pattern }), &example.into(), description)
    };
    let examples = Examples::of(context);
    let mut own = Map::new();
    own.insert(
        format!("{component}.select"),
        by_pattern(
            "select",
            pattern::select(context),
            examples.select,
            "What is shown: fields and related resources. The pattern has the plain forms; `title:name` for another \
             name, `category(name)` for some fields of what is related, and nesting are read as well",
        ),
    );
    own.insert(
        format!("{component}.order"),
        by_pattern(
            "order",
            pattern::order(context.resource),
            examples.order,
            "What the rows are sorted by, first by the first. The pattern has the plain forms",
        ),
    );
    for (name, description) in
        [("or", "One of these conditions has to hold"), ("and", "All of these conditions have to hold")]
    {
        let description = format!(
            "{description}. The pattern has the plain forms; `or(…)`, `and(…)` and `not.` nest in it"
        );
        let pattern = pattern::conditions(context.resource);
        own.insert(
            format!("{component}.{name}"),
            by_pattern(name, pattern, examples.conditions.clone(), &description),
        );
    }
    for (id, field) in context.resource.fields().filter(|(_, field)| field.is_visible()) {
        let filter = by_pattern(
            &in_query(&field.name),
            pattern::filter(field),
            example(field),
            &format!("Only rows whose {} fits: an operator, a point, a value ({})", field.name, field.ty),
        );
        own.insert(context.names.filter(context.id, id), filter);
    }
    own
}

/// A filter for every field that may be asked about.
pub(super) fn filters(context: &Context<'_>) -> Vec<Value> {
    let visible = context.resource.fields().filter(|(_, field)| field.is_visible());
    visible.map(|(id, _)| reference(&context.names.filter(context.id, id))).collect()
}

/// What a list takes beside filters.
pub(super) fn page(names: &Names, id: ResourceId) -> Vec<Value> {
    let component = names.component(id);
    let own = ["select", "order", "or", "and"].map(|name| reference(&format!("{component}.{name}")));
    let shared = ["limit", "offset", "prefer.read"].map(reference);
    [own.to_vec(), shared.to_vec()].concat()
}

/// What a write takes beside filters.
pub(super) fn written(names: &Names, id: ResourceId, lists: Lists) -> Vec<Value> {
    let component = names.component(id);
    let own = |name: &str| reference(&format!("{component}.{name}"));
    let mut parameters = if lists == Lists::Filter { vec![own("or"), own("and")] } else { Vec::new() };
    parameters.extend([own("select"), reference("prefer.write")]);
    parameters
}

/// The one row that filters by its whole key name.
pub(super) fn key_filters(resource: &Resource) -> Vec<Value> {
    let filter = |id: &FieldId| {
        let field = resource.field(*id);
        let description = format!("The row's {}", field.name);
        let schema = json!({ "type": "string", "pattern": pattern::is(field) });
        let example = format!("eq.{}", text(&shape::example(resource, *id))).into();
        let mut parameter = query(&in_query(&field.name), &schema, &example, &description);
        parameter["required"] = true.into();
        parameter
    };
    resource.primary_key.iter().map(filter).collect()
}

/// What is shown.
pub(super) fn select(names: &Names, id: ResourceId) -> Value {
    reference(&format!("{}.select", names.component(id)))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// The parts of a row's key in the path.
pub(super) fn key(resource: &Resource) -> Value {
    let parts: Vec<&Field> = resource.primary_key.iter().map(|id| resource.field(*id)).collect();
    let example = |id: &FieldId| text(&shape::example(resource, *id));
    let examples: Vec<String> = resource.primary_key.iter().map(example).collect();
    let (schema, example, description) = if let ([one], [id]) = (&parts[..], &resource.primary_key[..]) {
        (one.ty.json_schema(), shape::example(resource, *id), format!("The row's {}", one.name))
    } else {
        let names: Vec<&str> = parts.iter().map(|field| field.name.as_str()).collect();
        let description =
            format!("The row's {}, each part percent-encoded, joined by commas", names.join(","));
        let schema = json!({ "type": "string", "pattern": pattern::key(&parts) });
        (schema, examples.join(",").into(), description)
    };
    json!({ "name": "key", "in": "path", "required": true, "schema": schema, "example": example, "description": description })
}

/// Examples that hold for rows of one resource.
struct Examples {
    select: String,
    order: String,
    conditions: String,
}

impl Examples {
    fn of(context: &Context<'_>) -> Self {
        let fields = || context.resource.fields.iter().filter(|field| field.is_visible());
        let names: Vec<String> = fields().take(3).map(|field| pattern::written(&field.name)).collect();
        let related = pattern::related(context).into_iter().next();
        let select: Vec<String> =
            names.iter().cloned().chain(related.map(|name| format!("{name}(*)"))).collect();
        let conditions: Vec<String> = names.iter().map(|name| format!("{name}.not.is.null")).collect();
        Self {
            select: select.join(","),
            order: names.last().map_or_else(String::new, |name| format!("{name}.desc")),
            conditions: format!("({})", conditions.join(",")),
        }
    }
}

/// A filter that the pattern of the field lets through.
fn example(field: &Field) -> String {
    let usual = format!("eq.{}", text(&field.ty.example()));
    let fits = Pattern::new(&pattern::filter(field)).is_ok_and(|pattern| pattern.matches(&usual));
    if fits { usual } else { "not.is.null".to_owned() }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of the parameter that filters by a field. One that is called like a parameter is asked about in quotes.
fn in_query(name: &str) -> String {
    const RESERVED: [&str; 8] = ["select", "order", "limit", "offset", "or", "and", "columns", "on_conflict"];
    if RESERVED.contains(&name) { format!("\"{name}\"") } else { pattern::written(name) }
}
