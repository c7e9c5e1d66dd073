//! A schema of the server for one test, which goes when the test ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use roundtrip_journey::SystemClock;
use roundtrip_migrate as migrate;
use roundtrip_schema::Schema;
use roundtrip_store::Store as _;
use roundtrip_store::conformance::Shop;
use roundtrip_store_postgres::{Address, Options, PostgresStore};
use tokio_postgres::{Client, NoTls};

/// Where the server of the tests is: where the variable says, else at the usual place.
pub(crate) async fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "a test is told where its server is")]
    let named = std::env::var("ROUNDTRIP_TEST_POSTGRES").ok();
    let usual = ["postgres://root@127.0.0.1:5432/postgres", "postgres://postgres@127.0.0.1:5432/postgres"];
    let places = named.map_or_else(|| usual.map(str::to_owned).to_vec(), |named| vec![named]);
    let mut refusals = Vec::new();
    for place in places {
        match tokio_postgres::connect(&place, NoTls).await {
            Ok(_) => return place,
            Err(error) => refusals.push(format!("{place}: {error:?}")),
        }
    }
    panic!("this test needs a PostgreSQL server; set ROUNDTRIP_TEST_POSTGRES to its URL: {refusals:?}");
}

/// A connection of another program.
pub(crate) async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A schema of the server.
pub(crate) struct House {
    pub(crate) url: String,
    pub(crate) name: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        let house = Self { url: server().await, name: unique_name() };
        let client = client(&house.url).await;
        client.batch_execute(&format!("CREATE SCHEMA {}", house.name)).await.unwrap();
        house
    }

    /// A connection of another program, whose tables are those of this schema.
    pub(crate) async fn client(&self) -> Client {
        let client = client(&self.url).await;
        client.batch_execute(&format!("SET search_path = {}, public", self.name)).await.unwrap();
        client
    }

    pub(crate) fn options(&self) -> Options {
        Options { schemas: vec![self.name.clone()], ..Options::default() }
    }

    /// A store over this schema.
    pub(crate) async fn store(&self, options: Options) -> Arc<PostgresStore> {
        self.store_at(&self.url, options).await
    }

    /// A store over this schema that reaches the server somewhere else.
    pub(crate) async fn store_at(&self, url: &str, options: Options) -> Arc<PostgresStore> {
        let address = Address::parse(url).unwrap();
        Arc::new(PostgresStore::open(address, options, Arc::new(SystemClock)).await.unwrap())
    }

    /// Makes the tables of a schema.
    pub(crate) async fn build(&self, schema: &Schema) {
        let plan = migrate::create(schema, &migrate::Postgres);
        let client = self.client().await;
        for statement in plan.statements() {
            client.batch_execute(statement).await.unwrap();
        }
    }

    /// A store over what `sql` makes, and that as a shop.
    pub(crate) async fn shop(&self, sql: &str, options: Options) -> (Arc<PostgresStore>, Shop) {
        self.client().await.batch_execute(sql).await.unwrap();
        let store = self.store(options).await;
        let schema = store.introspect().await.unwrap();
        let shop = Shop::new(Arc::clone(&store) as _, schema);
        (store, shop)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // Whoever still works there is a test that failed.
        run(
            self.url.clone(),
            vec!["SET lock_timeout = '5s'".to_owned(), format!("DROP SCHEMA {} CASCADE", self.name)],
        );
    }
}

/// A database of the server for one test, where a schema is not enough.
pub(crate) struct Town {
    pub(crate) url: String,
    server: String,
    name: String,
}

impl Town {
    pub(crate) async fn new() -> Self {
        let (server, name) = (server().await, unique_name());
        let sql = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        client(&server).await.batch_execute(&sql).await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self { url: url.into(), server, name }
    }

    /// A store over this database.
    pub(crate) async fn store(&self, options: Options) -> Arc<PostgresStore> {
        let address = Address::parse(&self.url).unwrap();
        Arc::new(PostgresStore::open(address, options, Arc::new(SystemClock)).await.unwrap())
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        run(self.server.clone(), vec![format!("DROP DATABASE {} WITH (FORCE)", self.name)]);
    }
}

fn unique_name() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("store_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// Runs statements from where nothing can be waited for.
fn run(url: String, statements: Vec<String>) {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = client(&url).await;
            for statement in statements {
                drop(client.batch_execute(&statement).await);
            }
        });
    };
    drop(std::thread::spawn(work).join());
}
