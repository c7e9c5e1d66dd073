//! Reading: lists, rows, what belongs to a row; pages, forms, methods.

use super::server::{CASE, Case, Server};

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

#[tokio::test]
async fn lists_rows_and_relations() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?select=name&order=price.desc&limit=2",
                answers: &[JSON, ("content-range", "0-1/*"), ("vary", "Accept, Prefer, Range")],
                says: r#"[{"name":"Lamp"},{"name":"Bell"}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?id=eq.9",
                answers: &[("content-range", "*/*")],
                says: "[]",
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products/2?select=id,price",
                answers: &[JSON, ("content-range", "")],
                says: r#"{"id":2,"price":5.00}"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/categories/2/products?select=name",
                says: r#"[{"name":"Bell"}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products/1/category?select=name",
                says: r#"{"name":"Light"}"#,
                ..CASE
            },
            Case { call: "GET /rest/v1/products/9", status: 404, says: "PGRST116", ..CASE },
            Case { call: "GET /rest/v1/products/nine", status: 400, says: "22P02", ..CASE },
            Case { call: "GET /rest/v1/products/1,2", status: 400, says: "22P02", ..CASE },
            Case { call: "GET /rest/v1/categories/9/products", status: 404, says: "PGRST116", ..CASE },
            Case { call: "GET /rest/v1/product", status: 404, says: "PGRST205", ..CASE },
        ])
        .await;
}

#[tokio::test]
async fn pages_are_told() {
    let exact = &[("prefer", "count=exact")];
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?select=id&limit=2&order=id",
                headers: exact,
                status: 206,
                answers: &[("content-range", "0-1/3"), ("preference-applied", "count=exact")],
                says: r#"[{"id":1},{"id":2}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?select=id&order=id",
                headers: exact,
                answers: &[("content-range", "0-2/3")],
                says: r#"[{"id":1},{"id":2},{"id":3}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?select=id&order=id",
                headers: &[("range-unit", "items"), ("range", "1-1")],
                answers: &[("content-range", "1-1/*")],
                says: r#"[{"id":2}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?offset=7",
                headers: exact,
                status: 416,
                says: "PGRST103",
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products",
                headers: &[("range", "5-2")],
                status: 416,
                says: "PGRST103",
                ..CASE
            },
            Case { call: "GET /rest/v1/products?limit=-1", status: 416, says: "PGRST103", ..CASE },
        ])
        .await;
}

#[tokio::test]
async fn forms_are_negotiated() {
    let object = &[("accept", "application/vnd.pgrst.object+json")];
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?id=eq.2&select=id",
                headers: object,
                says: r#"{"id":2}"#,
                ..CASE
            },
            Case { call: "GET /rest/v1/products", headers: object, status: 406, says: "PGRST116", ..CASE },
            Case {
                call: "GET /rest/v1/products?id=eq.9",
                headers: object,
                status: 406,
                says: "PGRST116",
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products/2?select=id",
                headers: &[("accept", "text/html,application/xml;q=0.9,*/*;q=0.8")],
                says: r#"{"id":2}"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products",
                headers: &[("accept", "application/xml")],
                status: 406,
                says: "PGRST107",
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn methods_are_told() {
    let server = Server::start().await;
    for (call, methods) in [
        ("OPTIONS /rest/v1/products", &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"][..]),
        ("OPTIONS /rest/v1/products/1", &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        ("OPTIONS /rest/v1/categories/1/products", &["GET", "HEAD", "OPTIONS"]),
        ("POST /rest/v1/products/1", &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        ("PROPFIND /rest/v1/products", &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    ] {
        let answer = server.call(call, &[], "").await;
        let mut allowed: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        let mut expected = methods.to_vec();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{call}");
        let is_options = call.starts_with("OPTIONS");
        assert_eq!(answer.status < 300, is_options, "{call}: {}", answer.status);
        assert_eq!(answer.body.is_empty(), is_options, "{call}: {}", answer.body);
    }
    assert_eq!(server.call("OPTIONS /rest/v1/nothing", &[], "").await.status, 404);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = Server::start().await;
    for path in [
        "/rest/v1/products",
        "/rest/v1/products/1",
        "/rest/v1/products/9",
        "/rest/v1/nothing",
        "/openapi.json",
    ] {
        let get = server.call(&format!("GET {path}"), &[("x-request-id", "same")], "").await;
        let head = server.call(&format!("HEAD {path}"), &[("x-request-id", "same")], "").await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        for name in ["content-type", "content-range", "vary", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        // A problem names its trace, which is another one for each call, in as many characters.
        assert_eq!(head.header("content-length"), get.body.len().to_string(), "{path}");
    }
}
