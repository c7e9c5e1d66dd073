//! What the database refuses, in the store's words, on databases that were made by others.

use roundtrip_query::plan::Returning;
use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::{Call, Shop};
use roundtrip_store_mysql::Options;
use serde_json::{Value, json};

use crate::database::Database;

async fn shop() -> (Shop, Database) {
    let database = Database::new().await;
    for statement in [
        "CREATE TABLE things (
            id INT PRIMARY KEY AUTO_INCREMENT,
            code VARCHAR(5) NOT NULL,
            amount TINYINT,
            price DECIMAL(5,2),
            day DATE,
            state ENUM('new', 'old') NOT NULL DEFAULT 'new',
            body JSON,
            UNIQUE KEY `key 'of' things` (code),
            CONSTRAINT `not too much` CHECK (amount < 100))",
        "CREATE TRIGGER guard BEFORE INSERT ON things FOR EACH ROW
            IF NEW.code = 'bad' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no bad things'; END IF",
    ] {
        database.run(statement).await;
    }
    (database.shop(Options::default()).await, database)
}

async fn refused(shop: &Shop, call: Call) -> (StoreErrorKind, String) {
    let asked = format!("{call:?}");
    let error = shop.run(call).await.err().unwrap_or_else(|| panic!("{asked} succeeded"));
    for secret in ["INSERT", "SELECT", "UPDATE", "code 1", "roundtrip_store"] {
        assert!(!error.detail.contains(secret), "{asked} tells {secret}: {}", error.detail);
    }
    (error.kind, error.detail)
}

#[tokio::test]
async fn constraints_are_named() {
    let (shop, _database) = shop().await;
    shop.run(Call::with("POST", "things", json!({ "code": "a" }))).await.unwrap();
    let unique = StoreErrorKind::Unique { resource: "things".to_owned(), fields: vec!["code".to_owned()] };
    let check = |name: &str| StoreErrorKind::Check { constraint: name.to_owned() };
    for (row, expected) in [
        (json!({ "code": "a" }), unique),
        (json!({ "code": "b", "amount": 101 }), check("not too much")),
        (json!({ "code": "bad" }), check("no bad things")),
    ] {
        for returning in [Returning::Minimal, Returning::Row] {
            let call = Call::with("POST", "things", row.clone()).returning(returning);
            assert_eq!(refused(&shop, call).await.0, expected, "{row}");
        }
    }
}

#[tokio::test]
async fn values_that_do_not_fit_are_of_the_wrong_type() {
    let (shop, database) = shop().await;
    let rows: [(Value, &str); 2] = [
        (json!({ "code": "longer than five" }), "the value of code does not fit its column"),
        (json!({ "code": "b", "amount": 1_000 }), "the value of amount does not fit its column"),
    ];
    for (row, words) in rows {
        let call = Call::with("POST", "things", row.clone()).returning(Returning::Minimal);
        assert_eq!(refused(&shop, call).await, (StoreErrorKind::Type, words.to_owned()), "{row}");
    }
    assert_eq!(database.number("SELECT count(*) FROM things").await, 0);
}

#[tokio::test]
async fn expressions_that_are_none_are_said_to_be_so() {
    let (shop, _database) = shop().await;
    shop.run(Call::with("POST", "things", json!({ "code": "a" }))).await.unwrap();
    // A letter by its number, which other languages of expressions write so.
    let (kind, _) = refused(&shop, Call::new("GET", "things?code=match.%5Cu{61}")).await;
    assert_eq!(kind, StoreErrorKind::Pattern);
}

#[tokio::test]
async fn tables_that_changed_meanwhile_are_noticed() {
    let (shop, database) = shop().await;
    shop.run(Call::new("GET", "things?select=id,code")).await.unwrap();
    database.run("ALTER TABLE things ADD COLUMN more INT FIRST").await;
    shop.check("things?select=id,code", json!([])).await;
    shop.run(Call::with("POST", "things", json!({ "code": "a" }))).await.unwrap();
    database.run("ALTER TABLE things DROP COLUMN amount, DROP CONSTRAINT `not too much`").await;
    for call in [Call::new("GET", "things"), Call::with("PATCH", "things?id=eq.1", json!({ "amount": 1 }))] {
        let (kind, _) = refused(&shop, call).await;
        assert!(matches!(kind, StoreErrorKind::Structure { .. }), "{kind:?}");
    }
    database.run("DROP TABLE things").await;
    let (kind, _) = refused(&shop, Call::new("GET", "things?select=id")).await;
    assert!(matches!(kind, StoreErrorKind::Structure { .. }), "{kind:?}");
}
