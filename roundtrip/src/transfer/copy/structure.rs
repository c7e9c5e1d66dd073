//! What is copied: the tables, as the target can have them, and what stays behind.
//!
//! It must not know rows.

use std::sync::Arc;

use roundtrip_engine::Engine;
use roundtrip_schema::field::Storage;
use roundtrip_schema::{
    Field, FieldDefault, FieldId, Kind, Reference, Resource, ResourceId, ResourceKind, Schema,
};
use roundtrip_store::Store;
use roundtrip_store_sqlite as sqlite;

use super::CopyError;
use super::target::decimal_digits;
use crate::database::{Database, Place};
use crate::site::{Site, Source};
use crate::transfer::pages::{Keyless, Pages};

/// The most characters of text in a key of MariaDB where the field does not say how many.
const KEY_CHARACTERS: usize = 255;

/// So many names are told in one line where their kind says enough.
const MOST_NAMES: usize = 10;

/// What is copied.
pub(super) struct Structure {
    /// The tables as the source has them.
    pub(super) source: Arc<Schema>,
    /// The same tables, in the same order, for the target.
    pub(super) schema: Arc<Schema>,
    /// What is not copied, or not as it is.
    pub(super) notes: Vec<String>,
    /// Why the target cannot have them.
    pub(super) refusals: Vec<String>,
}

/// Finds out what is copied from an open source.
pub(super) async fn of(
    from: &Site,
    engine: &Engine,
    store: &dyn Store,
    to: &Database,
) -> Result<Structure, CopyError> {
    let introspected = store.introspect().await?;
    let mut notes = Vec::new();
    let whole = match &from.source {
        Source::Project { .. } => {
            let schema = Arc::clone(&engine.model().schema);
            let known = |table: &str| schema.resources().any(|(_, one)| one.table == table);
            note(
                &mut notes,
                "tables that no resource file describes",
                introspected
                    .resources()
                    .filter(|(_, one)| one.kind == ResourceKind::Table && !known(&one.table))
                    .map(|(_, one)| one.table.clone()),
            );
            schema
        }
        Source::Database { .. } => Arc::new(from.database.placed(introspected, from.settings())),
    };
    let views = |one: &Resource| one.kind == ResourceKind::View;
    note(
        &mut notes,
        "views",
        whole.resources().filter(|(_, one)| views(one)).map(|(_, one)| one.name.clone()),
    );
    match from.database.file() {
        Some(path) => {
            let left = left_out(path.to_owned()).await?;
            note(&mut notes, "triggers", left.triggers.into_iter());
            note(&mut notes, "virtual tables", left.virtual_tables.into_iter());
            note(&mut notes, "indexes over expressions or over a part of the rows", left.indexes.into_iter());
        }
        None => {
            notes.push("not copied: triggers, functions and rights, where the database has any".to_owned());
        }
    }
    let tables = tables(&whole);
    if tables.is_empty() {
        return Err(CopyError::Empty(from.database.to_string()));
    }
    let source = placed_like(&whole, Schema::new(tables.clone()));
    let mut wanted = tables;
    if matches!(from.source, Source::Database { .. }) {
        note_collations(&wanted, &mut notes);
        for table in &mut wanted {
            made_by_us(table, &mut notes);
        }
    }
    let refusals = wanted.iter().flat_map(|table| refusals(table, to)).collect();
    let schema = to.placed(Schema::new(wanted), from.settings());
    Ok(Structure { source: Arc::new(source), schema: Arc::new(schema), notes, refusals })
}

async fn left_out(path: std::path::PathBuf) -> Result<sqlite::LeftOut, CopyError> {
    let looking = tokio::task::spawn_blocking(move || sqlite::left_out(&path));
    Ok(looking.await.map_err(|_gone| CopyError::Closed)??)
}

fn note(notes: &mut Vec<String>, what: &str, names: impl Iterator<Item = String>) {
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        notes.push(format!("not copied: {what}: {}", names.join(", ")));
    }
}

/// The tables alone, with ids that count them alone.
fn tables(schema: &Schema) -> Vec<Resource> {
    let kept: Vec<ResourceId> =
        schema.resources().filter(|(_, one)| one.kind == ResourceKind::Table).map(|(id, _)| id).collect();
    let place = |id: ResourceId| kept.iter().position(|one| *one == id).map(ResourceId::new);
    let table = |id: &ResourceId| {
        let mut table = schema.resource(*id).clone();
        let reference = |one: Reference| Some(Reference { target: place(one.target)?, ..one });
        table.references = std::mem::take(&mut table.references).into_iter().filter_map(reference).collect();
        table.part_of = table.part_of.take().and_then(|(owner, name)| Some((place(owner)?, name)));
        table.renamed_from = None;
        table.fields.iter_mut().for_each(|field| field.renamed_from = None);
        table
    };
    kept.iter().map(table).collect()
}

fn placed_like(whole: &Schema, schema: Schema) -> Schema {
    let schema = schema.called(whole.profile());
    match whole.namespace() {
        Some(name) => schema.in_namespace(name),
        None => schema,
    }
}

