//! What is inside JSON, and lists.
//!
//! Must not know: how a store keeps documents.

use roundtrip_query::plan::Returning;
use serde_json::{Value, json};

use super::{Call, Shop};

/// The shop with a document for each book, and lists for two.
async fn stock(shop: &Shop) {
    shop.stock().await;
    let about = [
        json!({ "lang": { "code": "en", "names": ["English", "Anglais"] }, "pages": 341, "moon": true }),
        json!({ "lang": { "code": "it" }, "pages": 165, "moon": null, "it's \"so\"": [[1, 2], [3]] }),
        json!({ "pages": 9.50, "lang": "en" }),
    ];
    let tags = [json!(["red", "blue"]), json!(["blue"]), Value::Null];
    for (id, (about, tags)) in about.into_iter().zip(tags).enumerate() {
        let change = json!({ "about": about, "tags": tags });
        let call = Call::with("PATCH", format!("books?id=eq.{}", id + 1), change);
        let done = shop.run(call.returning(Returning::Minimal)).await;
        assert_eq!(done.map(|rows| rows.written).ok(), Some(1));
    }
}

async fn ids(shop: &Shop, query: &str, ids: &[i64]) {
    let expected = ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
    shop.check(&format!("books?select=id&{query}"), json!(expected)).await;
}

