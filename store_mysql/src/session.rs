//! One connection: runs a statement on it, and knows whether it can be used again.
//!
//! A connection on which something was begun and not ended (the caller hung up, the network broke, a
//! time limit struck) is in the middle of an answer that nobody reads. Such a one is thrown away: it
//! is marked before each statement, and the mark is taken off when the statement has ended.
//!
//! Must not know: plans, pools.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use mysql_async::prelude::Queryable as _;
use mysql_async::{BinaryProtocol, Column, Conn, QueryResult, Row, Value};

use crate::connect::Place;
use crate::failure::Failure;

/// How much longer than the server this side waits before it takes the connection for broken.
const GRACE: Duration = Duration::from_millis(500);

/// Rows that are still read, and not looked at, once one of them was refused: cheaper than a new
/// connection.
const DRAINED: usize = 1_000;

/// A connection that is set up. It has no `Debug`: the driver's would show the password.
pub(crate) struct Session {
    connection: Conn,
    /// Which server it leads to, as the server itself says.
    server: Option<String>,
    /// Something was begun and has not ended.
    unfinished: bool,
    /// The connection is known to be gone.
    broken: bool,
    /// A transaction was begun and has not ended.
    open: bool,
    statement_timeout: Duration,
    /// The most bytes of one parameter; behind a greater one the server hangs up.
    packet_bytes: usize,
    /// When it was last used, on the store's clock.
    pub(crate) used: Instant,
    /// How many times the pool had seen a connection break when this one was made.
    pub(crate) generation: u64,
}

/// Which connection of which server one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    server: Option<String>,
    number: u32,
}

/// What a statement did besides its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    /// Whether it answers rows at all.
    pub(crate) selects: bool,
    /// Rows that a write found.
    pub(crate) affected: u64,
    /// The key that the server handed out for a row.
    pub(crate) key: Option<u64>,
    /// Warnings that the server has for whoever asks.
    pub(crate) warnings: u16,
}

impl Session {
    pub(crate) fn new(connection: Conn, server: Option<String>, place: &Place) -> Self {
        Self {
            connection,
            server,
            unfinished: false,
            broken: false,
            open: false,
            statement_timeout: place.options.statement_timeout,
            packet_bytes: place.packet_bytes(),
            used: place.clock.instant(),
            generation: 0,
        }
    }

    /// Whether the next statement would find the connection as the last left it.
    pub(crate) fn is_sound(&self) -> bool {
        !self.unfinished && !self.open && !self.connection.is_disconnected()
    }

    /// Whether the server may still be in the middle of something.
    pub(crate) fn is_busy(&self) -> bool {
        self.unfinished && !self.broken
    }

    /// Ends another connection, if it is one of the same server: elsewhere its number is somebody else's.
    pub(crate) async fn kill(&mut self, other: &Number) -> Result<(), Failure> {
        if self.server.is_none() || self.server != other.server {
            return Ok(());
        }
        self.command(&format!("KILL {}", other.number)).await
    }

    /// The server's number of the connection.
    pub(crate) fn number(&self) -> Number {
        Number { server: self.server.clone(), number: self.connection.id() }
    }

    /// Lets statements run so long.
    pub(crate) fn be_patient(&mut self, limit: Duration) {
        self.statement_timeout = limit;
    }

    /// Runs a prepared statement and hands over each row.
    pub(crate) async fn run(
        &mut self,
        text: &str,
        values: Vec<Value>,
        mut each: impl FnMut(&Row, &Arc<[Column]>) -> Result<(), Failure> + Send,
    ) -> Result<Done, Failure> {
        let is_too_large =
            |value: &Value| matches!(value, Value::Bytes(bytes) if bytes.len() >= self.packet_bytes);
        if values.iter().any(is_too_large) {
            return Err(Failure::Cut);
        }
        let limit = self.statement_timeout + GRACE;
        self.unfinished = true;
        let connection = &mut self.connection;
        let work = async {
            let statement = connection.prep(text).await?;
            let result = connection.exec_iter(&statement, values).await?;
            rows(result, &mut each).await
        };
        let outcome = within(limit, work).await;
        let outcome = outcome.and_then(|Read { refused, ended, selects }| {
            // What is left in the middle of its rows stays unfinished.
            self.unfinished = !ended;
            let done = Done {
                selects,
                affected: self.connection.affected_rows(),
                key: self.connection.last_insert_id(),
                warnings: self.connection.get_warnings(),
            };
            refused.map_or(Ok(done), Err)
        });
        self.settle(outcome)
    }

