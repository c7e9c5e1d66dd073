//! Writes one line of `[fields]`: the short form if that says everything.

use super::key::{KeyPlan, action, standard, to};
use super::toml_text::{comment, inline_list, key, literal, put, quote, quote_raw};
use crate::access::Rule;
use crate::field::{Field, FieldDefault, FieldType, Kind, Measure, ServerValue, SetOn};
use crate::resource::Resource;
use crate::schema::{FieldId, Schema};
use crate::value::Value;

/// Writes a field, and comments above it for what cannot be said.
pub(super) fn write(
    text: &mut String,
    schema: &Schema,
    resource: &Resource,
    id: FieldId,
    plan: &KeyPlan<'_>,
) {
    let field = resource.field(id);
    let mut said = Said::default();
    // A key is never null, even where SQLite would have let it be.
    let optional = field.optional && !resource.primary_key.contains(&id);
    kind(&mut said, schema, &Field { optional, ..field.clone() }, id, plan);
    defaults(&mut said, resource, field, id);
    if plan.is_unique(id) {
        said.add("unique", "true");
    }
    limits(&mut said, field);
    reference(&mut said, resource, id, plan);
    if field.column != field.name {
        said.add("column", quote(&field.column));
    }
    for (name, rule) in [("read", &field.read), ("write", &field.write)] {
        match rule {
            Some(Rule::Anyone) => said.add(name, "\"anyone\""),
            Some(Rule::Nobody) => said.add(name, "\"nobody\""),
            None => {}
        }
    }
    if let Some(former) = &field.renamed_from {
        said.add("renamed_from", quote(former));
    }
    if let Some(description) = &field.description {
        said.add("description", quote(description));
    }
    for sentence in &said.comments {
        comment(text, sentence);
    }
    put(text, format_args!("{} = {}\n", key(&field.name), said.value()));
}

/// What the field's entry says, in order.
#[derive(Default)]
struct Said {
    entries: Vec<(&'static str, String)>,
    comments: Vec<String>,
}

impl Said {
    fn add(&mut self, key: &'static str, value: impl Into<String>) {
        self.entries.push((key, value.into()));
    }

    fn value(&self) -> String {
        if let [("type", ty)] = &self.entries[..] {
            return ty.clone();
        }
        let entries: Vec<String> =
            self.entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        format!("{{ {} }}", entries.join(", "))
    }
}

/// `type`, `to`, `enum` and `optional`.
fn kind(said: &mut Said, schema: &Schema, field: &Field, id: FieldId, plan: &KeyPlan<'_>) {
    let mark = if field.optional { "?" } else { "" };
    let mut typed = true;
    if let Some(reference) = plan.of_field(id)
        && let Some(to) = to(schema, reference)
    {
        let target = schema.resource(reference.target);
        let implied = reference.target_fields.first().is_some_and(|end| {
            // A type that follows from a field which refers elsewhere itself could follow in a circle.
            let refers = target.references.iter().any(|other| other.fields.first() == Some(end));
            target.field(*end).ty == field.ty && !refers
        });
        said.add("to", quote(&to));
        typed = !implied;
    }
    let words = match &field.ty.kind {
        Kind::Enum(words) if typed => Some(words),
        _ => None,
    };
    let bare_enum = words.is_some() && !field.ty.list;
    if typed && !bare_enum {
        said.add("type", quote(&format!("{}{mark}", type_name(&field.ty))));
    }
    if let Some(words) = words {
        said.add("enum", inline_list(words.iter().map(|word| quote(word))));
    }
    if field.optional && (!typed || bare_enum) {
        said.add("optional", "true");
    }
}

fn type_name(ty: &FieldType) -> String {
    match &ty.kind {
        Kind::Enum(_) => format!("enum{}", if ty.list { "[]" } else { "" }),
        _ => ty.to_string(),
    }
}

fn defaults(said: &mut Said, resource: &Resource, field: &Field, id: FieldId) {
    if field.generated {
        said.add("database", "\"generated\"");
    }
    let moment = !field.ty.list && matches!(field.ty.kind, Kind::Datetime | Kind::Date);
    match field.set {
        Some((SetOn::Create, ServerValue::Now)) if moment => said.add("set", "\"now\""),
        Some(_) => {
            said.comments
                .push(format!("the server sets {} in a way that cannot be written here", field.name));
        }
        None => {}
    }
    let own_uuid = field.ty == FieldType::one(Kind::Uuid);
    match &field.default {
        None => {}
        Some(_) if field.generated || field.set.is_some() => {}
        Some(FieldDefault::Database) => said.add("database", "\"default\""),
        Some(FieldDefault::Server(ServerValue::Now)) if moment => said.add("default", "\"now\""),
        // The primary key gets one anyway.
        Some(FieldDefault::Server(ServerValue::UuidV7)) if own_uuid && resource.primary_key == [id] => {}
        Some(FieldDefault::Server(ServerValue::UuidV7)) if own_uuid => said.add("default", "\"uuid\""),
        Some(FieldDefault::Server(_)) => {
            said.comments.push(format!("the server's default of {} cannot be written here", field.name));
        }
        Some(FieldDefault::Literal(value)) => match literal(value, &field.ty) {
            Some(toml) => said.add("default", toml),
            None => said.comments.push(format!("the default {value} cannot be written in TOML")),
        },
    }
}

fn limits(said: &mut Said, field: &Field) {
    for (name, limit) in [("min", &field.min), ("max", &field.max)] {
        let Some(limit) = limit else { continue };
        let toml = match (field.ty.measure(), limit) {
            (Measure::Length, Value::Integer(length)) => Some(length.to_string()),
            (Measure::Value, value) => literal(value, &field.ty),
            (Measure::Length | Measure::Nothing, _) => None,
        };
        match toml {
            Some(toml) => said.add(name, toml),
            None => said.comments.push(format!("{name} {limit} cannot be written here")),
        }
    }
    if let Some(pattern) = &field.pattern {
        said.add("pattern", quote_raw(pattern.source()));
    }
    if field.search {
        said.add("search", "true");
    }
}

fn reference(said: &mut Said, resource: &Resource, id: FieldId, plan: &KeyPlan<'_>) {
    let Some(reference) = plan.of_field(id) else { return };
    if let Some(word) = action(resource, reference) {
        said.add("on_delete", format!("\"{word}\""));
    }
    if reference.constraint != standard(resource, &[id], "fkey") {
        said.add("constraint", quote(&reference.constraint));
    }
    if plan.is_unindexed(reference) {
        said.add("index", "false");
    }
}
