//! A namespace of an existing PostgreSQL database read as a schema.
//!
//! It only reads, on one snapshot, and asks only the system catalogues, which tell everybody everything
//! about structure. It must not know who may do what through us: every access rule is absent. The parts:
//! `catalog` asks PostgreSQL, `column_type` translates types, `default` and `check` (with `token`) read
//! expressions, `view` (with `node`) finds what views show, `resource` puts it together.

mod catalog;
mod check;
mod column_type;
mod default;
mod error;
mod node;
mod resource;
mod token;
mod view;

use roundtrip_schema::Schema;
use roundtrip_schema::schema::MOST_RESOURCES;
use tokio_postgres::Client;

pub use error::IntrospectError;

/// Reads the structure of one namespace (`CREATE SCHEMA`) of a database of PostgreSQL 12 or later.
///
/// Left out are tables and columns that the connected role may not read, what belongs to an extension,
/// partitions (their partitioned table has their rows), and foreign keys to other namespaces.
///
/// It begins and ends a transaction of its own: the connection must be in none, and must not be used
/// again if this is dropped before it is done.
///
/// # Errors
/// A namespace that does not exist or cannot be served, too many tables, whatever the database answers.
pub async fn introspect(client: &Client, namespace: &str) -> Result<Schema, IntrospectError> {
    if is_reserved(namespace) {
        return Err(IntrospectError::Reserved { namespace: namespace.to_owned() });
    }
    // Without a search path the database writes every name of a type with its namespace.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''";
    client.batch_execute(begin).await?;
    let read = catalog::read(client, namespace).await;
    let ended = client.batch_execute("ROLLBACK").await;
    let catalog = read?;
    ended?;
    if catalog.relations.len() > MOST_RESOURCES {
        return Err(IntrospectError::TooMany { namespace: namespace.to_owned() });
    }
    let resources = resource::assemble(&catalog);
    let views = view::views(&catalog);
    Ok(Schema::with_views(resources, views).in_namespace(namespace))
}

/// Whether a namespace is PostgreSQL's own, or ours for bookkeeping.
fn is_reserved(namespace: &str) -> bool {
    namespace.starts_with("pg_") || namespace == "information_schema" || namespace == "roundtrip"
}
