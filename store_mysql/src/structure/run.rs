//! Runs the files that a database does not have yet, statement by statement.
//!
//! Each statement is recorded before it runs and after: one that changes the structure cannot be taken
//! back, and one that changes rows is in one transaction with its record. If the program dies in
//! between, the two numbers differ, and the next attempt says so.

use roundtrip_migrate::{Applied, Dialect, Migration, Pending, pending, unfinished};
use roundtrip_store::{Migrating, StoreError, StoreErrorKind};

use super::record::{self, Progress};
use super::{lock, words};
use crate::error;
use crate::failure::Failure;
use crate::options::Options;
use crate::session::Session;
use crate::write::BEGIN;

/// Applies what is pending of these files; answers what was applied.
pub(crate) async fn migrate(
    session: &mut Session,
    options: &Options,
    files: &[Migration],
    how: Migrating,
) -> Result<Vec<Applied>, StoreError> {
    let applied = record::applied(session).await.map_err(|failure| error::plain(&failure, options))?;
    // Another program may be in the middle of a file, which nobody can tell from one that was interrupted
    // but behind the lock.
    let rest = unfinished(files, &applied, Dialect::Mysql);
    if rest.map_err(|trouble| refusal(trouble.to_string(), ""))?.is_empty() {
        return Ok(Vec::new());
    }
    lock(session, options).await?;
    let plain = |failure: Failure| error::plain(&failure, options);
    record::make(session).await.map_err(plain)?;
    // Somebody else may have applied some in the meantime.
    let mut done = Vec::new();
    for next in waiting(session, options, files).await? {
        if how == Migrating::Running {
            run(session, options, &next).await?;
        }
        let (file, statements) = (next.file, next.statements.len());
        let checksum = file.checksum();
        let finished = Progress { file, checksum, done: statements, begun: statements, finished: true };
        record::write(session, &finished).await.map_err(plain)?;
        done.push(file.number);
    }
    let applied = record::applied(session).await.map_err(plain)?;
    Ok(applied.into_iter().filter(|one| done.contains(&one.number)).collect())
}

async fn waiting<'f>(
    session: &mut Session,
    options: &Options,
    files: &'f [Migration],
) -> Result<Vec<Pending<'f>>, StoreError> {
    let applied = record::applied(session).await.map_err(|failure| error::plain(&failure, options))?;
    pending(files, &applied, Dialect::Mysql).map_err(|trouble| refusal(trouble.to_string(), ""))
}

async fn run(session: &mut Session, options: &Options, next: &Pending<'_>) -> Result<(), StoreError> {
    let plain = |failure: Failure| error::plain(&failure, options);
    let at = |done: usize, begun: usize| Progress {
        file: next.file,
        checksum: next.done_checksum(done),
        done,
        begun,
        finished: false,
    };
    for (index, statement) in next.statements.iter().enumerate().skip(next.done) {
        record::write(session, &at(index, index + 1)).await.map_err(plain)?;
        let outcome = step(session, statement, &at(index + 1, index + 1)).await;
        let Err(failure) = outcome else { continue };
        session.roll_back().await;
        // Where the connection is gone, nobody knows whether the statement was carried out.
        if failure.code().is_some() && !failure.is_broken() {
            record::write(session, &at(index, index)).await.map_err(plain)?;
        }
        let file = next.file.file();
        let line = format!("{file}, statement {}: {}", index + 1, words(&failure));
        return Err(failed(&failure, line, options));
    }
    Ok(())
}

async fn step(session: &mut Session, statement: &str, done: &Progress<'_>) -> Result<(), Failure> {
    session.begin(BEGIN).await?;
    session.command(statement).await?;
    record::write(session, done).await?;
    session.commit().await
}

/// A failure of a statement: what is wrong with the database stays what it is, anything else is said
/// with its place.
fn failed(failure: &Failure, line: String, options: &Options) -> StoreError {
    let sorted = error::plain(failure, options);
    match sorted.kind {
        StoreErrorKind::Busy
        | StoreErrorKind::ReadOnly
        | StoreErrorKind::Full
        | StoreErrorKind::Timeout { .. }
        | StoreErrorKind::Unavailable => sorted,
        _ => refusal(line, &sorted.private),
    }
}

fn refusal(line: String, private: &str) -> StoreError {
    let detail = format!("migrations cannot be applied: {line}");
    StoreError::new(StoreErrorKind::Structure { differences: vec![line] }, detail, private)
}
