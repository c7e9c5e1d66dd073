//! SQLite: what ALTER TABLE can do is done with it, everything else is a copy of the table.
//!
//! Choices that are not obvious:
//!
//! * An integer key that the database gives is `AUTOINCREMENT`. Without it SQLite gives the id of the
//!   newest row again once that row is deleted, and a link, a cache or a log line about the old row
//!   would silently mean another one. The price is one more page per commit: with 16 and more rows in
//!   a commit, as the writer groups them, it drowned in the noise of three measurements.
//! * Any other integer key, and a key of several columns, is the table itself (`WITHOUT ROWID`):
//!   those are junctions mostly, small rows for which a second tree would double the writes.
//! * No reference is deferred: it would pass the statement and fail at the commit of others.

mod column;
mod convert;
mod rebuild;

use std::collections::{HashMap, HashSet};

use roundtrip_schema::{
    Field, FieldDefault, FieldId, FieldType, Index, Kind, Reference, Resource, Schema, Unique,
};

use self::column::{definition, quoted, typed};
use super::text::{self, Key};
use super::{Altered, Change, Ddl, Entry, Pair, alter};
use crate::difference::{self, Side};
use crate::step::{Class, Phase, Risk, Step};

/// The digits that a double, SQLite's only number with a fraction, keeps exactly.
const MOST_EXACT_DIGITS: u8 = 15;

/// SQLite, and what is known of one database beyond its schema.
#[derive(Debug, Clone, Default)]
pub struct Sqlite {
    /// Every name of a table, index or view, in lower case.
    pub taken: HashSet<String>,
    /// What a table has that no resource file can say (`a collation`), by the table's name in lower
    /// case. Such a table is not copied: the copy would lose it.
    pub peculiar: HashMap<String, Vec<String>>,
    /// The declared type of every column, by the names of table and column in lower case.
    pub declared: HashMap<(String, String), String>,
}

impl Sqlite {
    /// What a table has that no file can say, whatever it was called before this plan.
    fn peculiar(&self, table: &Resource) -> Option<&Vec<String>> {
        let mut names = std::iter::once(&table.table).chain(&table.renamed_from);
        let list = names.find_map(|name| self.peculiar.get(&name.to_ascii_lowercase()))?;
        (!list.is_empty()).then_some(list)
    }

    /// The declared type of a column, whatever it and its table were called before this plan.
    fn declared(&self, table: &Resource, field: &Field) -> Option<&str> {
        let tables = std::iter::once(&table.table).chain(&table.renamed_from);
        tables
            .flat_map(|table| {
                let columns = std::iter::once(&field.column).chain(&field.renamed_from);
                columns.map(move |column| (table.to_ascii_lowercase(), column.to_ascii_lowercase()))
            })
            .find_map(|key| self.declared.get(&key))
            .map(String::as_str)
    }
}

