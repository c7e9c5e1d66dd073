//! Which properties are references to rows of other resources.
//!
//! Only what is sure: a `$ref` to a component that is a resource, or a name such as `category_id` with
//! the type of that resource's key. It must not know how references are written.

use std::collections::HashMap;

use roundtrip_schema::FieldType;

use super::collection::Collection;
use super::document::Document;
use super::kind::typed;
use super::model::Draft;
use super::node::Node;
use super::property::Property;
use super::shape::{self, Shape};
use super::word;

/// What a property has to do with other resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// Nothing.
    None,
    /// It is the row of this draft that is referred to.
    Row(usize),
    /// It holds the key of a row of this draft.
    Id(usize),
    /// It is called like a key of this draft, but has another type.
    Unlike(usize),
    /// It holds rows that another field refers to, or that refer to this row: embedding shows them.
    Embedded(String),
    /// It holds rows of this draft, and nothing says how they are linked.
    Rows(usize),
}

/// The links of every property of every draft.
pub(super) fn links<'a>(document: &'a Document, drafts: &[Draft<'a>]) -> Vec<Vec<Link>> {
    let targets = Targets::of(document, drafts);
    let mut links: Vec<Vec<Link>> = drafts
        .iter()
        .enumerate()
        .map(|(position, draft)| {
            let each =
                (0..draft.properties.len()).map(|index| targets.link(document, drafts, position, index));
            each.collect()
        })
        .collect();
    for position in 0..drafts.len() {
        for index in 0..links[position].len() {
            let Link::Rows(target) = links[position][index] else { continue };
            let back = |link: &Link| matches!(link, Link::Row(to) | Link::Id(to) if *to == position);
            if links[target].iter().any(back) {
                links[position][index] = Link::Embedded(drafts[target].collection.name.clone());
            }
        }
    }
    links
}

/// Which collection's rows a component is. `User` is the row of users; so is `UserSummary`, if `User`
/// is put together from it and nothing else is.
pub(super) fn claims<'a, 'c>(
    document: &'a Document,
    collections: impl Iterator<Item = &'c Collection<'a>>,
) -> HashMap<&'a str, usize>
where
    'a: 'c,
{
    let mut whole = HashMap::new();
    let mut parts: HashMap<&str, Option<usize>> = HashMap::new();
    for (index, collection) in collections.enumerate() {
        for component in &collection.components {
            whole.entry(*component).or_insert(index);
        }
        for part in collection.reads.iter().flat_map(|schema| Shape::of(document, schema).parts) {
            let claim = parts.entry(part).or_insert(Some(index));
            // What several kinds of rows are put together from is none of them.
            *claim = claim.filter(|other| *other == index);
        }
    }
    for (part, index) in parts {
        if let Some(index) = index.filter(|_| identified(document, part).is_some()) {
            whole.entry(part).or_insert(index);
        }
    }
    whole
}

/// The schema of a component whose rows have an identity. An object without one is a value of its row.
pub(super) fn identified<'a>(document: &'a Document, component: &str) -> Option<Node<'a>> {
    let schema = document.root().get("components")?.get("schemas")?.get(component)?;
    let shape = Shape::of(document, std::slice::from_ref(&schema));
    let has_id = shape.properties.iter().any(|(name, _)| word::snake(name).as_deref() == Some("id"));
    has_id.then_some(schema)
}

/// Drafts by what can refer to them.
struct Targets<'a> {
    components: HashMap<&'a str, usize>,
    names: HashMap<String, usize>,
}

impl<'a> Targets<'a> {
    fn of(document: &'a Document, drafts: &[Draft<'a>]) -> Self {
        let components = claims(document, drafts.iter().map(|draft| &draft.collection));
        let mut names: HashMap<String, usize> =
            drafts.iter().enumerate().map(|(index, draft)| (draft.collection.name.clone(), index)).collect();
        for (index, draft) in drafts.iter().enumerate() {
            for component in &draft.collection.components {
                if let Some(name) = word::snake(component) {
                    names.entry(name).or_insert(index);
                }
            }
        }
        Self { components, names }
    }

    fn link(&self, document: &Document, drafts: &[Draft<'_>], position: usize, index: usize) -> Link {
        let draft = &drafts[position];
        let property = &draft.properties[index];
        if draft.key.property == Some(index) {
            return Link::None;
        }
        let component = |schema: &[_]| self.components.get(shape::component(document, schema)?).copied();
        if let Some(target) = component(&property.schema) {
            let wanted = format!("{}_id", property.snake());
            let sibling = draft.properties.iter().find(|other| other.snake() == wanted);
            return sibling.map_or(Link::Row(target), |sibling| Link::Embedded(sibling.name.to_owned()));
        }
        if let Some(items) = property.shape.items() {
            return component(std::slice::from_ref(items)).map_or(Link::None, Link::Rows);
        }
        self.by_name(document, drafts, position, property)
    }

    /// `category_id` or `categoryId`, where there are categories whose key has that type.
    fn by_name(
        &self,
        document: &Document,
        drafts: &[Draft<'_>],
        position: usize,
        property: &Property<'_>,
    ) -> Link {
        let name = property.snake();
        let Some(noun) = name.strip_suffix("_id") else { return Link::None };
        let found = word::nouns(noun).iter().find_map(|name| self.names.get(name)).copied();
        // A row that has a key of its own and is called like its own kind: who knows.
        let Some(target) = found.filter(|target| *target != position) else { return Link::None };
        let FieldType { kind, list } = typed(document, &property.shape).ty;
        let key = &drafts[target].key;
        if !list && !key.written.list && kind == key.written.kind {
            Link::Id(target)
        } else {
            Link::Unlike(target)
        }
    }
}
