//! A plan in the making: what all its levels share, and the values collected so far.

use std::sync::Arc;

use roundtrip_schema::Value;

use super::Context;
use super::slots::Slots;
use crate::operation::{Format, Rendering, Terms};
use crate::plan::{Layout, Params, Plan, Shape};

/// What all levels of one plan share while it is made.
pub(super) struct Draft<'a> {
    pub(super) context: Context<'a>,
    pub(super) rendering: &'a Rendering,
    pub(super) slots: Slots<'a>,
}

impl<'a> Draft<'a> {
    /// A plan whose values follow `base` values of a written row.
    pub(super) fn after(context: Context<'a>, rendering: &'a Rendering, base: usize) -> Self {
        Self { context, rendering, slots: Slots::after(context, base) }
    }

    /// How an answer is laid out that would be laid out like this in JSON.
    pub(super) fn layout(&self, json: Layout) -> Layout {
        match self.rendering.format {
            Format::Json => json,
            Format::Csv => Layout::Csv,
        }
    }

    /// The plan.
    pub(super) fn finish(self, shape: Shape, rows: Vec<Vec<Value>>, terms: Terms) -> Plan {
        Plan {
            schema: Arc::clone(self.context.schema),
            shape: Arc::new(shape),
            params: Params { rows, fixed: self.slots.finish() },
            terms,
        }
    }
}
