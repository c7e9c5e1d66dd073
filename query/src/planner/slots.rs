//! Hands out parameter slots while a plan is made.

use roundtrip_schema::Value;

use super::Context;
use crate::error::QueryError;
use crate::plan::Slot;

/// The fixed values of a plan, and where their slots begin.
pub(super) struct Slots<'a> {
    context: Context<'a>,
    base: usize,
    values: Vec<Value>,
    page_cap: Option<Slot>,
}

impl<'a> Slots<'a> {
    /// Slots that follow `base` values of a written row.
    pub(super) fn after(context: Context<'a>, base: usize) -> Self {
        Self { context, base, values: Vec::new(), page_cap: None }
    }

    /// A slot for `value`.
    pub(super) fn push(&mut self, value: Value) -> Result<Slot, QueryError> {
        let place = self.base + self.values.len();
        let most = self.context.capabilities.parameters.min(usize::from(u16::MAX));
        if place >= most {
            return Err(self.context.unsupported(format!("more than {most} values in one statement")));
        }
        self.context.within_depth(&value)?;
        self.values.push(value);
        Ok(Slot(u16::try_from(place).unwrap_or(u16::MAX)))
    }

    /// A slot for a row limit: what was asked for, cut to the cap of rows per page.
    pub(super) fn limit(&mut self, asked: Option<u64>) -> Result<Option<Slot>, QueryError> {
        let cap = self.context.limits.page_rows;
        match asked {
            Some(rows) if cap == 0 || rows < cap => self.push(count(rows)).map(Some),
            None if cap == 0 => Ok(None),
            // Every level that is cut to the cap shares one value.
            _ => {
                if self.page_cap.is_none() {
                    self.page_cap = Some(self.push(count(cap))?);
                }
                Ok(self.page_cap)
            }
        }
    }

    /// The values, in slot order.
    pub(super) fn finish(self) -> Vec<Value> {
        self.values
    }
}

/// A row count as a value; beyond what a database can count, it is the most it can.
pub(super) fn count(rows: u64) -> Value {
    Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}
