//! Writing: statuses, places, preferences, and bodies that cannot be used.

use super::server::{CASE, Case, Server};

const MINIMAL: (&str, &str) = ("prefer", "return=minimal");
const OBJECT: (&str, &str) = ("accept", "application/vnd.pgrst.object+json");
const REPRESENTATION: (&str, &str) = ("prefer", "return=representation");

#[tokio::test]
async fn a_row_from_its_creation_to_its_end() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "POST /rest/v1/categories",
                body: r#"{"name":"Paper"}"#,
                status: 201,
                answers: &[
                    ("location", "/rest/v1/categories/3"),
                    ("content-range", "*/*"),
                    ("preference-applied", ""),
                ],
                says: r#"{"id":3,"name":"Paper"}"#,
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/categories/3",
                body: r#"{"name":"Card"}"#,
                says: r#"{"id":3,"name":"Card"}"#,
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/categories/3",
                headers: &[MINIMAL],
                body: r#"{"name":"Ink"}"#,
                status: 204,
                answers: &[("content-type", ""), ("preference-applied", "return=minimal")],
                ..CASE
            },
            Case {
                call: "PUT /rest/v1/categories/3",
                body: r#"{"name":"Pen"}"#,
                says: r#"{"id":3,"name":"Pen"}"#,
                ..CASE
            },
            Case {
                call: "PUT /rest/v1/categories/8",
                body: r#"{"name":"Wax"}"#,
                status: 201,
                answers: &[("location", "/rest/v1/categories/8")],
                says: r#"{"id":8,"name":"Wax"}"#,
                ..CASE
            },
            Case {
                call: "DELETE /rest/v1/categories/8",
                status: 204,
                answers: &[("content-type", "")],
                ..CASE
            },
            Case {
                call: "DELETE /rest/v1/categories/3",
                headers: &[REPRESENTATION],
                says: r#"{"id":3,"name":"Pen"}"#,
                ..CASE
            },
            Case { call: "DELETE /rest/v1/categories/3", status: 404, says: "PGRST116", ..CASE },
            Case { call: "PATCH /rest/v1/categories/3", body: "{}", status: 404, says: "PGRST116", ..CASE },
        ])
        .await;
}

#[tokio::test]
async fn lists_are_written_as_postgrest_does() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "POST /rest/v1/categories?select=name",
                headers: &[REPRESENTATION],
                body: r#"{"name":"A"}"#,
                status: 201,
                answers: &[("preference-applied", "return=representation")],
                says: r#"[{"name":"A"}]"#,
            },
            Case {
                call: "POST /rest/v1/categories",
                headers: &[("prefer", "count=exact")],
                body: r#"[{"name":"B"},{"name":"C"}]"#,
                status: 201,
                answers: &[("content-range", "*/2"), ("location", ""), ("content-type", "")],
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/products?price=lt.10&select=id",
                headers: &[REPRESENTATION],
                body: r#"{"about":"cheap"}"#,
                answers: &[("content-range", "0-1/*")],
                says: r#"[{"id":2},{"id":3}]"#,
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/products?id=eq.99",
                headers: &[REPRESENTATION],
                body: r#"{"about":"none"}"#,
                answers: &[("content-range", "*/*")],
                says: "[]",
                ..CASE
            },
            Case {
                call: "DELETE /rest/v1/products?price=lt.10",
                headers: &[("prefer", "count=exact")],
                status: 204,
                answers: &[("content-range", "*/2")],
                ..CASE
            },
            Case { call: "DELETE /rest/v1/products", status: 400, says: "21000", ..CASE },
            Case { call: "PATCH /rest/v1/products", body: "{}", status: 400, says: "21000", ..CASE },
        ])
        .await;
}

#[tokio::test]
async fn keys_are_escaped_in_places() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "POST /rest/v1/tags?select=code",
                body: r#"{"code":"a,b/ü 1","category_id":1}"#,
                status: 201,
                answers: &[("location", "/rest/v1/tags/a%2Cb%2F%C3%BC%201")],
                says: r#"{"code":"a,b/ü 1"}"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/%74ags/a%2Cb%2F%C3%BC%201?select=code",
                says: r#"{"code":"a,b/ü 1"}"#,
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn one_object_of_several_rows_is_refused_and_nothing_is_written() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "PATCH /rest/v1/products?price=gt.0",
                headers: &[OBJECT, REPRESENTATION],
                body: r#"{"about":"all"}"#,
                status: 406,
                says: "PGRST116",
                ..CASE
            },
            Case {
                call: "DELETE /rest/v1/products?price=gt.0",
                headers: &[OBJECT, REPRESENTATION],
                status: 406,
                says: "PGRST116",
                ..CASE
            },
            Case {
                call: "POST /rest/v1/categories",
                headers: &[OBJECT, REPRESENTATION],
                body: r#"[{"name":"A"},{"name":"B"}]"#,
                status: 406,
                says: "PGRST116",
                ..CASE
            },
            Case { call: "GET /rest/v1/products?about=not.is.null", says: "[]", ..CASE },
            Case {
                call: "GET /rest/v1/categories?select=id&order=id",
                says: r#"[{"id":1},{"id":2}]"#,
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/products?id=eq.2&select=about",
                headers: &[OBJECT, REPRESENTATION],
                body: r#"{"about":"one"}"#,
                says: r#"{"about":"one"}"#,
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn strict_callers_learn_what_is_not_known() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "DELETE /rest/v1/products?id=eq.1",
                headers: &[("prefer", "handling=strict, nonsense=1")],
                status: 400,
                says: "PGRST122",
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?id=eq.1&select=id",
                headers: &[("prefer", "max-affected=1, handling=lenient")],
                answers: &[("preference-applied", "handling=lenient")],
                says: r#"[{"id":1}]"#,
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn bodies_that_cannot_be_used() {
    let post = Case { call: "POST /rest/v1/categories", ..CASE };
    let bad = |body| Case { body, status: 400, says: "PGRST102", ..post };
    let typed = |kind: &'static [(&'static str, &'static str)], status, says| Case {
        headers: kind,
        body: r#"{"name":"A"}"#,
        status,
        says,
        ..post
    };
    Server::start()
        .await
        .check(&[
            bad(""),
            bad("  "),
            bad("{"),
            bad("{\"name\":}"),
            bad("\"name\""),
            bad("7"),
            bad("null"),
            bad("[1]"),
            bad("{} {}"),
            bad(r#"{"name":"A","name":"B"}"#),
            bad(r#"{"name":NaN}"#),
            typed(&[("content-type", "text/plain")], 415, "PGRST102"),
            typed(&[("content-type", "application/json-patch+json")], 415, "PGRST102"),
            typed(&[("content-type", "application/json; charset=utf-8")], 201, r#"{"id":3,"name":"A"}"#),
            Case { body: r#"{"name":7,"colour":"red"}"#, status: 422, says: "22P02", ..post },
            Case { body: r#"{"name":"A"}"#, status: 409, says: "23505", ..post },
        ])
        .await;
}
