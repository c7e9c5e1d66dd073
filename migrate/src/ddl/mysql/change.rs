//! Columns and keys of MariaDB that become others.
//!
//! It must not know how tables are made.

use roundtrip_schema::{Field, FieldDefault, FieldId, Kind, Resource};

use super::column::{self, check, definition, quoted};
use super::{Mysql, add_check, columns};
use crate::ddl::text::Key;
use crate::ddl::{Change, ColumnChange, Pair, alter, keeps_values};
use crate::difference;
use crate::step::{Class, Phase, Risk, Step};

/// How a UUID is written.
const UUID: &str = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/// Drops the check of an enum's words, under every name that it may have: renames leave it as it was.
pub(super) fn drop_checks(table: &Resource, field: &Field) -> Vec<String> {
    let tables = std::iter::once(&table.table).chain(&table.renamed_from);
    tables
        .flat_map(|table| {
            let columns = std::iter::once(&field.column).chain(&field.renamed_from);
            columns.map(move |column| format!("{table}_{column}_check"))
        })
        .map(|name| format!("DROP CONSTRAINT IF EXISTS {}", quoted(&name)))
        .collect()
}

/// The step of a column that changes.
pub(super) fn change_column(pair: &Pair<'_>, change: ColumnChange, sentence: &str) -> Vec<Step> {
    let want = pair.want.table;
    let (field, have) = (want.field(change.want), pair.have.table.field(change.have));
    let (table, column) = (quoted(&want.table), quoted(&field.column));
    let alter = format!("ALTER TABLE {table}");
    let step = |statement: String| Step::new(Phase::Alter, Class::Changes, sentence, statement);
    if !change.ty && !change.optional {
        let default = match difference::literal(field) {
            Some(value) => format!("SET DEFAULT {}", column::literal(value, &field.ty)),
            None => "DROP DEFAULT".to_owned(),
        };
        return vec![step(format!("{alter} ALTER COLUMN {column} {default}"))];
    }
    let mut statements = Vec::new();
    if change.optional
        && !field.optional
        && let Some(value) = difference::literal(field)
    {
        let value = column::literal(value, &field.ty);
        statements.push(format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"));
    }
    let mut parts = Vec::new();
    if change.ty && matches!(have.ty.kind, Kind::Enum(_)) {
        parts.extend(drop_checks(want, field));
    }
    // What a file cannot say of a type stays: its sign, its collation.
    // JSON has its check by its type.
    let kept = have
        .column_type
        .as_deref()
        .filter(|own| !change.ty && have.ty.kind != Kind::Json && !column::is_our_own(own));
    let mut definition = column::definition_as(want, change.want, kept);
    if let Some(comment) = &have.description {
        definition.push_str(" COMMENT ");
        definition.push_str(&column::text_literal(comment));
    }
    if Key::of(want) == Key::GeneratedInteger && want.primary_key.contains(&change.want) {
        definition.push_str(" AUTO_INCREMENT");
    }
    parts.push(format!("MODIFY COLUMN {definition}"));
    if change.ty {
        parts.extend(check(field).map(|condition| add_check(want, field, &condition)));
    }
    // A type that takes any text has to be asked for.
    let guard = quoted("_roundtrip_check");
    let guards = change.ty && field.ty.kind == Kind::Uuid && !field.ty.list;
    if guards {
        statements.push(format!("{alter} ADD CONSTRAINT {guard} CHECK ({column} REGEXP '^{UUID}$')"));
    }
    statements.push(format!("{alter} {}", parts.join(", ")));
    if guards {
        statements.push(format!("{alter} DROP CONSTRAINT IF EXISTS {guard}"));
    }
    let loses = change.ty && !keeps_values(&have.ty, &field.ty);
    let risk = if loses { Risk::Destructive } else { Risk::Slow };
    let step = Step { statements, ..step(String::new()) };
    vec![step.risk(risk).note("the whole table is written anew, and writers wait")]
}

/// Why a column cannot be written anew: `MODIFY COLUMN` keeps nothing that it does not say.
pub(super) fn lost_by_change(pair: &Pair<'_>, change: ColumnChange) -> Option<String> {
    let (field, have) = (pair.want.table.field(change.want), pair.have.table.field(change.have));
    let own = have.column_type.as_deref()?;
    if !change.ty && !change.optional || column::is_our_own(own) {
        return None;
    }
    let default = have.default == Some(FieldDefault::Database) && difference::literal(field).is_none();
    // A moment may be that of the last change, which introspection does not tell.
    if !change.ty && !default && have.ty.kind != Kind::Datetime {
        return None;
    }
    let what = if default { "its default" } else { "what else it has" };
    Some(format!(
        "{}.{}: it has the database's own type {own}, and only the database knows {what}; change it in a migration written by hand",
        pair.want.table.table, field.column
    ))
}

/// One statement for everything that changes about a table whose key changes: a column that leaves the
/// key may get a type that no key can have, and one that enters it needs such a type.
pub(super) fn together(pair: &Pair<'_>, steps: Vec<Step>) -> Vec<Step> {
    let alter = format!("ALTER TABLE {} ", quoted(&pair.want.table.table));
    let (inside, mut others): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| step.phase == Phase::Alter);
    let (mut first_of_all, mut pieces, mut last_of_all) = (Vec::new(), Vec::new(), Vec::new());
    for statement in inside.iter().flat_map(|step| &step.statements) {
        match statement.strip_prefix(&alter) {
            Some(part) if part.contains("_roundtrip_check") && part.starts_with("DROP") => {
                last_of_all.push(statement.clone());
            }
            Some(part) if !part.contains("_roundtrip_check") => pieces.push(part),
            _ => first_of_all.push(statement.clone()),
        }
    }
    let Some(first) = inside.first() else { return others };
    let sentences: Vec<&str> = inside.iter().map(|step| step.sentence.as_str()).collect();
    let mut step = Step::new(Phase::Alter, first.class, sentences.join("; "), String::new());
    step.class = if inside.iter().all(|one| one.class == Class::Adds) { Class::Adds } else { Class::Changes };
    step.risk = inside.iter().map(|one| one.risk).max().unwrap_or(step.risk);
    step.note = inside.iter().filter(|one| one.risk == step.risk).find_map(|one| one.note.clone());
    step.differences = inside.iter().flat_map(|one| one.differences.iter().cloned()).collect();
    first_of_all.push(format!("{alter}{}", pieces.join(", ")));
    first_of_all.extend(last_of_all);
    step.statements = first_of_all;
    others.push(step);
    others
}

