//! Transactions on a connection that belongs to one caller.
//!
//! Must not know: what is written.

use tokio_postgres::Error;

use crate::session::{Sent, Session};

/// A transaction that is rolled back unless it is committed, whatever becomes of its caller.
pub(crate) struct Transaction<'a> {
    session: &'a Session,
    begun: Option<Sent<'a, Result<(), Error>>>,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Sends the beginning, and does not wait for its answer: the first statement can follow at once.
    pub(crate) async fn begin(session: &'a Session) -> Self {
        let begun = Some(Sent::new(session.client.batch_execute("BEGIN")).await);
        Self { session, begun, open: true }
    }

    /// Waits until it has begun.
    pub(crate) async fn begun(&mut self) -> Result<(), Error> {
        match self.begun.take() {
            Some(begun) => begun.answer().await,
            None => Ok(()),
        }
    }

    /// Runs a statement without values or rows inside.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), Error> {
        self.begun().await?;
        self.session.client.batch_execute(sql).await
    }

    /// Makes it last. After an error that says nothing of the server's it is not known whether it does.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.begun().await?;
        // Whatever comes of it, the server ends the transaction here.
        self.open = false;
        self.session.client.batch_execute("COMMIT").await
    }

    /// Takes everything back.
    pub(crate) async fn rollback(mut self) {
        drop(self.begun.take());
        self.open = false;
        // What is not rolled back goes with its connection.
        if self.session.client.batch_execute("ROLLBACK").await.is_err() {
            self.session.retire();
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            self.session.abandon_transaction();
        }
    }
}
