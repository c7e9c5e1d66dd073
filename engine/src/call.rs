//! From a store's rows to an outcome.

use roundtrip_query::operation::{Operation, Resolution};
use roundtrip_query::plan::{Layout, Plan, Shape};
use roundtrip_schema::ResourceId;
use roundtrip_store::Rows;

use crate::error::EngineError;
use crate::outcome::{Outcome, Written};

/// What has to be remembered of a plan once the store has taken it.
pub(crate) struct Answer {
    layout: Layout,
    returns: bool,
    /// The names of the primary key, where a new row's key is told.
    key_fields: Vec<String>,
}

/// Whether the path names one row; its answer may be laid out as a list all the same (CSV).
fn names_one_row(operation: &Operation) -> bool {
    let target = operation.target();
    target.key.is_some() && target.follow.is_none()
}

fn key_fields(plan: &Plan, id: ResourceId) -> Vec<String> {
    let resource = plan.schema.resource(id);
    resource.primary_key.iter().map(|field| resource.field(*field).name.clone()).collect()
}

impl Answer {
    pub(crate) fn of(plan: &Plan) -> Self {
        let (layout, returns) = match &*plan.shape {
            Shape::Read(read) => (read.layout, true),
            Shape::Insert(insert) => (insert.layout, insert.returning.is_some()),
            Shape::Update(update) => (update.layout, update.returning.is_some()),
            Shape::Replace(replace) => (replace.update.layout, replace.update.returning.is_some()),
            Shape::Delete(delete) => (delete.layout, delete.returning.is_some()),
        };
        let key_fields = match &*plan.shape {
            Shape::Insert(insert) if insert.location => key_fields(plan, insert.resource),
            Shape::Replace(replace) => key_fields(plan, replace.update.resource),
            _ => Vec::new(),
        };
        Self { layout, returns, key_fields }
    }

    /// Whether an empty answer may mean that the row whose relation was followed does not exist.
    pub(crate) fn needs_parent(&self, operation: &Operation, rows: &Rows) -> bool {
        self.layout == Layout::Array && rows.count == 0 && operation.target().follow.is_some()
    }

    pub(crate) fn outcome(self, operation: &Operation, rows: Rows) -> Result<Outcome, EngineError> {
        let one_asked_for = match operation {
            Operation::Read(_) => self.layout == Layout::Object || names_one_row(operation),
            Operation::Create(_) => false,
            Operation::Update(_) | Operation::Replace(_) | Operation::Delete(_) => {
                operation.target().key.is_some()
            }
        };
        // A written row that the caller may not see was found all the same.
        let found = if matches!(operation, Operation::Read(_)) { rows.count } else { rows.written };
        if one_asked_for && found == 0 {
            return Err(EngineError::not_found(operation.target()));
        }
        let written = match operation {
            Operation::Read(_) => None,
            Operation::Create(one) => {
                let merges = one.duplicates.as_ref().is_some_and(|it| it.resolution == Resolution::Merge);
                Some(Written::Created { key: rows.location, added: !merges || rows.created })
            }
            Operation::Replace(_) if rows.created => {
                Some(Written::Created { key: rows.location, added: true })
            }
            Operation::Update(_) | Operation::Replace(_) => Some(Written::Updated),
            Operation::Delete(_) => Some(Written::Deleted),
        };
        let offset = match operation {
            Operation::Read(read) => read.selection.offset.unwrap_or(0),
            _ => 0,
        };
        Ok(Outcome {
            single: self.returns && self.layout == Layout::Object,
            body: rows.body,
            count: rows.count,
            total: rows.total,
            offset,
            written,
            key_fields: self.key_fields,
            sql: rows.sql,
        })
    }
}
