//! What stands around a write in a database that answers no written rows: what locks the rows first,
//! and what reads them back. Must not know what is answered of them.

use roundtrip_query::plan::{Expr, InsertShape, Slot};
use roundtrip_schema::{FieldId, Resource};

use crate::answer::{Answer, Beside};
use crate::condition::Condition;
use crate::row::{Row, Select, Writer};
use crate::write::{generated_key, slots};

impl Writer<'_> {
    /// Around an update of the rows that meet a condition: their keys are read, and each row is read
    /// back by its key, of which the update may set a part.
    pub(crate) fn beside_update(
        &self,
        row: &Row<'_>,
        condition: &Condition,
        set: &[(FieldId, Slot)],
        answer: &Answer,
    ) -> Beside {
        if self.dialect.returning() || !answer.is_something() {
            return Beside::default();
        }
        let Some(key) = identity(row.resource) else { return self.not_found(row, answer) };
        let columns: Vec<String> = key.iter().map(|field| self.column(row, *field)).collect();
        let parts = key.iter().enumerate().map(|(number, field)| {
            let given = set.iter().find(|(one, _)| one == field);
            let value = given.map_or(format!("?k{number}"), |(_, slot)| self.dialect.parameter(*slot));
            Condition::Test(self.same(row, *field, &value))
        });
        let lock = self.locked(row, &columns, condition);
        Beside { lock: Some(lock), read_back: Some(self.read_back(row, answer, Condition::all(parts))) }
    }

    /// Around a deletion: what is answered is read before the rows are gone.
    pub(crate) fn beside_delete(&self, row: &Row<'_>, condition: &Condition, answer: &Answer) -> Beside {
        if self.dialect.returning() || !answer.is_something() {
            return Beside::default();
        }
        Beside { lock: Some(self.locked(row, &answer.cells, condition)), read_back: None }
    }

    /// After an insert: the row is found by its key, which was given or handed out.
    pub(crate) fn beside_insert(&self, row: &Row<'_>, insert: &InsertShape, answer: &Answer) -> Beside {
        if self.dialect.returning() || !answer.is_something() {
            return Beside::default();
        }
        let known = keys(row.resource).find_map(|key| self.inserted(row, key, insert));
        match known {
            Some(condition) => Beside { lock: None, read_back: Some(self.read_back(row, answer, condition)) },
            None => self.not_found(row, answer),
        }
    }

    /// The condition that holds for the inserted row alone; `None` where a part of the key is the
    /// database's secret.
    fn inserted(&self, row: &Row<'_>, key: &[FieldId], insert: &InsertShape) -> Option<Condition> {
        let part = |field: &FieldId| {
            let given = slots(&insert.columns).find(|(one, _)| one == field);
            let is_handed_out = generated_key(row.resource) == Some(*field);
            let last = if is_handed_out { self.dialect.last_inserted() } else { None };
            let slot = given.map(|(_, slot)| self.dialect.parameter(slot));
            let value = match (slot, last) {
                // A key that is given as null is handed out all the same.
                (Some(slot), Some(last)) => format!("COALESCE({slot}, {last})"),
                (Some(slot), None) => slot,
                (None, last) => last?.to_owned(),
            };
            Some(self.same(row, *field, &value))
        };
        let parts: Option<Vec<String>> = key.iter().map(part).collect();
        parts.map(|parts| Condition::all(parts.into_iter().map(Condition::Test)))
    }

    /// A row without a key is not found again. It is asked for all the same, so that the store notices.
    fn not_found(&self, row: &Row<'_>, answer: &Answer) -> Beside {
        Beside { lock: None, read_back: Some(self.read_back(row, answer, Condition::Never)) }
    }

    fn read_back(&self, row: &Row<'_>, answer: &Answer, condition: Condition) -> String {
        Select::new(self.columns(&answer.cells), self.bare_table(row), condition).text(self.dialect)
    }

    fn locked(&self, row: &Row<'_>, columns: &[String], condition: &Condition) -> String {
        let select = Select::new(self.columns(columns), self.bare_table(row), condition.clone());
        format!("{} FOR UPDATE", select.text(self.dialect))
    }

    /// Whether a column is the same as a parameter to a constraint over it.
    pub(crate) fn same(&self, row: &Row<'_>, field: FieldId, parameter: &str) -> String {
        self.dialect.same(self.value(row, &Expr::field(field)).operand(), parameter)
    }
}

/// The fields by which a row is told from all others.
fn identity(resource: &Resource) -> Option<&[FieldId]> {
    keys(resource).next()
}

/// The primary key, then unique constraints that hold for every row: of null there may be many.
fn keys(resource: &Resource) -> impl Iterator<Item = &[FieldId]> {
    let certain = |key: &&[FieldId]| !key.is_empty() && key.iter().all(|id| !resource.field(*id).optional);
    let uniques = resource.uniques.iter().map(|unique| &unique.fields[..]).filter(certain);
    std::iter::once(&resource.primary_key[..]).filter(|key| !key.is_empty()).chain(uniques)
}
