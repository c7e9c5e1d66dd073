//! What a store is: the one seam between the engine and a database.
//!
//! A store runs authorised plans and knows nothing of use cases. The trait, its errors, the writer
//! that renders rows as JSON, what stores do alike whatever their database, and the conformance suite
//! that every store passes live here; the databases live in `store_*`.

mod answer;
mod breach;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod fill;
pub mod render;
mod rows;
mod shapes;

use futures_util::future::BoxFuture;
use roundtrip_migrate::{Applied, Extras, Migration};
use roundtrip_policy::Authorized;
use roundtrip_query::{Capabilities, Plan};
use roundtrip_schema::Schema;

pub use answer::{Answer, Frame, layout};
pub use breach::Breach;
pub use error::{StoreError, StoreErrorKind};
pub use fill::{Filling, without_indexes, without_references};
pub use rows::{Health, Load, Rows, Timing};
pub use shapes::Shapes;

/// What happens to migrations that a database does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrating {
    /// Their statements are run.
    Running,
    /// They are recorded as applied: the database has their structure already.
    Recording,
}

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

    /// Reads the structure of the database as a schema; every access rule is absent. Of a database
    /// that has several schemas it is the first of those that are served.
    fn introspect(&self) -> BoxFuture<'_, Result<Schema, StoreError>>;

    /// Reads the structure of the other schemas that are served, where the database has several.
    fn introspect_others(&self) -> BoxFuture<'_, Result<Vec<Schema>, StoreError>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Brings an empty database to the shape of `schema`, and a database that was made from an
    /// earlier, smaller schema too where that needs nothing but new tables, indexes and optional or
    /// defaulted columns. Anything more is refused with a list of the differences.
    fn bring_to(&self, schema: &Schema) -> BoxFuture<'_, Result<Vec<String>, StoreError>>;

    /// What it takes to bring the database to the shape of `schema`, as SQL that is not run. `extras`
    /// says what becomes of what the database has and the schema has not.
    fn changes_to(
        &self,
        schema: &Schema,
        extras: Extras,
    ) -> BoxFuture<'_, Result<roundtrip_migrate::Plan, StoreError>>;

    /// The migrations that the database has, by number; none where it has never had any.
    ///
    /// They are kept in a table `_roundtrip_migrations` (in a database with schemas: `migrations` in the
    /// schema `roundtrip`) with a column for each member of [`Applied`]. Introspection leaves it out.
    fn migrations(&self) -> BoxFuture<'_, Result<Vec<Applied>, StoreError>>;

    /// Applies the files that the database does not have yet, and answers those, in order.
    ///
    /// However many programs do this at once, each file is applied once: the store takes a lock that
    /// holds for the whole database, and only under it asks which files are pending
    /// ([`roundtrip_migrate::pending`]). Before it, [`roundtrip_migrate::unfinished`] tells whether there
    /// is anything to do: where there is not, no lock is taken and nothing is written. A
    /// [`roundtrip_migrate::Trouble`] is answered as [`StoreErrorKind::Structure`] with its sentence as the
    /// one difference.
    ///
    /// * Where the database can take statements about structure back, each file runs in a transaction
    ///   that also records it as finished, and a statement that fails leaves nothing of its file.
    /// * Where it cannot, and for files that say so ([`Migration::runs_alone`]), each statement is
    ///   recorded: `begun` before it runs, `done` and [`roundtrip_migrate::Pending::done_checksum`] after
    ///   it, in the statement's own transaction where there is one. If the database refuses it, `begun`
    ///   becomes `done` again, so that the next attempt goes on there; if the program dies in it, they
    ///   differ, and the next attempt says so instead of guessing.
    ///
    /// Files before the one that failed stay applied. A refused statement is answered as
    /// [`StoreErrorKind::Structure`], with a line that says file, statement (from 1) and the database's
    /// words. With [`Migrating::Recording`], nothing is run: the files are recorded as finished.
    fn migrate(&self, files: &[Migration], how: Migrating)
    -> BoxFuture<'_, Result<Vec<Applied>, StoreError>>;

    /// Prepares for the rows of another database, before and after they are [loaded](Store::load); see
    /// [`Filling`].
    fn filling(&self, schema: &Schema, stage: Filling) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Whether the database answers now.
    fn health(&self) -> BoxFuture<'_, Health>;

    /// A number that rises whenever another program changed the database, as far as noticed.
    fn external_changes(&self) -> u64;

    /// Finishes what was accepted and closes every connection.
    fn close(&self) -> BoxFuture<'_, ()>;
}
