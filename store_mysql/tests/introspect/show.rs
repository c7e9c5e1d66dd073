//! A schema as compact text: a line per resource, field, key.

use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldDefault, Kind, Resource, ResourceKind, Rule, Schema};

pub(crate) fn schema(schema: &Schema) -> String {
    let mut text = String::new();
    for (_, resource) in schema.resources() {
        let kind = if resource.kind == ResourceKind::View { "view" } else { "table" };
        let generated = if resource.generated_key { " generated" } else { "" };
        let key = resource.names(&resource.primary_key).join(", ");
        writeln!(text, "{kind} {} ({key}){generated}{}", resource.name, note(resource.description.as_ref()))
            .unwrap();
        for one in &resource.fields {
            writeln!(text, "  {}", field(one)).unwrap();
        }
        keys(schema, resource, &mut text);
    }
    text
}

fn note(description: Option<&String>) -> String {
    description.map(|text| format!(" -- {text}")).unwrap_or_default()
}

fn field(field: &Field) -> String {
    let mut text = format!("{}: {}", field.name, field.ty);
    if let Kind::Enum(words) = &field.ty.kind {
        write!(text, "({})", words.join("|")).unwrap();
    }
    text.push_str(if field.optional { "?" } else { "" });
    match &field.default {
        None => {}
        Some(FieldDefault::Database) => text.push_str(" default"),
        Some(other) => panic!("{other:?} is not what is made of defaults"),
    }
    if let Some(max) = &field.max {
        write!(text, " max {max}").unwrap();
    }
    text.push_str(if field.generated { " generated" } else { "" });
    text.push_str(if field.write == Some(Rule::Nobody) { " read-only" } else { "" });
    write!(text, " [{}]{}", field.column_type.as_deref().unwrap(), note(field.description.as_ref())).unwrap();
    text
}

fn keys(schema: &Schema, resource: &Resource, text: &mut String) {
    for unique in &resource.uniques {
        writeln!(text, "  unique {} ({})", unique.name, resource.names(&unique.fields).join(", ")).unwrap();
    }
    for index in &resource.indexes {
        writeln!(text, "  index {} ({})", index.name, resource.names(&index.fields).join(", ")).unwrap();
    }
    for reference in &resource.references {
        let target = schema.resource(reference.target);
        writeln!(
            text,
            "  reference {} ({}) to {} ({}) {:?}",
            reference.constraint,
            resource.names(&reference.fields).join(", "),
            target.name,
            target.names(&reference.target_fields).join(", "),
            reference.on_delete,
        )
        .unwrap();
    }
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
