//! Writes. Must not know how a driver runs them.
//!
//! A written row is answered by `RETURNING`, or, where the database can find the row it inserted last,
//! by a statement that reads it back. SQLite evaluates `RETURNING` after the foreign keys have acted:
//! what a deletion took along is no longer there to be embedded. Order and page of an answer have no
//! meaning there and are not written.
//!
//! A database without `RETURNING` gets more statements, and not another way through them: that is why
//! [`crate::Compiled`] holds a list in which each statement has a [`Role`].

use roundtrip_query::plan::{DeleteShape, InsertShape, Predicate, Slot, UpdateShape};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{FieldId, Resource, Schema};

use crate::answer::Beside;
use crate::condition::Condition;
use crate::dialect::Dialect;
use crate::row::{Row, Select, Writer};
use crate::{Compiled, Role};

pub(crate) fn insert(schema: &Schema, insert: &InsertShape, dialect: &dyn Dialect) -> Compiled {
    let mut writer = Writer::new(schema, dialect);
    let (row, table) = writer.written(insert.resource);
    let values = if insert.columns.is_empty() {
        dialect.default_values().to_owned()
    } else {
        let names: Vec<String> = insert.columns.iter().map(|field| writer.bare(&row, *field)).collect();
        let values: Vec<String> = slots(&insert.columns).map(|(_, slot)| dialect.parameter(slot)).collect();
        format!("({}) VALUES ({})", names.join(", "), values.join(", "))
    };
    // Nothing but defaults equals no row that is there, and SQLite takes no clause behind them.
    let conflict = insert.conflict.as_ref().filter(|_| !insert.columns.is_empty());
    let told = conflict.filter(|_| dialect.returning());
    let clause = told.map(|conflict| writer.conflict(&row, conflict, &insert.columns));
    let key = if insert.location { &row.resource.primary_key[..] } else { &[] };
    let answer = writer.answer(&row, insert.returning.as_ref(), key, &insert.check);
    let text = format!("INSERT INTO {table} {values}{}", clause.unwrap_or_default());
    let probe = insert.conflict.as_ref().and_then(|conflict| writer.probe(&row, conflict, &insert.columns));
    if !dialect.returning() {
        let merge = conflict.and_then(|conflict| writer.merge(&row, conflict, &insert.columns, &answer));
        // One way to the server instead of two, and no transaction around them.
        let (text, beside) = if dialect.inserts_answer() && !answer.holds_rows() {
            (text + &answer.returned(&writer), Beside::default())
        } else {
            let beside = writer.beside_insert(&row, insert, &answer);
            (text, beside)
        };
        let mut compiled = Compiled { probe, ..answer.of(Role::Insert, text, beside) };
        compiled.statements.extend(merge.into_iter().flat_map(|merge| merge.statements));
        return compiled;
    }
    let last = generated_key(row.resource).and_then(|key| Some((key, dialect.last_inserted()?)));
    // A row that was there already is not the one that was inserted last.
    if let Some((key, last)) = last.filter(|_| answer.is_something() && conflict.is_none()) {
        let cells = writer.columns(&answer.cells);
        let read_back =
            Some(format!("SELECT {cells} FROM {table} WHERE {} = {last}", writer.column(&row, key)));
        return answer.of(Role::Insert, text, Beside { lock: None, read_back });
    }
    let text = format!("{text}{}", answer.clause(&writer));
    Compiled { probe, ..answer.of(Role::Insert, text, Beside::default()) }
}

/// An update of no columns finds its rows and leaves them alone: it is a select, so that no trigger
/// fires and no generated column moves.
pub(crate) fn update(schema: &Schema, update: &UpdateShape, dialect: &dyn Dialect) -> Compiled {
    let UpdateShape { resource, columns, filter, access, check, returning, layout: _ } = update;
    let mut writer = Writer::new(schema, dialect);
    let touched = !columns.is_empty();
    let (row, table) = if touched {
        writer.written(*resource)
    } else {
        let row = writer.aliased(*resource);
        let table = writer.table(&row);
        (row, table)
    };
    let condition = writer.both(filter, access, &row);
    let answer = writer.answer(&row, returning.as_ref(), &[], check);
    if !touched {
        let text = Select::new(writer.columns(&answer.cells), table, condition).text(dialect);
        return answer.of(Role::Update, text, Beside::default());
    }
    let given: Vec<(FieldId, Slot)> = slots(columns).collect();
    let set: Vec<String> = given
        .iter()
        .map(|(field, slot)| format!("{} = {}", writer.bare(&row, *field), dialect.parameter(*slot)))
        .collect();
    let (set, clause) = (set.join(", "), condition.clause(dialect));
    let text = format!("UPDATE {table} SET {set}{clause}{}", answer.clause(&writer));
    let beside = writer.beside_update(&row, &condition, &given, &answer);
    answer.of(Role::Update, text, beside)
}

pub(crate) fn delete(schema: &Schema, delete: &DeleteShape, dialect: &dyn Dialect) -> Compiled {
    let mut writer = Writer::new(schema, dialect);
    let (row, table) = writer.written(delete.resource);
    let condition = writer.both(&delete.filter, &delete.access, &row);
    let answer = writer.answer(&row, delete.returning.as_ref(), &[], &Predicate::Always);
    let text = format!("DELETE FROM {table}{}{}", condition.clause(dialect), answer.clause(&writer));
    let beside = writer.beside_delete(&row, &condition, &answer);
    answer.of(Role::Delete, text, beside)
}

/// The one integer key that the database hands out, where a resource has such a key.
pub(crate) fn generated_key(resource: &Resource) -> Option<FieldId> {
    match resource.primary_key[..] {
        [key] if resource.generated_key && resource.field(key).ty.storage() == Storage::Integer => Some(key),
        _ => None,
    }
}

/// Written fields with the slots of their values.
pub(crate) fn slots(columns: &[FieldId]) -> impl Iterator<Item = (FieldId, Slot)> {
    columns.iter().copied().zip((0..=u16::MAX).map(Slot))
}

impl Writer<'_> {
    fn both(&mut self, filter: &Predicate, access: &Predicate, row: &Row<'_>) -> Condition {
        let both = [filter, access].map(|one| self.condition(one, row));
        Condition::all(both)
    }
}
