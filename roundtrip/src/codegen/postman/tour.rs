//! The way of a run through the resources, and what is known on it when.
//!
//! It must not know requests.

use roundtrip_schema::{Action, FieldId, OnDelete, Reference, Resource, ResourceId, Schema};

/// The resources of the document, each after those it refers to, as far as circles allow.
pub(super) struct Tour<'a> {
    pub(super) schema: &'a Schema,
    order: Vec<ResourceId>,
    /// By resource: its place in `order`.
    places: Vec<Option<usize>>,
}

impl<'a> Tour<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        let shown = |id: &ResourceId| schema.resource(*id).offers_anything();
        let order: Vec<ResourceId> = schema.by_dependency().into_iter().filter(shown).collect();
        let mut places = vec![None; schema.len()];
        for (place, id) in order.iter().enumerate() {
            places[id.index()] = Some(place);
        }
        Self { schema, order, places }
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = ResourceId> {
        self.order.iter().copied()
    }

    /// Whether a row of `target` can be known when `from` comes to its turn.
    pub(super) fn is_known(&self, target: ResourceId, from: ResourceId) -> bool {
        let resource = self.schema.resource(target);
        let tells = resource.offers(Action::Create) || resource.offers(Action::Read);
        let place = |id: ResourceId| self.places[id.index()];
        tells && place(target).is_some() && place(target) < place(from)
    }

    /// Whether a row of `target` that this run made is there when `from` comes to its turn.
    pub(super) fn is_made(&self, target: ResourceId, from: ResourceId) -> bool {
        self.is_known(target, from) && self.schema.resource(target).offers(Action::Create)
    }

    /// The fields of a row that others ask for: those they refer to, and the parts of a composite key.
    pub(super) fn asked_for(&self, id: ResourceId) -> Vec<FieldId> {
        let mut asked: Vec<FieldId> = self
            .references_to(id)
            .flat_map(|(_, reference)| reference.target_fields.iter().copied())
            .collect();
        let key = &self.schema.resource(id).primary_key;
        if key.len() > 1 {
            asked.extend(key);
        }
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    /// Whether a row that this run made may have to stay: another refers to it that cannot be removed.
    pub(super) fn may_stay(&self, id: ResourceId) -> bool {
        self.references_to(id).any(|(resource, reference)| {
            reference.on_delete != OnDelete::Cascade
                && resource.offers(Action::Create)
                && !resource.offers(Action::Delete)
        })
    }

    fn references_to(&self, id: ResourceId) -> impl Iterator<Item = (&'a Resource, &'a Reference)> {
        let resources = self.order.iter().map(|other| self.schema.resource(*other));
        let references =
            resources.flat_map(|resource| resource.references.iter().map(move |one| (resource, one)));
        references.filter(move |(_, reference)| reference.target == id)
    }
}
