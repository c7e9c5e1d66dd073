//! The model from drafts whose names are resolved: literals get their types, constraints their names.
//!
//! It must not know TOML.

mod field;
pub(crate) mod key;

use std::collections::HashMap;

use super::SourceFile;
use super::draft::Draft;
use super::report::{Mistake, Report};
use super::resolve::Meanings;
use crate::resource::{Resource, ResourceKind};
use crate::schema::{FieldId, ResourceId, Schema};

/// Builds the schema; `None` if a mistake, which has been reported, leaves it incomplete.
pub(super) fn build(
    drafts: &[Draft],
    meanings: &Meanings,
    files: &[SourceFile],
    report: &mut Report,
) -> Option<Schema> {
    distinct_tables(drafts, files, report);
    one_auth(drafts, files, report);
    let mut resources = Vec::with_capacity(drafts.len());
    for position in 0..drafts.len() {
        // Every resource is built, so that every mistake is found.
        resources.push(resource(drafts, meanings, position, files, report));
    }
    resources.into_iter().collect::<Option<Vec<_>>>().map(Schema::new)
}

fn resource(
    drafts: &[Draft],
    meanings: &Meanings,
    position: usize,
    files: &[SourceFile],
    report: &mut Report,
) -> Option<Resource> {
    let draft = &drafts[position];
    let mut fields: Vec<_> = draft
        .fields
        .iter()
        .zip(&meanings.types[position])
        .map(|(declared, ty)| Some(field::build(declared, ty.clone()?, report)))
        .collect();
    key::check_on_delete(draft, &meanings.references[position], report);
    let generated_key = key::generate(draft, meanings, position, &mut fields, report);
    let keys = key::build(drafts, meanings, position, report);
    Some(Resource {
        name: draft.name.value.clone(),
        table: draft.table().value.clone(),
        kind: if draft.view { ResourceKind::View } else { ResourceKind::Table },
        description: draft.description.clone(),
        file: files.get(draft.name.place.file).map(|file| file.path.clone()),
        fields: fields.into_iter().collect::<Option<_>>()?,
        primary_key: ids(meanings.keys[position].as_ref()?),
        generated_key,
        uniques: keys.uniques,
        indexes: keys.indexes,
        references: keys.references,
        part_of: draft.part_of.as_ref().map(|(owner, short)| (ResourceId::new(*owner), short.clone())),
        renamed_from: draft.renamed_from.as_ref().map(|name| name.value.clone()),
        auth: draft.auth.is_some(),
        access: draft.access.clone(),
    })
}

fn ids(positions: &[usize]) -> Vec<FieldId> {
    positions.iter().map(|position| FieldId::new(*position)).collect()
}

fn distinct_tables(drafts: &[Draft], files: &[SourceFile], report: &mut Report) {
    let mut tables = HashMap::new();
    for draft in drafts {
        let table = draft.table();
        // SQLite does not tell "Users" from "users".
        if let Some(other) = tables.insert(table.value.to_ascii_lowercase(), draft) {
            let message = format!("two resources use the table {:?}", table.value);
            let label = format!("{} in {} uses it too", other.name.value, path(files, other));
            report.add(Mistake::new(&table.place, message, label));
        }
    }
}

fn one_auth(drafts: &[Draft], files: &[SourceFile], report: &mut Report) {
    let mut declared = drafts.iter().filter_map(|draft| Some((draft, draft.auth.as_ref()?)));
    let Some((first, _)) = declared.next() else { return };
    for (_, place) in declared {
        let label = format!("{} says it too", path(files, first));
        report.add(Mistake::new(place, "only one resource can have auth = true", label));
    }
}

fn path<'a>(files: &'a [SourceFile], draft: &Draft) -> &'a str {
    files.get(draft.name.place.file).map_or("another file", |file| file.path.as_str())
}
