//! The stage `authorise`: a plan, a caller, and either a refusal or a plan that a store will take.
//!
//! Every scope of a plan gets its own decision: the resource that is read or written, each embedded
//! one, each one a filter asks about, and the junctions in between. Where a rule depends on the row,
//! its predicate is put beside the caller's filter and the database applies both.

use std::sync::Arc;

use roundtrip_query::plan::{
    Embed, Exists, InsertShape, OrderBy, Output, Params, Plan, Predicate, RelatedOrder, Resolution, Scope,
    Shape, UpdateShape,
};
use roundtrip_schema::{Action, FieldId, Link, ResourceId, Schema};

use crate::caller::Caller;
use crate::decision::{Decision, Reason, Refusal, decide, may_see};

/// Proof that a decision was made. Only [`authorise`] makes one.
#[derive(Debug, Clone)]
pub struct Authorized<T>(T);

impl<T> Authorized<T> {
    /// What was authorised.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// What was authorised, without the proof.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Authorized<Plan> {
    /// The same decision for other values. It is made about a caller, a schema and a shape, and
    /// never looks at a value.
    #[must_use]
    pub fn with_values(&self, params: Params) -> Self {
        let Plan { schema, shape, params: _, terms } = &self.0;
        Self(Plan { schema: Arc::clone(schema), shape: Arc::clone(shape), params, terms: *terms })
    }
}

/// Decides about every scope of a plan, and completes it with the predicates of the rules.
///
/// # Errors
/// A [`Refusal`] when a rule can hold for no row at all.
pub fn authorise(mut plan: Plan, caller: Caller) -> Result<Authorized<Plan>, Box<Refusal>> {
    let judge = Judge { schema: &plan.schema, caller };
    match Arc::make_mut(&mut plan.shape) {
        Shape::Read(read) => judge.scope(&mut read.scope)?,
        Shape::Insert(insert) => judge.insert(insert)?,
        Shape::Update(update) => judge.update(update)?,
        Shape::Replace(replace) => {
            judge.update(&mut replace.update)?;
            if let Some(insert) = &mut replace.insert
                && judge.insert(insert).is_err()
            {
                // Who may update but not create may still replace a row that is there.
                replace.insert = None;
            }
        }
        Shape::Delete(delete) => {
            delete.access = judge.permit(delete.resource, Action::Delete)?;
            let found = judge.found_by(delete.resource, &mut delete.filter)?;
            delete.access = std::mem::replace(&mut delete.access, Predicate::Never).and(found);
            judge.returned(delete.returning.as_mut())?;
        }
    }
    Ok(Authorized(plan))
}

struct Judge<'a> {
    schema: &'a Schema,
    caller: Caller,
}