/// `->` finds JSON, `->>` text, and nothing is null.
pub async fn paths_lead_into_documents(shop: Shop) {
    stock(&shop).await;
    for (item, values) in [
        ("v:about->pages", json!([341, 165, 9.5])),
        ("v:about->>pages", json!(["341", "165", "9.5"])),
        ("v:about->lang->>code", json!(["en", "it", null])),
        ("v:about->lang->names->0", json!(["English", null, null])),
        ("v:about->lang->names->>-1", json!(["Anglais", null, null])),
        ("v:about->lang->names->7", json!([null, null, null])),
        // Only in arrays there are places.
        ("v:about->pages->0", json!([null, null, null])),
        ("v:about->lang->>0", json!([null, null, null])),
        ("v:about->lang->names->0->0", json!([null, null, null])),
        ("v:about->moon", json!([true, null, null])),
        ("v:about->>moon", json!(["true", null, null])),
        ("v:about->lang", json!([{ "code": "en", "names": ["English", "Anglais"] }, { "code": "it" }, "en"])),
        (
            "v:about->>lang",
            json!([r#"{"code":"en","names":["English","Anglais"]}"#, r#"{"code":"it"}"#, "en"]),
        ),
        ("v:tags->0", json!(["red", "blue", null])),
        // From the end of each row's own array.
        ("v:tags->-1", json!(["blue", "blue", null])),
        ("v:tags->-2", json!(["red", null, null])),
        ("v:tags->-2147483647", json!([null, null, null])),
        ("v:about->\"it's \\\"so\\\"\"->-2->>-1", json!([null, "2", null])),
        ("v:about->\"it's \\\"so\\\"\"->0->>1", json!([null, "2", null])),
    ] {
        let rows = values.as_array().into_iter().flatten().map(|value| json!({ "v": value }));
        let found = shop.json(Call::new("GET", format!("books?select={item}&order=id"))).await;
        let compact =
            |value: &Value| value.to_string().replace(", ", ",").replace(": ", ":").replace(".50", ".5");
        let expected: Value = rows.collect();
        assert_eq!(compact(&found), compact(&expected), "{item}");
    }
    // The key in the answer is the last name of the path.
    shop.check("books/1?select=about->lang->names->0", json!({ "names": "English" })).await;
    shop.check("authors/2?select=books(about->lang->>code)", json!({ "books": [{ "code": "it" }] })).await;
}

/// Text is compared as text, JSON as what it says, however it is written.
pub async fn documents_are_filtered_by_what_is_inside(shop: Shop) {
    stock(&shop).await;
    for (filter, expected) in [
        ("about->>pages=eq.341", &[1][..]),
        ("about->pages=eq.341", &[1]),
        // The same members in another order, and the same number in other digits.
        ("about=eq.{\"lang\":\"en\",\"pages\":9.5}", &[3]),
        ("about=eq.{\"pages\":9.500,\"lang\":\"en\"}", &[3]),
        ("about=in.(1,\"{\\\"pages\\\":9.5,\\\"lang\\\":\\\"en\\\"}\")", &[3]),
        ("about->pages=gt.10", &[1, 2]),
        ("about->pages=lte.165", &[2, 3]),
        ("about->pages=lte.165.00", &[2, 3]),
        ("about->pages=gte.3.41e2", &[1]),
        // Beside an order, lists and objects are nothing.
        ("about->lang=gt.\"a\"", &[3]),
        ("about->lang=lte.\"en\"", &[3]),
        ("about->lang=not.lt.\"a\"", &[3]),
        ("about->lang->>code=in.(it,fr)", &[2]),
        ("about->>lang=eq.en", &[3]),
        ("about->lang=eq.{\"code\":\"it\"}", &[2]),
        ("about->moon=is.null", &[3]),
        ("about->>moon=is.null", &[2, 3]),
        ("about->>moon=eq.true", &[1]),
        ("about->lang->>code=like.e*", &[1]),
        ("about->lang->>code=not.eq.en", &[2]),
        ("or=(about->>pages.eq.341,about->lang->>code.eq.it)", &[1, 2]),
        ("tags->>0=eq.blue", &[2]),
    ] {
        ids(&shop, &format!("{filter}&order=id"), expected).await;
    }
    // As deep as the database says.
    let depth = shop.store.capabilities().json_depth.unwrap_or(100);
    let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let about: Value = deep.parse().unwrap_or_default();
    let deepest = Call::with("PATCH", "books/2", json!({ "about": about })).returning(Returning::Minimal);
    assert!(shop.run(deepest).await.is_ok());
    ids(&shop, &format!("about=eq.{deep}"), &[2]).await;
    ids(&shop, &format!("about=cs.{deep}"), &[2]).await;
    // A document may be one number, and is greater or less by what it is worth.
    let number = Call::with("PATCH", "books/3", json!({ "about": 1.5 })).returning(Returning::Minimal);
    assert!(shop.run(number).await.is_ok());
    for (filter, expected) in [
        ("about=lte.1.50", &[3][..]),
        ("about=gte.15e-1", &[3]),
        ("about=lt.1.5", &[]),
        ("about=not.gt.1.5", &[3]),
    ] {
        ids(&shop, &format!("{filter}&order=about,id"), expected).await;
    }
    ids(&shop, "order=about", &[3, 1, 2]).await;
    ids(&shop, "order=about.nullsfirst", &[1, 2, 3]).await;
}

/// Numbers by what they are worth, texts as texts; lists and objects stand with the nulls.
pub async fn documents_are_ordered_by_what_is_inside(shop: Shop) {
    stock(&shop).await;
    for (order, expected) in [
        ("about->pages", [3, 2, 1]),
        ("about->pages.desc", [1, 2, 3]),
        ("about->>pages", [2, 1, 3]),
        ("about->lang", [3, 1, 2]),
        ("about->lang.desc", [2, 1, 3]),
        ("about->lang.nullsfirst", [1, 2, 3]),
        ("about->lang->>code.nullsfirst", [3, 1, 2]),
        ("about->lang->>code.desc.nullslast", [2, 1, 3]),
    ] {
        ids(&shop, &format!("order={order}"), &expected).await;
    }
}

/// Arrays are sets, objects contain those with fewer members, and null contains nothing.
pub async fn documents_and_lists_contain_each_other(shop: Shop) {
    stock(&shop).await;
    for (filter, expected) in [
        ("about=cs.{\"pages\":341}", &[1][..]),
        ("about=cs.{\"lang\":{\"code\":\"it\"}}", &[2]),
        ("about=cs.{\"lang\":\"en\"}", &[3]),
        ("about=cs.{}", &[1, 2, 3]),
        ("about=cd.{\"pages\":9.5,\"lang\":\"en\",\"more\":1}", &[3]),
        ("about->lang->names=cs.[\"Anglais\"]", &[1]),
        ("tags=cs.{blue}", &[1, 2]),
        ("tags=cs.{blue,red}", &[1]),
        ("tags=cs.{}", &[1, 2]),
        ("tags=cd.{blue,green}", &[2]),
        ("tags=ov.{red,green}", &[1]),
        ("tags=ov.{green}", &[]),
        ("tags=ov.{}", &[]),
        ("tags=not.ov.{}", &[1, 2]),
        ("about->lang->names=not.ov.[]", &[1]),
        ("about->lang->names=not.ov.{}", &[1]),
        ("tags=not.cs.{red}", &[2]),
    ] {
        ids(&shop, &format!("{filter}&order=id"), expected).await;
    }
}
