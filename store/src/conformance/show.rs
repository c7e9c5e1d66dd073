//! A schema as compact text, for snapshots of what was read from a database.
//!
//! Must not know: any database. What only one of them knows of a schema, its [`Notes`] add.

use roundtrip_schema::{Field, FieldDefault, Kind, Resource, ResourceKind, Schema};

/// What is shown beside that which every database knows, with a space before it.
#[derive(Debug, Clone, Copy)]
pub struct Notes {
    /// At the end of a resource's line.
    pub resource: fn(&Resource) -> String,
    /// Behind a field's type; [`default_of`] where nothing else is said.
    pub field_type: fn(&Field) -> String,
    /// At the end of a field's line.
    pub field: fn(&Field) -> String,
}

/// A line for each resource, field, key and index.
pub fn show(schema: &Schema, notes: Notes) -> String {
    let mut lines = Vec::new();
    for (_, resource) in schema.resources() {
        let kind = if resource.kind == ResourceKind::View { "view" } else { "table" };
        let generated = if resource.generated_key { " generated" } else { "" };
        let key = resource.names(&resource.primary_key).join(", ");
        lines.push(format!("{kind} {} ({key}){generated}{}", resource.name, (notes.resource)(resource)));
        lines.extend(resource.fields.iter().map(|field| show_field(field, notes)));
        show_keys(schema, resource, &mut lines);
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn show_field(field: &Field, notes: Notes) -> String {
    let words = match &field.ty.kind {
        Kind::Enum(words) => format!("({})", words.join("|")),
        _ => String::new(),
    };
    let optional = if field.optional { "?" } else { "" };
    let max = field.max.as_ref().map(|max| format!(" max {max}")).unwrap_or_default();
    let generated = if field.generated { " generated" } else { "" };
    let (name, ty, of_type, of_field) =
        (&field.name, &field.ty, (notes.field_type)(field), (notes.field)(field));
    format!("  {name}: {ty}{words}{optional}{of_type}{max}{generated}{of_field}")
}

/// The value that a field has by default.
pub fn default_of(field: &Field) -> String {
    match &field.default {
        None => String::new(),
        Some(FieldDefault::Literal(value)) => format!(" default {value}"),
        Some(other) => format!(" default {other:?}"),
    }
}

fn show_keys(schema: &Schema, resource: &Resource, lines: &mut Vec<String>) {
    for unique in &resource.uniques {
        lines.push(format!("  unique {} ({})", unique.name, resource.names(&unique.fields).join(", ")));
    }
    for index in &resource.indexes {
        lines.push(format!("  index {} ({})", index.name, resource.names(&index.fields).join(", ")));
    }
    for reference in &resource.references {
        let target = schema.resource(reference.target);
        lines.push(format!(
            "  reference {} ({}) to {} ({}) {:?}",
            reference.constraint,
            resource.names(&reference.fields).join(", "),
            target.name,
            target.names(&reference.target_fields).join(", "),
            reference.on_delete,
        ));
    }
}

/// The relations that start at a resource, in the order of their text.
///
/// # Panics
/// Where the schema has no such resource.
pub fn relations(schema: &Schema, origin: &str) -> Vec<String> {
    let Some(id) = schema.find(origin) else { panic!("no resource {origin}") };
    let show = |relation: &roundtrip_schema::Relation| {
        format!("{} {} by {}", relation.kind, schema.resource(relation.target).name, relation.description)
    };
    let mut all: Vec<String> = schema.relations(id).iter().map(show).collect();
    all.sort();
    all
}