impl Judge<'_> {
    fn permit(&self, id: ResourceId, action: Action) -> Result<Predicate, Box<Refusal>> {
        match decide(self.schema.resource(id), action, self.caller) {
            Decision::Permit(predicate) => Ok(predicate),
            Decision::Refuse(reason) => Err(Box::new(self.refusal(id, None, action, reason))),
        }
    }

    fn refusal(&self, id: ResourceId, field: Option<FieldId>, action: Action, reason: Reason) -> Refusal {
        let resource = self.schema.resource(id);
        Refusal {
            caller: self.caller,
            resource: resource.name.clone(),
            field: field.map(|id| resource.field(id).name.clone()),
            action,
            reason,
            file: resource.file.clone(),
        }
    }

    fn scope(&self, scope: &mut Scope) -> Result<(), Box<Refusal>> {
        scope.access = self.permit(scope.resource, Action::Read)?;
        self.predicate(scope.resource, &mut scope.filter)?;
        let origin = scope.resource;
        for order in &mut scope.order {
            self.order(origin, &mut order.by)?;
        }
        for output in &mut scope.outputs {
            match output {
                Output::Field { value, .. } => self.see(scope.resource, value.field)?,
                Output::Aggregate { of, .. } => {
                    of.iter().try_for_each(|value| self.see(scope.resource, value.field))?;
                }
                Output::Embed(Embed { link, scope: inner, junction_access, .. }) => {
                    *junction_access = self.way(origin, link, inner.resource)?;
                    self.scope(inner)?;
                }
            }
        }
        Ok(())
    }

    fn order(&self, origin: ResourceId, by: &mut OrderBy) -> Result<(), Box<Refusal>> {
        match by {
            OrderBy::Own(value) => self.see(origin, value.field),
            OrderBy::Related(related) => {
                let RelatedOrder { link, resource, value, filter, access, junction_access } = &mut **related;
                *junction_access = self.way(origin, link, *resource)?;
                *access = self.permit(*resource, Action::Read)?;
                self.predicate(*resource, filter)?;
                self.see(*resource, value.field)
            }
        }
    }

    /// A hidden field can be neither shown nor asked about: a filter or an order would tell its value.
    fn see(&self, resource: ResourceId, field: FieldId) -> Result<(), Box<Refusal>> {
        if may_see(self.schema.resource(resource), field, self.caller) {
            Ok(())
        } else {
            Err(Box::new(self.refusal(resource, Some(field), Action::Read, Reason::Nobody)))
        }
    }

    /// The way to a related resource, and the rows of a junction on it that the caller may see: its rows
    /// tell who is joined with whom, so it has to be readable like any other resource. A way by a
    /// hidden field is closed: the row at its end would tell the field's value.
    fn way(&self, origin: ResourceId, link: &Link, target: ResourceId) -> Result<Predicate, Box<Refusal>> {
        let pairs = |near: ResourceId, pairs: &[(FieldId, FieldId)], far: ResourceId| {
            pairs.iter().try_for_each(|(one, other)| {
                self.see(near, *one)?;
                self.see(far, *other)
            })
        };
        pairs(origin, &link.on, target)?;
        let Some(through) = &link.through else { return Ok(Predicate::Always) };
        pairs(origin, &through.origin, through.junction)?;
        pairs(through.junction, &through.target, target)?;
        self.permit(through.junction, Action::Read)
    }

    fn predicate(&self, resource: ResourceId, predicate: &mut Predicate) -> Result<(), Box<Refusal>> {
        match predicate {
            Predicate::Always | Predicate::Never => Ok(()),
            Predicate::All(list) | Predicate::Any(list) => {
                list.iter_mut().try_for_each(|one| self.predicate(resource, one))
            }
            Predicate::Not(one) => self.predicate(resource, one),
            Predicate::Compare { value, .. } | Predicate::In { value, .. } | Predicate::Is { value, .. } => {
                self.see(resource, value.field)
            }
            Predicate::Exists(exists) => {
                let Exists { link, resource: target, filter, access, junction_access } = &mut **exists;
                *junction_access = self.way(resource, link, *target)?;
                *access = self.permit(*target, Action::Read)?;
                self.predicate(*target, filter)
            }
        }
    }

    /// The rows that a write may find by its filter. A filter on anything but the key is a question
    /// about the row, answered by how many rows were touched, so it needs the right to read them.
    fn found_by(&self, resource: ResourceId, filter: &mut Predicate) -> Result<Predicate, Box<Refusal>> {
        self.predicate(resource, filter)?;
        if asks_only_about(filter, &self.schema.resource(resource).primary_key) {
            Ok(Predicate::Always)
        } else {
            self.permit(resource, Action::Read)
        }
    }

    fn insert(&self, insert: &mut InsertShape) -> Result<(), Box<Refusal>> {
        insert.check = self.permit(insert.resource, Action::Create)?;
        if let Some(conflict) = &mut insert.conflict {
            // Even what is left as it is tells that it is there, and what it holds in these fields.
            conflict.target.iter().try_for_each(|field| self.see(insert.resource, *field))?;
            let found = self.permit(insert.resource, Action::Read)?;
            conflict.access = match conflict.resolution {
                Resolution::Ignore => found,
                Resolution::Merge => {
                    let permitted = self.permit(insert.resource, Action::Update)?;
                    insert.check =
                        std::mem::replace(&mut insert.check, Predicate::Never).and(permitted.clone());
                    permitted.and(found)
                }
            };
        }
        self.returned(insert.returning.as_mut())
    }

    fn update(&self, update: &mut UpdateShape) -> Result<(), Box<Refusal>> {
        let permitted = self.permit(update.resource, Action::Update)?;
        update.check = permitted.clone();
        update.access = permitted.and(self.found_by(update.resource, &mut update.filter)?);
        self.returned(update.returning.as_mut())
    }

    /// What a write answers is a read of the same rows, and needs the right to read them.
    fn returned(&self, scope: Option<&mut Scope>) -> Result<(), Box<Refusal>> {
        scope.map_or(Ok(()), |scope| self.scope(scope))
    }
}

fn asks_only_about(predicate: &Predicate, key: &[FieldId]) -> bool {
    match predicate {
        Predicate::Always | Predicate::Never => true,
        Predicate::All(list) | Predicate::Any(list) => list.iter().all(|one| asks_only_about(one, key)),
        Predicate::Not(one) => asks_only_about(one, key),
        Predicate::Compare { value, .. } | Predicate::In { value, .. } | Predicate::Is { value, .. } => {
            key.contains(&value.field)
        }
        Predicate::Exists(_) => false,
    }
}
