//! The structure of our own tables: made in an empty database, extended in one that is smaller, changed
//! by migrations.
//!
//! What has to be done is found by `roundtrip-migrate` from what `introspect` sees and what the schema
//! wants. Here it is run, on a connection of its own: `record` keeps the list of migrations, `run` runs
//! their files, `fill` prepares for the rows of another database. It must not write SQL about tables
//! itself, save the one of the list.

mod fill;
mod record;
mod run;

use std::sync::Arc;
use std::time::Duration;

use roundtrip_migrate::{Extras, Plan, Postgres, Transaction, diff};
use roundtrip_schema::Schema;
use roundtrip_store::{StoreError, StoreErrorKind};
use tokio_postgres::Error;

use crate::connect::Place;
use crate::error;
use crate::introspect::introspect;
use crate::session::Session;

/// How long a statement may wait for a table that others use, and how long one program waits for another
/// that changes the structure.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// How often it is asked whether the other one is done. Nothing waits inside the server: an index that
/// is made beside the calls of others waits for everybody who waits there.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// A connection that changes the structure of one schema of the database.
pub(crate) struct Builder {
    session: Arc<Session>,
    namespace: String,
}

/// The connection ends with its user, and what it has locked is free.
impl Drop for Builder {
    fn drop(&mut self) {
        self.session.retire();
    }
}

impl Builder {
    /// Statements about structure have their time: a large table is written anew.
    pub(crate) async fn open(place: &Place) -> Result<Self, StoreError> {
        let session = place.open().await?;
        let wait = LONGEST_WAIT.as_millis();
        let patient = format!(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = {wait}"
        );
        session.client.batch_execute(&patient).await.map_err(|error| error::plain(&error))?;
        Ok(Self { session, namespace: place.options.schema().to_owned() })
    }

    async fn execute(&self, sql: &str) -> Result<(), Error> {
        self.session.client.batch_execute(sql).await
    }

    /// Waits until no other program changes the structure of this schema, and keeps others from it while
    /// the connection lasts.
    async fn lock(&self) -> Result<(), StoreError> {
        const TRY: &str = "SELECT pg_try_advisory_lock(hashtext('roundtrip'), hashtext($1))";
        let taken = async {
            loop {
                let row = self.session.client.query_one(TRY, &[&self.namespace]).await;
                if row.map_err(|error| error::plain(&error))?.get::<_, bool>(0) {
                    return Ok(());
                }
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        match tokio::time::timeout(LONGEST_WAIT, taken).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => {
                let detail = "another program has been changing the structure for long";
                Err(StoreError::new(StoreErrorKind::Busy, detail, ""))
            }
        }
    }

    /// What it takes to bring the database to the shape of `schema`.
    pub(crate) async fn changes_to(&self, schema: &Schema, extras: Extras) -> Result<Plan, StoreError> {
        let existing = introspect(&self.session.client, &self.namespace).await;
        let existing = existing.map_err(|error| unreadable(&error.to_string()))?;
        Ok(diff(&existing, schema, &Postgres, extras))
    }

    /// Brings a database to the shape of `schema` and answers the statements that it took.
    ///
    /// New tables, indexes and unique constraints, new columns that are optional or have a literal
    /// default, and declared renames are made, as far as they can in one transaction. What the database
    /// has beyond the schema is tolerated where it cannot get in the way: tables, plain indexes, columns
    /// that may be left out. Every other difference is refused ([`StoreErrorKind::Structure`]) and nothing
    /// is changed.
    pub(crate) async fn bring_to(&self, schema: &Schema) -> Result<Vec<String>, StoreError> {
        // A database that is as it should be takes no lock, so that many nodes may start on it.
        if self.has_namespace().await? && self.additions(schema).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.lock().await?;
        if !self.has_namespace().await? {
            let make = format!("CREATE SCHEMA \"{}\"", self.namespace.replace('"', "\"\""));
            self.execute(&make).await.map_err(|error| error::plain(&error))?;
        }
        // Somebody else may have brought it there in the meantime.
        let plan = self.additions(schema).await?;
        self.carry_out(&plan).await?;
        Ok(plan.statements().map(str::to_owned).collect())
    }

    async fn has_namespace(&self) -> Result<bool, StoreError> {
        const THERE: &str = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";
        let row = self.session.client.query_one(THERE, &[&self.namespace]).await;
        row.and_then(|row| row.try_get(0)).map_err(|error| error::plain(&error))
    }

    async fn additions(&self, schema: &Schema) -> Result<Plan, StoreError> {
        let plan = self.changes_to(schema, Extras::Keep).await?;
        let beyond = plan.beyond_additions();
        if beyond.is_empty() { Ok(plan) } else { Err(structure(beyond, "")) }
    }

    /// Runs the steps of a plan; those that share a transaction stay together or not at all.
    async fn carry_out(&self, plan: &Plan) -> Result<(), StoreError> {
        let mut open = false;
        for step in &plan.steps {
            let inside = step.transaction == Transaction::Inside;
            if inside != open {
                let word = if inside { "BEGIN" } else { "COMMIT" };
                self.execute(word).await.map_err(|error| refused(&error, word))?;
                open = inside;
            }
            for statement in &step.statements {
                // The connection ends with this error, and takes back what is not committed.
                self.execute(statement).await.map_err(|error| refused(&error, statement))?;
            }
        }
        if open {
            self.execute("COMMIT").await.map_err(|error| refused(&error, "COMMIT"))?;
        }
        Ok(())
    }
}

/// A structure that cannot be read, and why.
pub(crate) fn unreadable(reason: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Structure { differences: vec![reason.to_owned()] }, reason, "")
}

fn structure(differences: Vec<String>, private: &str) -> StoreError {
    let detail = format!("the database differs from the resource files: {}", differences.join("; "));
    StoreError::new(StoreErrorKind::Structure { differences }, detail, private)
}

/// A statement that failed although the plan allowed it: rows stand in its way.
fn refused(failure: &Error, statement: &str) -> StoreError {
    let sorted = error::plain(failure);
    let by_rows = matches!(
        sorted.kind,
        StoreErrorKind::Unique { .. }
            | StoreErrorKind::Reference { .. }
            | StoreErrorKind::NotNull { .. }
            | StoreErrorKind::Check { .. }
            | StoreErrorKind::Type
    );
    if by_rows {
        return structure(vec![format!("rows that exist do not allow: {statement}")], &sorted.private);
    }
    sorted
}

/// The server's own words about a statement of a file.
fn words(failure: &Error) -> String {
    failure.as_db_error().map_or_else(|| failure.to_string(), |error| error.message().to_owned())
}
