//! The stage `plan`: resolves an operation against the schema into a typed plan.
//!
//! Names become ids, literals become values of the field's type, embeds become links. What the
//! database cannot do is refused here, by name. Whether the caller may do it is not asked here:
//! that is `policy`'s, and every plan leaves this module selecting nothing until it was asked.

mod comparison;
mod condition;
mod conflict;
mod depth;
mod draft;
mod embed;
mod expression;
mod literal;
mod order;
mod read;
mod replace;
mod scope;
mod search;
mod select;
mod slots;
mod target;
mod write;

use std::sync::Arc;

use roundtrip_schema::{Field, FieldId, Resource, Schema, Value};

use crate::capabilities::Capabilities;
use crate::error::QueryError;
use crate::limits::Limits;
use crate::operation::Operation;
use crate::plan::Plan;

pub use read::{key_params, parent_of_follow, plain_key};
pub use replace::replace_key;
pub use target::resource;

/// What a plan is made against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The resources.
    pub schema: &'a Arc<Schema>,
    /// What the database can do.
    pub capabilities: &'a Capabilities,
    /// How much one call may ask for.
    pub limits: &'a Limits,
    /// Whether fields that nobody may read exist for this caller.
    pub hidden: HiddenFields,
}

/// Whether fields that nobody may read exist for a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HiddenFields {
    /// They do not: naming one is naming nothing.
    Absent,
    /// They do, for the operator's own commands.
    Present,
}

/// The values of a write, typed and complete, as the stage `validate` leaves them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// The fields that each row holds.
    pub columns: Vec<FieldId>,
    /// How many of `columns` an update of an existing row takes; the rest only serve an insert.
    /// Equal to the length of `columns` except for a replacement.
    pub updated: usize,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// Resolves an operation. `written` holds the values of a write and is empty for reads and deletes.
pub fn plan(context: Context<'_>, operation: &Operation, written: Written) -> Result<Plan, QueryError> {
    written.rows.iter().flatten().try_for_each(|value| context.within_depth(value))?;
    match operation {
        Operation::Read(one) => read::plan(context, one),
        Operation::Create(one) => write::create(context, one, written),
        Operation::Update(one) => write::update(context, one, written),
        Operation::Replace(one) => replace::plan(context, one, written),
        Operation::Delete(one) => write::delete(context, one),
    }
}

impl Context<'_> {
    fn shows(&self, field: &Field) -> bool {
        self.hidden == HiddenFields::Present || field.is_visible()
    }

    /// The field called `name`, or the nearest name in the error.
    fn field(&self, resource: &Resource, name: &str) -> Result<FieldId, QueryError> {
        if let Some(id) = resource.field_id(name).filter(|id| self.shows(resource.field(*id))) {
            return Ok(id);
        }
        let known = resource.fields.iter().filter(|field| self.shows(field)).map(|field| field.name.as_str());
        Err(QueryError::UnknownField {
            resource: resource.name.clone(),
            field: name.to_owned(),
            nearest: roundtrip_schema::nearest::nearest(name, known).map(str::to_owned),
        })
    }

    fn unsupported(&self, what: impl Into<String>) -> QueryError {
        QueryError::Unsupported { what: what.into(), database: self.capabilities.database }
    }
}