/// Says which text was not compared bytewise, as it will be.
fn note_collations(tables: &[Resource], notes: &mut Vec<String>) {
    let is_own = |field: &&Field| {
        let own = field.column_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        let (_, collation) = own.split_once(" collate ").unwrap_or_default();
        own.contains("citext")
            || !(collation.is_empty() || collation == "\"c\"" || collation.ends_with("_bin"))
    };
    let places: Vec<String> = tables
        .iter()
        .flat_map(|table| {
            table.fields.iter().filter(is_own).map(|field| format!("{}.{}", table.name, field.name))
        })
        .collect();
    if places.is_empty() {
        return;
    }
    let told = places.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    let more = match places.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    notes.push(format!("compared letter by letter from now on: {told}{more}"));
}

/// A table of somebody else's as one that we make.
fn made_by_us(table: &mut Resource, notes: &mut Vec<String>) {
    let own_key = if table.generated_key { table.primary_key.clone() } else { Vec::new() };
    for (index, field) in table.fields.iter_mut().enumerate() {
        field.column_type = None;
        let place = format!("{}.{}", table.name, field.name);
        // A key that the database always gives is given there too.
        if std::mem::take(&mut field.generated) && own_key != [FieldId::new(index)] {
            notes.push(format!("not copied: how {place} is computed; its values are copied"));
        }
        if field.default == Some(FieldDefault::Database) {
            field.default = None;
            notes.push(format!("not copied: the default of {place}, which only its database understands"));
        }
    }
}

/// What the target's types cannot hold whatever the rows.
fn refusals(table: &Resource, to: &Database) -> Vec<String> {
    let most = decimal_digits(&to.place);
    let refusal = |field: &Field| {
        let place = format!("{}.{}", table.name, field.name);
        match field.ty.kind {
            Kind::Decimal { precision, .. } if !field.ty.list && precision > most => {
                Some(format!("{place} has {precision} digits, and {most} are kept exactly there"))
            }
            Kind::Any if to.file().is_none() => Some(format!(
                "{place} has no type, which only SQLite allows: make a project (roundtrip pull), give the field a type there, and copy the project"
            )),
            _ => None,
        }
    };
    table.fields.iter().filter_map(refusal).collect()
}

/// The tables of a copy, from both sides.
pub(super) struct Tables {
    tables: Vec<TablePair>,
    keyless: Keyless,
}

/// A table as it is in the source and as it will be.
pub(super) struct TablePair {
    pub(super) source: Resource,
    pub(super) wanted: Resource,
    /// The fields that have less room there than their type says: how many characters.
    pub(super) room: Vec<(FieldId, usize)>,
}

impl Tables {
    pub(super) fn new(structure: &Structure, from: &Database, to: &Place) -> Self {
        let pair = |((_, source), (_, wanted)): ((_, &Resource), (_, &Resource))| TablePair {
            source: source.clone(),
            wanted: wanted.clone(),
            room: room(wanted, to),
        };
        let keyless = if from.file().is_some() { Keyless::AsTheyCome } else { Keyless::ByAllFields };
        let tables = structure.source.resources().zip(structure.schema.resources()).map(pair).collect();
        Self { tables, keyless }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &TablePair> {
        self.tables.iter()
    }

    /// The pages of a table at the source.
    pub(super) fn pages(&self, table: &TablePair) -> Pages {
        Pages::new(table.source.clone(), 0, self.keyless)
    }
}

impl TablePair {
    /// The name of its resource, the same on both sides.
    pub(super) fn name(&self) -> &str {
        &self.wanted.name
    }

    /// A row's key as it is told: its fields, or where the row stands.
    pub(super) fn key(&self, members: &[(String, &str)], number: u64) -> String {
        if self.source.primary_key.is_empty() {
            return format!("the {number}. row");
        }
        let names = self.source.names(&self.source.primary_key);
        let value = |name: &&str| {
            members.iter().find(|(member, _)| member == name).map_or("", |(_, json)| *json).trim_matches('"')
        };
        names.iter().map(value).collect::<Vec<_>>().join(",")
    }
}

/// Where the target has less room than the type says.
fn room(table: &Resource, to: &Place) -> Vec<(FieldId, usize)> {
    if !matches!(to, Place::Mysql(_)) {
        return Vec::new();
    }
    let in_key = |id: FieldId| {
        let indexed = table.indexes.iter().any(|one| one.fields.contains(&id));
        let unique = table.uniques.iter().any(|one| one.fields.contains(&id));
        let refers = table.references.iter().any(|one| one.fields.contains(&id));
        table.primary_key.contains(&id) || indexed || unique || refers
    };
    let is_text = |field: &Field| {
        field.ty.storage() == Storage::Text && !matches!(field.ty.kind, Kind::Enum(_)) && field.max.is_none()
    };
    let short =
        |(id, field): (FieldId, &Field)| (in_key(id) && is_text(field)).then_some((id, KEY_CHARACTERS));
    table.fields().filter_map(short).collect()
}
