//! Callers who get in each other's way.

use futures_util::future::join_all;
use roundtrip_query::plan::{Resolution, Returning};
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store_mysql::Options;
use serde_json::{Value, json};

use crate::database::Database;

async fn shop() -> (Shop, Database) {
    shop_with(Options::default()).await
}

async fn shop_with(options: Options) -> (Shop, Database) {
    let schema = Shop::schema();
    let database = Database::of(&schema).await;
    let shop = Shop::new(std::sync::Arc::new(database.store(options).await), schema);
    shop.stock().await;
    (shop, database)
}

fn merge(rows: Value) -> Call {
    Call::with("POST", "shelves", rows).resolving(Resolution::Merge)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_add_the_same_row_one_creates_it() {
    let (shop, _database) = shop().await;
    for round in 0..5 {
        let row = json!({ "code": format!("n{round}"), "label": null });
        let calls = (0..20).map(|number| {
            let put = Call::with("PUT", format!("shelves/n{round}"), row.clone());
            shop.run(if number % 2 == 0 { merge(row.clone()) } else { put })
        });
        let answers = join_all(calls).await.into_iter().map(Result::unwrap);
        assert_eq!(answers.filter(|rows| rows.created).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadlocks_are_tried_again() {
    let (shop, _database) = shop().await;
    let (one, other) = (json!({ "code": "x", "label": "X" }), json!({ "code": "y", "label": "Y" }));
    shop.run(merge(json!([one, other]))).await.unwrap();
    let calls = (0..30).map(|number| {
        let rows = if number % 2 == 0 { json!([one, other]) } else { json!([other, one]) };
        shop.run(merge(rows).returning(Returning::Representation))
    });
    for answer in join_all(calls).await {
        assert_eq!(answer.unwrap().written, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_give_way_to_who_loses_again_and_again() {
    for attempts in [1, 4] {
        let (shop, _database) = shop_with(Options { attempts, ..Options::default() }).await;
        let rows: Vec<Value> = (0..20).map(|n| json!({ "code": format!("x{n}"), "label": null })).collect();
        let opposed: Vec<Value> = rows.iter().rev().cloned().collect();
        shop.run(merge(json!(rows))).await.unwrap();
        let calls = (0..40).map(|number| {
            let rows = if number % 2 == 0 { &rows } else { &opposed };
            shop.run(merge(json!(rows)).returning(Returning::Minimal))
        });
        for answer in join_all(calls).await {
            assert_eq!(answer.unwrap().written, 20);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_that_an_update_changes_is_answered() {
    let (shop, database) = shop().await;
    let add = |number: usize| {
        let book = json!({ "title": format!("n{number}"), "stock": 1, "author_id": 2 });
        shop.run(Call::with("POST", "books", book).returning(Returning::Minimal))
    };
    let change = |number: usize| {
        let call = Call::with("PATCH", "books?select=id,stock&author_id=eq.2", json!({ "stock": number }));
        shop.run(call.returning(Returning::Representation))
    };
    let (added, changed) = futures_util::join!(join_all((0..40).map(add)), join_all((0..10).map(change)));
    assert!(added.iter().all(Result::is_ok));
    let rows = changed.into_iter().filter_map(Result::ok);
    for rows in rows {
        let body: Value = serde_json::from_slice(&rows.body).unwrap();
        assert_eq!(body.as_array().unwrap().len() as u64, rows.written);
    }
    assert_eq!(database.number("SELECT count(*) FROM books_table WHERE author_id_column = 2").await, 41);
}

/// The rows and their number are of one moment, whoever writes in between.
#[tokio::test]
async fn rows_and_their_number_are_of_one_moment() {
    let database = Database::new().await;
    for statement in [
        "CREATE TABLE things (id INT PRIMARY KEY AUTO_INCREMENT)",
        "INSERT INTO things VALUES (), ()",
        "CREATE VIEW slow AS SELECT id, SLEEP(0.5) AS nap FROM things",
    ] {
        database.run(statement).await;
    }
    let shop = std::sync::Arc::new(database.shop(Options::default()).await);
    let read = {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move { shop.run(Call::new("GET", "slow?select=nap").counted()).await })
    };
    let sleeps =
        "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND state = 'User sleep'";
    let sleeping = async { while database.number(sleeps).await == 0 {} };
    tokio::time::timeout(std::time::Duration::from_secs(3), sleeping).await.expect("the read takes its time");
    database.run("INSERT INTO things VALUES ()").await;
    let rows = read.await.unwrap().unwrap();
    assert_eq!((rows.count, rows.total), (2, Some(2)));
}
