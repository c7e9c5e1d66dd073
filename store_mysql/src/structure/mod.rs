//! The structure of our own tables: made in an empty database, extended in one that is smaller, changed
//! by migrations.
//!
//! What has to be done is found by `roundtrip-migrate` from what `introspect` sees and what the schema
//! wants. Here it is run, on a connection of its own: `record` keeps the list of migrations, `run` runs
//! their files, `fill` prepares for the rows of another database. It must not write SQL about tables
//! itself, save the one of the list.
//!
//! Neither MariaDB nor MySQL can take a statement about structure back, so each one stays by itself.

mod fill;
mod record;
mod run;

use std::time::Duration;

use mysql_async::{Error, Value};
use roundtrip_migrate::{Extras, Mysql, Plan, diff};
use roundtrip_schema::Schema;
use roundtrip_store::{StoreError, StoreErrorKind};

use crate::connect::{Flavor, Place};
use crate::error;
use crate::failure::Failure;
use crate::introspect::{IntrospectError, introspect};
use crate::options::Options;
use crate::session::Session;

pub(crate) use fill::filling;
pub(crate) use record::applied;
pub(crate) use run::migrate;

/// How long one statement about structure may take: a large table is written anew.
const LONGEST: Duration = Duration::from_hours(24);

/// How long reading the structure may take: with many tables, longer than a call.
const READING: Duration = Duration::from_mins(1);

/// How long to wait for another program that changes the structure, in seconds.
const LOCK_SECONDS: u64 = 600;

/// A name that holds for this database alone; such names are those of the whole server, and short.
const LOCK: &str = "SELECT GET_LOCK(CONCAT('roundtrip.', LEFT(SHA2(DATABASE(), 256), 40)), ?)";

/// A connection that changes the structure. Its statements have their time, and read `\` in a literal as
/// the files have it, which were written for every client.
pub(crate) async fn builder(place: &Place) -> Result<Session, StoreError> {
    let mut session = place.connect().await?;
    session.be_patient(LONGEST);
    let limit = match place.flavor() {
        Flavor::MariaDb => "max_statement_time = 0",
        Flavor::MySql => "max_execution_time = 0",
    };
    let words = format!("SET SESSION {limit}, sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')");
    session.command(&words).await.map_err(|failure| error::plain(&failure, &place.options))?;
    Ok(session)
}

/// Waits until no other program changes the structure, and keeps others from it while the session lasts.
async fn lock(session: &mut Session, options: &Options) -> Result<(), StoreError> {
    let mut taken = false;
    let each = |row: &mysql_async::Row, _: &_| {
        taken = matches!(row.as_ref(0), Some(Value::Int(1)));
        Ok(())
    };
    let outcome = session.run(LOCK, vec![Value::UInt(LOCK_SECONDS)], each).await;
    outcome.map_err(|failure| error::plain(&failure, options))?;
    if taken {
        Ok(())
    } else {
        Err(StoreError::busy("another program has been changing the structure for long"))
    }
}

/// Reads the structure of the database.
pub(crate) async fn read(session: &mut Session, options: &Options) -> Result<Schema, StoreError> {
    let limit = READING.max(options.statement_timeout);
    match tokio::time::timeout(limit, introspect(session.connection())).await {
        Ok(Ok(schema)) => {
            session.finished();
            Ok(schema)
        }
        Ok(Err(IntrospectError::Database(failure))) => Err(error::plain(&failure.into(), options)),
        Ok(Err(other)) => Err(StoreError::new(StoreErrorKind::Unsupported, other.to_string(), "")),
        Err(_elapsed) => {
            let detail = "reading the structure of the database took too long";
            Err(StoreError::new(StoreErrorKind::timeout(limit), detail, ""))
        }
    }
}

/// What it takes to bring a database to the shape of `schema`.
pub(crate) async fn changes_to(
    session: &mut Session,
    options: &Options,
    schema: &Schema,
    extras: Extras,
) -> Result<Plan, StoreError> {
    Ok(diff(&read(session, options).await?, schema, &Mysql, extras))
}

/// Brings a database to the shape of `schema` and answers the statements that it took.
///
/// New tables, indexes and unique constraints, new columns that are optional or have a literal default,
/// and declared renames are made. What the database has beyond the schema is tolerated where it cannot
/// get in the way: tables, plain indexes, columns that may be left out. Every other difference is refused
/// ([`StoreErrorKind::Structure`]) and nothing is changed.
pub(crate) async fn bring_to(
    session: &mut Session,
    options: &Options,
    schema: &Schema,
) -> Result<Vec<String>, StoreError> {
    // A database that is as it should be takes no lock, so that many nodes may start on it. What is wrong
    // is only said behind the lock: what another program is making right now looks as if it differed.
    if matches!(additions(session, options, schema).await, Ok(statements) if statements.is_empty()) {
        return Ok(Vec::new());
    }
    lock(session, options).await?;
    // Somebody else may have brought it there in the meantime.
    let statements = additions(session, options, schema).await?;
    run_all(session, options, &statements).await?;
    Ok(statements)
}

async fn additions(
    session: &mut Session,
    options: &Options,
    schema: &Schema,
) -> Result<Vec<String>, StoreError> {
    let plan = changes_to(session, options, schema, Extras::Keep).await?;
    let beyond = plan.beyond_additions();
    if beyond.is_empty() {
        return Ok(plan.statements().map(str::to_owned).collect());
    }
    Err(structure(beyond, ""))
}

async fn run_all(session: &mut Session, options: &Options, statements: &[String]) -> Result<(), StoreError> {
    for statement in statements {
        session.command(statement).await.map_err(|failure| refused(&failure, statement, options))?;
    }
    Ok(())
}

fn structure(differences: Vec<String>, private: &str) -> StoreError {
    let detail = format!("the database differs from the resource files: {}", differences.join("; "));
    StoreError::new(StoreErrorKind::Structure { differences }, detail, private)
}

/// A statement that failed although the plan allowed it: rows stand in its way.
fn refused(failure: &Failure, statement: &str, options: &Options) -> StoreError {
    let sorted = error::plain(failure, options);
    let by_rows = matches!(
        sorted.kind,
        StoreErrorKind::Unique { .. }
            | StoreErrorKind::Reference { .. }
            | StoreErrorKind::Check { .. }
            | StoreErrorKind::Type
    );
    if by_rows {
        return structure(vec![format!("rows that exist do not allow: {statement}")], &sorted.private);
    }
    sorted
}

/// The server's own words about a statement of a file.
fn words(failure: &Failure) -> String {
    match failure {
        Failure::Database(Error::Server(error)) => error.message.clone(),
        Failure::Database(error) => error.to_string(),
        _ => "the server did not answer in time".to_owned(),
    }
}
