//! From a store's rows to an outcome.

use roundtrip_query::operation::Operation;
use roundtrip_query::plan::{Layout, Plan, Shape};
use roundtrip_store::Rows;

use crate::error::EngineError;
use crate::outcome::{Outcome, Written};

/// What has to be remembered of a plan once the store has taken it.
pub(crate) struct Answer {
    layout: Layout,
    returns: bool,
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
        Self { layout, returns }
    }

    /// Whether an empty answer may mean that the row whose relation was followed does not exist.
    pub(crate) fn needs_parent(&self, operation: &Operation, rows: &Rows) -> bool {
        self.layout == Layout::Array && rows.count == 0 && operation.target().follow.is_some()
    }

    pub(crate) fn outcome(self, operation: &Operation, rows: Rows) -> Result<Outcome, EngineError> {
        let one_asked_for = match operation {
            Operation::Read(_) => self.layout == Layout::Object,
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
            Operation::Create(_) => Some(Written::Created { key: rows.location }),
            Operation::Replace(_) if rows.created => Some(Written::Created { key: rows.location }),
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
            sql: rows.sql,
        })
    }
}
