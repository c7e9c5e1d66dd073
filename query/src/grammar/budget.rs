//! What one query string has used up of its limits.
//!
//! It counts and refuses; what is counted is read elsewhere.

use crate::{Limits, QueryError};

/// How deep embeds, and `and`/`or`, may be nested at most, whatever the settings say: readers call
/// themselves once per level and the stack is finite.
pub const DEPTH_MAX: usize = 32;

/// What has been used up so far.
#[derive(Debug)]
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    filters: usize,
    select_items: usize,
    order_terms: usize,
    names: usize,
}

impl<'a> Budget<'a> {
    /// Nothing used yet.
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self { limits, filters: 0, select_items: 0, order_terms: 0, names: 0 }
    }

    /// One more comparison.
    pub(super) fn filter(&mut self) -> Result<(), QueryError> {
        spend(&mut self.filters, self.limits.filters, "filters", "limits.filters")
    }

    /// One more selected item.
    pub(super) fn select_item(&mut self) -> Result<(), QueryError> {
        spend(&mut self.select_items, self.limits.select_items, "select items", "limits.select_items")
    }

    /// One more term of an order. There are no more of them than items, so they share that setting.
    pub(super) fn order_term(&mut self) -> Result<(), QueryError> {
        spend(&mut self.order_terms, self.limits.select_items, "order terms", "limits.select_items")
    }

    /// One more name in `columns` or `on_conflict`; again no more than items.
    pub(super) fn name(&mut self) -> Result<(), QueryError> {
        spend(&mut self.names, self.limits.select_items, "column names", "limits.select_items")
    }

    /// A list of `length` literals.
    pub(super) fn list(&self, length: usize) -> Result<(), QueryError> {
        within(length, self.limits.in_list, "values in a list", "limits.in_list")
    }

    /// An embed `depth` levels below the top, from 1.
    pub(super) fn embed(&self, depth: usize) -> Result<(), QueryError> {
        within(depth, self.limits.embed_depth.min(DEPTH_MAX), "levels of embedding", "limits.embed_depth")
    }
}

fn spend(used: &mut usize, most: usize, what: &'static str, setting: &'static str) -> Result<(), QueryError> {
    *used += 1;
    within(*used, most, what, setting)
}

/// Refuses at the first one too many, so `given` is what was seen until then, not the whole.
fn within(given: usize, most: usize, what: &'static str, setting: &'static str) -> Result<(), QueryError> {
    if given <= most { Ok(()) } else { Err(QueryError::Limit { what, given, most, setting }) }
}
