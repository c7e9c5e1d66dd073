//! Relations: the ways from one resource to another that embedding can take.
//!
//! A reference gives two relations: many-to-one from the referring side, one-to-many (or one-to-one,
//! when the referring fields are unique) from the other. A junction, a resource whose key holds two
//! references, gives many-to-many between the resources that it joins. A view that shows the fields of
//! a reference, or those referred to, has the relations of its table.

use std::collections::HashMap;

use crate::resource::{Reference, Resource, ResourceKind};
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

/// Which field of which table a field of a view shows, by the view's position and its fields'.
pub type Origins = HashMap<usize, Vec<Option<(ResourceId, FieldId)>>>;

/// So many views of one table are looked at for each reference: a hostile database may have thousands
/// that show a column many times.
const MOST_IMAGES: usize = 64;

/// A table, or a view of it, with the fields that stand there for fields of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Image {
    index: usize,
    fields: Vec<FieldId>,
}

/// A reference between two images.
struct Shown<'a> {
    reference: &'a Reference,
    from: Image,
    to: Image,
    /// Whether at most one row refers to another.
    unique: bool,
}

/// Every relation of every resource, indexed like `resources`.
pub(crate) fn derive(resources: &[Resource], origins: &Origins) -> Vec<Vec<Relation>> {
    let mut relations: Vec<Vec<Relation>> = vec![Vec::new(); resources.len()];
    for (index, resource) in resources.iter().enumerate() {
        for reference in &resource.references {
            let unique = resource.is_unique(&reference.fields);
            let targets = images(origins, reference.target.index(), &reference.target_fields);
            for from in images(origins, index, &reference.fields) {
                for to in targets.iter().cloned() {
                    let shown = Shown { reference, from: from.clone(), to, unique };
                    relations[shown.from.index].push(to_one(resources, &shown));
                    relations[shown.to.index].push(from_target(resources, &shown));
                }
            }
        }
        for (here, there) in junction_pairs(resource) {
            let both = [&here.fields[..], &there.fields[..]].concat();
            let ends =
                |reference: &Reference| images(origins, reference.target.index(), &reference.target_fields);
            let targets = ends(there);
            for origin in ends(here) {
                for target in &targets {
                    for junction in images(origins, index, &both) {
                        let through = Joined { here, there, origin: &origin, target, junction };
                        relations[origin.index].push(many_to_many(resources, &through));
                    }
                }
            }
        }
    }
    relations
}

/// The table itself, then every view that shows all of these fields, once for each way in which it does.
fn images(origins: &Origins, table: usize, fields: &[FieldId]) -> Vec<Image> {
    let mut images = vec![Image { index: table, fields: fields.to_vec() }];
    let mut views: Vec<usize> = origins.keys().copied().collect();
    views.sort_unstable();
    for view in views {
        let shown = origins.get(&view).map_or(&[][..], Vec::as_slice);
        let mut ways: Vec<Vec<FieldId>> = vec![Vec::new()];
        for field in fields {
            let wanted = Some((ResourceId::new(table), *field));
            let places = shown.iter().enumerate().filter(|(_, origin)| **origin == wanted);
            let places: Vec<FieldId> = places.map(|(place, _)| FieldId::new(place)).collect();
            let longer = |way: &Vec<FieldId>| -> Vec<Vec<FieldId>> {
                places.iter().map(|place| [&way[..], &[*place]].concat()).collect()
            };
            ways = ways.iter().flat_map(longer).take(MOST_IMAGES).collect();
        }
        if !fields.is_empty() {
            images.extend(ways.into_iter().map(|fields| Image { index: view, fields }));
        }
        images.truncate(MOST_IMAGES);
    }
    images
}

