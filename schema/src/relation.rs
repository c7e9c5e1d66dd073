//! Relations: the ways from one resource to another that embedding can take.
//!
//! A reference gives two relations: many-to-one from the referring side, one-to-many (or one-to-one,
//! when the referring fields are unique) from the other. A junction, a resource whose key holds two
//! references, gives many-to-many between the resources that it joins.

use crate::resource::{Reference, Resource};
use crate::schema::{FieldId, ResourceId};

/// How many rows the other side can have for one row of this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// At most one: an object or null.
    One,
    /// Any number: an array.
    Many,
}

/// How rows of two resources are matched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// Without a junction: pairs of (field of the origin, field of the target). With one: empty.
    pub on: Vec<(FieldId, FieldId)>,
    /// The junction in between, for many-to-many.
    pub through: Option<Through>,
}

/// A junction between two resources.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Through {
    /// The resource in between.
    pub junction: ResourceId,
    /// Pairs of (field of the origin, field of the junction).
    pub origin: Vec<(FieldId, FieldId)>,
    /// Pairs of (field of the junction, field of the target).
    pub target: Vec<(FieldId, FieldId)>,
}

/// One way from a resource to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Where it leads.
    pub target: ResourceId,
    /// One row or many.
    pub cardinality: Cardinality,
    /// How rows are matched.
    pub link: Link,
    /// The names by which it is embedded without a hint, as PostgREST has them: the other resource,
    /// the constraint, the one referring column.
    pub names: Vec<String>,
    /// A shorter name of ours: `category` for the column `category_id`, `items` for the part
    /// `order_items`. It counts only where none of `names` matches, so it takes nothing from anybody.
    pub short: Option<String>,
    /// The words that choose it after `!`: constraint names, single columns, the junction's name.
    pub hints: Vec<String>,
    /// For messages: `many-to-one`, `one-to-many`, `one-to-one`, `many-to-many`.
    pub kind: &'static str,
    /// For messages: `orders_customer_id_fkey using orders(customer_id) and users(id)`.
    pub description: String,
}

/// Every relation of every resource, indexed like `resources`.
pub(crate) fn derive(resources: &[Resource]) -> Vec<Vec<Relation>> {
    let mut relations: Vec<Vec<Relation>> = vec![Vec::new(); resources.len()];
    for (index, resource) in resources.iter().enumerate() {
        for reference in &resource.references {
            relations[index].push(to_one(resources, index, reference));
            relations[reference.target.index()].push(from_target(resources, index, reference));
        }
        for (here, there) in junction_pairs(resource) {
            relations[here.target.index()].push(many_to_many(resources, index, here, there));
        }
    }
    relations
}

fn to_one(resources: &[Resource], index: usize, reference: &Reference) -> Relation {
    let resource = &resources[index];
    let target = &resources[reference.target.index()];
    let mut names = Vec::new();
    let mut short = None;
    let mut hints = vec![reference.constraint.clone()];
    if let [single] = reference.fields[..] {
        let field = &resource.field(single).name;
        short = field.strip_suffix("_id").filter(|rest| !rest.is_empty()).map(str::to_owned);
        names.push(field.clone());
        hints.push(field.clone());
    }
    // The name of one's own table means the rows that refer to this one, not the row referred to.
    if reference.target.index() != index {
        names.push(target.name.clone());
    }
    names.push(reference.constraint.clone());
    let unique = resource.is_unique(&reference.fields);
    Relation {
        target: reference.target,
        cardinality: Cardinality::One,
        link: Link { on: pairs(&reference.fields, &reference.target_fields), through: None },
        names,
        short,
        hints,
        kind: if unique { "one-to-one" } else { "many-to-one" },
        description: describe(resources, index, reference, Side::Referring),
    }
}

fn from_target(resources: &[Resource], index: usize, reference: &Reference) -> Relation {
    let resource = &resources[index];
    let names = vec![resource.name.clone(), reference.constraint.clone()];
    let part = resource.part_of.as_ref().filter(|(owner, _)| *owner == reference.target);
    let mut hints = vec![reference.constraint.clone()];
    if let [single] = reference.fields[..] {
        hints.push(resource.field(single).name.clone());
    }
    let unique = resource.is_unique(&reference.fields);
    Relation {
        target: ResourceId::new(index),
        cardinality: if unique { Cardinality::One } else { Cardinality::Many },
        link: Link { on: pairs(&reference.target_fields, &reference.fields), through: None },
        names,
        short: part.map(|(_, short)| short.clone()),
        hints,
        kind: if unique { "one-to-one" } else { "one-to-many" },
        description: describe(resources, index, reference, Side::ReferredTo),
    }
}

/// The ordered pairs of references that make a resource a junction: both lie inside its primary
/// key, or together they are one of its unique constraints.
fn junction_pairs(resource: &Resource) -> Vec<(&Reference, &Reference)> {
    let in_key = |reference: &Reference| reference.fields.iter().all(|id| resource.primary_key.contains(id));
    let mut pairs = Vec::new();
    for (here_index, here) in resource.references.iter().enumerate() {
        for (there_index, there) in resource.references.iter().enumerate() {
            let both = || [&here.fields[..], &there.fields[..]].concat();
            if here_index != there_index && (in_key(here) && in_key(there) || resource.is_unique(&both())) {
                pairs.push((here, there));
            }
        }
    }
    pairs
}

fn many_to_many(resources: &[Resource], index: usize, here: &Reference, there: &Reference) -> Relation {
    let junction = &resources[index];
    let target = &resources[there.target.index()];
    let mut hints = vec![junction.name.clone(), here.constraint.clone(), there.constraint.clone()];
    for reference in [here, there] {
        if let [single] = reference.fields[..] {
            hints.push(junction.field(single).name.clone());
        }
    }
    let through = Through {
        junction: ResourceId::new(index),
        origin: pairs(&here.target_fields, &here.fields),
        target: pairs(&there.fields, &there.target_fields),
    };
    Relation {
        target: there.target,
        cardinality: Cardinality::Many,
        link: Link { on: Vec::new(), through: Some(through) },
        names: vec![target.name.clone()],
        short: None,
        hints,
        kind: "many-to-many",
        description: format!(
            "{} using {}({}) and {}({})",
            junction.name,
            here.constraint,
            junction.names(&here.fields).join(", "),
            there.constraint,
            junction.names(&there.fields).join(", "),
        ),
    }
}

#[derive(Clone, Copy)]
enum Side {
    Referring,
    ReferredTo,
}

fn describe(resources: &[Resource], index: usize, reference: &Reference, side: Side) -> String {
    let resource = &resources[index];
    let target = &resources[reference.target.index()];
    let referring = format!("{}({})", resource.name, resource.names(&reference.fields).join(", "));
    let referred = format!("{}({})", target.name, target.names(&reference.target_fields).join(", "));
    match side {
        Side::Referring => format!("{} using {referring} and {referred}", reference.constraint),
        Side::ReferredTo => format!("{} using {referred} and {referring}", reference.constraint),
    }
}

fn pairs(left: &[FieldId], right: &[FieldId]) -> Vec<(FieldId, FieldId)> {
    left.iter().copied().zip(right.iter().copied()).collect()
}
