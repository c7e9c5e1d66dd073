//! What a store is: the one seam between the engine and a database.
//!
//! A store runs authorised plans and knows nothing of use cases. The trait, its errors, the writer
//! that renders rows as JSON, and the conformance suite that every store passes live here; the
//! databases live in `store_*`.

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
pub mod render;
mod rows;

use futures_util::future::BoxFuture;
use roundtrip_policy::Authorized;
use roundtrip_query::{Capabilities, Plan};
use roundtrip_schema::Schema;

pub use error::{StoreError, StoreErrorKind};
pub use rows::{Health, Load, Rows, Timing};

/// A database that runs authorised plans.
pub trait Store: Send + Sync {
    /// What this database can do.
    fn capabilities(&self) -> &Capabilities;

    /// Runs one plan. A write is durable when the future resolves with success, and has left no
    /// trace when it resolves with an error. A read of a plan takes one SQL statement (and one more
    /// for an exact count), on one snapshot.
    fn execute(&self, plan: Authorized<Plan>) -> BoxFuture<'_, Result<Rows, StoreError>>;

    /// Runs many inserts in one transaction of its own, as they arrive: for imports of any length.
    /// Nothing stays unless every batch went well, or [`Load::keep_good`] is set.
    fn load(&self, load: Load) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Reads the structure of the database as a schema; every access rule is absent.
    fn introspect(&self) -> BoxFuture<'_, Result<Schema, StoreError>>;

    /// Brings an empty database to the shape of `schema`, and a database that was made from an
    /// earlier, smaller schema too where that needs nothing but new tables, indexes and optional or
    /// defaulted columns. Anything more is refused with a list of the differences.
    fn bring_to(&self, schema: &Schema) -> BoxFuture<'_, Result<Vec<String>, StoreError>>;

    /// Whether the database answers now.
    fn health(&self) -> BoxFuture<'_, Health>;

    /// A number that rises whenever another program changed the database, as far as noticed.
    fn external_changes(&self) -> u64;

    /// Finishes what was accepted and closes every connection.
    fn close(&self) -> BoxFuture<'_, ()>;
}
