//! A schema as compact text: a line per resource, field, key, relation of a view.

use std::fmt::Write as _;

use roundtrip_schema::{Field, FieldDefault, Kind, Resource, ResourceKind, Schema};

pub(crate) fn show(schema: &Schema) -> String {
    let mut text = String::new();
    for (_, resource) in schema.resources() {
        let kind = if resource.kind == ResourceKind::View { "view" } else { "table" };
        let generated = if resource.generated_key { " generated" } else { "" };
        let key = resource.names(&resource.primary_key).join(", ");
        let about = resource.description.as_ref().map_or(String::new(), |about| format!(" \"{about}\""));
        writeln!(text, "{kind} {} ({key}){generated}{about}", resource.name).unwrap();
        for field in &resource.fields {
            writeln!(text, "  {}", show_field(field)).unwrap();
        }
        show_keys(schema, resource, &mut text);
    }
    text
}

fn show_field(field: &Field) -> String {
    let mut text = format!("{}: {}", field.name, field.ty);
    if let Kind::Enum(words) = &field.ty.kind {
        write!(text, "({})", words.join("|")).unwrap();
    }
    text.push_str(if field.optional { "?" } else { "" });
    write!(text, " [{}]", field.column_type.as_deref().unwrap_or("-")).unwrap();
    match &field.default {
        None => {}
        Some(FieldDefault::Literal(value)) => write!(text, " default {value}").unwrap(),
        Some(other) => write!(text, " default {other:?}").unwrap(),
    }
    if let Some(max) = &field.max {
        write!(text, " max {max}").unwrap();
    }
    text.push_str(if field.generated { " generated" } else { "" });
    if let Some(about) = &field.description {
        write!(text, " \"{about}\"").unwrap();
    }
    text
}

fn show_keys(schema: &Schema, resource: &Resource, text: &mut String) {
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
