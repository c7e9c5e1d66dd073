//! What a store answers.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use roundtrip_policy::Authorized;
use roundtrip_query::Plan;

use crate::error::StoreError;

/// The outcome of a plan: rendered bytes and what is known about them.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The rows as the plan's layout wants them; empty when nothing is returned.
    pub body: Vec<u8>,
    /// How many rows `body` holds, or, where nothing is returned, how many were written.
    pub count: u64,
    /// How many rows were written, whether or not the caller may see them; 0 for a read.
    pub written: u64,
    /// How many rows match in all, where the plan asked for it.
    pub total: Option<u64>,
    /// Whether a replacement created the row.
    pub created: bool,
    /// The primary key of the one created row, one text per field, where the plan asked for it.
    pub location: Option<Vec<String>>,
    /// Where the time went.
    pub timing: Timing,
    /// The SQL text, without values.
    pub sql: Option<Arc<str>>,
}

/// Where a store's time went, in nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Waiting for a connection or for the writer.
    pub wait_ns: u64,
    /// Inside the database, for writes including the wait for the disk.
    pub run_ns: u64,
}

/// Many inserts in one transaction.
pub struct Load {
    /// Insert plans. An error item ends the load and is returned.
    pub batches: BoxStream<'static, Result<Authorized<Plan>, StoreError>>,
    /// Whether batches that went well stay when a later one fails.
    pub keep_good: bool,
}

/// Whether a database answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It does.
    Up,
    /// It does not; with a sentence for the operator.
    Down(String),
}
