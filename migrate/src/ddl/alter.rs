//! The sentences of steps: what each change of a table is called, in every database.
//!
//! It must not know SQL.

use super::{Change, ColumnChange, Pair};
use crate::difference::{self, columns, describe, key};

/// What a change does.
pub(super) fn sentence(pair: &Pair<'_>, change: &Change<'_>) -> String {
    let (want, have) = (pair.want.table, pair.have.table);
    let table = &want.table;
    match change {
        Change::RenameColumn { from, to } => {
            format!("rename column {table}.{from} to {}", want.field(*to).column)
        }
        Change::AddColumn(id) => format!("add column {table}.{}", want.field(*id).column),
        Change::Column(change) => {
            format!("change column {table}.{}: {}", want.field(change.want).column, becomes(pair, *change))
        }
        Change::DropColumn(id) => format!("drop column {table}.{}", have.field(*id).column),
        Change::PrimaryKey if same_key(pair) && want.generated_key => {
            format!("let the database give new rows of {table} their key")
        }
        Change::PrimaryKey if same_key(pair) => format!("no longer give new rows of {table} their key"),
        Change::PrimaryKey => {
            format!("change the primary key of {table} to {}", key(&columns(want, &want.primary_key)))
        }
        Change::AddUnique(unique) => {
            format!(
                "add unique constraint {} on {table} {}",
                unique.name,
                key(&columns(want, &unique.fields))
            )
        }
        Change::DropUnique(unique) => {
            format!(
                "drop unique constraint {} on {table} {}",
                unique.name,
                key(&columns(have, &unique.fields))
            )
        }
        Change::AddIndex(index) => {
            format!("add index {} on {table} {}", index.name, key(&columns(want, &index.fields)))
        }
        Change::DropIndex(index) => {
            format!("drop index {} on {table} {}", index.name, key(&columns(have, &index.fields)))
        }
        Change::AddReference(reference) => format!(
            "add reference of {table} {}",
            difference::describe_reference(pair.want.schema, want, reference)
        ),
        Change::DropReference(reference) => format!(
            "drop reference of {table} {}",
            difference::describe_reference(pair.have.schema, have, reference)
        ),
    }
}

/// Whether the primary keys have the same columns, so that only who makes them differs.
pub(super) fn same_key(pair: &Pair<'_>) -> bool {
    let (want, have) = (pair.want.table, pair.have.table);
    columns(want, &want.primary_key) == columns(have, &have.primary_key)
}

fn becomes(pair: &Pair<'_>, change: ColumnChange) -> String {
    let (want, have) = (pair.want.table.field(change.want), pair.have.table.field(change.have));
    let mut parts = Vec::new();
    if change.ty {
        let from = describe(&have.ty, have.column_type.as_deref());
        parts.push(format!("{from} becomes {}", describe(&want.ty, None)));
    }
    if change.optional {
        parts.push(if want.optional { "may be null".to_owned() } else { "is required".to_owned() });
    }
    if change.default {
        parts.push(match difference::literal(want) {
            Some(value) => format!("default {value}"),
            None => "no default".to_owned(),
        });
    }
    parts.join(", ")
}
