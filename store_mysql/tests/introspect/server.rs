//! A database of its own for each test, on the server that `ROUNDTRIP_TEST_MYSQL` names, or on the
//! usual one of this machine.

use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};

const USUAL: &str = "mysql://root@127.0.0.1:3306";

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn address() -> String {
    std::env::var("ROUNDTRIP_TEST_MYSQL").unwrap_or_else(|_| USUAL.to_owned())
}

/// Connects to a database, or to none.
pub(crate) async fn connect(database: Option<&str>) -> Conn {
    let address = address();
    let options = Opts::from_url(&address).expect("ROUNDTRIP_TEST_MYSQL is the address of a server");
    let options = OptsBuilder::from_opts(options).db_name(database).prefer_socket(false);
    let hint = "these tests need MariaDB: set ROUNDTRIP_TEST_MYSQL, or start one on this machine";
    Conn::new(options).await.unwrap_or_else(|error| panic!("{hint} ({address}): {error}"))
}

/// A new database.
pub(crate) struct Scratch {
    name: String,
    connection: Conn,
}

impl Scratch {
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("roundtrip_introspect_{}_{number}", std::process::id());
        let mut connection = connect(None).await;
        for statement in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"),
            format!("USE {name}"),
        ] {
            connection.query_drop(statement).await.unwrap();
        }
        Self { name, connection }
    }

    pub(crate) fn connection(&mut self) -> &mut Conn {
        &mut self.connection
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        let options = Opts::from_url(&address()).unwrap();
        let (user, password) = (options.user().unwrap_or("root"), options.pass().unwrap_or_default());
        let (host, port) = (options.ip_or_hostname(), options.tcp_port());
        format!("mysql://{user}:{password}@{host}:{port}/{}", self.name)
    }

    pub(crate) async fn run(&mut self, statement: &str) {
        let done = self.connection.query_drop(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    pub(crate) async fn drop_database(mut self) {
        let statement = format!("DROP DATABASE {}", self.name);
        self.run(&statement).await;
        self.connection.disconnect().await.unwrap();
    }
}
