//! Runs the files that a database does not have yet: each in a transaction, with its record, or, where
//! its statements run alone, one after the other, each recorded before it runs and after.

use roundtrip_migrate::{Applied, Dialect, Migration, Pending, pending, unfinished};
use roundtrip_store::{Migrating, StoreError, StoreErrorKind};
use tokio_postgres::Error;

use super::record::Progress;
use super::{Builder, words};
use crate::error;

impl Builder {
    /// Applies what is pending of these files; answers what was applied.
    pub(crate) async fn migrate(
        &self,
        files: &[Migration],
        how: Migrating,
    ) -> Result<Vec<Applied>, StoreError> {
        // Whether a statement was interrupted can be told only under the lock: another program may be in it.
        let applied = self.applied().await.map_err(|error| error::plain(&error))?;
        let rest = unfinished(files, &applied, Dialect::Postgres);
        if rest.map_err(|trouble| refusal(trouble.to_string(), ""))?.is_empty() {
            return Ok(Vec::new());
        }
        self.lock().await?;
        self.make_list().await.map_err(|error| error::plain(&error))?;
        // Somebody else may have applied some in the meantime.
        let mut done = Vec::new();
        for next in self.waiting(files).await? {
            match how {
                Migrating::Running if next.file.runs_alone() => self.run_alone(&next).await?,
                Migrating::Running => self.run_together(&next).await?,
                Migrating::Recording => {
                    self.record(&finished(&next)).await.map_err(|error| error::plain(&error))?;
                }
            }
            done.push(next.file.number);
        }
        let applied = self.applied().await.map_err(|error| error::plain(&error))?;
        Ok(applied.into_iter().filter(|one| done.contains(&one.number)).collect())
    }

    async fn waiting<'f>(&self, files: &'f [Migration]) -> Result<Vec<Pending<'f>>, StoreError> {
        let applied = self.applied().await.map_err(|error| error::plain(&error))?;
        pending(files, &applied, Dialect::Postgres).map_err(|trouble| refusal(trouble.to_string(), ""))
    }

    async fn run_together(&self, next: &Pending<'_>) -> Result<(), StoreError> {
        let outcome = self.together(next).await;
        if outcome.is_err() {
            // A connection that is gone has taken everything back already.
            drop(self.execute("ROLLBACK").await);
        }
        outcome.map_err(|(index, failure)| failed(next, index, &failure))
    }

    /// A failure comes with the position of its statement, if it is one's.
    async fn together(&self, next: &Pending<'_>) -> Result<(), (Option<usize>, Error)> {
        self.execute("BEGIN").await.map_err(|failure| (None, failure))?;
        for (index, statement) in next.statements.iter().enumerate().skip(next.done) {
            self.execute(statement).await.map_err(|failure| (Some(index), failure))?;
        }
        self.record(&finished(next)).await.map_err(|failure| (None, failure))?;
        // Here the server looks at what is deferred to the end.
        self.execute("COMMIT").await.map_err(|failure| (None, failure))
    }

    async fn run_alone(&self, next: &Pending<'_>) -> Result<(), StoreError> {
        let plain = |failure: Error| error::plain(&failure);
        let at = |done: usize, begun: usize| Progress {
            file: next.file,
            checksum: next.done_checksum(done),
            done,
            begun,
            finished: false,
        };
        for (index, statement) in next.statements.iter().enumerate().skip(next.done) {
            self.record(&at(index, index + 1)).await.map_err(plain)?;
            let before = self.unfinished_indexes(statement).await.map_err(plain)?;
            if let Err(failure) = self.execute(statement).await {
                // Where the connection is gone, nobody knows whether the statement was carried out.
                if failure.as_db_error().is_some() && !error::is_broken(&failure) {
                    self.drop_unfinished_indexes(statement, &before).await.map_err(plain)?;
                    self.record(&at(index, index)).await.map_err(plain)?;
                }
                return Err(failed(next, Some(index), &failure));
            }
            self.record(&at(index + 1, index + 1)).await.map_err(plain)?;
        }
        self.record(&finished(next)).await.map_err(plain)
    }

    /// Indexes of this schema that a statement names and that are being built, or whose building failed:
    /// `CREATE INDEX CONCURRENTLY` leaves them. Those that it does not name are another program's.
    async fn unfinished_indexes(&self, statement: &str) -> Result<Vec<String>, Error> {
        const UNFINISHED: &str = "SELECT format('%I.%I', nspname, relname) FROM pg_index
            JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE NOT indisvalid AND nspname = $1
            AND position(lower(regexp_replace(relname, '_ccnew[0-9]*$', '')) IN lower($2)) > 0";
        let found = self.session.client.query(UNFINISHED, &[&self.namespace, &statement]).await?;
        found.iter().map(|row| row.try_get(0)).collect()
    }

    /// Drops what a failed statement left half built, so that the corrected one does not stumble over it.
    async fn drop_unfinished_indexes(&self, statement: &str, before: &[String]) -> Result<(), Error> {
        for index in self.unfinished_indexes(statement).await? {
            if !before.contains(&index) {
                self.execute(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")).await?;
            }
        }
        Ok(())
    }
}

fn finished<'f>(next: &Pending<'f>) -> Progress<'f> {
    let (file, statements) = (next.file, next.statements.len());
    Progress { file, checksum: file.checksum(), done: statements, begun: statements, finished: true }
}

/// A failure of a statement: what is wrong with the database stays what it is, anything else is said
/// with its place.
fn failed(next: &Pending<'_>, statement: Option<usize>, failure: &Error) -> StoreError {
    let sorted = error::plain(failure);
    match sorted.kind {
        StoreErrorKind::Busy
        | StoreErrorKind::ReadOnly
        | StoreErrorKind::Full
        | StoreErrorKind::Timeout { .. }
        | StoreErrorKind::Unavailable => sorted,
        _ => {
            let place = statement.map_or_else(String::new, |index| format!(", statement {}", index + 1));
            let line = format!("{}{place}: {}", next.file.file(), words(failure));
            refusal(line, &sorted.private)
        }
    }
}

fn refusal(line: String, private: &str) -> StoreError {
    let detail = format!("migrations cannot be applied: {line}");
    StoreError::new(StoreErrorKind::Structure { differences: vec![line] }, detail, private)
}
