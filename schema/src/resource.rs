//! A resource: one table or view as callers see it.

use crate::access::{Access, Action, Rule};
use crate::field::Field;
use crate::schema::{FieldId, ResourceId};

/// What stands behind a resource in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// A table: rows can be read and written.
    Table,
    /// A view: rows can be read.
    View,
}

/// What happens to rows that refer to a deleted row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnDelete {
    /// The deletion is refused while somebody refers to the row.
    #[default]
    Restrict,
    /// Rows that refer to it are deleted too.
    Cascade,
    /// Their reference becomes null.
    SetNull,
    /// Their reference becomes its default.
    SetDefault,
}

/// A set of fields whose values together occur once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// The constraint's or index's name in the database.
    pub name: String,
    /// The fields, in the order of the index.
    pub fields: Vec<FieldId>,
}

/// A plain index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The index's name in the database.
    pub name: String,
    /// The fields, in order.
    pub fields: Vec<FieldId>,
}

/// A reference (foreign key) from fields of this resource to a key of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The constraint's name; databases that name none get `<table>_<column>_fkey`.
    pub constraint: String,
    /// The referring fields.
    pub fields: Vec<FieldId>,
    /// The resource referred to.
    pub target: ResourceId,
    /// The fields referred to, paired with `fields`.
    pub target_fields: Vec<FieldId>,
    /// What happens when the row referred to is deleted.
    pub on_delete: OnDelete,
}

/// One table or view as callers see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The name on the wire: `/rest/v1/<name>`.
    pub name: String,
    /// The table's or view's name in the database.
    pub table: String,
    /// Table or view.
    pub kind: ResourceKind,
    /// What it is for, shown in the documentation.
    pub description: Option<String>,
    /// The file that declares it, relative to the project folder; `None` when introspected.
    pub file: Option<String>,
    /// The fields, in order of declaration; [`FieldId`] is an index into this list.
    pub fields: Vec<Field>,
    /// The primary key; empty for a view or a table without one.
    pub primary_key: Vec<FieldId>,
    /// Whether a row created without its integer key is given one by the database.
    pub generated_key: bool,
    /// Unique constraints beside the primary key.
    pub uniques: Vec<Unique>,
    /// Plain indexes.
    pub indexes: Vec<Index>,
    /// Foreign keys.
    pub references: Vec<Reference>,
    /// The resource this one is a part of (`[parts.*]`), with the short name it has there.
    pub part_of: Option<(ResourceId, String)>,
    /// The table's former name: a migration renames the table that is called so.
    pub renamed_from: Option<String>,
    /// Whether its rows belong to accounts.
    pub auth: bool,
    /// Who may do what.
    pub access: Access,
}

impl Resource {
    /// The greatest key that a caller may give where the database hands out keys: the greatest integer
    /// that JavaScript keeps exactly. A database hands out keys after the greatest there is, and after
    /// the greatest of all there is none.
    pub const GREATEST_GIVEN_KEY: i64 = 9_007_199_254_740_991;

    /// The greatest key at which a new row can be put, where the database hands out keys: far beyond
    /// what is handed out after the greatest that may be given, and far from the end.
    pub const GREATEST_KEY: i64 = (1 << 62) - 1;

    /// Whether a rule could permit the action to somebody, and the resource can do it.
    pub fn offers(&self, action: Action) -> bool {
        let possible = action == Action::Read || self.kind == ResourceKind::Table;
        possible && self.access.rule(action).is_some_and(|rule| *rule != Rule::Nobody)
    }

    /// Whether anything at all could be permitted to somebody.
    pub fn offers_anything(&self) -> bool {
        Action::ALL.into_iter().any(|action| self.offers(action))
    }

    /// Whether the database hands out the values of this field.
    pub fn hands_out(&self, field: FieldId) -> bool {
        self.generated_key && self.primary_key == [field]
    }

    /// The field called `name` on the wire.
    pub fn field_id(&self, name: &str) -> Option<FieldId> {
        // A scan: resources have a few dozen fields, and comparing short names beats hashing them.
        self.fields.iter().position(|field| field.name == name).map(FieldId::new)
    }

    /// The field with this id. Ids are made only by this resource, so the field exists.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.index()]
    }

    /// Every field with its id.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        self.fields.iter().enumerate().map(|(index, field)| (FieldId::new(index), field))
    }

    /// The names of `fields`, in order.
    pub fn names(&self, fields: &[FieldId]) -> Vec<&str> {
        fields.iter().map(|id| self.field(*id).name.as_str()).collect()
    }

    /// Whether these fields are the primary key or a unique constraint, in any order.
    pub fn is_unique(&self, fields: &[FieldId]) -> bool {
        let same = |key: &[FieldId]| {
            !key.is_empty() && key.len() == fields.len() && key.iter().all(|id| fields.contains(id))
        };
        same(&self.primary_key) || self.uniques.iter().any(|unique| same(&unique.fields))
    }
}
