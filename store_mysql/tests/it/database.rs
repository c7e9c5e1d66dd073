//! A database of its own for each test, on the server that `ROUNDTRIP_TEST_MYSQL` names, or on the
//! usual one of this machine. It is dropped with the value.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use roundtrip_journey::SystemClock;
use roundtrip_migrate::Mysql;
use roundtrip_schema::Schema;
use roundtrip_store::Store;
use roundtrip_store::conformance::Shop;
use roundtrip_store_mysql::{Mode, MysqlStore, Options};

const USUAL: &str = "mysql://root@127.0.0.1:3306";

/// A database that nobody else has.
pub(crate) struct Database {
    name: String,
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn server() -> Opts {
    let url = std::env::var("ROUNDTRIP_TEST_MYSQL").unwrap_or_else(|_| USUAL.to_owned());
    Opts::from_url(&url).expect("ROUNDTRIP_TEST_MYSQL is the address of a server")
}

/// Connects to a database, or to none.
pub(crate) async fn connect(database: Option<&str>) -> Conn {
    let options = OptsBuilder::from_opts(server()).db_name(database).prefer_socket(false);
    let hint = "these tests need MariaDB: set ROUNDTRIP_TEST_MYSQL, or start one on this machine";
    Conn::new(options).await.unwrap_or_else(|error| panic!("{hint}: {error}"))
}

impl Database {
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("roundtrip_store_{}_{number}", std::process::id());
        let mut connection = connect(None).await;
        for statement in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"),
        ] {
            connection.query_drop(statement).await.unwrap();
        }
        connection.disconnect().await.unwrap();
        Self { name }
    }

    /// With the tables of a schema.
    pub(crate) async fn of(schema: &Schema) -> Self {
        let database = Self::new().await;
        let plan = roundtrip_migrate::create(schema, &Mysql);
        for statement in plan.steps.iter().flat_map(|step| &step.statements) {
            database.run(statement).await;
        }
        database
    }

    /// A connection of another program.
    pub(crate) async fn other(&self) -> Conn {
        connect(Some(&self.name)).await
    }

    /// Runs a statement as another program.
    pub(crate) async fn run(&self, statement: &str) {
        let mut connection = self.other().await;
        let done = connection.query_drop(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.disconnect().await.unwrap();
    }

    /// One number that another program reads.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        let mut connection = self.other().await;
        let number = connection.query_first(query).await.unwrap().unwrap();
        connection.disconnect().await.unwrap();
        number
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        let server = server();
        self.url_at(server.ip_or_hostname(), server.tcp_port())
    }

    /// The same by way of another host and port.
    pub(crate) fn url_at(&self, host: &str, port: u16) -> String {
        let server = server();
        let user = server.user().unwrap_or("root");
        let password = server.pass().map(|password| format!(":{password}")).unwrap_or_default();
        format!("mysql://{user}{password}@{host}:{port}/{}", self.name)
    }

    pub(crate) async fn store(&self, options: Options) -> MysqlStore {
        let clock = Arc::new(SystemClock);
        MysqlStore::open(&self.url(), Mode::ReadWrite, options, clock).await.unwrap()
    }

    /// A shop over its structure as it is.
    pub(crate) async fn shop(&self, options: Options) -> Shop {
        let store = self.store(options).await;
        let schema = store.introspect().await.unwrap();
        Shop::new(Arc::new(store), schema)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A thread of its own: nothing can be waited for from inside a test's runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut connection = connect(None).await;
                connection.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
                connection.disconnect().await.unwrap();
            });
        });
        // A test that fails already says more than this would.
        let dropped = dropping.join().is_ok() || std::thread::panicking();
        assert!(dropped, "the database {} was not dropped", self.name);
    }
}
