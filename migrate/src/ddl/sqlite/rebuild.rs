//! A table copied into its new form, after <https://www.sqlite.org/lang_altertable.html#otheralter>.
//!
//! Its triggers, and indexes that a schema does not know (over expressions, or part of the rows), are
//! put back by whoever runs the steps: only the database has their text.

use roundtrip_schema::{Field, Resource};

use super::column::{literal, quoted, turns_values};
use super::convert::{convert, same_kind};
use super::{Sqlite, create_index, create_table};
use crate::ddl::text::Key;
use crate::ddl::{Change, Entry, Pair, alter, keeps_values};
use crate::difference;
use crate::step::{Class, Phase, Risk, Step};

/// One step for everything that changes about the table.
pub(super) fn step(sqlite: &Sqlite, pair: &Pair<'_>, changes: &[&Entry<'_>]) -> Step {
    let want = pair.want.table;
    let copy = format!("_roundtrip_new_{}", want.table);
    let sentences: Vec<String> = changes.iter().map(|entry| alter::sentence(pair, &entry.change)).collect();
    let mut statements = drop_indexes(pair);
    statements.push(create_table(pair.want.schema, want, &copy));
    statements.push(fill(pair, &copy));
    statements.extend(keep_sequence(pair, &copy));
    statements.push(format!("DROP TABLE {}", quoted(&want.table)));
    // Otherwise SQLite would look for the table in every view and trigger, and miss it, before it is back.
    statements.push("PRAGMA legacy_alter_table = ON".to_owned());
    statements.push(format!("ALTER TABLE {} RENAME TO {}", quoted(&copy), quoted(&want.table)));
    statements.push("PRAGMA legacy_alter_table = OFF".to_owned());
    statements.extend(want.indexes.iter().map(|index| create_index(want, index)));
    let mut lost: Vec<&str> = changes.iter().filter_map(|entry| loses(pair, &entry.change)).collect();
    let turned = turned(sqlite, pair).filter(|column| !lost.contains(column)).collect::<Vec<_>>();
    lost.extend(turned);
    let risk = if lost.is_empty() { Risk::Slow } else { Risk::Destructive };
    let step = Step::new(
        Phase::Alter,
        Class::Changes,
        format!("copy the table {}: {}", want.table, sentences.join("; ")),
        String::new(),
    );
    let note = match (lost.is_empty(), required(pair, changes)) {
        (false, _) => format!("values of {} are lost or changed", lost.join(", ")),
        (true, Some(column)) => format!("fails while rows have no {column}: give them one first"),
        (true, None) => "the whole table is written anew, and writers wait".to_owned(),
    };
    let differences = changes.iter().flat_map(|entry| entry.differences.iter().cloned()).collect();
    Step { differences, statements, ..step.risk(risk).note(note) }
}

/// The column whose values a change loses.
fn loses<'a>(pair: &Pair<'a>, change: &Change<'_>) -> Option<&'a str> {
    match change {
        Change::DropColumn(id) => Some(pair.have.table.field(*id).column.as_str()),
        Change::Column(change) if change.ty => {
            let (have, want) = (pair.have.table.field(change.have), pair.want.table.field(change.want));
            (!keeps_values(&have.ty, &want.ty)).then_some(want.column.as_str())
        }
        _ => None,
    }
}

/// Columns whose type stays and whose values become others, by how the copy declares them.
fn turned<'a>(sqlite: &Sqlite, pair: &Pair<'a>) -> impl Iterator<Item = &'a str> {
    let (want, have) = (pair.want.table, pair.have.table);
    let turns = |field: &&Field| {
        let other = have.fields.iter().find(|other| other.column.eq_ignore_ascii_case(&field.column));
        let declared = sqlite.declared(want, field);
        other.is_some_and(|other| same_kind(&other.ty, &field.ty))
            && declared.is_some_and(|declared| turns_values(declared, &field.ty))
    };
    want.fields.iter().filter(turns).map(|field| field.column.as_str())
}

/// A column for which rows may lack a value that they need from now on.
fn required<'a>(pair: &Pair<'a>, changes: &[&Entry<'_>]) -> Option<&'a str> {
    let want = pair.want.table;
    changes.iter().find_map(|entry| {
        let id = match &entry.change {
            Change::AddColumn(id) if !pair.adds_numbered(*id) => *id,
            Change::Column(change) if change.optional => change.want,
            _ => return None,
        };
        let field = want.field(id);
        (!field.optional && difference::literal(field).is_none()).then_some(field.column.as_str())
    })
}

/// The indexes of the table by name, which go with it and must not come back as they were. A name that
/// introspection made up could be another table's.
fn drop_indexes(pair: &Pair<'_>) -> Vec<String> {
    let names = |table: &Resource| -> Vec<String> {
        let uniques = table.uniques.iter().map(|unique| unique.name.clone());
        uniques.chain(table.indexes.iter().map(|index| index.name.clone())).collect()
    };
    let have = pair.have.table;
    let others: Vec<String> = pair
        .have
        .schema
        .resources()
        .filter(|(_, other)| other.table != have.table)
        .flat_map(|(_, other)| names(other))
        .collect();
    let own = names(have).into_iter().filter(|name| !others.contains(name));
    own.map(|name| format!("DROP INDEX IF EXISTS {}", quoted(&name))).collect()
}

/// Copies the rows.
fn fill(pair: &Pair<'_>, copy: &str) -> String {
    let (want, have) = (pair.want.table, pair.have.table);
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for field in &want.fields {
        let found = have.fields.iter().find(|other| other.column.eq_ignore_ascii_case(&field.column));
        let Some(other) = found.filter(|_| !field.generated) else { continue };
        columns.push(quoted(&field.column));
        values.push(value(field, other));
    }
    let (into, from) = (quoted(copy), quoted(&want.table));
    if columns.is_empty() {
        return format!("INSERT INTO {into} ({}) SELECT {} FROM {from}", defaults(want).0, defaults(want).1);
    }
    format!("INSERT INTO {into} ({}) SELECT {} FROM {from}", columns.join(", "), values.join(", "))
}

/// A column and its default, for a table that keeps no column: its rows are kept all the same.
fn defaults(want: &Resource) -> (String, String) {
    let field = want.fields.iter().find(|field| !field.generated);
    let name = field.map_or_else(String::new, |field| quoted(&field.column));
    let value = field.and_then(difference::literal).map_or_else(|| "NULL".to_owned(), literal);
    (name, value)
}

/// What a column's value becomes.
fn value(want: &Field, have: &Field) -> String {
    let column = quoted(&have.column);
    let converted = convert(&have.ty, &want.ty, &column);
    match difference::literal(want) {
        Some(default) if !want.optional && have.optional => {
            format!("coalesce({converted}, {})", literal(default))
        }
        _ => converted,
    }
}

/// No key that was ever given is given again.
fn keep_sequence(pair: &Pair<'_>, copy: &str) -> Vec<String> {
    let generated = |table: &Resource| Key::of(table) == Key::GeneratedInteger;
    if !generated(pair.want.table) {
        return Vec::new();
    }
    let text = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let (new, old) = (text(copy), text(&pair.want.table.table));
    vec![
        format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {new})"
        ),
        format!(
            "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT seq FROM sqlite_sequence WHERE name = {old}), 0)) WHERE name = {new}"
        ),
    ]
}
