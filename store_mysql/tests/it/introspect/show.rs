//! What MariaDB knows of a schema beside that which every database knows.

use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldDefault, ResourceKind, Rule, Schema};
use roundtrip_store::conformance::{Notes, default_of, show};

pub(crate) fn schema(schema: &Schema) -> String {
    let notes =
        Notes { resource: |resource| note(resource.description.as_ref()), field_type: default, field };
    show(schema, notes)
}

fn note(description: Option<&String>) -> String {
    description.map(|text| format!(" -- {text}")).unwrap_or_default()
}

fn default(field: &Field) -> String {
    match &field.default {
        Some(FieldDefault::Database) => " default".to_owned(),
        Some(FieldDefault::Literal(_) | FieldDefault::Server(_)) | None => default_of(field),
    }
}

fn field(field: &Field) -> String {
    let read_only = if field.write == Some(Rule::Nobody) { " read-only" } else { "" };
    format!("{read_only} [{}]{}", field.column_type.as_deref().unwrap(), note(field.description.as_ref()))
}

/// The relations that start at a view.
pub(crate) fn relations_of_views(schema: &Schema) -> String {
    let mut text = String::new();
    for (id, view) in schema.resources().filter(|(_, one)| one.kind == ResourceKind::View) {
        for relation in schema.relations(id) {
            let target = &schema.resource(relation.target).name;
            writeln!(text, "{} to {target}: {} by {}", view.name, relation.kind, relation.description)
                .unwrap();
        }
    }
    text
}