fn to_one(resources: &[Resource], shown: &Shown<'_>) -> Relation {
    let Shown { reference, from, to, unique } = shown;
    let (resource, target) = (&resources[from.index], &resources[to.index]);
    let mut names = Vec::new();
    let mut short = None;
    let mut hints = vec![reference.constraint.clone()];
    // A table may have many views; what names no table means the table itself.
    let is_table = target.kind == ResourceKind::Table;
    if let [single] = from.fields[..] {
        let field = &resource.field(single).name;
        hints.push(field.clone());
        if is_table {
            short = field.strip_suffix("_id").filter(|rest| !rest.is_empty()).map(str::to_owned);
            names.push(field.clone());
        }
    }
    if let [single] = to.fields[..] {
        hints.push(target.field(single).name.clone());
    }
    // The name of one's own table means the rows that refer to this one, not the row referred to.
    if from.index != to.index {
        names.push(target.name.clone());
    }
    if is_table {
        names.push(reference.constraint.clone());
    }
    Relation {
        target: ResourceId::new(to.index),
        cardinality: Cardinality::One,
        link: Link { on: pairs(&from.fields, &to.fields), through: None },
        names,
        short,
        hints,
        kind: if *unique { "one-to-one" } else { "many-to-one" },
        description: describe(resources, &reference.constraint, from, to),
    }
}

fn from_target(resources: &[Resource], shown: &Shown<'_>) -> Relation {
    let Shown { reference, from, to, unique } = shown;
    let (resource, target) = (&resources[from.index], &resources[to.index]);
    let mut names = vec![resource.name.clone()];
    if resource.kind == ResourceKind::Table {
        names.push(reference.constraint.clone());
    }
    let part = resource.part_of.as_ref().filter(|(owner, _)| owner.index() == to.index);
    let mut hints = vec![reference.constraint.clone()];
    for (fields, of) in [(&from.fields, resource), (&to.fields, target)] {
        if let [single] = fields[..] {
            hints.push(of.field(single).name.clone());
        }
    }
    Relation {
        target: ResourceId::new(from.index),
        cardinality: if *unique { Cardinality::One } else { Cardinality::Many },
        link: Link { on: pairs(&to.fields, &from.fields), through: None },
        names,
        short: part.map(|(_, short)| short.clone()),
        hints,
        kind: if *unique { "one-to-one" } else { "one-to-many" },
        description: describe(resources, &reference.constraint, to, from),
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

/// Two references of a junction, and the images between which they lead.
struct Joined<'a> {
    here: &'a Reference,
    there: &'a Reference,
    origin: &'a Image,
    target: &'a Image,
    /// Its fields are those of `here`, then those of `there`.
    junction: Image,
}

fn many_to_many(resources: &[Resource], joined: &Joined<'_>) -> Relation {
    let Joined { here, there, origin, target, junction } = joined;
    let between = &resources[junction.index];
    let (here_fields, there_fields) = junction.fields.split_at(here.fields.len());
    let mut hints = vec![between.name.clone(), here.constraint.clone(), there.constraint.clone()];
    for fields in [here_fields, there_fields] {
        if let [single] = fields {
            hints.push(between.field(*single).name.clone());
        }
    }
    let through = Through {
        junction: ResourceId::new(junction.index),
        origin: pairs(&origin.fields, here_fields),
        target: pairs(there_fields, &target.fields),
    };
    Relation {
        target: ResourceId::new(target.index),
        cardinality: Cardinality::Many,
        link: Link { on: Vec::new(), through: Some(through) },
        names: vec![resources[target.index].name.clone()],
        short: None,
        hints,
        kind: "many-to-many",
        description: format!(
            "{} using {}({}) and {}({})",
            between.name,
            here.constraint,
            between.names(here_fields).join(", "),
            there.constraint,
            between.names(there_fields).join(", "),
        ),
    }
}

/// `orders_customer_id_fkey using orders(customer_id) and users(id)`, the origin of the relation first.
fn describe(resources: &[Resource], constraint: &str, origin: &Image, target: &Image) -> String {
    let side = |image: &Image| {
        let resource = &resources[image.index];
        format!("{}({})", resource.name, resource.names(&image.fields).join(", "))
    };
    format!("{constraint} using {} and {}", side(origin), side(target))
}

fn pairs(left: &[FieldId], right: &[FieldId]) -> Vec<(FieldId, FieldId)> {
    left.iter().copied().zip(right.iter().copied()).collect()
}
