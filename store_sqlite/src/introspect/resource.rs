//! Tables and views as SQLite describes them, put together as resources.
//!
//! It must not ask the connection anything. Names are compared without regard to ASCII case, as
//! SQLite compares them.

use std::collections::HashMap;

use roundtrip_schema::{
    Access, Field, FieldId, FieldType, Index, Kind, OnDelete, Reference, Resource, ResourceId, ResourceKind,
    Unique, Value,
};

use super::catalog::{self, Column, Entry, ForeignKey, Origin};
use super::check::WordList;
use super::column_type;
use super::create_table::{Constraint, CreateTable};
use super::{default, select_list};

/// Everything that is known of a table or view before references are resolved.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) entry: Entry,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<catalog::Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// The resources of a database, in the order of `drafts`.
pub(super) fn assemble(drafts: &[Draft]) -> Vec<Resource> {
    let statements: Vec<CreateTable> = drafts.iter().map(statement).collect();
    let mut resources: Vec<Resource> =
        drafts.iter().zip(&statements).map(|(draft, statement)| resource(draft, statement)).collect();
    let tables: HashMap<String, usize> = drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| !draft.entry.is_view)
        .map(|(index, draft)| (draft.entry.name.to_ascii_lowercase(), index))
        .collect();
    for (index, (draft, statement)) in drafts.iter().zip(&statements).enumerate() {
        let references = references(draft, statement, index, &resources, &tables);
        resources[index].references = references;
    }
    resources
}

fn statement(draft: &Draft) -> CreateTable {
    if draft.entry.is_view { CreateTable::default() } else { CreateTable::parse(&draft.entry.sql) }
}

fn resource(draft: &Draft, statement: &CreateTable) -> Resource {
    let mut key: Vec<(u32, FieldId)> = draft
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.key_position > 0)
        .map(|(index, column)| (column.key_position, FieldId::new(index)))
        .collect();
    key.sort_unstable();
    // A key without an index of its own is the row's id under another name, and SQLite gives that.
    // Not the declared type: `INTEGER PRIMARY KEY DESC` and tables WITHOUT ROWID look the same there.
    let generated_key =
        key.len() == 1 && draft.indexes.iter().all(|index| index.origin != Origin::PrimaryKey);
    let booleans = if draft.entry.is_view { select_list::booleans(&draft.entry.sql) } else { Vec::new() };
    // A `*` stands for several columns, and then nothing is in its place.
    let known = booleans.len() == draft.columns.len();
    let fields = draft.columns.iter().enumerate().map(|(index, column)| {
        let boolean = known && booleans.get(index) == Some(&true);
        if draft.entry.is_view { view_field(column, boolean) } else { field(column, &statement.word_lists) }
    });
    let mut resource = Resource {
        name: draft.entry.name.clone(),
        table: draft.entry.name.clone(),
        kind: if draft.entry.is_view { ResourceKind::View } else { ResourceKind::Table },
        description: None,
        file: None,
        fields: fields.collect(),
        primary_key: key.into_iter().map(|(_, field)| field).collect(),
        generated_key,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access: Access::default(),
    };
    add_indexes(&mut resource, draft, statement);
    resource
}

/// A field of a table.
fn field(column: &Column, word_lists: &[WordList]) -> Field {
    let declared = column_type::read(&column.declared);
    let list = word_lists.iter().find(|list| list.column.eq_ignore_ascii_case(&column.name));
    let (kind, longest) = match (declared.kind, list) {
        (Kind::Text | Kind::Any, Some(list)) => {
            (Kind::Enum(list.words.iter().map(|word| word.as_str().into()).collect()), None)
        }
        (kind, _) => (kind, declared.longest),
    };
    let mut field = Field::new(column.name.clone(), FieldType::one(kind));
    field.column_type = foreign_moment(&field, &column.declared);
    // SQLite lets most keys be null, by an old mistake that it keeps; a row without its key could
    // not be addressed, so that is not offered.
    field.optional = !column.not_null && column.key_position == 0;
    field.default = column.default.as_deref().and_then(|text| default::read(&field.ty, text));
    field.generated = column.generated;
    field.max = longest.map(Value::Integer);
    field
}

/// A field of a view: nothing is known for certain but the type of a column that it passes on.
fn view_field(column: &Column, boolean: bool) -> Field {
    // SQLite declares these two for expressions of its own accord, for lack of better.
    let kind = match column.declared.as_str() {
        _ if boolean => Kind::Boolean,
        "BLOB" | "NUM" => Kind::Any,
        declared => column_type::read(declared).kind,
    };
    let mut field = Field::new(column.name.clone(), FieldType::one(kind));
    field.column_type = foreign_moment(&field, &column.declared);
    field.optional = true;
    field
}

