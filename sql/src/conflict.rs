//! Rows that are there already when they are to be added. Must not know what is answered of them.

use roundtrip_query::plan::{Conflict, Resolution, Slot};
use roundtrip_schema::FieldId;

use crate::answer::Answer;
use crate::condition::Condition;
use crate::row::{Row, Select, Writer};
use crate::write::slots;
use crate::{Compiled, Role};

impl Writer<'_> {
    /// What follows the values of an insert of these columns.
    pub(crate) fn conflict(&mut self, row: &Row<'_>, conflict: &Conflict, columns: &[FieldId]) -> String {
        let Conflict { target, resolution, sets, access } = conflict;
        let names: Vec<String> = target.iter().map(|field| self.bare(row, *field)).collect();
        let set = match resolution {
            Resolution::Ignore => return format!(" {}", self.dialect.keep(&names)),
            Resolution::Merge => self.merged(row, target, sets, columns),
        };
        let condition = self.condition(access, row);
        format!(" {}{}", self.dialect.merge(&names, &set.join(", ")), condition.clause(self.dialect))
    }

    /// What a merge sets. The values are those of the insert's parameters and not of `excluded`: a table
    /// may be called so.
    fn merged(
        &self,
        row: &Row<'_>,
        target: &[FieldId],
        sets: &[FieldId],
        columns: &[FieldId],
    ) -> Vec<String> {
        let set: Vec<String> = slots(columns)
            .filter(|(field, _)| sets.contains(field))
            .map(|(field, slot)| format!("{} = {}", self.bare(row, field), self.dialect.parameter(slot)))
            .collect();
        if set.is_empty() {
            // A row that is not touched is not answered, so a part of the key is set to what it is.
            let same = |field: &FieldId| format!("{} = {}", self.bare(row, *field), self.column(row, *field));
            return target.first().map(same).into_iter().collect();
        }
        set
    }

    /// Asks whether a merge would find a row. Compared as the constraint compares: by the column's own
    /// collation.
    pub(crate) fn probe(
        &mut self,
        row: &Row<'_>,
        conflict: &Conflict,
        columns: &[FieldId],
    ) -> Option<String> {
        if !self.dialect.returning() {
            // The row stays as it is, or away, until the write has ended.
            let (table, condition) = (self.bare_table(row), self.there(row, &conflict.target, columns));
            let select = Select::new("count(*) > 0", table, condition);
            return Some(format!("{} FOR UPDATE", select.text(self.dialect)));
        }
        if conflict.resolution != Resolution::Merge {
            return None;
        }
        let condition = self.there(row, &conflict.target, columns);
        let table = self.probed(row);
        let found = self.any_row(table, condition).text(self.dialect);
        Some(format!("SELECT {found}"))
    }

    /// What holds for the row that is there already.
    fn there(&self, row: &Row<'_>, target: &[FieldId], columns: &[FieldId]) -> Condition {
        let equal = |target: &FieldId| match slots(columns).find(|(field, _)| field == target) {
            Some((_, slot)) => Condition::Test(self.same(row, *target, &self.dialect.parameter(slot))),
            // The database hands it out, as one that is not there.
            None => Condition::Never,
        };
        Condition::all(target.iter().map(equal))
    }

    /// The statement that merges with a row that is there, in a database whose insert cannot. It takes
    /// the parameters of the insert; `None` where the row is to stay as it is.
    pub(crate) fn merge(
        &mut self,
        row: &Row<'_>,
        conflict: &Conflict,
        columns: &[FieldId],
        answer: &Answer,
    ) -> Option<Compiled> {
        let Conflict { target, resolution, sets, access } = conflict;
        if *resolution != Resolution::Merge {
            return None;
        }
        let access = self.condition(access, row);
        let condition = Condition::all([self.there(row, target, columns), access]);
        let set = self.merged(row, target, sets, columns).join(", ");
        let table = self.bare_table(row);
        let text = format!("UPDATE {table} SET {set}{}", condition.clause(self.dialect));
        let given: Vec<(FieldId, Slot)> = slots(columns).filter(|(field, _)| sets.contains(field)).collect();
        let beside = self.beside_update(row, &condition, &given, answer);
        Some(answer.clone().of(Role::Update, text, beside))
    }

    /// The table of a written row in a select beside the write, by the name that the row has there.
    fn probed(&self, row: &Row<'_>) -> String {
        let alias = self.dialect.written_alias("w").unwrap_or_default();
        self.bare_table(row) + &alias
    }
}
