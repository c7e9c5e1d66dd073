//! PostgreSQL's codes, sorted, and its constraints named.

use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::{Call, Shop};
use serde_json::{Value, json};

use crate::fixture::House;

const SQL: &str = r#"
    CREATE TABLE "odd, t.able" (
        id int CONSTRAINT "the key" PRIMARY KEY, "a.b" text NOT NULL DEFAULT '', "c, d" int,
        CONSTRAINT both_of_them UNIQUE ("a.b", "c, d"));
    INSERT INTO "odd, t.able" VALUES (1, 'x', 1);
    CREATE TABLE checked (id int PRIMARY KEY, n int CONSTRAINT positive CHECK (n > 0), word varchar(3));
    INSERT INTO checked VALUES (1, 1, 'a');
    CREATE TABLE folded (id int PRIMARY KEY, name text);
    CREATE UNIQUE INDEX folded_name ON folded (lower(name));
    INSERT INTO folded VALUES (1, 'Ann');
    CREATE TABLE guarded (id int PRIMARY KEY, n int);
    CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not on a Sunday'; END $$;
    CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION guard();
    CREATE TABLE people (
        id int PRIMARY KEY, boss_id int REFERENCES people,
        mate_id int REFERENCES people DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO people VALUES (1, NULL, NULL), (2, 1, NULL);
"#;

fn unique(resource: &str, fields: &[&str]) -> StoreErrorKind {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    StoreErrorKind::Unique { resource: resource.to_owned(), fields }
}

fn reference(resource: &str, fields: &[&str], target: &str) -> StoreErrorKind {
    StoreErrorKind::Reference {
        resource: resource.to_owned(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        target: Some(target.to_owned()),
    }
}

async fn check(shop: &Shop, method: &'static str, url: &str, row: Value, expected: StoreErrorKind) {
    let error = shop.run(Call::with(method, url, row.clone())).await.unwrap_err();
    assert_eq!(error.kind, expected, "{url} {row}: {error:?}");
    for secret in ["SQLSTATE", "INSERT", "UPDATE", "constraint"] {
        assert!(!error.detail.contains(secret), "{url} {row} tells {secret}: {}", error.detail);
    }
    // No value of the request is in what goes to the log.
    assert!(error.private.contains("SQLSTATE") && !error.private.contains("ANN"), "{error:?}");
}

#[tokio::test]
async fn constraints_are_sorted_and_named() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let constraint = |text: &str| StoreErrorKind::Check { constraint: text.to_owned() };
    let odd = "odd, t.able";
    check(&shop, "POST", odd, json!({ "id": 2, "a.b": "x", "c, d": 1 }), unique(odd, &["a.b", "c, d"])).await;
    check(&shop, "POST", odd, json!({ "id": 1 }), unique(odd, &["id"])).await;
    let missing = StoreErrorKind::NotNull { resource: odd.to_owned(), field: "a.b".to_owned() };
    check(&shop, "POST", odd, json!({ "id": 3, "a.b": null }), missing).await;
    check(&shop, "POST", "folded", json!({ "id": 2, "name": "ANN" }), unique("folded", &[])).await;
    check(&shop, "POST", "checked", json!({ "id": 2, "n": -1 }), constraint("positive")).await;
    check(&shop, "POST", "checked", json!({ "id": 2, "n": 3_000_000_000_u64 }), StoreErrorKind::Type).await;
    check(&shop, "PATCH", "checked/1", json!({ "n": -1 }), constraint("positive")).await;
    check(&shop, "POST", "guarded", json!({ "id": 1 }), constraint("not on a Sunday")).await;
}

#[tokio::test]
async fn references_are_named_in_both_directions() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    let boss = |fields: &[&str]| reference("people", fields, "people");
    check(&shop, "POST", "people", json!({ "id": 3, "boss_id": 9 }), boss(&["boss_id"])).await;
    check(&shop, "PATCH", "people/2", json!({ "boss_id": 9 }), boss(&["boss_id"])).await;
    check(&shop, "PATCH", "people/1", json!({ "id": 9 }), boss(&[])).await;
    check(&shop, "DELETE", "people/1", Value::Null, boss(&[])).await;
    // A reference that is looked at when the transaction ends is looked at before anybody is answered.
    check(&shop, "POST", "people", json!({ "id": 3, "mate_id": 9 }), boss(&["mate_id"])).await;
    let rows = json!([{ "id": 3, "mate_id": 1 }, { "id": 4, "mate_id": 9 }]);
    check(&shop, "POST", "people", rows, boss(&["mate_id"])).await;
    shop.check("people?select=id&order=id", json!([{ "id": 1 }, { "id": 2 }])).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told() {
    let house = House::new().await;
    let (_store, shop) = house.shop(SQL, house.options()).await;
    for (url, expected) in [
        ("folded?name=match.\\p{L}", StoreErrorKind::Pattern),
        ("folded?select=name::integer", StoreErrorKind::Type),
    ] {
        let error = shop.run(Call::new("GET", url)).await.unwrap_err();
        assert_eq!(error.kind, expected, "{url}: {error:?}");
    }
    house.client().await.batch_execute("DROP TABLE folded").await.unwrap();
    let error = shop.run(Call::new("GET", "folded")).await.unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Structure { .. }), "{error:?}");
}
