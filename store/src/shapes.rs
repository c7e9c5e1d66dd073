//! What shapes were compiled to lately, for every connection.
//!
//! Must not know: what a shape is compiled to, which is each store's own.

use std::sync::{Arc, PoisonError, RwLock};

use roundtrip_query::{Plan, Shape};
use roundtrip_schema::Schema;
use rustc_hash::FxHashMap;

/// The shapes that were compiled lately, each to a `P`.
///
/// Two generations: a full young one becomes the old one, and what is asked for again moves back.
/// Not a list in order of use: then every read would have to write to it.
#[derive(Debug)]
pub struct Shapes<P> {
    generations: RwLock<Generations<P>>,
    capacity: usize,
}

#[derive(Debug)]
struct Generations<P> {
    young: Known<P>,
    young_size: usize,
    old: Known<P>,
    /// The young ones by the address of the shape: a plan whose maker keeps its shape is found without
    /// a look at the shape.
    held: FxHashMap<usize, Held<P>>,
}

/// By the schema's address: looking up copies nothing.
type Known<P> = FxHashMap<usize, OfSchema<P>>;

#[derive(Debug)]
struct OfSchema<P> {
    /// Its address is nobody else's as long as it is held here.
    _schema: Arc<Schema>,
    shapes: FxHashMap<Arc<Shape>, Arc<P>>,
}

#[derive(Debug)]
struct Held<P> {
    /// Its address is nobody else's as long as it is held here.
    _shape: Arc<Shape>,
    /// The address of the schema, which is held with the young ones.
    schema: usize,
    prepared: Arc<P>,
}

impl<P> Shapes<P> {
    /// Room for about so many shapes.
    pub fn new(capacity: usize) -> Self {
        let generations = Generations {
            young: Known::default(),
            young_size: 0,
            old: Known::default(),
            held: FxHashMap::default(),
        };
        Self { generations: RwLock::new(generations), capacity: (capacity / 2).max(1) }
    }

    /// What the plan's shape is compiled to, by `prepare` if it is new.
    pub fn of(&self, plan: &Plan, prepare: impl FnOnce(&Schema, &Shape) -> P) -> Arc<P> {
        let address = Arc::as_ptr(&plan.schema).addr();
        let find = |known: &Known<P>| known.get(&address)?.shapes.get(&plan.shape).cloned();
        // Entries are only added or dropped as a whole, so the maps are sound whoever panicked.
        let known = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = known.held.get(&Arc::as_ptr(&plan.shape).addr())
            && held.schema == address
        {
            return Arc::clone(&held.prepared);
        }
        if let Some(prepared) = find(&known.young) {
            return prepared;
        }
        let aged = find(&known.old);
        drop(known);
        let prepared = aged.unwrap_or_else(|| Arc::new(prepare(&plan.schema, &plan.shape)));
        self.keep(address, plan, &prepared);
        prepared
    }

    fn keep(&self, address: usize, plan: &Plan, prepared: &Arc<P>) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        if generations.young_size >= self.capacity {
            generations.old = std::mem::take(&mut generations.young);
            generations.young_size = 0;
            generations.held.clear();
        }
        let new = || OfSchema { _schema: Arc::clone(&plan.schema), shapes: FxHashMap::default() };
        let known = generations.young.entry(address).or_insert_with(new);
        if known.shapes.insert(Arc::clone(&plan.shape), Arc::clone(prepared)).is_none() {
            generations.young_size += 1;
        }
        let held = Held { _shape: Arc::clone(&plan.shape), schema: address, prepared: Arc::clone(prepared) };
        generations.held.insert(Arc::as_ptr(&plan.shape).addr(), held);
    }
}

#[cfg(test)]
mod tests {
    use roundtrip_query::plan::{Params, ReadShape, Scope, Terms};
    use roundtrip_schema::ResourceId;

    use super::*;

    /// A plan whose shape differs from those of other numbers.
    fn plan(schema: &Arc<Schema>, number: usize) -> Plan {
        let shape = Shape::Read(ReadShape::rows(Scope::of(ResourceId::new(number))));
        let (schema, params, terms) = (Arc::clone(schema), Params::default(), Terms::default());
        Plan { schema, shape: Arc::new(shape), params, terms }
    }

    /// The shapes that are compiled when these are asked for in turn.
    fn compiled(capacity: usize, plans: &[&Plan]) -> Vec<usize> {
        let (shapes, mut compiled) = (Shapes::new(capacity), Vec::new());
        for (place, plan) in plans.iter().enumerate() {
            let found = shapes.of(plan, |schema, shape| {
                compiled.push(place);
                (std::ptr::from_ref(schema), shape.clone())
            });
            assert!(found.0 == Arc::as_ptr(&plan.schema) && found.1 == *plan.shape, "{place}");
        }
        compiled
    }

    #[test]
    fn a_shape_is_compiled_once() {
        let schema = Arc::new(Schema::new(Vec::new()));
        let (one, same, other) = (plan(&schema, 1), plan(&schema, 1), plan(&schema, 2));
        assert_eq!(compiled(8, &[&one, &one, &same, &other, &same, &other, &one]), [0, 3]);
    }

    #[test]
    fn a_shape_of_another_schema_is_another() {
        let schemas = [Schema::new(Vec::new()), Schema::new(Vec::new())].map(Arc::new);
        let one = plan(&schemas[0], 1);
        // The very same shape, and an equal one.
        let [same, equal] = [Arc::clone(&one.shape), plan(&schemas[0], 1).shape]
            .map(|shape| Plan { shape, ..plan(&schemas[1], 1) });
        assert_eq!(compiled(8, &[&one, &same, &equal, &one, &same]), [0, 1]);
    }

    #[test]
    fn what_is_not_asked_for_is_forgotten() {
        let schema = Arc::new(Schema::new(Vec::new()));
        let [a, b, c, d] = [1, 2, 3, 4].map(|number| plan(&schema, number));
        // Two young ones: the third makes them old, from where the first comes back, and the fourth
        // drops the second.
        assert_eq!(compiled(4, &[&a, &b, &c, &a, &d, &a, &c, &b]), [0, 1, 2, 4, 7]);
        assert_eq!(compiled(0, &[&a, &a, &b, &b, &a, &b, &c, &a]), [0, 2, 6, 7]);
    }
}
