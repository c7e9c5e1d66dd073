//! The structure of our own tables: made in an empty database, extended in one that is smaller.
//!
//! It compares what `introspect` sees with what the schema wants. What SQLite can add to a table
//! without copying it is done; anything else is refused with a line per difference, for migrations
//! to do. It must not touch rows.

mod column;
mod ddl;
mod difference;
mod plan;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use roundtrip_schema::Schema;
use roundtrip_store::{StoreError, StoreErrorKind};

use crate::error::{is_constraint, plain};
use plan::Plan;

/// The statements that make every table and index of `schema` in an empty database, in order.
/// Views are not among them: a schema knows their columns, not their queries.
pub fn create_sql(schema: &Schema) -> Vec<String> {
    ddl::create_all(schema)
}

/// Brings a database to the shape of `schema` and answers the statements that it took.
///
/// New tables, indexes and unique constraints, and new columns that are optional or have a literal
/// default, are added in one transaction. What the database has beyond the schema is tolerated where
/// it cannot get in the way: tables, plain indexes, columns that may be left out. Every other
/// difference is refused ([`StoreErrorKind::Structure`]) and nothing is changed.
///
/// Defaults and the names of constraints are not compared. The engine writes the schema's defaults
/// itself, and names in messages and hints come from the schema.
pub fn bring_to(connection: &Connection, schema: &Schema) -> Result<Vec<String>, StoreError> {
    // A database that is as it should be takes no lock, so that many nodes may start on one file.
    if statements(connection, schema)?.is_empty() {
        return Ok(Vec::new());
    }
    let begun = Transaction::new_unchecked(connection, TransactionBehavior::Immediate);
    let transaction = begun.map_err(|error| plain(&error))?;
    // Somebody else may have brought it there in the meantime.
    let statements = statements(&transaction, schema)?;
    for statement in &statements {
        transaction.execute(statement, []).map_err(|error| refused(&error, statement))?;
    }
    transaction.commit().map_err(|error| plain(&error))?;
    Ok(statements)
}

fn statements(connection: &Connection, schema: &Schema) -> Result<Vec<String>, StoreError> {
    let plan = Plan::make(connection, schema)?;
    if plan.differences.is_empty() { Ok(plan.statements) } else { Err(structure(plan.differences, "")) }
}

fn structure(differences: Vec<String>, private: &str) -> StoreError {
    let detail = format!("the database differs from the resource files: {}", differences.join("; "));
    StoreError::new(StoreErrorKind::Structure { differences }, detail, private)
}

/// A statement that failed although the plan allowed it: rows stand in its way.
fn refused(error: &rusqlite::Error, statement: &str) -> StoreError {
    if is_constraint(error) {
        return structure(vec![format!("rows that exist do not allow: {statement}")], &error.to_string());
    }
    plain(error)
}
