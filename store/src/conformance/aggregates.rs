//! What is worked out over several rows.
//!
//! Must not know: how a store groups.

use serde_json::json;

use super::{Call, Shop};

/// Without anything else, all rows are one group, even where there are none.
pub async fn rows_are_worked_out_together(shop: Shop) {
    shop.stock().await;
    for (url, expected) in [
        ("books?select=count()", json!([{ "count": 3 }])),
        ("books?select=count", json!([{ "count": 3 }])),
        ("books?select=stock.sum(),price.count()", json!([{ "sum": 10, "count": 2 }])),
        ("books?select=price.sum()", json!([{ "sum": 21.5 }])),
        ("books?select=mean:price.avg()", json!([{ "mean": 10.75 }])),
        ("books?select=low:stock.min(),high:stock.max()", json!([{ "low": 0, "high": 7 }])),
        ("books?select=title.max()", json!([{ "max": "the Telling" }])),
        ("books?select=price.avg()::integer", json!([{ "avg": 11 }])),
        ("books?select=stock.sum()::text", json!([{ "sum": "10" }])),
        ("books?select=count(),stock.sum()&id=gt.99", json!([{ "count": 0, "sum": null }])),
        ("books?select=stock.sum()&stock=gt.0", json!([{ "sum": 10 }])),
    ] {
        shop.check(url, expected).await;
    }
    // A mean of decimals is that of what was written, however they are added up.
    for (id, price) in [(1, "99999999.99"), (2, "0.03"), (3, "-99999999.90")] {
        let price: serde_json::Value = price.parse().unwrap_or_default();
        let change = Call::with("PATCH", format!("books/{id}"), json!({ "price": price }));
        assert!(shop.run(change).await.is_ok());
    }
    shop.check("books?select=price.avg()", json!([{ "avg": 0.04 }])).await;
}

/// Rows that agree in everything else that is shown are a group.
pub async fn groups_are_what_else_is_shown(shop: Shop) {
    shop.stock().await;
    for (url, expected) in [
        (
            "books?select=author_id,stock.sum(),count()&order=author_id",
            json!([{ "author_id": 1, "sum": 10, "count": 2 }, { "author_id": 2, "sum": 0, "count": 1 }]),
        ),
        (
            "books?select=author_id,count()&order=author_id.desc&limit=1",
            json!([{ "author_id": 2, "count": 1 }]),
        ),
        ("books?select=author_id,count()&stock=gt.5", json!([{ "author_id": 1, "count": 1 }])),
        ("books?select=author_id,count()&stock=gt.50", json!([])),
        (
            "books?select=authors(name),stock.sum()&author_id=eq.1",
            json!([{ "authors": { "name": "Ursula" }, "sum": 10 }]),
        ),
        (
            "books?select=...authors(name),stock.sum()&order=authors(name)",
            json!([{ "name": "Italo", "sum": 0 }, { "name": "Ursula", "sum": 10 }]),
        ),
    ] {
        shop.check(url, expected).await;
    }
}

/// Inside an embed, the related rows of each row are a group.
pub async fn embeds_are_worked_out_for_each_row(shop: Shop) {
    shop.stock().await;
    shop.check(
        "authors?select=name,books(count(),stock.sum())&order=id",
        json!([
            { "name": "Ursula", "books": [{ "count": 2, "sum": 10 }] },
            { "name": "Italo", "books": [{ "count": 1, "sum": 0 }] },
        ]),
    )
    .await;
    shop.check(
        "books?select=id,shelves(count)&order=id",
        json!([
            { "id": 1, "shelves": [{ "count": 2 }] },
            { "id": 2, "shelves": [{ "count": 1 }] },
            { "id": 3, "shelves": [{ "count": 0 }] },
        ]),
    )
    .await;
}
