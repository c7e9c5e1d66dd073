//! The model that follows from the collections, and its resource files with what they leave out.
//!
//! It must not know how the document says things: that is read by then.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;

use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Schema, ServerValue, SourceFile, file_stem, resource_file,
};

use super::MOST_RESOURCES;
use super::access;
use super::collection::{self, Collection};
use super::document::Document;
use super::field::Context;
use super::key::{self, Key};
use super::link::{self, Link};
use super::note::Notes;
use super::property::{self, Property};
use super::shape::{self, Shape};
use super::stamp::{self, Stamp};
use super::word;
use crate::project::RESOURCES;

/// A resource before its names are resolved.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) collection: Collection<'a>,
    pub(super) properties: Vec<Property<'a>>,
    pub(super) key: Key,
}

/// The collections with their properties and keys, and then the components that their rows refer to.
pub(super) fn drafts<'a>(
    document: &'a Document,
    collections: Vec<Collection<'a>>,
    notes: &mut Notes,
) -> Vec<Draft<'a>> {
    let are_plural = collections.iter().any(|collection| word::is_plural(&collection.name));
    let mut names: HashSet<String> = collections.iter().map(|collection| collection.name.clone()).collect();
    let mut known: HashSet<&str> = link::claims(document, collections.iter()).into_keys().collect();
    let mut waiting = VecDeque::from(collections);
    let mut drafts = Vec::new();
    while let Some(collection) = waiting.pop_front() {
        let properties = property::properties(document, &collection, notes);
        for property in &properties {
            let Some(component) = shape::component(document, &property.schema) else { continue };
            let room = drafts.len() + waiting.len() + 1 < MOST_RESOURCES;
            if room
                && let Some(schema) = link::identified(document, component)
                && known.insert(component)
            {
                let name = distinct(component, are_plural, &mut names);
                waiting.push_back(collection::referred(component, schema, name));
            }
        }
        let key = key::key(document, &collection, &properties, notes);
        drafts.push(Draft { collection, properties, key });
    }
    drafts
}

fn distinct(component: &str, are_plural: bool, names: &mut HashSet<String>) -> String {
    let singular = word::snake(component).unwrap_or_else(|| "component".to_owned());
    let name = if are_plural && !word::is_plural(&singular) { word::plural(&singular) } else { singular };
    let name = word::fit(name);
    let mut candidate = name.clone();
    let mut number = 2;
    while !names.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

/// The model of all drafts; a resource's id is its draft's position.
pub(super) fn schema<'a>(document: &'a Document, drafts: &[Draft<'a>], notes: &mut Notes) -> Schema {
    let links = link::links(document, drafts);
    let context = Context { document, drafts, links: &links };
    Schema::new((0..drafts.len()).map(|position| resource(&context, position, notes)).collect())
}

fn resource(context: &Context<'_, '_>, position: usize, notes: &mut Notes) -> Resource {
    let draft = &context.drafts[position];
    let name = &draft.collection.name;
    let mut key = context.key(position, notes);
    if key.ty == FieldType::one(Kind::Uuid) {
        key.default = Some(FieldDefault::Server(ServerValue::UuidV7));
    }
    // The key stands first, so that every reference leads to the field 0.
    let mut fields = vec![key];
    let mut references = Vec::new();
    let stamped = has_timestamps(context, draft);
    for (index, property) in draft.properties.iter().enumerate() {
        if draft.key.property == Some(index) {
            continue;
        }
        if stamped && is_timestamp(context, property) {
            if property.snake() != property.name || !property.fixed {
                let text = format!(
                    "{} is {} here, which the server keeps by itself",
                    property.name,
                    property.snake()
                );
                notes.about(name, &property.shape.place, text);
            }
            continue;
        }
        let Some(made) = context.field(position, index, notes) else { continue };
        if let Some(target) = made.target {
            references.push(reference(name, &made.field, fields.len(), target));
        }
        fields.push(made.field);
    }
    parents(context, position, notes);
    if stamped {
        if !draft.properties.iter().any(|property| property.snake() == "created_at") {
            notes.about(name, &draft.collection.place, "created_at is added: it comes with updated_at");
        }
        fields.extend(stamp::fields());
    }
    Resource {
        name: name.clone(),
        table: name.clone(),
        kind: ResourceKind::Table,
        description: description(context.document, &draft.collection),
        file: None,
        primary_key: vec![FieldId::new(0)],
        generated_key: draft.key.made && fields[0].ty.kind == Kind::Integer,
        uniques: Vec::new(),
        indexes: references.iter().map(|reference| index(name, &fields, reference)).collect(),
        references,
        part_of: None,
        renamed_from: None,
        auth: false,
        // Secure by default: whatever the document says, a rule is for a person to write.
        access: Access::default(),
        fields,
    }
}

/// Notes for rows that their path puts under other rows, where no property says under which.
fn parents(context: &Context<'_, '_>, position: usize, notes: &mut Notes) {
    let draft = &context.drafts[position];
    let parts: Vec<&str> = draft.collection.path.split('/').collect();
    for pair in parts.windows(2) {
        let Some(parameter) = pair[1].strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            continue;
        };
        let (Some(noun), Some(wanted)) = (word::snake(pair[0]), word::snake(parameter)) else { continue };
        let parent = context.drafts.iter().position(|draft| draft.collection.name == noun);
        let refers = |link: &Link| matches!(link, Link::Row(to) | Link::Id(to) if Some(*to) == parent);
        // `{id}` says nothing: it is the name of the rows' own key too.
        let has_it = |property: &Property<'_>| wanted != "id" && property.snake() == wanted;
        let is_said = context.links[position].iter().any(refers) || draft.properties.iter().any(has_it);
        if !is_said {
            let mut text =
                format!("stands under {{{parameter}}} in its path, and no property says under which");
            if parent.is_some() {
                let name =
                    if wanted.ends_with("_id") { wanted } else { format!("{}_id", word::singular(&noun)) };
                let _ = write!(text, ": add  {name} = {{ to = \"{noun}\" }}");
            }
            notes.about(&draft.collection.name, &draft.collection.place, text);
        }
    }
}

