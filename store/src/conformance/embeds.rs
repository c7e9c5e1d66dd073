//! Related rows inside rows.
//!
//! Must not know: how a store finds them.

use serde_json::json;

use super::{Call, Shop};

/// To one, to many, through a junction, and one inside the other.
pub async fn related_rows_are_embedded(shop: Shop) {
    shop.stock().await;
    shop.check(
        "books?select=id,authors(name)&order=id",
        json!([
            { "id": 1, "authors": { "name": "Ursula" } },
            { "id": 2, "authors": { "name": "Italo" } },
            { "id": 3, "authors": { "name": "Ursula" } },
        ]),
    )
    .await;
    shop.check("books/2?select=id,author(name)", json!({ "id": 2, "author": { "name": "Italo" } })).await;
    shop.check(
        "authors?select=name,books(id)&order=id&books.order=id",
        json!([
            { "name": "Ursula", "books": [{ "id": 1 }, { "id": 3 }] },
            { "name": "Italo", "books": [{ "id": 2 }] },
        ]),
    )
    .await;
    shop.check(
        "books?select=id,shelves(code)&order=id&shelves.order=code",
        json!([
            { "id": 1, "shelves": [{ "code": "a/1" }, { "code": "b" }] },
            { "id": 2, "shelves": [{ "code": "b" }] },
            { "id": 3, "shelves": [] },
        ]),
    )
    .await;
    shop.check(
        "shelves/b?select=code,books(price,authors(name,born))&books.order=id",
        json!({ "code": "b", "books": [
            { "price": 12.5, "authors": { "name": "Ursula", "born": "1929-10-21" } },
            { "price": null, "authors": { "name": "Italo", "born": null } },
        ]}),
    )
    .await;
    shop.check("authors/1/books?select=id&order=id", json!([{ "id": 1 }, { "id": 3 }])).await;
}

/// Filter, order, limit and offset of an embed are its own.
pub async fn embeds_are_filtered_ordered_and_cut(shop: Shop) {
    shop.stock().await;
    for (query, expected) in [
        ("books.order=stock.desc", json!([{ "id": 3 }, { "id": 1 }])),
        ("books.order=id&books.limit=1", json!([{ "id": 1 }])),
        ("books.order=id&books.limit=1&books.offset=1", json!([{ "id": 3 }])),
        ("books.stock=gt.5", json!([{ "id": 3 }])),
        ("books.stock=gt.50", json!([])),
        ("books.limit=0", json!([])),
    ] {
        let url = format!("authors/1?select=books(id)&{query}");
        shop.check(&url, json!({ "books": expected })).await;
    }
    let below_zero = Call::with("PATCH", "books/1", json!({ "rating": -2.5, "length": "-PT1S" }));
    assert!(shop.run(below_zero).await.is_ok());
    for field in ["rating", "length"] {
        for (order, ids) in
            [("", [1, 3]), (".desc", [3, 1]), (".nullsfirst", [3, 1]), (".desc.nullslast", [1, 3])]
        {
            let expected = ids.map(|id| json!({ "id": id }));
            let url = format!("authors/1?select=books(id)&books.order={field}{order}");
            shop.check(&url, json!({ "books": expected })).await;
        }
    }
}

/// `!inner` drops rows without a match, the filter on an embed otherwise only empties it.
pub async fn rows_without_a_match_are_dropped_where_asked(shop: Shop) {
    shop.stock().await;
    shop.check(
        "authors?select=name,books!inner(id)&books.stock=gt.5",
        json!([{ "name": "Ursula", "books": [{ "id": 3 }] }]),
    )
    .await;
    shop.check(
        "authors?select=name,books(id)&books.stock=gt.5&order=id",
        json!([{ "name": "Ursula", "books": [{ "id": 3 }] }, { "name": "Italo", "books": [] }]),
    )
    .await;
    let by_the_door = json!([{ "id": 1, "shelves": [{ "code": "a/1" }] }]);
    shop.check("books?select=id,shelves!inner(code)&shelves.code=eq.a%2F1", by_the_door).await;
    shop.check("books?select=id,shelves(code)&shelves=is.null", json!([{ "id": 3, "shelves": [] }])).await;
}
