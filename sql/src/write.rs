//! Writes, and what they answer of the rows they wrote. Must not know how a driver runs them.
//!
//! A written row is answered by `RETURNING`, or, where the database can find the row it inserted last,
//! by a statement that reads it back. SQLite evaluates `RETURNING` after the foreign keys have acted:
//! what a deletion took along is no longer there to be embedded. Order and page of an answer have no
//! meaning there and are not written.
//!
//! A database without `RETURNING` will get more statements here, not another way through them: that
//! is why [`crate::Compiled`] holds a list in which each statement has a [`Role`].

use roundtrip_query::plan::{DeleteShape, InsertShape, Predicate, Scope, Slot, UpdateShape};
use roundtrip_schema::field::Storage;
use roundtrip_schema::{FieldId, Layout, Resource, Schema};

use crate::condition::Condition;
use crate::dialect::Dialect;
use crate::row::{Row, Select, Writer};
use crate::{Role, Statement};

pub(crate) fn insert(schema: &Schema, insert: &InsertShape, dialect: &dyn Dialect) -> Statement {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.written(insert.resource);
    let table = dialect.identifier(&row.resource.table);
    let values = if insert.columns.is_empty() {
        dialect.default_values().to_owned()
    } else {
        let names: Vec<String> = insert.columns.iter().map(|field| writer.bare(&row, *field)).collect();
        let values: Vec<String> = slots(&insert.columns).map(|(_, slot)| dialect.parameter(slot)).collect();
        format!("({}) VALUES ({})", names.join(", "), values.join(", "))
    };
    let key = if insert.location { &row.resource.primary_key[..] } else { &[] };
    let answer = writer.answer(&row, insert.returning.as_ref(), key, &insert.check);
    let insert = format!("INSERT INTO {table} {values}");
    let last = generated_key(row.resource).and_then(|key| dialect.last_inserted(&writer.column(&row, key)));
    if let Some(condition) = last.filter(|_| answer.is_something()) {
        let cells = writer.columns(&answer.cells);
        let read_back = format!("SELECT {cells} FROM {table} WHERE {condition}");
        return Statement { read_back: Some(read_back), ..answer.statement(Role::Insert, insert) };
    }
    let text = format!("{insert}{}", answer.clause(&writer));
    answer.statement(Role::Insert, text)
}

/// An update of no columns finds its rows and leaves them alone: it is a select, so that no trigger
/// fires and no generated column moves.
pub(crate) fn update(schema: &Schema, update: &UpdateShape, dialect: &dyn Dialect) -> Statement {
    let UpdateShape { resource, columns, filter, access, check, returning, layout: _ } = update;
    let mut writer = Writer::new(schema, dialect);
    let touched = !columns.is_empty();
    let row = if touched { writer.written(*resource) } else { writer.aliased(*resource) };
    let condition = writer.both(filter, access, &row);
    let answer = writer.answer(&row, returning.as_ref(), &[], check);
    let text = if touched {
        let set: Vec<String> = slots(columns)
            .map(|(field, slot)| format!("{} = {}", writer.bare(&row, field), dialect.parameter(slot)))
            .collect();
        let table = dialect.identifier(&row.resource.table);
        format!(
            "UPDATE {table} SET {}{}{}",
            set.join(", "),
            condition.clause(dialect),
            answer.clause(&writer)
        )
    } else {
        Select::new(writer.columns(&answer.cells), writer.table(&row), condition).text(dialect)
    };
    answer.statement(Role::Update, text)
}

pub(crate) fn delete(schema: &Schema, delete: &DeleteShape, dialect: &dyn Dialect) -> Statement {
    let mut writer = Writer::new(schema, dialect);
    let row = writer.written(delete.resource);
    let condition = writer.both(&delete.filter, &delete.access, &row);
    let answer = writer.answer(&row, delete.returning.as_ref(), &[], &Predicate::Always);
    let table = dialect.identifier(&row.resource.table);
    let text = format!("DELETE FROM {table}{}{}", condition.clause(dialect), answer.clause(&writer));
    answer.statement(Role::Delete, text)
}

/// The one integer key that the database hands out, where a resource has such a key.
fn generated_key(resource: &Resource) -> Option<FieldId> {
    match resource.primary_key[..] {
        [key] if resource.generated_key && resource.field(key).ty.storage() == Storage::Integer => Some(key),
        _ => None,
    }
}

/// Written fields with the slots of their values.
fn slots(columns: &[FieldId]) -> impl Iterator<Item = (FieldId, Slot)> {
    columns.iter().copied().zip((0..=u16::MAX).map(Slot))
}

/// What a write answers of each row.
struct Answer {
    /// The result columns of a [`Statement`], in its order.
    cells: Vec<String>,
    /// Whether rows are answered even if no cell is.
    rows: bool,
    columns: Layout,
    visible: bool,
    key_columns: usize,
    checked: bool,
}

impl Answer {
    fn is_something(&self) -> bool {
        !self.cells.is_empty() || self.rows
    }

    /// ` RETURNING …`, or nothing.
    fn clause(&self, writer: &Writer<'_>) -> String {
        if self.is_something() {
            format!(" RETURNING {}", writer.columns(&self.cells))
        } else {
            String::new()
        }
    }

    fn statement(self, role: Role, text: String) -> Statement {
        let Self { cells: _, rows: _, columns, visible, key_columns, checked } = self;
        Statement { role, text, read_back: None, columns, visible, key_columns, checked }
    }
}

impl Writer<'_> {
    fn answer(
        &mut self,
        row: &Row<'_>,
        returning: Option<&Scope>,
        key: &[FieldId],
        check: &Predicate,
    ) -> Answer {
        let mut cells = Vec::new();
        let mut columns = Layout::default();
        let mut shown = Condition::Always;
        if let Some(scope) = returning {
            (cells, columns) = self.cells(&scope.outputs, row);
            shown = self.kept(scope, row);
        }
        let visible = shown != Condition::Always;
        if visible {
            cells.push(shown.value(self.dialect));
        }
        let key_text = |field: &FieldId| {
            self.dialect.key_text(&self.column(row, *field), row.resource.field(*field).ty.storage())
        };
        cells.extend(key.iter().map(key_text));
        let checked = *check != Predicate::Always;
        if checked {
            let condition = self.condition(check, row);
            cells.push(condition.value(self.dialect));
        }
        Answer { cells, rows: returning.is_some(), columns, visible, key_columns: key.len(), checked }
    }

    fn both(&mut self, filter: &Predicate, access: &Predicate, row: &Row<'_>) -> Condition {
        let both = [filter, access].map(|one| self.condition(one, row));
        Condition::all(both)
    }
}