/// Whether the server keeps `created_at` and `updated_at`. One field alone cannot be kept at every
/// change, so that a document with `updated_at` gets both.
fn has_timestamps(context: &Context<'_, '_>, draft: &Draft<'_>) -> bool {
    draft.properties.iter().any(|property| stamp_of(context, property) == Some(Stamp::UpdatedAt))
}

fn is_timestamp(context: &Context<'_, '_>, property: &Property<'_>) -> bool {
    // A second spelling of the name cannot stay beside the field of that name.
    stamp_of(context, property).is_some_and(|stamp| stamp != Stamp::Made)
        || ["created_at", "updated_at"].iter().any(|name| property.name.eq_ignore_ascii_case(name))
}

fn stamp_of(context: &Context<'_, '_>, property: &Property<'_>) -> Option<Stamp> {
    stamp::stamp(property, &context.ty(property))
}

/// A reference as the parser would make it of `{ to = "..." }`.
fn reference(table: &str, field: &Field, position: usize, target: usize) -> Reference {
    Reference {
        constraint: format!("{table}_{}_fkey", field.name),
        fields: vec![FieldId::new(position)],
        target: ResourceId::new(target),
        target_fields: vec![FieldId::new(0)],
        on_delete: OnDelete::default(),
    }
}

/// The index that comes with a reference.
fn index(table: &str, fields: &[Field], reference: &Reference) -> Index {
    let names = reference.fields.iter().map(|id| fields[id.index()].name.as_str());
    let name = format!("{table}_{}_idx", names.collect::<Vec<_>>().join("_"));
    Index { name, fields: reference.fields.clone() }
}

fn description(document: &Document, collection: &Collection<'_>) -> Option<String> {
    let sent = collection.writes.iter().map(|body| &body.schema);
    collection.reads.iter().chain(sent).find_map(|schema| Shape::of(document, schema).description())
}

/// The resource files: what the usual writer writes, then what was left out, then what to open.
pub(super) fn files(document: &str, schema: &Schema, drafts: &[Draft<'_>], notes: &Notes) -> Vec<SourceFile> {
    let files = schema.resources().zip(drafts).map(|((id, resource), draft)| {
        let mut text = resource_file(schema, id);
        let mut notes = notes.of(&resource.name).peekable();
        if notes.peek().is_some() {
            // A `String` never fails to take more text.
            let _ = writeln!(text, "\n# Not as in {document}:");
        }
        for note in notes {
            let _ = writeln!(text, "#   {} ({})", note.text, note.place);
        }
        text.push_str(&access::block(&draft.collection.operations));
        SourceFile { path: format!("{RESOURCES}/{}.toml", file_stem(&resource.name)), text }
    });
    files.collect()
}
