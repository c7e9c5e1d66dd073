//! Databases of servers, one for each test that wants one, gone when the test ends.
//!
//! Where the servers are is said by `ROUNDTRIP_TEST_POSTGRES` and `ROUNDTRIP_TEST_MYSQL`, which the test
//! command sets, and else by their usual places on this machine. A server that does not answer fails the
//! test: nothing is left out.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable as _;
use tokio_postgres::NoTls;
use url::Url;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    Mysql,
}

/// A database of its own, dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is, as settings take it.
    pub url: String,
    kind: Kind,
    server: Url,
    name: String,
}

impl Kind {
    fn server(self) -> Url {
        let (variable, usual) = match self {
            Self::Postgres => ("ROUNDTRIP_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres"),
            Self::Mysql => ("ROUNDTRIP_TEST_MYSQL", "mysql://root@127.0.0.1:3306/mysql"),
        };
        #[expect(clippy::disallowed_methods, reason = "a test is told where its server is")]
        let given = std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
        let mut url = Url::parse(&given).expect("a URL of a database server");
        if url.path().len() < 2 {
            url.set_path(if self == Self::Postgres { "postgres" } else { "mysql" });
        }
        url
    }
}

impl TestDatabase {
    /// An empty database.
    ///
    /// # Panics
    /// When the server cannot be reached or gives none.
    pub async fn empty(kind: Kind) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = kind.server();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("rt_{}_{number}_{:016x}", std::process::id(), random());
        let create = match kind {
            // Text in an order of a country's, to see that ours is kept all the same.
            Kind::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
            Kind::Mysql => format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        };
        run(kind, &server, &create).await;
        let mut url = server.clone();
        url.set_path(&name);
        Self { url: url.into(), kind, server, name }
    }

    /// An empty database, for a test that is not async.
    ///
    /// # Panics
    /// As [`TestDatabase::empty`].
    pub fn made(kind: Kind) -> Self {
        // A thread of its own: the caller may be inside a runtime all the same.
        let making = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(Self::empty(kind))
        });
        making.join().expect("a database")
    }

    /// Runs statements in it.
    ///
    /// # Panics
    /// When one fails.
    pub async fn execute(&self, sql: &str) {
        let url = Url::parse(&self.url).expect("the URL of this database");
        run(self.kind, &url, sql).await;
    }
}

impl TestDatabase {
    /// The one whole number that a query answers.
    ///
    /// # Panics
    /// When it answers anything else.
    pub async fn number(&self, sql: &str) -> i64 {
        match self.kind {
            Kind::Postgres => {
                let (client, connection) =
                    tokio_postgres::connect(&self.url, NoTls).await.expect("PostgreSQL answers");
                let driver = tokio::spawn(connection);
                let number = client.query_one(sql, &[]).await.expect(sql).get(0);
                drop(client);
                let _closed = driver.await;
                number
            }
            Kind::Mysql => {
                let mut connection = mysql_async::Conn::from_url(&self.url).await.expect("MariaDB answers");
                let number = connection.query_first(sql).await.expect(sql).expect("a row");
                let _closed = connection.disconnect().await;
                number
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (kind, server, name) = (self.kind, self.server.clone(), self.name.clone());
        // A thread of its own: a test's runtime cannot be waited for from inside it.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let statement = match kind {
                Kind::Postgres => format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                Kind::Mysql => format!("DROP DATABASE IF EXISTS {name}"),
            };
            runtime.expect("a runtime").block_on(run(kind, &server, &statement));
        });
        // A test that fails already says more than this would.
        if dropping.join().is_err() && !std::thread::panicking() {
            eprintln!("the database {} was not dropped", self.name);
        }
    }
}

async fn run(kind: Kind, url: &Url, sql: &str) {
    match kind {
        Kind::Postgres => {
            let connected = tokio_postgres::connect(url.as_str(), NoTls).await;
            let (client, connection) =
                connected.expect("PostgreSQL answers; start the tests with cargo xtask test");
            let driver = tokio::spawn(connection);
            client.batch_execute(sql).await.expect(sql);
            drop(client);
            let _closed = driver.await;
        }
        Kind::Mysql => {
            let connected = mysql_async::Conn::from_url(url.as_str()).await;
            let mut connection = connected.expect("MariaDB answers; start the tests with cargo xtask test");
            connection.query_drop(sql).await.expect(sql);
            let _closed = connection.disconnect().await;
        }
    }
}

/// So that two runs that get the same process id do not meet.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
