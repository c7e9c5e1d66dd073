//! A database for one test, which goes when the test ends.

use std::fmt::Write as _;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use roundtrip_schema::Schema;
use roundtrip_store_postgres::introspect::introspect;
use tokio_postgres::{Client, NoTls};

use crate::show::show;

static MADE: AtomicU32 = AtomicU32::new(0);

/// Runs a test on a new, empty database: its address and a connection to it.
pub(crate) fn run_at<F: Future<Output = ()>>(test: impl FnOnce(String, Client) -> F) {
    runtime().block_on(async {
        let (place, server) = server().await;
        let name = format!("introspect_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        server.batch_execute(&create).await.unwrap();
        let (host, _) = place.rsplit_once('/').unwrap();
        let url = format!("{host}/{name}");
        let _gone = Gone { place, name };
        let client = connect(&url).await.unwrap();
        test(url, client).await;
    });
}

/// A database that goes, whatever became of its test.
struct Gone {
    place: String,
    name: String,
}

impl Drop for Gone {
    fn drop(&mut self) {
        let (place, drop) = (self.place.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A runtime cannot wait inside of another on its own thread.
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let server = connect(&place).await.unwrap();
                server.batch_execute(&drop).await.unwrap();
            });
        });
        let gone = thread.join();
        assert!(std::thread::panicking() || gone.is_ok(), "the database of the test cannot be dropped");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs a test on a new, empty database.
pub(crate) fn run<F: Future<Output = ()>>(test: impl FnOnce(Client) -> F) {
    run_at(|_, client| test(client));
}

/// Runs statements on a new database and shows its schema `public`.
pub(crate) fn read(sql: &str) -> String {
    let mut text = String::new();
    run(async |client| {
        client.batch_execute(sql).await.unwrap();
        let schema = introspect(&client, "public").await.unwrap();
        assert_eq!(schema.namespace(), Some("public"));
        write!(text, "{}", show(&schema)).unwrap();
    });
    text
}

/// Runs statements on a new database and hands its schema `public` over.
pub(crate) fn schema(sql: &str) -> Schema {
    let mut read = None;
    run(async |client| {
        client.batch_execute(sql).await.unwrap();
        read = Some(introspect(&client, "public").await.unwrap());
    });
    read.unwrap()
}

/// The server of the tests: the one that is named, else the one at the usual place.
async fn server() -> (String, Client) {
    #[expect(clippy::disallowed_methods, reason = "a test is told where its server is")]
    let named = std::env::var("ROUNDTRIP_TEST_POSTGRES").ok();
    let usual = ["postgres://root@127.0.0.1:5432/postgres", "postgres://postgres@127.0.0.1:5432/postgres"];
    let places = named.map_or_else(|| usual.map(str::to_owned).to_vec(), |named| vec![named]);
    let mut refusals = String::new();
    for place in places {
        match connect(&place).await {
            Ok(client) => return (place, client),
            Err(error) => writeln!(refusals, "{place}: {error:?}").unwrap(),
        }
    }
    panic!("this test needs a PostgreSQL server; set ROUNDTRIP_TEST_POSTGRES to its URL\n{refusals}");
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
