//! On which terms a write stays.
//!
//! Must not know: how a store takes writes back.

use roundtrip_query::plan::{Returning, Terms};
use serde_json::json;

use super::{Call, Shop};
use crate::StoreErrorKind;

async fn unchanged(shop: &Shop) {
    let books = json!([{ "id": 1, "stock": 3 }, { "id": 2, "stock": 0 }, { "id": 3, "stock": 7 }]);
    shop.check("books?select=id,stock&order=id", books).await;
}

/// It is carried out, answered as if it had stayed, and gone.
pub async fn a_write_is_taken_back(shop: Shop) {
    shop.stock().await;
    let back = Terms { rollback: true, ..Terms::default() };
    let book = json!({ "title": "A", "stock": 1, "author_id": 2 });
    for (call, expected) in [
        (Call::with("POST", "books?select=title,stock", book), json!({ "title": "A", "stock": 1 })),
        (
            Call::with("PATCH", "books/1?select=id,stock", json!({ "stock": 9 })),
            json!({ "id": 1, "stock": 9 }),
        ),
        (Call::new("DELETE", "books?select=id&id=gt.1"), json!([{ "id": 2 }, { "id": 3 }])),
    ] {
        assert_eq!(shop.json(call.on(back)).await, expected);
        unchanged(&shop).await;
    }
    // What is wrong with it is said all the same.
    let wrong = Call::with("PATCH", "books/1", json!({ "author_id": 99 })).on(back);
    assert!(shop.run(wrong).await.is_err());
    shop.check(
        "placements?select=book_id&order=book_id",
        json!([{ "book_id": 1 }, { "book_id": 1 }, { "book_id": 2 }]),
    )
    .await;
}

/// With none or several it is undone, and the caller learns how many there were.
pub async fn a_write_stays_only_with_one_row(shop: Shop) {
    shop.stock().await;
    let one = Terms { exactly_one: true, ..Terms::default() };
    for returning in [Returning::Minimal, Returning::Representation, Returning::Row] {
        for (filter, rows) in [("id=gt.1", 2), ("id=gt.99", 0), ("id=gt.0", 3)] {
            for call in [
                Call::with("PATCH", format!("books?{filter}"), json!({ "stock": 5 })),
                Call::new("DELETE", format!("books?{filter}")),
            ] {
                let error = shop.run(call.returning(returning).on(one)).await.err();
                let kind = error.map(|error| error.kind);
                assert_eq!(kind, Some(StoreErrorKind::NotOne { rows }), "{filter} {returning:?}");
            }
        }
    }
    unchanged(&shop).await;
    let call = Call::with("PATCH", "books?select=stock&id=eq.1", json!({ "stock": 3 }));
    assert_eq!(shop.json(call.returning(Returning::Row).on(one)).await, json!({ "stock": 3 }));
}

/// With more than it may touch it is undone.
pub async fn a_write_stays_only_with_few_rows(shop: Shop) {
    shop.stock().await;
    let few = |most| Terms { max_affected: Some(most), ..Terms::default() };
    let change = |url: &str| Call::with("PATCH", url, json!({ "stock": 5 })).returning(Returning::Minimal);
    let error = shop.run(change("books?id=gt.0").on(few(2))).await.err();
    assert_eq!(error.map(|error| error.kind), Some(StoreErrorKind::TooMany { affected: 3 }));
    let error = shop.run(Call::new("DELETE", "books?id=gt.1").on(few(0))).await.err();
    assert_eq!(error.map(|error| error.kind), Some(StoreErrorKind::TooMany { affected: 2 }));
    unchanged(&shop).await;
    let done = shop.run(change("books?id=gt.1").on(few(2))).await;
    assert_eq!(done.map(|rows| rows.written).ok(), Some(2));
}
