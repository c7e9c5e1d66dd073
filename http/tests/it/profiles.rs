//! Several schemas behind one server: which one a call is about.

use std::sync::Arc;

use roundtrip_engine::Model;
use roundtrip_query::Limits;
use serde_json::Value;

use super::server::{CASE, Case, Server, schema};

/// The usual resources twice, as two schemas of one database. Both are in the same tables here; which
/// tables a schema means is the store's affair.
async fn two_schemas() -> Server {
    let server = Server::start().await;
    let [shop, crm] = ["shop", "crm"].map(|name| Arc::new(schema().called(name)));
    server.engine.set_model(Model::new(shop, Limits::default()).beside([crm]));
    server
}

#[tokio::test]
async fn a_call_names_the_schema_that_it_is_about() {
    let server = two_schemas().await;
    let cases = [
        Case {
            call: "GET /rest/v1/categories?select=id&limit=1",
            answers: &[("content-profile", "shop")],
            says: r#"[{"id":1}]"#,
            ..CASE
        },
        Case {
            call: "GET /rest/v1/categories?select=id&limit=1",
            headers: &[("accept-profile", "crm")],
            answers: &[("content-profile", "crm")],
            says: r#"[{"id":1}]"#,
            ..CASE
        },
        Case {
            call: "POST /rest/v1/categories?select=name",
            headers: &[("content-profile", "crm")],
            body: r#"{"name":"New"}"#,
            status: 201,
            answers: &[("content-profile", "crm")],
            says: r#"{"name":"New"}"#,
        },
        Case {
            call: "GET /rest/v1/categories",
            headers: &[("accept-profile", "secret")],
            status: 406,
            says: "PGRST106",
            ..CASE
        },
        Case {
            call: "DELETE /rest/v1/categories/1",
            headers: &[("content-profile", "secret")],
            status: 406,
            says: "PGRST106",
            ..CASE
        },
        // What is wrong with the schema is told before what is wrong with the method.
        Case {
            call: "PUT /rest/v1/nothing",
            headers: &[("content-profile", "secret")],
            status: 406,
            says: "PGRST106",
            ..CASE
        },
    ];
    server.check(&cases).await;
    let unknown = server.call("GET /rest/v1/categories", &[("accept-profile", "secret")], "").await;
    let problem = unknown.problem().expect("a problem");
    assert_eq!(problem["hint"], "Only the following schemas are exposed: shop, crm");
}

#[tokio::test]
async fn messages_and_documents_are_of_that_schema() {
    let server = two_schemas().await;
    let crm = [("accept-profile", "crm")];
    let unknown = server.call("GET /rest/v1/categorie", &crm, "").await.problem().expect("a problem");
    assert_eq!(unknown["message"], "Could not find the table 'crm.categorie' in the schema cache");
    assert_eq!(unknown["hint"], "Perhaps you meant the table 'crm.categories'");
    let document = server.call("GET /openapi.json", &crm, "").await;
    let document: Value = serde_json::from_str(&document.body).expect("a document");
    assert!(document["paths"]["/categories"].is_object());
    let secret = server.call("GET /openapi.json", &[("accept-profile", "secret")], "").await;
    assert_eq!(secret.status, 406);
}

#[tokio::test]
async fn one_schema_is_not_named_in_answers() {
    let server = Server::start().await;
    let public = [("accept-profile", "public")];
    let answer = server.call("GET /rest/v1/categories", &public, "").await;
    assert_eq!((answer.status, answer.header("content-profile")), (200, ""));
}
