//! The changes that one table needs, by comparing it with its resource.
//!
//! It must not know SQL: whether and how a change can be made is a database's affair.

use roundtrip_schema::{FieldId, Reference, Resource, Unique};

use crate::ddl::{Change, ColumnChange, Ddl, Entry, Pair};
use crate::diff::Extras;
use crate::difference::{self, Side, columns, find, key};

/// What [`compare`] finds.
pub(crate) struct Found<'a> {
    pub(crate) pair: Pair<'a>,
    pub(crate) obstacles: Vec<String>,
}

/// Compares a table with its resource. `renamed` are the declared renames of columns that were found.
pub(crate) fn compare<'a>(
    ddl: &dyn Ddl,
    have: Side<'a>,
    want: Side<'a>,
    renamed: &[(String, FieldId)],
    extras: Extras,
) -> Found<'a> {
    let mut found = Found { pair: Pair { have, want, changes: Vec::new() }, obstacles: Vec::new() };
    for (from, to) in renamed {
        let line = format!(
            "{}.{}: the database still calls it {from}",
            want.table.table,
            want.table.field(*to).column
        );
        found.push(Change::RenameColumn { from: from.clone(), to: *to }, vec![line]);
    }
    let mut missing = Vec::new();
    for (id, field) in want.table.fields() {
        match find(ddl, have.table, &field.column) {
            Some(other) => found.column(ddl, id, other, extras),
            None => missing.push(id),
        }
    }
    found.extra_columns(ddl, extras);
    found.extra_keys(ddl, extras);
    for id in missing {
        found.add_column(ddl, id);
    }
    // A key may be of new columns.
    let lines: Vec<String> = difference::primary_key(ddl, want.table, have.table).into_iter().collect();
    if !lines.is_empty() {
        found.push(Change::PrimaryKey, lines);
    }
    found.missing_keys(ddl);
    found
}

impl<'a> Found<'a> {
    fn push(&mut self, change: Change<'a>, differences: Vec<String>) {
        self.pair.changes.push(Entry { change, differences });
    }

    fn have(&self) -> &'a Resource {
        self.pair.have.table
    }

    fn want(&self) -> &'a Resource {
        self.pair.want.table
    }

    fn column(&mut self, ddl: &dyn Ddl, id: FieldId, other: FieldId, extras: Extras) {
        let (want, have) = (self.want(), self.have().field(other));
        let field = want.field(id);
        let generated = difference::generated(want, field, have);
        if let Some(line) = generated {
            self.obstacles.push(line);
            return;
        }
        let ty = difference::column_type(ddl, want, id, have);
        let optional = difference::optional(want, field, have);
        // Where nothing is tidied up, the server gives the files' defaults itself.
        let compared = extras.drops_columns() && !field.generated;
        let default = if compared { difference::default(want, field, have) } else { None };
        let change = ColumnChange {
            want: id,
            have: other,
            ty: ty.is_some(),
            optional: optional.is_some(),
            default: default.is_some(),
        };
        if change.ty || change.optional || change.default {
            if change.ty {
                self.obstacles.extend(ddl.impossible(want, id));
            }
            let lines = ty.into_iter().chain(optional).chain(default).collect();
            self.push(Change::Column(change), lines);
        }
    }

    /// Columns that no file has: in the way if a row cannot be made without them.
    fn extra_columns(&mut self, ddl: &dyn Ddl, extras: Extras) {
        let (want, have) = (self.want(), self.have());
        for (id, field) in have.fields() {
            if find(ddl, want, &field.column).is_some() {
                continue;
            }
            let place = format!("{}.{}", want.table, field.column);
            let free = field.optional || field.default.is_some() || field.generated;
            if !free {
                let line = format!("{place}: the database requires this column, no file has it");
                self.push(Change::DropColumn(id), vec![line]);
            } else if extras.drops_columns() {
                let line = format!("{place}: the database has this column, no file has it");
                self.push(Change::DropColumn(id), vec![line]);
            }
        }
    }

    fn extra_keys(&mut self, ddl: &dyn Ddl, extras: Extras) {
        let (Side { table: have, .. }, Side { table: want, .. }) = (self.pair.have, self.pair.want);
        for unique in &have.uniques {
            let known = columns(have, &unique.fields);
            let all_known = known.iter().all(|column| find(ddl, want, column).is_some());
            if !difference::has_unique(ddl, have, &unique.fields, want)
                && (all_known || extras.drops_columns())
            {
                let line = format!(
                    "{}: the database has a unique constraint on {}, no file has it",
                    want.table,
                    key(&known)
                );
                self.push(Change::DropUnique(unique), vec![line]);
            }
        }
        for reference in &have.references {
            let known =
                columns(have, &reference.fields).iter().all(|column| find(ddl, want, column).is_some());
            if !difference::has_reference(ddl, self.pair.have, reference, self.pair.want)
                && (known || extras.drops_columns())
            {
                let text = difference::describe_reference(self.pair.have.schema, have, reference);
                let line = format!("{}: the database has the reference {text}, no file has it", want.table);
                self.push(Change::DropReference(reference), vec![line]);
            }
        }
        if !extras.drops_columns() {
            return;
        }
        for index in &have.indexes {
            let known = columns(have, &index.fields);
            // An index that became a unique constraint is not needed beside it.
            let wanted = want.indexes.iter().any(|one| {
                difference::same_names(ddl, &known, &columns(want, &one.fields), difference::Order::Kept)
            });
            if !wanted && !self.serves_reference(ddl, &known) {
                let line =
                    format!("{}: the database has an index on {}, no file has it", want.table, key(&known));
                self.push(Change::DropIndex(index), vec![line]);
            }
        }
    }

    /// Some databases give each foreign key an index and take none away that one needs.
    fn serves_reference(&self, ddl: &dyn Ddl, known: &[&str]) -> bool {
        let want = self.want();
        want.references.iter().any(|reference| {
            difference::same_names(ddl, known, &columns(want, &reference.fields), difference::Order::Kept)
        })
    }

    fn add_column(&mut self, ddl: &dyn Ddl, id: FieldId) {
        let want = self.want();
        let field = want.field(id);
        self.obstacles.extend(ddl.impossible(want, id));
        let place = format!("{}.{}", want.table, field.column);
        let lines = if !field.optional && difference::literal(field).is_none() {
            vec![format!("{place}: a new column must be optional or have a default, for the rows that exist")]
        } else {
            vec![format!("{place}: this column does not exist")]
        };
        self.push(Change::AddColumn(id), lines);
    }

    fn missing_keys(&mut self, ddl: &dyn Ddl) {
        let want = self.want();
        for unique in &want.uniques {
            if !difference::has_unique(ddl, want, &unique.fields, self.have()) {
                let line = lacks(want, unique);
                self.push(Change::AddUnique(unique), vec![line]);
            }
        }
        for index in &want.indexes {
            if !difference::has_index(ddl, want, &index.fields, self.have()) {
                let line = format!("{}: the index {} is missing", want.table, index.name);
                self.push(Change::AddIndex(index), vec![line]);
            }
        }
        for reference in &want.references {
            if !difference::has_reference(ddl, self.pair.want, reference, self.pair.have) {
                let line = missing_reference(self.pair.want, reference);
                self.push(Change::AddReference(reference), vec![line]);
            }
        }
    }
}

fn lacks(want: &Resource, unique: &Unique) -> String {
    format!("{}: the unique constraint {} is missing", want.table, unique.name)
}

fn missing_reference(want: Side<'_>, reference: &Reference) -> String {
    let text = difference::describe_reference(want.schema, want.table, reference);
    format!("{}: the reference {text} is missing", want.table.table)
}
