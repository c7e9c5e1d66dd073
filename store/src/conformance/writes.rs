//! Writes and what they answer.
//!
//! Must not know: errors of constraints.

use roundtrip_query::plan::Returning;
use serde_json::{Value, json};

use super::{Call, Shop};

async fn titles(shop: &Shop) -> Value {
    shop.json(Call::new("GET", "books?select=id,title,stock&order=id")).await
}

/// One row answers an object, several an array, minimal nothing but their number.
pub async fn created_rows_are_answered(shop: Shop) {
    shop.stock().await;
    let book = |title: &str| json!({ "title": title, "stock": 1, "author_id": 2 });
    let made = shop.json(Call::with("POST", "books?select=id,title,authors(name)", book("A"))).await;
    assert_eq!(made, json!({ "id": 4, "title": "A", "authors": { "name": "Italo" } }));
    let many = Call::with("POST", "books?select=id,title", json!([book("B"), book("C")]));
    let rows = shop.run(many).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&rows.body).unwrap_or_default();
    assert_eq!(body, json!([{ "id": 5, "title": "B" }, { "id": 6, "title": "C" }]));
    assert_eq!((rows.count, rows.written, rows.created), (2, 2, false));
    let minimal = Call::with("POST", "books", json!([book("D"), book("E")])).returning(Returning::Minimal);
    let rows = shop.run(minimal).await.unwrap_or_default();
    assert_eq!((rows.body.len(), rows.count, rows.written), (0, 2, 2));
    let none = shop.run(Call::with("POST", "books", json!([]))).await.unwrap_or_default();
    assert_eq!((&none.body[..], none.written), (&b"[]"[..], 0));
}

/// The one created row says where it is, also where the database gave it its key.
pub async fn created_rows_have_a_place(shop: Shop) {
    shop.stock().await;
    for (url, row, place) in [
        ("books", json!({ "title": "A", "stock": 1, "author_id": 2 }), vec!["4"]),
        ("shelves", json!({ "code": "ü/ 1", "label": null }), vec!["ü/ 1"]),
        ("placements", json!({ "book_id": 3, "shelf_code": "b" }), vec!["3", "b"]),
    ] {
        let call = Call::with("POST", url, row).returning(Returning::HeadersOnly);
        let rows = shop.run(call).await.unwrap_or_default();
        let place: Vec<_> = place.into_iter().map(str::to_owned).collect();
        assert_eq!((rows.location, rows.body.len()), (Some(place), 0), "{url}");
    }
}

/// One bad row takes back those before it, and says which it was.
pub async fn bulk_is_all_or_nothing(shop: Shop) {
    shop.stock().await;
    let before = titles(&shop).await;
    let rows = json!([
        { "title": "A", "stock": 1, "author_id": 1 },
        { "title": "B", "stock": 1, "author_id": 99 },
        { "title": "C", "stock": 1, "author_id": 1 },
    ]);
    let error = shop.run(Call::with("POST", "books", rows)).await.err();
    assert_eq!(error.and_then(|error| error.row), Some(1));
    assert_eq!(titles(&shop).await, before);
}

/// Updates change what they name and answer what they changed.
pub async fn rows_are_updated(shop: Shop) {
    shop.stock().await;
    let one =
        Call::with("PATCH", "books/1?select=id,stock,author(name)", json!({ "stock": 9, "author_id": 2 }));
    assert_eq!(shop.json(one).await, json!({ "id": 1, "stock": 9, "author": { "name": "Italo" } }));
    let many = Call::with("PATCH", "books?author_id=eq.2", json!({ "stock": 5, "price": null }));
    let rows = shop.run(many.returning(Returning::Minimal)).await.unwrap_or_default();
    assert_eq!((rows.count, rows.written), (2, 2));
    shop.check(
        "books?select=id,stock,price&order=id",
        json!([
            { "id": 1, "stock": 5, "price": null },
            { "id": 2, "stock": 5, "price": null },
            { "id": 3, "stock": 7, "price": 9.0 },
        ]),
    )
    .await;
    let nobody = Call::with("PATCH", "books/99", json!({ "stock": 5 }));
    let rows = shop.run(nobody).await.unwrap_or_default();
    assert_eq!((rows.body.len(), rows.written), (0, 0));
    let untouched = Call::with("PATCH", "books/3?select=id,stock", json!({}));
    assert_eq!(shop.json(untouched).await, json!({ "id": 3, "stock": 7 }));
}

/// A replacement changes the row that is there, or makes it and says so.
pub async fn rows_are_replaced(shop: Shop) {
    shop.stock().await;
    for (label, created) in [("First", true), ("Second", false)] {
        let call = Call::with("PUT", "shelves/c", json!({ "code": "c", "label": label }));
        let rows = shop.run(call).await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&rows.body).unwrap_or_default();
        assert_eq!(body, json!({ "code": "c", "label": label }));
        assert_eq!((rows.created, rows.written), (created, 1), "{label}");
        assert_eq!(rows.location.is_some(), created, "{label}");
    }
    shop.check(
        "shelves?select=code&order=code",
        json!([{ "code": "a/1" }, { "code": "b" }, { "code": "c" }]),
    )
    .await;
}

/// Deletions answer what they removed, and what hangs on it goes too where the schema says so.
pub async fn rows_are_deleted(shop: Shop) {
    shop.stock().await;
    let one = Call::new("DELETE", "books/1?select=id,title").returning(Returning::Row);
    assert_eq!(shop.json(one).await, json!({ "id": 1, "title": "The Dispossessed" }));
    shop.check("placements?select=book_id", json!([{ "book_id": 2 }])).await;
    let rest = Call::new("DELETE", "books?stock=gte.0").returning(Returning::Minimal);
    let rows = shop.run(rest).await.unwrap_or_default();
    assert_eq!((rows.count, rows.written), (2, 2));
    let again = shop.run(Call::new("DELETE", "books/1")).await.unwrap_or_default();
    assert_eq!(again.written, 0);
    shop.check("books", json!([])).await;
}
