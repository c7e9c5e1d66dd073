//! All resources together, and the relations that follow from their references.

use std::collections::HashMap;
use std::sync::Arc;

use crate::nearest::closest;
use crate::relation::{self, Relation};
use crate::resource::Resource;
use crate::view::{self, Views};

/// Names one resource of one [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(u16);

/// Names one field of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(u16);

macro_rules! index_newtype {
    ($name:ident) => {
        impl $name {
            /// From a position in the list it indexes.
            pub fn new(index: usize) -> Self {
                Self(u16::try_from(index).expect("parse and introspection refuse more than 65,535 of a kind"))
            }

            /// The position in the list it indexes.
            pub fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    };
}
index_newtype!(ResourceId);
index_newtype!(FieldId);

/// The most resources or fields that ids can name.
pub const MOST_RESOURCES: usize = u16::MAX as usize;

/// Every resource of a project or an existing database.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    resources: Vec<Resource>,
    by_name: HashMap<String, ResourceId>,
    relations: Vec<Vec<Relation>>,
    /// The names of all fields, to be shared by every plan that shows them.
    keys: Vec<Vec<Arc<str>>>,
    views: Views,
    namespace: Option<Box<str>>,
    profile: Option<Box<str>>,
}

impl Schema {
    /// Puts resources together. References inside them must already point at positions of this list;
    /// names must be distinct (`parse` and introspection see to both).
    pub fn new(resources: Vec<Resource>) -> Self {
        Self::with_views(resources, Views::default())
    }

    /// The same, where views show fields of tables: they have the relations of what they show.
    pub fn with_views(resources: Vec<Resource>, views: Views) -> Self {
        let by_name = resources
            .iter()
            .enumerate()
            .map(|(index, one)| (one.name.clone(), ResourceId::new(index)))
            .collect();
        let relations = relation::derive(&resources, &views.origins);
        let names = |one: &Resource| one.fields.iter().map(|field| field.name.as_str().into()).collect();
        let keys = resources.iter().map(names).collect();
        Self { resources, by_name, relations, keys, views, namespace: None, profile: None }
    }

    /// The same resources, whose tables are in this schema of a database that has several
    /// (`CREATE SCHEMA` of PostgreSQL).
    #[must_use]
    pub fn in_namespace(self, name: impl Into<Box<str>>) -> Self {
        Self { namespace: Some(name.into()), ..self }
    }

    /// The same resources, which clients find under this name of a schema.
    #[must_use]
    pub fn called(self, profile: impl Into<Box<str>>) -> Self {
        Self { profile: Some(profile.into()), ..self }
    }

    /// What clients call this schema (`Accept-Profile`): as it was [called](Schema::called), or as the
    /// database calls it, or `public`.
    pub fn profile(&self) -> &str {
        self.profile.as_deref().or(self.namespace()).unwrap_or("public")
    }

    /// The schema of the database in which the tables are; `None` where the database has no schemas.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// Every resource with its id, in order of declaration.
    pub fn resources(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.resources.iter().enumerate().map(|(index, one)| (ResourceId::new(index), one))
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there is no resource at all.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The resource called `name` on the wire.
    pub fn find(&self, name: &str) -> Option<ResourceId> {
        self.by_name.get(name).copied()
    }

    /// The resource with this id. Ids are made only by this schema, so it exists.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.index()]
    }

    /// The name of a field on the wire, to be shared.
    pub fn key(&self, resource: ResourceId, field: FieldId) -> &Arc<str> {
        &self.keys[resource.index()][field.index()]
    }

    /// The relations that start at a resource.
    pub fn relations(&self, id: ResourceId) -> &[Relation] {
        &self.relations[id.index()]
    }

    /// The resource name most like a mistyped one.
    pub fn nearest_resource(&self, typed: &str) -> Option<&str> {
        closest(typed, self.resources.iter().map(|one| one.name.as_str()))
    }

    /// The same resources with other access rules; used where a served database gets its default.
    #[must_use]
    pub fn with_access(&self, access: impl Fn(&Resource) -> crate::Access) -> Self {
        let mut schema = self.clone();
        for resource in &mut schema.resources {
            resource.access = access(resource);
        }
        schema
    }

    /// The same resources, with the types that the columns have in a database. What resource files say
    /// of a field leaves it open how the database keeps it: in the type that we would choose, or in
    /// another one that was there before.
    #[must_use]
    pub fn with_column_types(&self, database: &Self) -> Self {
        let mut schema = self.clone();
        for resource in &mut schema.resources {
            let Some(table) = database.resources.iter().find(|one| one.table == resource.table) else {
                continue;
            };
            for field in &mut resource.fields {
                let column = table.fields.iter().find(|one| one.column == field.column);
                field.column_type = column.and_then(|column| column.column_type.clone());
            }
        }
        schema
    }

    /// The same resources, in which views that only show a table under other names can be written.
    #[must_use]
    pub fn with_plain_views_as_tables(&self) -> Self {
        Self { resources: view::plain_as_tables(&self.resources, &self.views), ..self.clone() }
    }

    /// The resources ordered so that each comes after those it refers to, as far as cycles allow.
    pub fn by_dependency(&self) -> Vec<ResourceId> {
        let mut ordered = Vec::with_capacity(self.resources.len());
        let mut placed = vec![false; self.resources.len()];
        while ordered.len() < self.resources.len() {
            let ready = |index: usize| {
                self.resources[index]
                    .references
                    .iter()
                    .all(|reference| reference.target.index() == index || placed[reference.target.index()])
            };
            let waiting = || (0..self.resources.len()).filter(|index| !placed[*index]);
            // Inside a cycle nothing is ready: take the first, its references are checked at commit.
            let Some(next) = waiting().find(|index| ready(*index)).or_else(|| waiting().next()) else {
                break;
            };
            placed[next] = true;
            ordered.push(ResourceId::new(next));
        }
        ordered
    }
}
