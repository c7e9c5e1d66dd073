//! Reads: types, filters, orders, pages, single rows.
//!
//! Must not know: embeds, writes beyond the rows it needs.

use serde_json::json;

use super::{Call, Shop};
use crate::StoreErrorKind;

/// What is stored comes back in the JSON of its type.
pub async fn every_type_comes_back(shop: Shop) {
    shop.stock().await;
    let row = json!({
        "title": "Größe \"quoted\" \u{1F600}\n", "price": 12.5, "stock": i64::MAX, "sold": true, "rating": 0.1,
        "about": { "b": [1, 2.50, null], "a": "x" }, "tags": ["red", "l\"arge"], "cover": "AP8=",
        "length": "PT1H30M", "printed": "2026-11-21T17:30:00+00:00", "author_id": 1,
    });
    let made = shop.json(Call::with("POST", "books", row.clone())).await;
    for (name, value) in row.as_object().into_iter().flatten() {
        assert_eq!(&made[name], value, "{name}");
    }
    let url = format!("books/{}?select=price,rating,stock", made["id"]);
    let rows = shop.run(Call::new("GET", url)).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&rows.body).into_owned();
    assert_eq!(text, r#"{"price":12.50,"rating":0.1,"stock":9223372036854775807}"#);
    let nulls = json!({ "title": "", "stock": 0, "author_id": 1 });
    let made = shop.json(Call::with("POST", "books?select=*", nulls)).await;
    for name in ["price", "sold", "rating", "about", "tags", "cover", "length", "printed"] {
        assert!(made[name].is_null(), "{name}: {made}");
    }
}

/// Filters select what SQL's three-valued logic selects.
pub async fn filters_follow_sql(shop: Shop) {
    shop.stock().await;
    for (filter, ids) in [
        ("stock=gt.0", vec![1, 3]),
        ("stock=gte.3&stock=lt.7", vec![1]),
        ("price=eq.12.5", vec![1]),
        ("price=neq.12.5", vec![3]),
        ("price=is.null", vec![2]),
        ("price=not.is.null", vec![1, 3]),
        ("not.or=(price.gt.10,price.is.null)", vec![3]),
        ("price=not.gt.10", vec![3]),
        ("or=(price.gt.10,stock.eq.0)", vec![1, 2]),
        ("sold=is.true", vec![1]),
        ("sold=is.false", vec![2]),
        ("sold=is.unknown", vec![3]),
        ("sold=not.is.true", vec![2, 3]),
        ("sold=eq.true", vec![1]),
        ("id=in.(1,3,99)", vec![1, 3]),
        ("title=in.(\"the Telling\",none)", vec![3]),
        ("price=in.(9,12.50)", vec![1, 3]),
        ("title=like.The*", vec![1]),
        ("title=ilike.the*", vec![1, 3]),
        ("title=like.*n_visible*", vec![]),
        ("title=like.*vis_ble*", vec![2]),
        ("title=eq.The%20Dispossessed", vec![1]),
        ("title=eq.the%20dispossessed", vec![]),
        ("title=gt.a", vec![3]),
        ("stock=not.in.(0,3)", vec![3]),
        ("and=(stock.gt.0,or(price.lt.10,title.like.Inv*))", vec![3]),
        // No value is in an empty list, and null is not; whatever lists were asked for before.
        ("price=not.in.(9)", vec![1]),
        ("price=not.in.()", vec![1, 2, 3]),
        ("price=not.in.(9)", vec![1]),
        ("price=not.in.(12.5)", vec![3]),
        ("price=in.()", vec![]),
        // An escape with nothing behind it stands for itself.
        ("title=like.The*%5C", vec![]),
        ("title=not.ilike.the*%5C", vec![1, 2, 3]),
    ] {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        shop.check(&format!("books?select=id&order=id&{filter}"), json!(expected)).await;
    }
}

