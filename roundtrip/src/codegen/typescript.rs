//! TypeScript types in the form that supabase-js and @supabase/postgrest-js take as `Database`.
//!
//! A resource that nobody may do anything with is absent, a hidden field too; `Insert: never` means
//! that nobody may insert. It must not know how names, values and comments are written.

mod names;
mod relations;
#[cfg(test)]
mod tests;
mod text;
mod values;

use roundtrip_schema::{Action, Field, FieldId, Kind, Resource, ResourceKind, Schema};

use names::{Distinct, key, quoted};
use text::Text;
use values::{Side, type_of, union};

const HEAD: &str = "\
// Made by `roundtrip gen types`. Do not edit: make it again when resource files change.
//
// Integers have 64 bits and decimals are exact, but JavaScript reads both as doubles: beyond
// Number.MAX_SAFE_INTEGER, or 15 digits, it rounds. A decimal may be sent as a string, which is exact.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

";

const TAIL: &str = r#"
type Public = Database["public"];

/** A row of a table or a view: `Tables<"products">`. */
export type Tables<Name extends keyof (Public["Tables"] & Public["Views"])> = (Public["Tables"] & Public["Views"])[Name]["Row"];

/** What a new row of a table takes. */
export type TablesInsert<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Insert"];

/** What a change of a row takes. */
export type TablesUpdate<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Update"];

/** The words of an enum: `Enums<"orders_status">`. */
export type Enums<Name extends keyof Public["Enums"]> = Public["Enums"][Name];
"#;

/// What postgrest-js infers by: only with 13 or 14 it offers `maxAffected`, and lets a select spread
/// related rows of which there are many. This server has both; 14 is the newest that the client knows.
const POSTGREST_VERSION: &str = "14";

/// An object without members. Not `{}`, which in TypeScript is anything but null.
const EMPTY: &str = "Record<never, never>";

/// The types of a schema, as the text of a module.
pub(crate) fn types(schema: &Schema) -> String {
    let mut text = Text::new(HEAD);
    text.open("export type Database = {");
    text.comment("What postgrest-js may offer, in terms of PostgREST.");
    text.line(&format!("__InternalSupabase: {{ PostgrestVersion: {} }};", quoted(POSTGREST_VERSION)));
    text.open("public: {");
    resources(&mut text, schema, "Tables", ResourceKind::Table);
    resources(&mut text, schema, "Views", ResourceKind::View);
    text.line(&format!("Functions: {EMPTY};"));
    enums(&mut text, schema);
    text.line(&format!("CompositeTypes: {EMPTY};"));
    text.close("};");
    text.close("};");
    text.finish(TAIL)
}

/// What is in the document, in the schema's order.
fn shown(schema: &Schema) -> impl Iterator<Item = &Resource> {
    schema.resources().map(|(_, resource)| resource).filter(|resource| resource.offers_anything())
}

fn resources(text: &mut Text, schema: &Schema, member: &str, kind: ResourceKind) {
    let mut resources = shown(schema).filter(|resource| resource.kind == kind).peekable();
    if resources.peek().is_none() {
        return text.line(&format!("{member}: {EMPTY};"));
    }
    text.open(&format!("{member}: {{"));
    for resource in resources {
        if let Some(description) = &resource.description {
            text.comment(description);
        }
        text.open(&format!("{}: {{", key(&resource.name)));
        members(text, "Row", row(resource));
        if kind == ResourceKind::Table {
            written(text, resource, "Insert", Action::Create);
            written(text, resource, "Update", Action::Update);
        }
        relations::write(text, schema, resource);
        text.close("};");
    }
    text.close("};");
}

/// One member of a row: what a comment says, and the declaration.
struct Member<'a> {
    description: Option<&'a str>,
    declaration: String,
}

fn members<'a>(text: &mut Text, name: &str, members: impl Iterator<Item = Member<'a>>) {
    let mut members = members.peekable();
    if members.peek().is_none() {
        return text.line(&format!("{name}: {EMPTY};"));
    }
    text.open(&format!("{name}: {{"));
    for member in members {
        if let Some(description) = member.description {
            text.comment(description);
        }
        text.line(&member.declaration);
    }
    text.close("};");
}

fn row(resource: &Resource) -> impl Iterator<Item = Member<'_>> {
    let visible = resource.fields.iter().filter(|field| field.is_visible());
    visible.map(|field| Member {
        description: field.description.as_deref(),
        declaration: format!("{}: {};", key(&field.name), type_of(field, Side::Read)),
    })
}

fn written(text: &mut Text, resource: &Resource, name: &str, action: Action) {
    if !resource.offers(action) {
        return text.line(&format!("{name}: never;"));
    }
    let known = resource.fields().filter(|(_, field)| field.is_visible() || field.is_writable());
    let member = |(id, field): (FieldId, &Field)| {
        let name = key(&field.name);
        let declaration = if !field.is_writable() {
            // Not left out: a row that was read and is spread into a new one has to be refused.
            format!("{name}?: never;")
        } else if action == Action::Create && is_required(resource, id, field) {
            format!("{name}: {};", type_of(field, Side::Write))
        } else {
            format!("{name}?: {};", type_of(field, Side::Write))
        };
        Member { description: None, declaration }
    };
    members(text, name, known.map(member));
}

fn is_required(resource: &Resource, id: FieldId, field: &Field) -> bool {
    let own_key = resource.generated_key && resource.primary_key == [id];
    !field.optional && field.default.is_none() && !own_key
}

/// Enums have no names in resource files: they are called after the resource and the field.
fn enums(text: &mut Text, schema: &Schema) {
    let mut names = Distinct::default();
    let mut list = Vec::new();
    for resource in shown(schema) {
        for field in &resource.fields {
            if let Kind::Enum(words) = &field.ty.kind
                && (field.is_visible() || field.is_writable())
            {
                let name = names.take(&format!("{}_{}", resource.name, field.name));
                list.push(format!("{}: {};", key(&name), union(words)));
            }
        }
    }
    members(text, "Enums", list.into_iter().map(|declaration| Member { description: None, declaration }));
}
