//! Tests on a database of their own.

use std::future::Future;

use roundtrip_schema::Schema;
use roundtrip_store_postgres::introspect::introspect;
use tokio_postgres::Client;

use super::show::show;
use crate::fixture::{Town, client};

/// Runs a test on a new, empty database: its address and a connection to it.
pub(crate) fn run_at<F: Future<Output = ()>>(test: impl FnOnce(String, Client) -> F) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let town = Town::new().await;
        test(town.url.clone(), client(&town.url).await).await;
    });
}

/// Runs a test on a new, empty database.
pub(crate) fn run<F: Future<Output = ()>>(test: impl FnOnce(Client) -> F) {
    run_at(|_, client| test(client));
}

/// Runs statements on a new database and shows its schema `public`.
pub(crate) fn read(sql: &str) -> String {
    let schema = schema(sql);
    assert_eq!(schema.namespace(), Some("public"));
    show(&schema)
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
