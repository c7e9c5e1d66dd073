//! What a caller prefers, and what of it is done and said.

use super::server::{CASE, Case, Server};

#[tokio::test]
async fn duplicates_are_merged_or_left() {
    let post = |headers, body, status, says| Case {
        call: "POST /rest/v1/categories?select=id,name",
        headers,
        body,
        status,
        says,
        ..CASE
    };
    let merge = &[("prefer", "resolution=merge-duplicates, return=representation")];
    let ignore = &[("prefer", "resolution=ignore-duplicates, return=representation")];
    Server::start()
        .await
        .check(&[
            post(merge, r#"[{"id":1,"name":"Lamps"}]"#, 200, r#"[{"id":1,"name":"Lamps"}]"#),
            Case {
                answers: &[("preference-applied", "resolution=merge-duplicates, return=representation")],
                ..post(
                    merge,
                    r#"[{"id":2,"name":"Noise"},{"id":8,"name":"Art"}]"#,
                    201,
                    r#"[{"id":2,"name":"Noise"},{"id":8,"name":"Art"}]"#,
                )
            },
            post(
                ignore,
                r#"[{"id":8,"name":"Arts"},{"id":9,"name":"New"}]"#,
                201,
                r#"[{"id":9,"name":"New"}]"#,
            ),
            Case {
                call: "POST /rest/v1/categories?select=id&on_conflict=name",
                ..post(merge, r#"[{"name":"New"}]"#, 200, r#"[{"id":9}]"#)
            },
        ])
        .await;
}

#[tokio::test]
async fn a_write_can_be_tried_where_a_setting_allows_it() {
    let tried = Case {
        call: "DELETE /rest/v1/products?id=eq.1&select=id",
        headers: &[("prefer", "tx=rollback, return=representation")],
        says: r#"[{"id":1}]"#,
        ..CASE
    };
    let there = Case { call: "GET /rest/v1/products?id=eq.1&select=id", says: r#"[{"id":1}]"#, ..CASE };
    let gone = Case { says: "[]", ..there };
    let said = &[("preference-applied", "return=representation, tx=rollback")];
    let allowed = Server::with(&["rest.allow_tx_rollback=true"]).await;
    allowed.check(&[Case { answers: said, ..tried }, there]).await;
    let unsaid = &[("preference-applied", "return=representation")];
    Server::start().await.check(&[Case { answers: unsaid, ..tried }, gone]).await;
}

#[tokio::test]
async fn a_write_of_too_many_rows_is_taken_back() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "PATCH /rest/v1/products?id=lt.3",
                headers: &[("prefer", "handling=strict, max-affected=1")],
                body: r#"{"about":"new"}"#,
                status: 400,
                says: "PGRST124",
                ..CASE
            },
            Case {
                call: "PATCH /rest/v1/products?id=lt.3&select=about",
                headers: &[
                    ("prefer", "return=representation"),
                    ("accept", "application/vnd.pgrst.object+json"),
                ],
                body: r#"{"about":"new"}"#,
                status: 406,
                says: "PGRST116",
                ..CASE
            },
            Case { call: "GET /rest/v1/products?about=not.is.null", says: "[]", ..CASE },
            Case {
                call: "PATCH /rest/v1/products?id=lt.3",
                headers: &[("prefer", "handling=strict, max-affected=2")],
                body: r#"{"about":"new"}"#,
                status: 204,
                answers: &[("preference-applied", "handling=strict, max-affected=2")],
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn places_are_told_as_clients_expect() {
    let post = |prefer, location| Case {
        call: "POST /rest/v1/categories",
        headers: prefer,
        body: r#"{"name":"Art"}"#,
        status: 201,
        answers: location,
        ..CASE
    };
    let only_headers: &[(&str, &str)] = &[("prefer", "return=headers-only")];
    Server::start().await.check(&[post(only_headers, &[("location", "/rest/v1/categories/3")])]).await;
    let compatible = &["rest.locations=query", "rest.return_default=minimal"];
    let case = post(only_headers, &[("location", "/categories?id=eq.3")]);
    Server::with(compatible).await.check(&[case]).await;
    Server::with(compatible).await.check(&[post(&[], &[("location", "")])]).await;
}

#[tokio::test]
async fn estimates_are_exact_where_the_database_has_none() {
    Server::start()
        .await
        .check(&[Case {
            call: "GET /rest/v1/products?select=id&limit=1",
            headers: &[("prefer", "count=estimated")],
            status: 206,
            answers: &[("content-range", "0-0/3"), ("preference-applied", "count=estimated")],
            says: r#"[{"id":1}]"#,
            ..CASE
        }])
        .await;
}

#[tokio::test]
async fn a_time_zone_has_to_be_one() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?select=id&id=eq.1",
                headers: &[("prefer", "timezone=Europe/Vienna")],
                answers: &[("preference-applied", "timezone=Europe/Vienna")],
                says: r#"[{"id":1}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products",
                headers: &[("prefer", "timezone=Nowhere/Land")],
                status: 400,
                says: "22023",
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn a_row_is_put_by_a_filter_of_its_key() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "PUT /rest/v1/categories?id=eq.7",
                headers: &[("prefer", "return=representation")],
                body: r#"{"id":7,"name":"Art"}"#,
                status: 201,
                says: r#"[{"id":7,"name":"Art"}]"#,
                ..CASE
            },
            Case {
                call: "PUT /rest/v1/categories?name=eq.Art",
                body: r#"{"id":7,"name":"Art"}"#,
                status: 405,
                says: "PGRST105",
                ..CASE
            },
        ])
        .await;
}