impl Ddl for Sqlite {
    fn database(&self) -> &'static str {
        "SQLite"
    }

    fn stored(&self, ty: &FieldType) -> FieldType {
        FieldType::one(match &ty.kind {
            _ if ty.list => Kind::Json,
            Kind::Email | Kind::Url | Kind::Slug => Kind::Text,
            kind => kind.clone(),
        })
    }

    fn impossible(&self, table: &Resource, id: FieldId) -> Vec<String> {
        let field = table.field(id);
        let place = format!("{}.{}", table.table, field.column);
        let mut lines = Vec::new();
        if let Kind::Decimal { precision, .. } = field.ty.kind
            && !field.ty.list
            && precision > MOST_EXACT_DIGITS
        {
            lines.push(format!(
                "{place}: the files say {precision} digits, SQLite keeps at most {MOST_EXACT_DIGITS} digits exactly"
            ));
        }
        lines.extend(text_only_database_knows(&place, field));
        lines
    }

    fn taken(&self) -> Option<&HashSet<String>> {
        Some(&self.taken)
    }

    fn is_reserved(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        lower.starts_with("sqlite_") || lower.starts_with("_roundtrip")
    }

    /// References may lead to tables that come later: SQLite looks for them when rows are written.
    fn create(&self, table: Side<'_>, _later: &dyn Fn(&Reference) -> bool) -> Vec<Step> {
        let name = &table.table.table;
        let mut step = Step::new(
            Phase::CreateTables,
            Class::Adds,
            format!("create table {name}"),
            create_table(table.schema, table.table, name),
        );
        for index in &table.table.indexes {
            step = step.then(create_index(table.table, index));
        }
        vec![step]
    }

    fn rename_table(&self, _schema: &Schema, from: &str, to: &str) -> Vec<String> {
        vec![format!("ALTER TABLE {} RENAME TO {}", quoted(from), quoted(to))]
    }

    fn drop_table(&self, _schema: &Schema, table: &Resource) -> Vec<String> {
        vec![format!("DROP TABLE {}", quoted(&table.table))]
    }

    fn alter(&self, pair: &Pair<'_>) -> Altered {
        let mut altered = Altered::default();
        let (renames, rest): (Vec<_>, Vec<_>) =
            pair.changes.iter().partition(|entry| matches!(entry.change, Change::RenameColumn { .. }));
        for entry in renames {
            altered.steps.extend(simple(pair, entry));
        }
        // A reference is made with the column that it begins at.
        let rest: Vec<&Entry<'_>> =
            rest.into_iter().filter(|entry| !comes_with_column(pair, entry)).collect();
        if rest.iter().all(|entry| is_simple(pair, &entry.change)) {
            altered.steps.extend(rest.into_iter().filter_map(|entry| simple(pair, entry)));
            return altered;
        }
        match self.peculiar(pair.want.table) {
            Some(list) => {
                altered.obstacles.extend(rest.iter().flat_map(|entry| entry.differences.iter().cloned()));
                altered.obstacles.push(format!(
                    "{}: SQLite can only copy the table, and no resource file can say its {}; write this migration by hand",
                    pair.want.table.table,
                    list.join(" and its ")
                ));
            }
            None => altered.steps.push(rebuild::step(self, pair, &rest)),
        }
        altered
    }
}

/// What only an existing database can know of a column.
pub(super) fn text_only_database_knows(place: &str, field: &Field) -> Vec<String> {
    let mut lines = Vec::new();
    if field.generated {
        lines.push(format!(
            "{place}: a computed column cannot be made, only its database knows the expression"
        ));
    }
    if field.default == Some(FieldDefault::Database) {
        lines.push(format!("{place}: its default is known only to the database that it came from"));
    }
    lines
}

/// The references that a new column alone makes up.
fn own_references<'a>(pair: &Pair<'a>, id: FieldId) -> impl Iterator<Item = &'a Reference> {
    pair.want.table.references.iter().filter(move |reference| reference.fields == [id])
}

fn comes_with_column(pair: &Pair<'_>, entry: &Entry<'_>) -> bool {
    matches!(&entry.change, Change::AddReference(reference)
        if matches!(reference.fields[..], [single] if pair.adds(single)))
}

/// Whether SQLite can do it without a copy of the table.
fn is_simple(pair: &Pair<'_>, change: &Change<'_>) -> bool {
    match change {
        Change::RenameColumn { .. } | Change::AddUnique(_) | Change::AddIndex(_) | Change::DropIndex(_) => {
            true
        }
        Change::AddColumn(id) => {
            let literal = difference::literal(pair.want.table.field(*id)).is_some();
            let references = own_references(pair, *id).count();
            !pair.want.table.primary_key.contains(id) && references <= 1 && !(references == 1 && literal)
        }
        Change::DropColumn(id) => {
            let have = pair.have.table;
            let in_key = have.primary_key.contains(id)
                || have.uniques.iter().any(|unique| unique.fields.contains(id))
                || have.references.iter().any(|reference| reference.fields.contains(id));
            // An index that is left goes first, in a step of its own; any other is in the way.
            let dropped = |index: &Index| {
                pair.changes
                    .iter()
                    .any(|entry| matches!(entry.change, Change::DropIndex(one) if one.name == index.name))
            };
            let indexed = have.indexes.iter().any(|index| index.fields.contains(id) && !dropped(index));
            !in_key && !indexed
        }
        Change::Column(_)
        | Change::PrimaryKey
        | Change::DropUnique(_)
        | Change::AddReference(_)
        | Change::DropReference(_) => false,
    }
}

