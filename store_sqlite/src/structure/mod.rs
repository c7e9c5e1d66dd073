//! The structure of our own tables: made in an empty database, extended in one that is smaller, changed
//! by migrations.
//!
//! What has to be done is found by `roundtrip-migrate` from what `introspect` sees and what the schema
//! wants. Here it is run, with what only a look into the database can tell: `peculiar` finds what a copy
//! of a table would lose, `record` keeps the list of migrations, `run` runs their files. It must not
//! write SQL about tables itself.

mod keep;
mod peculiar;
mod record;
mod run;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use roundtrip_migrate::{Extras, Plan, Sqlite, create, diff};
use roundtrip_schema::Schema;
use roundtrip_store::{StoreError, StoreErrorKind};

use crate::error::{is_constraint, plain};
use crate::introspect::introspect;

pub use record::applied;
pub use run::migrate;

/// The statements that make every table and index of `schema` in an empty database, in order.
/// Views are not among them: a schema knows their columns, not their queries.
pub fn create_sql(schema: &Schema) -> Vec<String> {
    create(schema, &Sqlite::default()).statements().map(str::to_owned).collect()
}

/// What it takes to bring a database to the shape of `schema`.
pub fn changes_to(connection: &Connection, schema: &Schema, extras: Extras) -> Result<Plan, StoreError> {
    let existing = introspect(connection)?;
    let ddl = peculiar::look(connection).map_err(|error| plain(&error))?;
    Ok(diff(&existing, schema, &ddl, extras))
}

/// Brings a database to the shape of `schema` and answers the statements that it took.
///
/// New tables, indexes and unique constraints, new columns that are optional or have a literal default,
/// and declared renames are made in one transaction. What the database has beyond the schema is
/// tolerated where it cannot get in the way: tables, plain indexes, columns that may be left out. Every
/// other difference is refused ([`StoreErrorKind::Structure`]) and nothing is changed.
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
    let plan = changes_to(connection, schema, Extras::Keep)?;
    let beyond = plan.beyond_additions();
    if beyond.is_empty() {
        return Ok(plan.statements().map(str::to_owned).collect());
    }
    Err(structure(beyond, ""))
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