/// The statement of a key of other columns, or of one that somebody else makes.
pub(super) fn primary_key(pair: &Pair<'_>) -> String {
    let (want, have) = (pair.want.table, pair.have.table);
    let table = quoted(&want.table);
    let mut parts = Vec::new();
    // A column can only be numbered while it is a key.
    let plain = |id: &FieldId, table: &Resource| {
        let found = difference::find(&Mysql, want, &table.field(*id).column);
        found
            .filter(|found| !is_written(pair, *found))
            .map(|found| format!("MODIFY COLUMN {}", definition(want, found)))
    };
    if have.generated_key && !want.generated_key {
        parts.extend(have.primary_key.iter().filter_map(|id| plain(id, have)));
    }
    if !alter::same_key(pair) {
        if !have.primary_key.is_empty() {
            parts.push("DROP PRIMARY KEY".to_owned());
        }
        if !want.primary_key.is_empty() {
            parts.push(format!("ADD PRIMARY KEY ({})", columns(want, &want.primary_key)));
        }
    }
    if want.generated_key {
        let numbered = want
            .primary_key
            .iter()
            .filter(|id| !is_written(pair, **id))
            .map(|id| format!("MODIFY COLUMN {} AUTO_INCREMENT", definition(want, *id)));
        parts.extend(numbered);
    }
    format!("ALTER TABLE {table} {}", parts.join(", "))
}

/// Whether another part of the same statement writes the column.
fn is_written(pair: &Pair<'_>, id: FieldId) -> bool {
    pair.changes.iter().any(|entry| match &entry.change {
        Change::AddColumn(added) => *added == id,
        Change::Column(change) => change.want == id && (change.ty || change.optional),
        _ => false,
    })
}
