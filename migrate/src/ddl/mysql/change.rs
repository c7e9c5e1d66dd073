//! Columns and keys of MariaDB that become others.
//!
//! It must not know how tables are made.

use roundtrip_schema::{Field, FieldId, Kind, Resource};

use super::column::{self, check, definition, quoted};
use super::{Mysql, add_check, columns};
use crate::ddl::text::Key;
use crate::ddl::{ColumnChange, Pair, alter, keeps_values};
use crate::difference;
use crate::step::{Class, Phase, Risk, Step};

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
    let mut definition = definition(want, change.want);
    if Key::of(want) == Key::GeneratedInteger && want.primary_key.contains(&change.want) {
        definition.push_str(" AUTO_INCREMENT");
    }
    parts.push(format!("MODIFY COLUMN {definition}"));
    if change.ty {
        parts.extend(check(field).map(|condition| add_check(want, field, &condition)));
    }
    statements.push(format!("{alter} {}", parts.join(", ")));
    let loses = change.ty && !keeps_values(&have.ty, &field.ty);
    let risk = if loses { Risk::Destructive } else { Risk::Slow };
    let step = Step { statements, ..step(String::new()) };
    vec![step.risk(risk).note("the whole table is written anew, and writers wait")]
}

/// The statement of a key of other columns, or of one that somebody else makes.
pub(super) fn primary_key(pair: &Pair<'_>) -> String {
    let (want, have) = (pair.want.table, pair.have.table);
    let table = quoted(&want.table);
    let mut parts = Vec::new();
    // A column can only be numbered while it is a key.
    let plain = |id: &FieldId, table: &Resource| {
        let found = difference::find(&Mysql, want, &table.field(*id).column);
        found.map(|found| format!("MODIFY COLUMN {}", definition(want, found)))
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
            .map(|id| format!("MODIFY COLUMN {} AUTO_INCREMENT", definition(want, *id)));
        parts.extend(numbered);
    }
    format!("ALTER TABLE {table} {}", parts.join(", "))
}
