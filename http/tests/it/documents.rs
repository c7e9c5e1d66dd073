//! The OpenAPI document: as a snapshot, and as it is served.

use std::collections::HashSet;

use serde_json::Value;

use super::server::{Server, schema};

#[test]
fn the_document_of_a_small_schema() {
    insta::assert_json_snapshot!(roundtrip_http::openapi_document(&schema(), "shop"));
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_its_own_name() {
    let document = roundtrip_http::openapi_document(&schema(), "shop");
    let mut operations = HashSet::new();
    walk(&document, &mut |name, value| {
        if name == "$ref" {
            let pointer =
                value.as_str().and_then(|reference| reference.strip_prefix('#')).expect("a local reference");
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
        if name == "operationId" {
            assert!(operations.insert(value.to_string()), "{value} is used twice");
        }
    });
    assert!(operations.len() > 10);
}

fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            see(name, member);
            walk(member, see);
        }),
        Value::Array(elements) => elements.iter().for_each(|element| walk(element, see)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_served_and_shows_only_what_a_rule_permits() {
    let server = Server::start().await;
    let answer = server.call("GET /openapi.json", &[], "").await;
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    let document: Value = serde_json::from_str(&answer.body).expect("JSON");
    let drafts = document["paths"]["/drafts"].as_object().expect("drafts can be created");
    assert!(drafts.contains_key("post") && !drafts.contains_key("get"), "{drafts:?}");
}
