//! Tables and views as the server describes them, put together as resources.
//!
//! It must not ask the connection anything. Names of columns are compared without regard to case, as
//! the server compares them.

use std::collections::HashMap;

use roundtrip_schema::relation::Origins;
use roundtrip_schema::{
    Access, Field, FieldDefault, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId,
    ResourceKind, Rule, Unique, Value,
};

use super::catalog::{Catalog, Column, ForeignKey, Table, Unmentioned};
use super::check::{self, Fact};
use super::{column_type, default};

/// The name that every primary key has.
const PRIMARY: &str = "PRIMARY";

/// The resources of a database, in the order of its tables. `origins` says which columns of tables the
/// views show.
pub(super) fn assemble(catalog: &Catalog, origins: &Origins) -> Vec<Resource> {
    let mut resources: Vec<Resource> = catalog.tables.iter().map(resource).collect();
    let tables: HashMap<&str, usize> = catalog
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| table.view.is_none())
        .map(|(index, table)| (table.name.as_str(), index))
        .collect();
    for (index, table) in catalog.tables.iter().enumerate() {
        let references = references(table, index, &resources, &tables);
        if let Some(resource) = resources.get_mut(index) {
            resource.references = references;
        }
    }
    for (view, origins) in origins {
        shown_types(&mut resources, *view, origins);
    }
    resources
}

/// A column of a view has the type of the column that it shows: the server says of neither that it
/// holds JSON.
fn shown_types(resources: &mut [Resource], view: usize, origins: &[Option<(ResourceId, FieldId)>]) {
    for (place, origin) in origins.iter().enumerate() {
        let Some((table, field)) = origin else { continue };
        let found = resources.get(table.index()).and_then(|table| table.fields.get(field.index()));
        let Some(ty) = found.map(|field| field.ty.clone()) else { continue };
        if let Some(field) = resources.get_mut(view).and_then(|view| view.fields.get_mut(place)) {
            field.ty = ty;
        }
    }
}

fn resource(table: &Table) -> Resource {
    let is_view = table.view.is_some();
    let facts: Vec<(String, Fact)> = table.checks.iter().flat_map(|check| check::facts(check)).collect();
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(|column| if is_view { view_field(column) } else { field(column, &facts) })
        .collect();
    let primary = table.indexes.iter().find(|index| index.name == PRIMARY);
    let is = |id: &FieldId, unmentioned| {
        table.columns.get(id.index()).is_some_and(|column| column.unmentioned == unmentioned)
    };
    let mut primary_key = primary
        .and_then(|index| index.columns.as_ref())
        .and_then(|columns| ids(&fields, columns))
        .unwrap_or_default();
    // The server adds to the key of a table that keeps its history until when a row was so. Of the rows
    // that are, each has a key of its own without it.
    primary_key.retain(|id| !is(id, Unmentioned::Period));
    let generated_key = matches!(&primary_key[..], [only] if is(only, Unmentioned::Next));
    let mut resource = Resource {
        name: table.name.clone(),
        table: table.name.clone(),
        kind: if is_view { ResourceKind::View } else { ResourceKind::Table },
        description: Some(table.comment.clone()).filter(|comment| !comment.is_empty()),
        file: None,
        fields,
        primary_key,
        generated_key,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access: Access::default(),
    };
    if generated_key {
        forget_default(&mut resource);
    }
    add_indexes(&mut resource, table);
    resource
}

/// That the key is handed out says it all.
fn forget_default(resource: &mut Resource) {
    if let Some(field) = resource.primary_key.first().and_then(|id| resource.fields.get_mut(id.index())) {
        field.default = None;
    }
}

