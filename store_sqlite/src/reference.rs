//! Finds out which reference a write broke.
//!
//! SQLite says `FOREIGN KEY constraint failed` and nothing more. The questions that find the culprit
//! are asked as plans of our own, compiled like any other: does the row exist that this value names,
//! does a row exist that refers to the rows of this deletion? Asked only after a failure, at the place
//! where it happened, so that rows written just before count.
//!
//! Not `PRAGMA foreign_key_check`: it reads whole tables, and after an immediate constraint nothing is
//! broken any more that it could find.
//!
//! Must not know: transactions.

use roundtrip_query::plan::{Compare, Exists, Plan, Predicate, ReadShape, Scope, Shape, Slot, UpdateShape};
use roundtrip_schema::{FieldId, Link, OnDelete, Reference, Resource, ResourceId, Schema, Value};
use roundtrip_sql::Sqlite;
use roundtrip_store::StoreErrorKind;
use rusqlite::Connection;

use crate::run::{Values, bind};

/// The broken reference, if it can be found.
pub(crate) fn broken(connection: &Connection, plan: &Plan, row: usize) -> Option<StoreErrorKind> {
    let written: &[Value] = plan.params.rows.get(row).map_or(&[], Vec::as_slice);
    let search = Search {
        connection,
        schema: &plan.schema,
        id: plan.shape.resource(),
        values: Values { row: written, fixed: &plan.params.fixed },
    };
    match &*plan.shape {
        Shape::Read(_) => None,
        Shape::Insert(insert) => search.nowhere(&insert.columns),
        Shape::Update(update) => search.update(update),
        Shape::Replace(replace) => replace
            .insert
            .as_ref()
            .and_then(|insert| search.nowhere(&insert.columns))
            .or_else(|| search.update(&replace.update)),
        Shape::Delete(delete) => {
            // The others are looked after by the database itself.
            let stands = |reference: &Reference| {
                matches!(reference.on_delete, OnDelete::Restrict | OnDelete::SetDefault)
            };
            search.referring(&delete.filter, &delete.access, stands)
        }
    }
}

struct Search<'a> {
    connection: &'a Connection,
    schema: &'a Schema,
    id: ResourceId,
    values: Values<'a>,
}

impl Search<'_> {
    fn update(&self, update: &UpdateShape) -> Option<StoreErrorKind> {
        let moved =
            |reference: &Reference| reference.target_fields.iter().any(|id| update.columns.contains(id));
        self.nowhere(&update.columns).or_else(|| self.referring(&update.filter, &update.access, moved))
    }

    /// The first reference among the written columns that leads to no row.
    fn nowhere(&self, columns: &[FieldId]) -> Option<StoreErrorKind> {
        let resource = self.schema.resource(self.id);
        let reference =
            resource.references.iter().find(|reference| self.leads_nowhere(reference, columns))?;
        Some(self.kind(&resource.names(&reference.fields), self.schema.resource(reference.target)))
    }

    fn leads_nowhere(&self, reference: &Reference, columns: &[FieldId]) -> bool {
        let mut all = Predicate::Always;
        for (field, target) in reference.fields.iter().zip(&reference.target_fields) {
            let Some(place) = columns.iter().position(|column| column == field) else { return false };
            let (Ok(slot), Some(value)) = (u16::try_from(place), self.values.row.get(place)) else {
                return false;
            };
            // A reference with a null in it refers to nothing, and breaks nothing.
            if value.is_null() {
                return false;
            }
            all = all.and(Predicate::compare(*target, Compare::Eq, Slot(slot)));
        }
        self.finds(reference.target, all, Predicate::Always) == Some(false)
    }

    /// The first other resource with a row that refers to a row of this write.
    fn referring(
        &self,
        filter: &Predicate,
        access: &Predicate,
        counts: impl Fn(&Reference) -> bool,
    ) -> Option<StoreErrorKind> {
        for (id, resource) in self.schema.resources() {
            let to_here = resource.references.iter().filter(|reference| reference.target == self.id);
            for reference in to_here.filter(|reference| counts(reference)) {
                let has_referring = Predicate::Exists(Box::new(referring(id, reference)));
                if self.finds(self.id, filter.clone().and(has_referring), access.clone()) == Some(true) {
                    return Some(self.kind(&[], resource));
                }
            }
        }
        None
    }

    fn kind(&self, fields: &[&str], target: &Resource) -> StoreErrorKind {
        StoreErrorKind::Reference {
            resource: self.schema.resource(self.id).name.clone(),
            fields: fields.iter().map(|name| (*name).to_owned()).collect(),
            target: Some(target.name.clone()),
        }
    }

    /// Whether a row of `resource` matches; `None` when the question itself failed.
    fn finds(&self, resource: ResourceId, filter: Predicate, access: Predicate) -> Option<bool> {
        let shape = Shape::Read(ReadShape::rows(Scope { filter, access, ..Scope::of(resource) }));
        let compiled = roundtrip_sql::compile(self.schema, &shape, &Sqlite);
        let text = &compiled.statements.first()?.text;
        let ask = || -> rusqlite::Result<bool> {
            let mut statement = self.connection.prepare_cached(text)?;
            bind(&mut statement, self.values)?;
            Ok(statement.raw_query().next()?.is_some())
        };
        ask().ok()
    }
}

/// A row of `resource` that refers to the row at hand.
fn referring(resource: ResourceId, reference: &Reference) -> Exists {
    let on = reference.target_fields.iter().copied().zip(reference.fields.iter().copied()).collect();
    Exists {
        link: Link { on, through: None },
        resource,
        filter: Predicate::Always,
        access: Predicate::Always,
        junction_access: Predicate::Always,
    }
}
