//! The statements that make our own tables.
//!
//! They depend on the schema alone: equal schemas give equal text. Choices that are not obvious:
//!
//! * An integer key that the database gives is `AUTOINCREMENT`. Without it SQLite gives the id of the
//!   newest row again once that row is deleted, and a link, a cache or a log line about the old row
//!   would silently mean another one. The price is one more page per commit: with 16 and more rows in
//!   a commit, as the writer groups them, it drowned in the noise of three measurements.
//! * Any other integer key, and a key of several columns, is the table itself (`WITHOUT ROWID`):
//!   those are junctions mostly, small rows for which a second tree would double the writes.
//! * A reference that refuses deletion is `NO ACTION`, SQLite's default. `RESTRICT` also refuses a
//!   statement that deletes a row together with every row that refers to it.
//! * No reference is deferred: it would pass the statement and fail at the commit of others.

use roundtrip_schema::{
    Field, FieldId, Index, Kind, OnDelete, Reference, Resource, ResourceKind, Schema, Unique,
};

use super::column::{definition, quoted, quoted_list, typed};

/// Every table of the schema, with its indexes. References may lead to tables that come later:
/// SQLite looks for them when rows are written.
pub(super) fn create_all(schema: &Schema) -> Vec<String> {
    let tables = schema.resources().map(|(_, resource)| resource);
    tables
        .filter(|resource| resource.kind == ResourceKind::Table)
        .flat_map(|table| create_one(schema, table))
        .collect()
}

/// One table with its indexes.
pub(super) fn create_one(schema: &Schema, table: &Resource) -> Vec<String> {
    let indexes = table.indexes.iter().map(|index| create_index(table, index));
    std::iter::once(create_table(schema, table)).chain(indexes).collect()
}

fn create_table(schema: &Schema, table: &Resource) -> String {
    let key = Key::of(table);
    let mut parts: Vec<String> = table.fields().map(|(id, field)| key.column(table, id, field)).collect();
    if key == Key::Several {
        parts.push(format!("PRIMARY KEY ({})", columns(table, &table.primary_key)));
    }
    parts.extend(table.uniques.iter().map(|unique| {
        format!("CONSTRAINT {} UNIQUE ({})", quoted(&unique.name), columns(table, &unique.fields))
    }));
    parts.extend(table.references.iter().map(|reference| {
        let own = columns(table, &reference.fields);
        let constraint = quoted(&reference.constraint);
        format!("CONSTRAINT {constraint} FOREIGN KEY ({own}) {}", references(schema, reference))
    }));
    let name = quoted(&table.table);
    let end = if matches!(key, Key::Several | Key::GivenInteger) { ") WITHOUT ROWID" } else { ")" };
    format!("CREATE TABLE {name} (\n  {}\n{end}", parts.join(",\n  "))
}

/// A plain index.
pub(super) fn create_index(table: &Resource, index: &Index) -> String {
    format!(
        "CREATE INDEX {} ON {} ({})",
        quoted(&index.name),
        quoted(&table.table),
        columns(table, &index.fields)
    )
}

/// A unique constraint on a table that exists: SQLite can add it only as an index.
pub(super) fn create_unique_index(table: &Resource, unique: &Unique) -> String {
    let (name, own) = (quoted(&unique.name), columns(table, &unique.fields));
    format!("CREATE UNIQUE INDEX {name} ON {} ({own})", quoted(&table.table))
}

/// A column for a table that exists, with the reference that it alone makes up.
pub(super) fn add_column(
    schema: &Schema,
    table: &Resource,
    field: &Field,
    reference: Option<&Reference>,
) -> String {
    let constraint = reference.map_or_else(String::new, |reference| {
        format!(" CONSTRAINT {} {}", quoted(&reference.constraint), references(schema, reference))
    });
    format!("ALTER TABLE {} ADD COLUMN {}{constraint}", quoted(&table.table), definition(field))
}

/// What kind of primary key a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    None,
    GeneratedInteger,
    GivenInteger,
    Other,
    Several,
}

impl Key {
    fn of(table: &Resource) -> Self {
        let [single] = table.primary_key[..] else {
            return if table.primary_key.is_empty() { Self::None } else { Self::Several };
        };
        match table.field(single).ty.kind {
            Kind::Integer if table.generated_key => Self::GeneratedInteger,
            Kind::Integer => Self::GivenInteger,
            _ => Self::Other,
        }
    }

    /// The definition of a column, which for a single key says that it is one.
    fn column(self, table: &Resource, id: FieldId, field: &Field) -> String {
        if !table.primary_key.contains(&id) {
            return definition(field);
        }
        match self {
            Self::GeneratedInteger => format!("{} PRIMARY KEY AUTOINCREMENT", typed(field)),
            Self::GivenInteger | Self::Other => format!("{} PRIMARY KEY", required(field)),
            Self::Several | Self::None => required(field),
        }
    }
}

/// SQLite lets keys be null unless told otherwise.
fn required(field: &Field) -> String {
    definition(&Field { optional: false, ..field.clone() })
}

fn references(schema: &Schema, reference: &Reference) -> String {
    let target = schema.resource(reference.target);
    let action = match reference.on_delete {
        OnDelete::Restrict => "",
        OnDelete::Cascade => " ON DELETE CASCADE",
        OnDelete::SetNull => " ON DELETE SET NULL",
        OnDelete::SetDefault => " ON DELETE SET DEFAULT",
    };
    format!("REFERENCES {} ({}){action}", quoted(&target.table), columns(target, &reference.target_fields))
}

fn columns(table: &Resource, fields: &[FieldId]) -> String {
    quoted_list(fields.iter().map(|id| table.field(*id).column.as_str()))
}
