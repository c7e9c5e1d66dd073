//! The forms of answers and bodies beside plain JSON.

use super::server::{CASE, Case, Server};

const CSV: &[(&str, &str)] = &[("accept", "text/csv")];

#[tokio::test]
async fn lists_are_answered_as_csv() {
    let csv = Case { headers: CSV, answers: &[("content-type", "text/csv; charset=utf-8")], ..CASE };
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?select=name,price,about,category(name)&id=lt.3",
                says: "name,price,about,category\nLamp,19.90,,\"{\"\"name\"\":\"\"Light\"\"}\"\nTorch,5.00,,\"{\"\"name\"\":\"\"Light\"\"}\"",
                ..csv
            },
            Case { call: "GET /rest/v1/products?select=name&id=gt.9", says: "name\n", ..csv },
            Case { call: "GET /rest/v1/products/1?select=name,price", says: "name,price\nLamp,19.90", ..csv },
            Case { call: "GET /rest/v1/products/9", status: 404, says: "PGRST116", headers: CSV, ..CASE },
        ])
        .await;
}

#[tokio::test]
async fn rows_are_created_from_csv_and_forms() {
    let csv = |body, status, says| Case {
        call: "POST /rest/v1/products?select=name,price,about",
        headers: &[("content-type", "text/csv"), ("prefer", "return=representation")],
        body,
        status,
        says,
        ..CASE
    };
    let form = |body, status, says| Case {
        call: "POST /rest/v1/categories?select=name",
        headers: &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("prefer", "return=representation"),
        ],
        body,
        status,
        says,
        ..CASE
    };
    Server::start()
        .await
        .check(&[
            csv(
                "name,price,category_id,about\nDesk,12.5,1,NULL\n\"Chair, red\",3,2,",
                201,
                r#"[{"name":"Desk","price":12.50,"about":null},{"name":"Chair, red","price":3.00,"about":""}]"#,
            ),
            csv("name,price,category_id\nDesk,12.5", 400, "PGRST102"),
            csv("name,price,category_id\nDesk,dear,1", 422, "22P02"),
            form("name=Smell+%26+taste", 201, r#"[{"name":"Smell & taste"}]"#),
            form("name=%FF", 400, "PGRST102"),
        ])
        .await;
}

#[tokio::test]
async fn members_that_are_null_can_be_left_out() {
    Server::start()
        .await
        .check(&[
            Case {
                call: "GET /rest/v1/products?select=name,about&id=eq.1",
                headers: &[("accept", "application/vnd.pgrst.array+json;nulls=stripped")],
                answers: &[(
                    "content-type",
                    "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
                )],
                says: r#"[{"name":"Lamp"}]"#,
                ..CASE
            },
            Case {
                call: "GET /rest/v1/products?select=name,about&id=eq.1",
                headers: &[("accept", "application/vnd.pgrst.object+json;nulls=stripped")],
                says: r#"{"name":"Lamp"}"#,
                ..CASE
            },
        ])
        .await;
}

#[tokio::test]
async fn a_plan_is_told_where_a_setting_allows_it() {
    let plan = &[("accept", "application/vnd.pgrst.plan")];
    let refused =
        Case { call: "GET /rest/v1/products", headers: plan, status: 406, says: "PGRST107", ..CASE };
    Server::start().await.check(&[refused]).await;
    let server = Server::with(&["rest.plan=true"]).await;
    let answer = server.call("GET /rest/v1/products?id=eq.1", plan, "").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/vnd.pgrst.plan+text; charset=utf-8")
    );
    // In the database's own words, of which these are part.
    let (text, member) = match env!("CARGO_CRATE_NAME") {
        "postgres" => ("Scan", "\"QUERY PLAN\":"),
        "mysql" => ("key=PRIMARY", "\"select_type\":"),
        _ => ("SEARCH t0 USING INTEGER PRIMARY KEY", "\"detail\":\"SEARCH"),
    };
    assert!(answer.body.contains(text), "{}", answer.body);
    let json = &[("accept", "application/vnd.pgrst.plan+json")];
    let answer = server.call("GET /rest/v1/products?id=eq.1", json, "").await;
    assert!(answer.body.contains(member), "{}", answer.body);
}

#[tokio::test]
async fn a_list_says_where_it_is_found_again() {
    let server = Server::start().await;
    for (call, expected) in [
        ("GET /rest/v1/products?order=id&id=gt.1", "/rest/v1/products?id=gt.1&order=id"),
        ("GET /rest/v1/products", "/rest/v1/products"),
        ("GET /rest/v1/products/1", ""),
    ] {
        let answer = server.call(call, &[], "").await;
        assert_eq!(answer.header("content-location"), expected, "{call}");
    }
}
