//! New rows that are there already.
//!
//! Must not know: how a store notices them.

use roundtrip_query::plan::{Resolution, Returning};
use serde_json::{Value, json};

use super::{Call, Shop};

/// What a call answers, whether it added a row, and how many it wrote.
async fn outcome(shop: &Shop, call: Call) -> (Value, bool, u64) {
    let asked = format!("{call:?}");
    let rows = shop.run(call).await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
    (serde_json::from_slice(&rows.body).unwrap_or_default(), rows.created, rows.written)
}

/// The fields that were given replace those that are there.
pub async fn rows_that_are_there_are_merged(shop: Shop) {
    shop.stock().await;
    let merge = |rows: Value| Call::with("POST", "shelves", rows).resolving(Resolution::Merge);
    let rows = json!([{ "code": "b", "label": "Wall" }, { "code": "c", "label": "Floor" }]);
    assert_eq!(outcome(&shop, merge(rows.clone())).await, (rows.clone(), true, 2));
    assert_eq!(outcome(&shop, merge(rows.clone())).await, (rows, false, 2));
    let one = json!({ "code": "a/1", "label": "Gate" });
    let call = merge(one.clone()).returning(Returning::Minimal);
    let done = shop.run(call).await.unwrap_or_default();
    assert_eq!((done.created, done.written, done.location), (false, 1, Some(vec!["a/1".to_owned()])));
    // Members that are not given stay.
    let place = json!({ "book_id": 1, "shelf_code": "b", "note": "front" });
    shop.json(Call::with("POST", "placements", place.clone()).resolving(Resolution::Merge)).await;
    let key = json!({ "book_id": 1, "shelf_code": "b" });
    let again = Call::with("POST", "placements", key).resolving(Resolution::Merge);
    assert_eq!(outcome(&shop, again).await, (place, false, 1));
    shop.check(
        "shelves?order=code",
        json!([
            { "code": "a/1", "label": "Gate" },
            { "code": "b", "label": "Wall" },
            { "code": "c", "label": "Floor" },
        ]),
    )
    .await;
}

/// Rows that are there stay as they are and are not answered.
pub async fn rows_that_are_there_are_ignored(shop: Shop) {
    shop.stock().await;
    let ignore = |rows: Value| Call::with("POST", "shelves", rows).resolving(Resolution::Ignore);
    let rows = json!([{ "code": "b", "label": "Wall" }, { "code": "c", "label": "Floor" }]);
    let (body, _, written) = outcome(&shop, ignore(rows)).await;
    assert_eq!((body, written), (json!([{ "code": "c", "label": "Floor" }]), 1));
    let one = ignore(json!({ "code": "b", "label": "Wall" })).returning(Returning::HeadersOnly);
    let done = shop.run(one).await.unwrap_or_default();
    assert_eq!((done.written, done.location), (0, None));
    shop.check("shelves?select=label&code=eq.b", json!([{ "label": null }])).await;
}

/// `on_conflict` names the fields; a row that breaks another constraint is an error all the same.
pub async fn other_fields_than_the_key_tell_rows_apart(shop: Shop) {
    shop.stock().await;
    let author = json!({ "name": "Ursula", "born": "1930-01-01" });
    let call = Call::with("POST", "authors?on_conflict=name", author).resolving(Resolution::Merge);
    let expected = json!({ "id": 1, "name": "Ursula", "born": "1930-01-01" });
    assert_eq!(outcome(&shop, call).await, (expected, false, 1));
    let taken = json!({ "id": 1, "name": "Italo" });
    let error = shop.run(Call::with("POST", "authors", taken).resolving(Resolution::Merge)).await.err();
    let kind = error.map(|error| error.kind);
    assert!(matches!(kind, Some(crate::StoreErrorKind::Unique { .. })), "{kind:?}");
}
