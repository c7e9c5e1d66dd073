//! How rows are written.
//!
//! Must not know: which rows.

use roundtrip_query::plan::{Format, Rendering};
use serde_json::json;

use super::{Call, Shop};

async fn check(shop: &Shop, call: Call, rendering: &Rendering, expected: &str) {
    let asked = format!("{call:?}");
    let rows = shop.run(call.rendered(rendering.clone())).await;
    let body = rows.map(|rows| String::from_utf8_lossy(&rows.body).into_owned());
    assert_eq!(body.as_deref(), Ok(expected), "{asked}");
}

/// A line of names, a line for each row, and nothing for null.
pub async fn rows_are_lines_of_values(shop: Shop) {
    shop.stock().await;
    let csv = Rendering { format: Format::Csv, ..Rendering::default() };
    let get = |url: &str| Call::new("GET", url);
    for (url, expected) in [
        (
            "books?select=id,name:title,price,sold&order=id",
            "id,name,price,sold\n1,\"The Dispossessed\",12.50,true\n2,\"Invisible Cities\",,false\n3,\"the Telling\",9.00,",
        ),
        ("shelves?select=code,label&order=code", "code,label\na/1,Door\nb,"),
        ("shelves?select=code,label&code=eq.none", "code,label\n"),
        (
            "books?select=id,shelves(code)&order=id&id=in.(1,3)&shelves.order=code",
            "id,shelves\n1,\"[{\"\"code\"\":\"\"a/1\"\"},{\"\"code\"\":\"\"b\"\"}]\"\n3,[]",
        ),
    ] {
        check(&shop, get(url), &csv, expected).await;
    }
    let odd = json!([{ "code": "x,\"y\"\n", "label": "" }]);
    let made = Call::with("POST", "shelves?select=label,code", odd);
    check(&shop, made, &csv, "label,code\n\"\",\"x,\"\"y\"\"\n\"").await;
}

/// Members that are null are left out, at every level.
pub async fn nulls_are_left_out(shop: Shop) {
    shop.stock().await;
    let stripped = Rendering { strip_nulls: true, ..Rendering::default() };
    let get = |url: &str| Call::new("GET", url);
    for (url, expected) in [
        (
            "books?select=id,price,authors(name,born)&order=id",
            r#"[{"id":1,"price":12.50,"authors":{"name":"Ursula","born":"1929-10-21"}},{"id":2,"authors":{"name":"Italo"}},{"id":3,"price":9.00,"authors":{"name":"Ursula","born":"1929-10-21"}}]"#,
        ),
        ("books?select=price&id=eq.2", "[{}]"),
        ("books/2?select=id,price", r#"{"id":2}"#),
        (
            "shelves/b?select=code,books(id,sold)&books.order=id",
            r#"{"code":"b","books":[{"id":1,"sold":true},{"id":2,"sold":false}]}"#,
        ),
    ] {
        check(&shop, get(url), &stripped, expected).await;
    }
    let document = json!({ "a": null, "b": { "c": null }, "d": [null] });
    let change = Call::with("PATCH", "books/1?select=about,sold", json!({ "about": document, "sold": null }));
    check(&shop, change, &stripped, r#"{"about":{"b":{},"d":[null]}}"#).await;
}

/// Moments as local clocks show them; everything else stays.
pub async fn moments_are_written_in_a_zone(shop: Shop) {
    shop.stock().await;
    shop.json(Call::with("PATCH", "books/1", json!({ "printed": "2026-07-01T12:30:00.5Z" }))).await;
    for (zone, expected) in [
        (None, "2026-07-01T12:30:00.5+00:00"),
        (Some("Europe/Paris"), "2026-07-01T14:30:00.5+02:00"),
        (Some("+05:30"), "2026-07-01T07:00:00.5-05:30"),
    ] {
        let rendering = Rendering { zone: zone.map(Into::into), ..Rendering::default() };
        for (url, body) in [
            ("books/1?select=printed", format!(r#"{{"printed":"{expected}"}}"#)),
            ("books?select=at:printed,id&id=eq.1", format!(r#"[{{"at":"{expected}","id":1}}]"#)),
            ("books?select=printed&id=eq.2", r#"[{"printed":null}]"#.to_owned()),
            (
                "authors/1?select=born,books(printed)&books.id=eq.1",
                format!(r#"{{"born":"1929-10-21","books":[{{"printed":"{expected}"}}]}}"#),
            ),
        ] {
            check(&shop, Call::new("GET", url), &rendering, &body).await;
        }
    }
}