/// How a column of moments is declared that is not one of ours: moments may be written otherwise there.
fn foreign_moment(field: &Field, declared: &str) -> Option<Box<str>> {
    let ours = declared.eq_ignore_ascii_case("DATETIME TEXT");
    (field.ty.kind == Kind::Datetime && !ours).then(|| declared.into())
}

fn add_indexes(resource: &mut Resource, draft: &Draft, statement: &CreateTable) {
    let mut names = Names::new(&statement.uniques);
    for index in &draft.indexes {
        let Some(columns) = index.columns.as_ref().filter(|_| index.origin != Origin::PrimaryKey) else {
            continue;
        };
        let Some(fields) = fields(resource, columns) else { continue };
        let name = match index.origin {
            // SQLite's own name for it says nothing and cannot be chosen.
            Origin::Unique => names.take(columns, &resource.name, "key"),
            Origin::Statement | Origin::PrimaryKey => index.name.clone(),
        };
        if index.unique {
            resource.uniques.push(Unique { name, fields });
        } else {
            resource.indexes.push(Index { name, fields });
        }
    }
}

fn references(
    draft: &Draft,
    statement: &CreateTable,
    own: usize,
    resources: &[Resource],
    tables: &HashMap<String, usize>,
) -> Vec<Reference> {
    let mut names = Names::new(&statement.foreign_keys);
    let mut references = Vec::new();
    for key in &draft.foreign_keys {
        let constraint = names.take(&key.columns, &draft.entry.name, "fkey");
        let found = reference(key, &constraint, &resources[own], resources, tables);
        if found.is_none() {
            let (table, target) = (&draft.entry.name, &key.target);
            tracing::warn!(table, constraint, target, "left out a foreign key that refers to nothing");
        }
        references.extend(found);
    }
    references
}

fn reference(
    key: &ForeignKey,
    constraint: &str,
    own: &Resource,
    resources: &[Resource],
    tables: &HashMap<String, usize>,
) -> Option<Reference> {
    let target = *tables.get(&key.target.to_ascii_lowercase())?;
    let target_fields = match &key.target_columns {
        Some(columns) => fields(&resources[target], columns)?,
        None => resources[target].primary_key.clone(),
    };
    let fields = fields(own, &key.columns)?;
    (fields.len() == target_fields.len()).then(|| Reference {
        constraint: constraint.to_owned(),
        fields,
        target: ResourceId::new(target),
        target_fields,
        on_delete: on_delete(&key.on_delete),
    })
}

/// `RESTRICT` and `NO ACTION` differ in when they refuse, which no caller can see.
fn on_delete(text: &str) -> OnDelete {
    match text {
        "CASCADE" => OnDelete::Cascade,
        "SET NULL" => OnDelete::SetNull,
        "SET DEFAULT" => OnDelete::SetDefault,
        _ => OnDelete::Restrict,
    }
}

fn fields(resource: &Resource, columns: &[String]) -> Option<Vec<FieldId>> {
    let find =
        |column: &String| resource.fields.iter().position(|field| field.column.eq_ignore_ascii_case(column));
    columns.iter().map(|column| find(column).map(FieldId::new)).collect()
}

/// Gives the keys of one table their names: those of the statement, or made up as PostgreSQL does.
struct Names<'a> {
    written: Vec<Option<&'a Constraint>>,
    given: Vec<String>,
}

impl<'a> Names<'a> {
    fn new(written: &'a [Constraint]) -> Self {
        Self { written: written.iter().map(Some).collect(), given: Vec::new() }
    }

    /// The name of the key over these columns; equal keys are taken in the order of the statement.
    fn take(&mut self, columns: &[String], table: &str, suffix: &str) -> String {
        let same = |constraint: &Constraint| {
            constraint.columns.len() == columns.len()
                && constraint.columns.iter().zip(columns).all(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        let found = self.written.iter_mut().find(|one| one.is_some_and(same)).and_then(Option::take);
        let name = found.and_then(|constraint| constraint.name.clone()).unwrap_or_else(|| {
            let usual = format!("{table}_{}_{suffix}", columns.join("_"));
            let numbered = (1..).map(|number: u32| format!("{usual}{number}"));
            let mut free = std::iter::once(usual.clone()).chain(numbered);
            free.find(|name| !self.given.contains(name)).unwrap_or(usual.clone())
        });
        self.given.push(name.clone());
        name
    }
}