/// Nulls come first or last as asked, and equal values in the order of the key.
pub async fn orders_put_nulls_where_they_are_told(shop: Shop) {
    shop.stock().await;
    for (order, ids) in [
        ("price", [3, 1, 2]),
        ("price.desc", [2, 1, 3]),
        ("price.nullsfirst", [2, 3, 1]),
        ("price.desc.nullslast", [1, 3, 2]),
        ("title", [2, 1, 3]),
        ("author_id", [1, 3, 2]),
        ("author_id.desc", [2, 3, 1]),
        ("author_id,stock.desc", [3, 1, 2]),
    ] {
        let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
        shop.check(&format!("books?select=id&order={order}"), json!(expected)).await;
    }
}

/// A page holds what it should, and the count is of all rows.
pub async fn pages_are_counted(shop: Shop) {
    shop.stock().await;
    for (url, count, total) in [
        ("books?limit=2", 2, Some(3)),
        ("books?limit=2&offset=2", 1, Some(3)),
        ("books?offset=9", 0, Some(3)),
        ("books?limit=0", 0, Some(3)),
        ("books?stock=gt.0&limit=1", 1, Some(2)),
        ("books?stock=gt.99", 0, Some(0)),
    ] {
        let rows = shop.run(Call::new("GET", url).counted()).await.unwrap_or_default();
        assert_eq!((rows.count, rows.total, rows.written), (count, total, 0), "{url}");
    }
    let rows = shop.run(Call::new("GET", "books")).await.unwrap_or_default();
    assert_eq!((rows.count, rows.total), (3, None));
    assert!(rows.sql.is_some_and(|sql| sql.contains("books_table")));
    shop.check("books?stock=gt.99", json!([])).await;
}

/// A row by its key is an object, no row is no body, and two rows are an error.
pub async fn one_row_is_an_object(shop: Shop) {
    shop.stock().await;
    shop.check("books/1?select=id,title", json!({ "id": 1, "title": "The Dispossessed" })).await;
    shop.check("placements/1,b", json!({ "book_id": 1, "shelf_code": "b", "note": null })).await;
    shop.check("shelves/a~1?select=label", json!({ "label": "Door" })).await;
    shop.check("books/99", json!(null)).await;
    shop.check("books/1?stock=gt.99", json!(null)).await;
    let twice = Call::with("PATCH", "books?author_id=eq.1", json!({ "stock": 1 }));
    let error = shop.run(twice).await.err();
    assert_eq!(error.map(|error| error.kind), Some(StoreErrorKind::NotOne { rows: 2 }));
    shop.check("books?select=stock&id=in.(1,3)&order=id", json!([{ "stock": 3 }, { "stock": 7 }])).await;
}

/// `::` gives a value as another type; what cannot be taken so is an error and no zero.
pub async fn values_are_taken_as_other_types(shop: Shop) {
    shop.stock().await;
    for (item, values) in [
        ("v:stock::text", json!(["3", "0", "7"])),
        ("v:sold::text", json!(["true", "false", null])),
        ("v:price::integer", json!([13, null, 9])),
        ("v:stock::boolean", json!([true, false, true])),
        ("v:title::text", json!(["The Dispossessed", "Invisible Cities", "the Telling"])),
    ] {
        let rows = values.as_array().into_iter().flatten().map(|value| json!({ "v": value }));
        shop.check(&format!("books?select={item}&order=id"), rows.collect()).await;
    }
    let error = shop.run(Call::new("GET", "books?select=title::integer")).await.err();
    assert_eq!(error.map(|error| error.kind), Some(StoreErrorKind::Type));
}

/// The plan of a read is a list of objects, in the database's own words, and no row.
pub async fn the_database_says_how_it_would_read(shop: Shop) {
    shop.stock().await;
    for url in ["books?stock=gt.1&select=id,authors(name)", "books/1", "books?id=eq.99"] {
        let explained = shop.json(Call::new("GET", url).explained()).await;
        let steps = explained.as_array().map(Vec::len).unwrap_or_default();
        assert!(steps > 0 && explained[0].is_object(), "{url}: {explained}");
        assert!(!explained.to_string().contains("Dispossessed"), "{url}: {explained}");
    }
}
