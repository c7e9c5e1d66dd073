//! Broken constraints: sorted, and named by resource and field.
//!
//! Must not know: any database's own words.

use serde_json::json;

use super::{Call, Shop};
use crate::StoreErrorKind;

async fn check(shop: &Shop, call: Call, expected: StoreErrorKind) {
    let asked = format!("{call:?}");
    let error = shop.run(call).await.err();
    let error = error.unwrap_or_else(|| panic!("{asked} succeeded"));
    assert_eq!(error.kind, expected, "{asked}: {error:?}");
    for secret in ["_table", "_column", "constraint failed", "SELECT", "INSERT"] {
        assert!(!error.detail.contains(secret), "{asked} tells {secret}: {}", error.detail);
    }
}

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

/// A second row with the same unique values or key.
pub async fn duplicates_name_their_fields(shop: Shop) {
    shop.stock().await;
    let again = json!({ "name": "Ursula" });
    check(&shop, Call::with("POST", "authors", again.clone()), unique("authors", &["name"])).await;
    check(&shop, Call::with("PATCH", "authors/2", again), unique("authors", &["name"])).await;
    check(&shop, Call::with("POST", "shelves", json!({ "code": "b" })), unique("shelves", &["code"])).await;
    let place = json!({ "book_id": 1, "shelf_code": "b" });
    check(&shop, Call::with("POST", "placements", place), unique("placements", &["book_id", "shelf_code"]))
        .await;
    let key = json!({ "id": 1, "title": "A", "stock": 1, "author_id": 1 });
    check(&shop, Call::with("POST", "books", key), unique("books", &["id"])).await;
    // Nulls are not equal to each other.
    shop.json(Call::with("POST", "shelves", json!({ "code": "c", "label": null }))).await;
}

/// A value that names no row, and a row that others still name.
pub async fn broken_references_name_their_fields(shop: Shop) {
    shop.stock().await;
    let book = json!({ "title": "A", "stock": 1, "author_id": 99 });
    check(&shop, Call::with("POST", "books", book), reference("books", &["author_id"], "authors")).await;
    let change = json!({ "author_id": 98 });
    check(&shop, Call::with("PATCH", "books/1", change), reference("books", &["author_id"], "authors")).await;
    for (place, field, target) in [
        (json!({ "book_id": 1, "shelf_code": "zz" }), "shelf_code", "shelves"),
        (json!({ "book_id": 99, "shelf_code": "b" }), "book_id", "books"),
    ] {
        check(&shop, Call::with("POST", "placements", place), reference("placements", &[field], target))
            .await;
    }
    check(&shop, Call::new("DELETE", "authors/1"), reference("authors", &[], "books")).await;
    shop.check("authors?select=id&order=id", json!([{ "id": 1 }, { "id": 2 }])).await;
}

/// A null where there must be a value.
pub async fn missing_values_name_their_field(shop: Shop) {
    shop.stock().await;
    let missing = |resource: &str, field: &str| StoreErrorKind::NotNull {
        resource: resource.to_owned(),
        field: field.to_owned(),
    };
    let book = json!({ "title": null, "stock": 1, "author_id": 1 });
    check(&shop, Call::with("POST", "books", book), missing("books", "title")).await;
    check(&shop, Call::with("PATCH", "authors/1", json!({ "name": null })), missing("authors", "name")).await;
}
