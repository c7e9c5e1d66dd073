//! SQLite's words about a broken constraint, sorted.

use roundtrip_store::StoreErrorKind;
use roundtrip_store::conformance::Call;
use serde_json::{Value, json};

use crate::fixture::Fixture;

const SQL: &str = r#"
    CREATE TABLE "odd, t.able" (
        id INTEGER PRIMARY KEY,
        "a.b" TEXT NOT NULL DEFAULT '', "c, d" INT,
        UNIQUE ("a.b", "c, d"));
    INSERT INTO "odd, t.able" VALUES (1, 'x', 1);
    CREATE TABLE strict (id INTEGER PRIMARY KEY, n INT) STRICT;
    CREATE TABLE checked (id INTEGER PRIMARY KEY, n INT CONSTRAINT positive CHECK (n > 0), m INT CHECK (m < 9));
    CREATE TABLE folded (id INTEGER PRIMARY KEY, name TEXT);
    CREATE UNIQUE INDEX folded_name ON folded (lower(name));
    INSERT INTO folded (name) VALUES ('Ann');
    CREATE TABLE guarded (id INTEGER PRIMARY KEY, n INT);
    CREATE TRIGGER guard BEFORE INSERT ON guarded BEGIN SELECT raise(ABORT, 'not on a Sunday'); END;
    CREATE TABLE logged (id INTEGER PRIMARY KEY, n INT);
    CREATE TABLE log (n INT UNIQUE NOT NULL);
    CREATE TRIGGER write_log AFTER INSERT ON logged BEGIN INSERT INTO log VALUES (new.n); END;
"#;

async fn check(resource: &str, row: Value, expected: StoreErrorKind) {
    let fixture = Fixture::new(SQL).await;
    let error = fixture.shop.run(Call::with("POST", resource, row.clone())).await.unwrap_err();
    assert_eq!(error.kind, expected, "{row}: {error:?}");
    assert!(!error.private.is_empty());
}

fn unique(resource: &str, fields: &[&str]) -> StoreErrorKind {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    StoreErrorKind::Unique { resource: resource.to_owned(), fields }
}

#[tokio::test]
async fn constraints_are_sorted_and_named() {
    let constraint = |text: &str| StoreErrorKind::Check { constraint: text.to_owned() };
    let odd = "odd, t.able";
    check(odd, json!({ "a.b": "x", "c, d": 1 }), unique(odd, &["a.b", "c, d"])).await;
    check(odd, json!({ "id": 1 }), unique(odd, &["id"])).await;
    let missing = StoreErrorKind::NotNull { resource: odd.to_owned(), field: "a.b".to_owned() };
    check(odd, json!({ "a.b": null }), missing).await;
    check("folded", json!({ "name": "ANN" }), unique("folded", &[])).await;
    check("checked", json!({ "n": -1 }), constraint("positive")).await;
    check("checked", json!({ "m": 10 }), constraint("m < 9")).await;
    check("guarded", json!({ "n": 1 }), constraint("not on a Sunday")).await;
    let missing = StoreErrorKind::NotNull { resource: "log".to_owned(), field: "n".to_owned() };
    check("logged", json!({ "n": null }), missing).await;
}

#[tokio::test]
async fn a_structure_that_changed_is_told() {
    let fixture = Fixture::new("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)").await;
    fixture.shop.check("t?select=n", json!([])).await;
    fixture.other().execute_batch("ALTER TABLE t DROP COLUMN n").unwrap();
    for call in
        [Call::new("GET", "t?select=n"), Call::new("GET", "t/1"), Call::with("POST", "t", json!({ "n": 1 }))]
    {
        let error = fixture.shop.run(call).await.unwrap_err();
        assert!(matches!(error.kind, StoreErrorKind::Structure { .. }), "{error:?}");
    }
    fixture.shop.check("t?select=id", json!([])).await;
}
