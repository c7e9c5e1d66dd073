//! `/.well-known/api-catalog`, what the door says of itself, and OPTIONS at the paths outside the doors.

use serde_json::Value;

use super::server::{CASE, Case, Server};

const CATALOG: &str = "/.well-known/api-catalog";

#[tokio::test]
async fn the_catalogue_leads_to_the_api_and_to_what_describes_it() {
    let server = Server::start().await;
    // A name that a caller made up must not be in what a cache may keep.
    let answer = server.call(&format!("GET {CATALOG}"), &[("host", "evil.example")], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\""
    );
    assert!(!answer.body.contains("evil"), "{}", answer.body);
    let catalog: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(catalog.pointer("/linkset/0/anchor"), Some(&CATALOG.into()));
    assert_eq!(catalog.pointer("/linkset/0/item/0/href"), Some(&"/rest/v1".into()));
    let api = &catalog["linkset"][1];
    assert_eq!(api["anchor"], "/rest/v1");
    for (relation, media_type) in
        [("service-desc", "application/json"), ("service-doc", "text/html"), ("status", "application/json")]
    {
        let target = &api[relation][0];
        assert_eq!(target["type"], media_type, "{relation}");
        let answer = server.call(&format!("GET {}", target["href"].as_str().expect("a path")), &[], "").await;
        assert_eq!(answer.status, 200, "{relation}");
        assert!(answer.header("content-type").starts_with(media_type), "{relation}");
    }
}

#[tokio::test]
async fn head_and_the_door_lead_to_the_catalogue() {
    let server = Server::start().await;
    for call in [format!("HEAD {CATALOG}"), "HEAD /".to_owned(), "GET /".to_owned()] {
        let answer = server.call(&call, &[], "").await;
        assert_eq!(answer.status, 200, "{call}");
        assert!(answer.header("link").contains("</.well-known/api-catalog>; rel=\"api-catalog\""), "{call}");
    }
    let index: Value = serde_json::from_str(&server.call("GET /", &[], "").await.body).expect("JSON");
    assert_eq!(index["docs"], "/docs");
}

#[tokio::test]
async fn every_path_outside_the_doors_says_what_can_be_done() {
    let server = Server::start().await;
    let paths = ["/", "/rest/v1", "/openapi.json", "/docs", "/health/live", "/health/ready", CATALOG];
    for path in paths.into_iter().chain(["/admin/v1/journeys", "/admin/v1/journeys/x"]) {
        let options = server.call(&format!("OPTIONS {path}"), &[], "").await;
        assert_eq!((options.status, options.body.as_str()), (200, ""), "{path}");
        assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS", "{path}");
        let refused = server.call(&format!("DELETE {path}"), &[], "").await;
        assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS"), "{path}");
    }
}

#[tokio::test]
async fn to_callers_from_elsewhere_the_administrators_pages_do_not_exist() {
    let server = Server::start().await;
    let headers = &[("host", "shop.example")];
    let answers = &[("allow", "")];
    let hidden = Case { headers, status: 404, answers, says: "PGRST125", ..CASE };
    server
        .check(&[
            Case { call: "GET /admin/v1/journeys", ..hidden },
            Case { call: "OPTIONS /admin/v1/journeys", ..hidden },
            Case { call: "DELETE /admin/v1/journeys/x", ..hidden },
        ])
        .await;
}
