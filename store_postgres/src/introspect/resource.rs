//! Tables and views as PostgreSQL describes them, put together as resources.
//!
//! It must not ask the connection anything.

use std::collections::HashMap;

use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Unique, Value,
};

use super::catalog::{Catalog, Column, ForeignKey, Relation};
use super::check::{self, WordList};
use super::{column_type, default};

/// The resources of a namespace, in the order of the catalogue.
pub(super) fn assemble(catalog: &Catalog) -> Vec<Resource> {
    let mut resources: Vec<Resource> =
        catalog.relations.iter().map(|relation| resource(catalog, relation)).collect();
    let places = places(catalog);
    let references: Vec<Vec<Reference>> = catalog
        .relations
        .iter()
        .map(|relation| {
            let keys = catalog.foreign_keys.get(&relation.id).map(Vec::as_slice).unwrap_or_default();
            keys.iter().filter_map(|key| reference(catalog, relation, key, &places)).collect()
        })
        .collect();
    for (resource, references) in resources.iter_mut().zip(references) {
        resource.references = references;
    }
    resources
}

/// Where each relation stands among the resources, by its id.
pub(super) fn places(catalog: &Catalog) -> HashMap<u32, usize> {
    catalog.relations.iter().enumerate().map(|(place, relation)| (relation.id, place)).collect()
}

/// The field that shows a column of a relation.
pub(super) fn field_of(catalog: &Catalog, relation: u32, column: i16) -> Option<FieldId> {
    let columns = catalog.columns.get(&relation)?;
    columns.iter().position(|one| one.number == column).map(FieldId::new)
}

fn fields_of(catalog: &Catalog, relation: u32, columns: &[i16]) -> Option<Vec<FieldId>> {
    columns.iter().map(|column| field_of(catalog, relation, *column)).collect()
}

fn resource(catalog: &Catalog, relation: &Relation) -> Resource {
    let columns = catalog.columns.get(&relation.id).map(Vec::as_slice).unwrap_or_default();
    let checks = catalog.checks.get(&relation.id).map(Vec::as_slice).unwrap_or_default();
    let word_lists: Vec<WordList> = checks.iter().flat_map(|check| check::word_lists(check)).collect();
    let is_view = relation.query.is_some();
    let mut resource = Resource {
        name: relation.name.clone(),
        table: relation.name.clone(),
        kind: if relation.is_table { ResourceKind::Table } else { ResourceKind::View },
        description: relation.comment.clone(),
        file: None,
        fields: columns.iter().map(|column| field(catalog, column, &word_lists, is_view)).collect(),
        primary_key: Vec::new(),
        generated_key: false,
        renamed_from: None,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        auth: false,
        access: Access::default(),
    };
    // What is known of a materialised view's indexes is no key: nobody writes to it.
    if !is_view {
        add_keys(&mut resource, catalog, relation);
        hand_out(&mut resource, columns);
    }
    resource
}

fn field(catalog: &Catalog, column: &Column, word_lists: &[WordList], is_view: bool) -> Field {
    let mut read = column_type::read(&catalog.types, column);
    let list = word_lists.iter().find(|list| list.column == column.name);
    if let Some(list) = list.filter(|_| column.is_deterministic) {
        column_type::restrict(&mut read, &list.words);
    }
    let mut field = Field::new(column.name.clone(), read.ty.clone());
    field.optional = is_view || !(column.not_null || read.not_null);
    // Nobody may give a value to `GENERATED ALWAYS AS IDENTITY` either.
    field.generated = column.is_computed || column.identity == "a";
    let expression = column.expression.as_deref().or(read.default.as_deref());
    field.default = match expression {
        _ if is_view || field.generated => None,
        _ if !column.identity.is_empty() => Some(FieldDefault::Database),
        Some(text) => default::read(&read, text),
        None => None,
    };
    field.max = read.longest.filter(|_| !is_view).map(Value::Integer);
    field.description.clone_from(&column.comment);
    field.column_type = Some(read.words.into());
    field
}

fn add_keys(resource: &mut Resource, catalog: &Catalog, relation: &Relation) {
    for index in catalog.indexes.get(&relation.id).map(Vec::as_slice).unwrap_or_default() {
        // One over a column that may not be read is none.
        let Some(fields) = fields_of(catalog, relation.id, &index.columns) else { continue };
        let name = index.name.clone();
        if index.is_primary {
            resource.primary_key = fields;
        } else if index.is_unique {
            resource.uniques.push(Unique { name, fields });
        } else {
            resource.indexes.push(Index { name, fields });
        }
    }
}

/// Finds whether the database hands out the key: `GENERATED ... AS IDENTITY`, `serial`, or some other
/// default that it computes.
fn hand_out(resource: &mut Resource, columns: &[Column]) {
    let [key] = resource.primary_key[..] else { return };
    let (Some(field), Some(column)) = (resource.fields.get_mut(key.index()), columns.get(key.index())) else {
        return;
    };
    let computed = field.default == Some(FieldDefault::Database) || !column.identity.is_empty();
    if computed && field.ty.kind == Kind::Integer && !field.ty.list {
        resource.generated_key = true;
        field.default = None;
    }
}

fn reference(
    catalog: &Catalog,
    relation: &Relation,
    key: &ForeignKey,
    places: &HashMap<u32, usize>,
) -> Option<Reference> {
    Some(Reference {
        constraint: key.name.clone(),
        fields: fields_of(catalog, relation.id, &key.columns)?,
        target: ResourceId::new(*places.get(&key.target)?),
        target_fields: fields_of(catalog, key.target, &key.target_columns)?,
        on_delete: on_delete(&key.on_delete),
    })
}

/// `RESTRICT` and `NO ACTION` differ in when they refuse, which no caller can see.
fn on_delete(letter: &str) -> OnDelete {
    match letter {
        "c" => OnDelete::Cascade,
        "n" => OnDelete::SetNull,
        "d" => OnDelete::SetDefault,
        _ => OnDelete::Restrict,
    }
}
