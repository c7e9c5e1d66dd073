//! What the files say before names are resolved: the model with names instead of ids.
//!
//! Readers fill drafts, `resolve` finds what their names mean, `build` makes the model of them.

use super::literal::Literal;
use super::report::{At, Place};
use crate::access::{Access, Rule};
use crate::field::{FieldType, Pattern, ServerValue, SetOn};
use crate::resource::OnDelete;

/// A resource as its file says it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) name: At<String>,
    pub(super) table: Option<At<String>>,
    pub(super) view: bool,
    pub(super) description: Option<String>,
    pub(super) fields: Vec<DraftField>,
    pub(super) id: DraftId,
    pub(super) uniques: Vec<DraftKey>,
    pub(super) indexes: Vec<DraftKey>,
    pub(super) references: Vec<DraftReference>,
    /// The owner's position among all drafts and the short name, for a part.
    pub(super) part_of: Option<(usize, String)>,
    /// Where it says `auth = true`.
    pub(super) auth: Option<Place>,
    pub(super) renamed_from: Option<At<String>>,
    pub(super) access: Access,
}

impl Draft {
    /// The name of its table or view.
    pub(super) fn table(&self) -> &At<String> {
        self.table.as_ref().unwrap_or(&self.name)
    }

    pub(super) fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name.value == name)
    }
}

/// What a resource says about its primary key.
#[derive(Debug)]
pub(super) enum DraftId {
    /// There is none: a view.
    None,
    /// These fields.
    Fields {
        fields: Vec<At<String>>,
        /// Whether a missing value is made by the server or the database; by type if nothing is said.
        generated: Option<At<bool>>,
    },
}

/// A unique constraint or an index.
#[derive(Debug)]
pub(super) struct DraftKey {
    pub(super) name: Option<String>,
    pub(super) fields: Vec<At<String>>,
    pub(super) place: Place,
}

/// A reference to another resource.
#[derive(Debug)]
pub(super) struct DraftReference {
    pub(super) name: Option<String>,
    pub(super) fields: Vec<At<String>>,
    /// The resource, or `resource.field` when `to_fields` is not given.
    pub(super) to: At<String>,
    pub(super) to_fields: Option<Vec<At<String>>>,
    pub(super) on_delete: At<OnDelete>,
    /// Whether it gets an index if no key begins with its fields.
    pub(super) index: bool,
}

/// Where a field's type comes from.
#[derive(Debug)]
pub(super) enum DraftType {
    /// It was written.
    Known(FieldType),
    /// It is the type of what this reference (by position) leads to.
    Reference(usize),
    /// It could not be read; that has been reported.
    Unreadable,
}

/// A field as its file says it.
#[derive(Debug)]
pub(super) struct DraftField {
    pub(super) name: At<String>,
    pub(super) column: Option<At<String>>,
    pub(super) ty: DraftType,
    pub(super) optional: bool,
    pub(super) default: Option<Literal>,
    pub(super) set: Option<At<(SetOn, ServerValue)>>,
    pub(super) database: Option<At<ByDatabase>>,
    pub(super) unique: bool,
    pub(super) index: Option<bool>,
    pub(super) min: Option<Literal>,
    pub(super) max: Option<Literal>,
    pub(super) pattern: Option<At<Pattern>>,
    pub(super) search: Option<Place>,
    pub(super) read: Option<Rule>,
    pub(super) write: Option<Rule>,
    pub(super) renamed_from: Option<At<String>>,
    pub(super) description: Option<String>,
}

/// What an existing database does with a column by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByDatabase {
    /// It has a default that cannot be written here.
    Default,
    /// It computes the column.
    Generated,
}

impl DraftField {
    /// A plain required field.
    pub(super) fn new(name: At<String>, ty: DraftType) -> Self {
        Self {
            name,
            column: None,
            ty,
            optional: false,
            default: None,
            set: None,
            database: None,
            unique: false,
            index: None,
            min: None,
            max: None,
            pattern: None,
            search: None,
            read: None,
            write: None,
            renamed_from: None,
            description: None,
        }
    }

    /// The name of its column.
    pub(super) fn column(&self) -> &At<String> {
        self.column.as_ref().unwrap_or(&self.name)
    }
}