/// A field of a table.
fn field(column: &Column, facts: &[(String, Fact)]) -> Field {
    let declared = column_type::read(&column.declared);
    let fact = facts.iter().find(|(name, _)| name.eq_ignore_ascii_case(&column.name)).map(|(_, fact)| fact);
    // Where `Open` passes for `open`, a list of words says less than it seems to.
    let bytewise = column.collation.as_ref().is_some_and(|collation| collation.ends_with("_bin"));
    let (kind, longest) = match (declared.kind, fact) {
        (Kind::Text, Some(Fact::Json)) => (Kind::Json, None),
        (Kind::Text, Some(Fact::Words(words)))
            if bytewise && words.iter().all(|word| !word.contains('?')) =>
        {
            (Kind::Enum(words.iter().map(|word| word.as_str().into()).collect()), None)
        }
        (kind, _) => (kind, declared.longest),
    };
    let mut field = shown(column, kind);
    field.optional = column.nullable;
    field.default = match column.unmentioned {
        Unmentioned::Default => {
            let told = column.default.as_ref().map(|text| default::read(&field.ty, text));
            Some(told.unwrap_or(FieldDefault::Database))
        }
        Unmentioned::Next => Some(FieldDefault::Database),
        Unmentioned::Nothing | Unmentioned::Computed | Unmentioned::Period => None,
    };
    field.generated = matches!(column.unmentioned, Unmentioned::Computed | Unmentioned::Period);
    field.max = longest.map(Value::Integer);
    if !declared.writable {
        field.write = Some(Rule::Nobody);
    }
    field
}

/// A field of a view: nothing is known for certain but its type.
fn view_field(column: &Column) -> Field {
    let mut field = shown(column, column_type::read(&column.declared).kind);
    field.optional = true;
    field
}

fn shown(column: &Column, kind: Kind) -> Field {
    let mut field = Field::new(column.name.clone(), FieldType::one(kind));
    field.column_type = Some(match &column.collation {
        Some(collation) => format!("{} collate {collation}", column.declared).into(),
        None => column.declared.as_str().into(),
    });
    field.description = Some(column.comment.clone()).filter(|comment| !comment.is_empty());
    field
}

fn add_indexes(resource: &mut Resource, table: &Table) {
    for index in &table.indexes {
        let whole = index.columns.as_ref().filter(|_| index.name != PRIMARY);
        let Some(fields) = whole.and_then(|columns| ids(&resource.fields, columns)) else { continue };
        let name = index.name.clone();
        if index.unique {
            resource.uniques.push(Unique { name, fields });
        } else {
            resource.indexes.push(Index { name, fields });
        }
    }
}

fn references(
    table: &Table,
    own: usize,
    resources: &[Resource],
    tables: &HashMap<&str, usize>,
) -> Vec<Reference> {
    let mut references = Vec::new();
    for key in &table.foreign_keys {
        let found = reference(key, own, resources, tables);
        if found.is_none() {
            let (table, constraint) = (&table.name, &key.name);
            tracing::warn!(
                table,
                constraint,
                "left out a foreign key that refers to no table of this database"
            );
        }
        references.extend(found);
    }
    references
}

fn reference(
    key: &ForeignKey,
    own: usize,
    resources: &[Resource],
    tables: &HashMap<&str, usize>,
) -> Option<Reference> {
    let target = table_called(key.target.as_deref()?, tables)?;
    let fields = ids(&resources.get(own)?.fields, &key.columns)?;
    let target_fields = ids(&resources.get(target)?.fields, &key.target_columns)?;
    (fields.len() == target_fields.len()).then(|| Reference {
        constraint: key.name.clone(),
        fields,
        target: ResourceId::new(target),
        target_fields,
        on_delete: on_delete(&key.on_delete),
    })
}

/// Some systems of files know no case, and there a foreign key may spell its table another way.
fn table_called(name: &str, tables: &HashMap<&str, usize>) -> Option<usize> {
    if let Some(index) = tables.get(name) {
        return Some(*index);
    }
    let mut alike = tables.iter().filter(|(one, _)| one.to_lowercase() == name.to_lowercase());
    match (alike.next(), alike.next()) {
        (Some((_, index)), None) => Some(*index),
        _ => None,
    }
}

/// `RESTRICT` and `NO ACTION` are the same here.
fn on_delete(rule: &str) -> OnDelete {
    match rule {
        "CASCADE" => OnDelete::Cascade,
        "SET NULL" => OnDelete::SetNull,
        "SET DEFAULT" => OnDelete::SetDefault,
        _ => OnDelete::Restrict,
    }
}

fn ids(fields: &[Field], columns: &[String]) -> Option<Vec<FieldId>> {
    let same = |one: &str, other: &str| one == other || one.to_lowercase() == other.to_lowercase();
    let find = |column: &String| fields.iter().position(|field| same(&field.column, column));
    columns.iter().map(|column| find(column).map(FieldId::new)).collect()
}
