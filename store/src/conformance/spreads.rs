//! Members of related rows among a row's own, and orders by them.
//!
//! Must not know: how a store finds related rows.

use serde_json::json;

use super::Shop;

/// Of one related row its values, of several their lists.
pub async fn members_of_related_rows_become_members(shop: Shop) {
    shop.stock().await;
    shop.check(
        "books?select=id,...authors(name,born)&order=id",
        json!([
            { "id": 1, "name": "Ursula", "born": "1929-10-21" },
            { "id": 2, "name": "Italo", "born": null },
            { "id": 3, "name": "Ursula", "born": "1929-10-21" },
        ]),
    )
    .await;
    shop.check(
        "authors?select=name,...books(title,price)&order=id&books.order=id",
        json!([
            { "name": "Ursula", "title": ["The Dispossessed", "the Telling"], "price": [12.5, 9.0] },
            { "name": "Italo", "title": ["Invisible Cities"], "price": [null] },
        ]),
    )
    .await;
    shop.check(
        "books?select=id,...shelves(code)&order=id&shelves.order=code.desc",
        json!([
            { "id": 1, "code": ["b", "a/1"] },
            { "id": 2, "code": ["b"] },
            { "id": 3, "code": [] },
        ]),
    )
    .await;
    shop.check("books/1?select=id,...author(who:name)", json!({ "id": 1, "who": "Ursula" })).await;
    // What is spread inside rows leaves them in their order, however the database joins it.
    let (door, other) =
        (json!({ "shelf_code": "a/1", "label": "Door" }), json!({ "shelf_code": "b", "label": null }));
    let spread = "books/1?select=placements(shelf_code,...shelves(label))&placements.order=shelf_code";
    for (url, rows) in [
        (spread.to_owned(), [&door, &other]),
        (format!("{spread}.desc"), [&other, &door]),
        (format!("{spread}.desc&placements.limit=5"), [&other, &door]),
    ] {
        shop.check(&url, json!({ "placements": rows })).await;
    }
    // An embed that shows nothing is there to be asked about.
    shop.check("books?select=id,shelves()&shelves=is.null", json!([{ "id": 3 }])).await;
    shop.check("books?select=id,shelves!inner()&shelves.code=eq.a%2F1", json!([{ "id": 1 }])).await;
}

/// The one related row can say where a row stands.
pub async fn rows_are_ordered_by_the_related_row(shop: Shop) {
    shop.stock().await;
    for (order, ids) in [
        ("authors(name),id", [2, 1, 3]),
        ("authors(name).desc,id.desc", [3, 1, 2]),
        ("authors(born).nullsfirst,id", [2, 1, 3]),
        ("authors(born).desc.nullslast,id", [1, 3, 2]),
    ] {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        shop.check(&format!("books?select=id,authors()&order={order}"), json!(expected)).await;
    }
}