/// The step of a change that needs no copy.
fn simple(pair: &Pair<'_>, entry: &Entry<'_>) -> Option<Step> {
    let want = pair.want.table;
    let table = quoted(&want.table);
    let step = |phase, class, statement| {
        Step::new(phase, class, alter::sentence(pair, &entry.change), statement).because(&entry.differences)
    };
    Some(match &entry.change {
        Change::RenameColumn { from, to } => {
            let (old, new) = (quoted(from), quoted(&want.field(*to).column));
            let statement = format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}");
            step(Phase::RenameColumns, Class::Renames, statement)
        }
        Change::AddColumn(id) => {
            let field = want.field(*id);
            let statement = add_column(pair.want.schema, want, field, own_references(pair, *id).next());
            if !field.optional && difference::literal(field).is_none() {
                step(Phase::Alter, Class::Changes, statement)
                    .note("fails if the table has rows: give the field a default, or make it optional first")
            } else {
                step(Phase::Alter, Class::Adds, statement)
            }
        }
        Change::DropColumn(id) => {
            let column = quoted(&pair.have.table.field(*id).column);
            let statement = format!("ALTER TABLE {table} DROP COLUMN {column}");
            step(Phase::DropColumns, Class::Removes, statement)
                .risk(Risk::Destructive)
                .note("its values are lost")
        }
        Change::AddUnique(unique) => {
            step(Phase::Alter, Class::Adds, create_unique_index(want, unique)).risk(Risk::Slow)
        }
        Change::AddIndex(index) => {
            step(Phase::Alter, Class::Adds, create_index(want, index)).risk(Risk::Slow)
        }
        Change::DropIndex(index) => {
            step(Phase::Alter, Class::Removes, format!("DROP INDEX {}", quoted(&index.name)))
        }
        Change::Column(_)
        | Change::PrimaryKey
        | Change::DropUnique(_)
        | Change::AddReference(_)
        | Change::DropReference(_) => return None,
    })
}

/// The statement of a table, under any name; its references say the names of the schema.
fn create_table(schema: &Schema, table: &Resource, name: &str) -> String {
    let key = Key::of(table);
    let mut parts: Vec<String> = table.fields().map(|(id, field)| column_of(key, table, id, field)).collect();
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
    let end = if matches!(key, Key::Several | Key::GivenInteger) { ") WITHOUT ROWID" } else { ")" };
    format!("CREATE TABLE {} (\n  {}\n{end}", quoted(name), parts.join(",\n  "))
}

/// The definition of a column, which for a single key says that it is one.
fn column_of(key: Key, table: &Resource, id: FieldId, field: &Field) -> String {
    if !table.primary_key.contains(&id) {
        return definition(field);
    }
    // SQLite lets keys be null unless told otherwise.
    let required = || definition(&Field { optional: false, ..field.clone() });
    match key {
        Key::GeneratedInteger => format!("{} PRIMARY KEY AUTOINCREMENT", typed(field)),
        Key::GivenInteger | Key::Other => format!("{} PRIMARY KEY", required()),
        Key::Several | Key::None => required(),
    }
}

fn create_index(table: &Resource, index: &Index) -> String {
    let (name, own) = (quoted(&index.name), columns(table, &index.fields));
    format!("CREATE INDEX {name} ON {} ({own})", quoted(&table.table))
}

/// A unique constraint on a table that exists: SQLite can add it only as an index.
fn create_unique_index(table: &Resource, unique: &Unique) -> String {
    let (name, own) = (quoted(&unique.name), columns(table, &unique.fields));
    format!("CREATE UNIQUE INDEX {name} ON {} ({own})", quoted(&table.table))
}

/// A column for a table that exists, with the reference that it alone makes up.
fn add_column(schema: &Schema, table: &Resource, field: &Field, reference: Option<&Reference>) -> String {
    let constraint = reference.map_or_else(String::new, |reference| {
        format!(" CONSTRAINT {} {}", quoted(&reference.constraint), references(schema, reference))
    });
    format!("ALTER TABLE {} ADD COLUMN {}{constraint}", quoted(&table.table), definition(field))
}

fn references(schema: &Schema, reference: &Reference) -> String {
    let target = schema.resource(reference.target);
    let there = columns(target, &reference.target_fields);
    format!("REFERENCES {} ({there}){}", quoted(&target.table), text::on_delete(reference.on_delete))
}

fn columns(table: &Resource, fields: &[FieldId]) -> String {
    text::columns(table, fields, quoted)
}
