//! Problems: the whole body, the headers that go with it, and who is told what.

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::Value;

use super::server::Server;

/// The problem that a call comes to, without what differs from call to call.
async fn problem(server: &Server, call: &str, headers: &[(&str, &str)], body: &str) -> Value {
    let answer = server.call(call, headers, body).await;
    let mut problem = answer.problem().unwrap_or_else(|| panic!("{call}: {}", answer.body));
    assert_eq!(problem["status"], answer.status, "{call}");
    assert_eq!(problem["request_id"], answer.header("x-request-id"), "{call}");
    problem["request_id"] = "[request id]".into();
    problem["trace_id"] = "[trace id]".into();
    problem
}

#[tokio::test]
async fn problems_have_these_members() {
    let server = Server::start().await;
    for (name, call, body) in [
        ("unknown_resource", "GET /rest/v1/product", ""),
        ("unknown_field", "GET /rest/v1/products?nam=eq.x", ""),
        ("query_syntax", "GET /rest/v1/products?price=below.5", ""),
        ("ambiguous_relation", "GET /rest/v1/tags?select=categories(name)", ""),
        ("no_such_row", "GET /rest/v1/products/9", ""),
        ("no_such_path", "GET /rest/v1/products/1/category/name", ""),
        ("method_not_allowed", "PUT /rest/v1/products", "{}"),
        ("invalid_fields", "POST /rest/v1/products", r#"{"price":-1,"colour":"red"}"#),
        ("malformed_body", "POST /rest/v1/products", "{\n  \"price\": 1,,\n}"),
        ("unique", "POST /rest/v1/categories", r#"{"name":"Light"}"#),
        ("refused", "GET /rest/v1/drafts", ""),
    ] {
        let problem = problem(&server, call, &[], body).await;
        // One snapshot for all databases.
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| assert_json_snapshot!(name, problem));
    }
}

#[tokio::test]
async fn advice_is_for_local_callers() {
    let server = Server::start().await;
    let local = problem(&server, "GET /rest/v1/drafts", &[], "").await;
    assert!(local.to_string().contains("resources/drafts.toml"), "{local}");
    for elsewhere in
        [("x-forwarded-for", "203.0.113.7"), ("host", "shop.example"), ("origin", "https://shop.example")]
    {
        let told = problem(&server, "GET /rest/v1/drafts", &[elsewhere], "").await.to_string();
        assert!(!told.contains("drafts.toml"), "{told}");
    }
}

#[tokio::test]
async fn the_inside_is_for_local_callers() {
    let server = Server::start().await;
    let away = [("host", "shop.example")];
    let read = server.call("GET /rest/v1/products/1", &[("x-request-id", "call-1")], "").await;
    assert!(read.header("server-timing").contains("database;dur="), "{}", read.header("server-timing"));
    assert_eq!(read.header("x-request-id"), "call-1");
    let journey = server.call("GET /admin/v1/journeys/call-1", &[], "").await;
    let journey: Value = serde_json::from_str(&journey.body).expect("a journey");
    assert_eq!((&journey["route"], &journey["status"]), (&"/rest/v1/{resource}/{key}".into(), &200.into()));
    let recent = server.call("GET /admin/v1/journeys?limit=1", &[], "").await;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&recent.body).expect("journeys").len(), 1);

    assert_eq!(server.call("GET /rest/v1/products/1", &away, "").await.header("server-timing"), "");
    for path in ["/admin/v1/journeys", "/admin/v1/journeys/call-1"] {
        let refused = server.call(&format!("GET {path}"), &away, "").await;
        assert_eq!(refused.status, 404);
        assert!(!refused.body.contains("products"), "{}", refused.body);
    }
}

#[tokio::test]
async fn a_trace_is_continued() {
    let server = Server::start().await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let answer = server.call("GET /rest/v1/nothing", &[("traceparent", parent)], "").await;
    assert_eq!(answer.problem().expect("a problem")["trace_id"], "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test]
async fn who_is_not_known_is_asked_and_who_comes_too_early_told_when() {
    let server = Server::start().await;
    let refused = server.call("GET /rest/v1/drafts", &[], "").await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with("Bearer realm="), "{:?}", refused.headers);
    server.engine.set_store(None);
    let down = server.call("GET /rest/v1/products", &[], "").await;
    assert_eq!((down.status, down.header("retry-after")), (503, "1"));
    assert_eq!(server.call("GET /health/live", &[], "").await.status, 200);
    let ready =
        server.client.get(format!("http://{}/health/ready", server.address)).send().await.expect("health");
    assert_eq!(ready.status(), 503);
    assert_eq!(server.call("GET /openapi.json", &[], "").await.status, 200);
}

#[tokio::test]
async fn health_says_what_is_up() {
    let server = Server::start().await;
    assert_snapshot!(server.call("GET /health/live", &[], "").await.body, @r#"{"status":"live"}"#);
    assert_snapshot!(server.call("GET /health/ready", &[], "").await.body, @r#"{"status":"ready","database":"up"}"#);
}

#[tokio::test]
async fn what_is_not_there_is_not_there_with_any_method() {
    let server = Server::start().await;
    for call in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for path in ["/rest/v1/nope/1", "/rest/v1/nope/1/more"] {
            let answer = server.call(&format!("{call} {path}"), &[], "{}").await;
            assert_eq!(answer.status, 404, "{call} {path}: {}", answer.body);
        }
    }
}