    /// Runs words without values that answer nothing.
    pub(crate) async fn command(&mut self, words: &str) -> Result<(), Failure> {
        self.unfinished = true;
        let limit = self.statement_timeout + GRACE;
        let outcome = within(limit, async { Ok(self.connection.query_drop(words).await?) }).await;
        self.unfinished = outcome.is_err();
        self.settle(outcome)
    }

    /// Runs words without values and gives their rows.
    pub(crate) async fn query(&mut self, words: &str) -> Result<Vec<Row>, Failure> {
        self.unfinished = true;
        let limit = self.statement_timeout + GRACE;
        let outcome = within(limit, async { Ok(self.connection.query(words).await?) }).await;
        self.unfinished = outcome.is_err();
        self.settle(outcome)
    }

    /// Whether the server answers within this time.
    pub(crate) async fn answers(&mut self, limit: Duration) -> Result<(), Failure> {
        self.unfinished = true;
        let outcome = within(limit, async { Ok(self.connection.ping().await?) }).await;
        self.unfinished = outcome.is_err();
        self.settle(outcome)
    }

    /// Begins a transaction, by these words.
    pub(crate) async fn begin(&mut self, words: &str) -> Result<(), Failure> {
        self.open = true;
        let begun = self.command(words).await;
        self.open = begun.is_ok() || self.unfinished;
        begun
    }

    /// Ends it, so that all of it stays.
    pub(crate) async fn commit(&mut self) -> Result<(), Failure> {
        self.command("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    /// Ends it, so that nothing of it stays. Where the connection is of no use any more, the server
    /// sees it close and does the same.
    pub(crate) async fn roll_back(&mut self) {
        if !self.unfinished && self.command("ROLLBACK").await.is_ok() {
            self.open = false;
        }
    }

    /// The driver's connection, for who reads the structure. It counts as unfinished until it is given
    /// back as finished.
    pub(crate) fn connection(&mut self) -> &mut Conn {
        self.unfinished = true;
        &mut self.connection
    }

    /// What was done with the driver's connection has ended.
    pub(crate) fn finished(&mut self) {
        self.unfinished = false;
    }

    /// Says goodbye to the server.
    pub(crate) async fn close(self) {
        // A server that is gone needs no goodbye.
        drop(tokio::time::timeout(GRACE, self.connection.disconnect()).await);
    }

    /// An error that the server itself told leaves the connection as it was, unless it told the end.
    fn settle<T>(&mut self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        let Err(failure) = &outcome else { return outcome };
        // Behind a packet that is too large, the server closes too.
        self.broken |= failure.is_broken() || failure.code() == Some(1153);
        if failure.code().is_some() {
            self.unfinished = self.broken;
        }
        outcome
    }
}

/// How the rows of a statement were read.
struct Read {
    /// Why the rows were not wanted any more.
    refused: Option<Failure>,
    /// Whether all of them were read.
    ended: bool,
    /// Whether the statement answers rows.
    selects: bool,
}

async fn rows(
    mut result: QueryResult<'_, 'static, BinaryProtocol>,
    each: &mut (impl FnMut(&Row, &Arc<[Column]>) -> Result<(), Failure> + Send),
) -> Result<Read, Failure> {
    let (mut refused, mut unwanted) = (None, 0);
    let mut selects = false;
    if let Some(mut rows) = result.stream::<Row>().await? {
        let columns = rows.columns();
        selects = !columns.is_empty();
        while let Some(row) = rows.next().await {
            let row = row?;
            if refused.is_none() {
                refused = each(&row, &columns).err();
            } else {
                unwanted += 1;
                if unwanted > DRAINED {
                    return Ok(Read { refused, ended: false, selects });
                }
            }
        }
    }
    result.drop_result().await?;
    Ok(Read { refused, ended: true, selects })
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::Deadline))
}

#[cfg(test)]
mod tests {
    use roundtrip_journey::SystemClock;

    use super::*;
    use crate::address::Address;
    use crate::options::{Mode, Options};
    use crate::write::tests::server;

    #[tokio::test]
    async fn only_connections_of_the_same_server_are_ended() {
        let address = Address::parse(&format!("{}/information_schema", server()), 9).unwrap();
        let place = Place::new(address, Mode::ReadWrite, Options::default(), Arc::new(SystemClock));
        let (mut one, mut other) = (place.connect().await.unwrap(), place.connect().await.unwrap());
        let limit = Duration::from_secs(5);
        let number = other.number();
        for elsewhere in [None, Some("db2|3306".to_owned())] {
            one.kill(&Number { server: elsewhere, ..number.clone() }).await.unwrap();
            other.query("SELECT 1").await.unwrap();
        }
        one.kill(&number).await.unwrap();
        let ended = async { while other.answers(limit).await.is_ok() {} };
        tokio::time::timeout(limit, ended).await.expect("the server ends it");
        one.close().await;
    }
}
