//! The OpenAPI document: as a snapshot, and as it is served.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::server::{Server, schema};

#[test]
fn the_document_of_a_small_schema() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_json_snapshot!(roundtrip_http::openapi_document(&schema(), "shop"));
    });
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

async fn served(server: &Server) -> Value {
    let answer = server.call("GET /openapi.json", &[], "").await;
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    serde_json::from_str(&answer.body).expect("JSON")
}

/// Every operation: its path with the examples of what stands in it, its method, itself.
fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let own = item["servers"][0]["url"].as_str();
        let base =
            own.or_else(|| document["servers"][0]["url"].as_str()).expect("a server").trim_end_matches('/');
        let key = item["parameters"][0]["example"].to_string();
        let path = format!("{base}{}", path.replace("{key}", key.trim_matches('"')));
        for method in ["get", "post", "patch", "put", "delete"] {
            if let Some(operation) = item.get(method) {
                operations.push((path.clone(), method, operation));
            }
        }
    }
    operations
}

fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(value, |pointer| document.pointer(pointer).expect(pointer))
}

#[tokio::test]
async fn the_document_is_served_and_shows_only_what_a_rule_permits() {
    let document = served(&Server::start().await).await;
    let drafts = document["paths"]["/drafts"].as_object().expect("drafts can be created");
    assert!(drafts.contains_key("post") && !drafts.contains_key("get"), "{drafts:?}");
    assert!(document["components"]["schemas"].get("drafts.patch").is_none(), "nobody may change a draft");
}

#[tokio::test]
async fn examples_work() {
    let server = Server::start().await;
    let document = served(&server).await;
    let tag = r#"{"code":"Mountain bike","category_id":1,"other_id":1}"#;
    assert_eq!(server.call("POST /rest/v1/tags", &[], tag).await.status, 201);
    for (path, method, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let queries = parameters.map(|one| followed(&document, one)).filter(|one| one["in"] == "query");
        for query in queries.filter(|_| method == "get") {
            let value = query["example"].as_str().map_or_else(|| query["example"].to_string(), str::to_owned);
            let name = query["name"].as_str().expect("a name");
            let call = format!("GET {path}?{name}={}", value.replace(' ', "%20"));
            let answer = server.call(&call, &[], "").await;
            assert_eq!(answer.status, 200, "{call}\n{}", answer.body);
        }
    }
    for (path, method, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = if body["oneOf"].is_null() { body } else { &body["oneOf"][0] };
        // A change of all rows is refused, and a whole row needs the filters that name it.
        let is_list = path.trim_start_matches("/rest/v1/").split('/').count() == 1;
        if body.is_null() || is_list && method != "post" {
            continue;
        }
        let body = followed(&document, body)["examples"][0].to_string();
        let call = format!("{} {}", method.to_uppercase(), path.replace(' ', "%20"));
        let answer = server.call(&call, &[], &body).await;
        // What was made from the same example before, with another method, may be in the way.
        assert!([200, 201, 409].contains(&answer.status), "{call} {body}\n{}", answer.body);
    }
}

#[tokio::test]
async fn the_pages_of_the_server_are_there() {
    let server = Server::start().await;
    let document = served(&server).await;
    let pages: Vec<_> =
        operations(&document).into_iter().filter(|(path, ..)| !path.starts_with("/rest/")).collect();
    assert!(pages.len() >= 4, "{pages:?}");
    for (path, _, operation) in pages {
        let answer = server.call(&format!("GET {path}"), &[], "").await;
        assert_eq!(answer.status, 200, "{path}");
        let media = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
        let content = operation["responses"]["200"]["content"].as_object().expect("content");
        assert!(content.contains_key(&media), "{path} answers {media}");
    }
}

#[tokio::test]
async fn what_fails_is_documented_under_its_status() {
    let server = Server::start().await;
    let document = served(&server).await;
    for (call, body) in [
        ("GET /rest/v1/products?colour=eq.red", ""),
        ("GET /rest/v1/products?price=cheap", ""),
        ("GET /rest/v1/products?limit=-1", ""),
        ("GET /rest/v1/products/4711", ""),
        ("GET /rest/v1/categories/1/products?select=nothing(id)", ""),
        ("GET /rest/v1/categories?select=tags(code)", ""),
        ("POST /rest/v1/products", "{"),
        ("POST /rest/v1/products", r#"{"price":-1}"#),
        ("POST /rest/v1/products", r#"{"name":"Lamp","price":1,"category_id":4711}"#),
        ("POST /rest/v1/categories", r#"{"name":"Light"}"#),
        ("DELETE /rest/v1/products", ""),
        ("DELETE /rest/v1/categories/1", ""),
    ] {
        let answer = server.call(call, &[], body).await;
        let problem: Value = serde_json::from_str(&answer.body).expect(call);
        let (method, path) = call.split_once(' ').expect("method and path");
        let path = path.split('?').next().unwrap_or_default().strip_prefix("/rest/v1").expect("a resource");
        let path = path.replace("/4711", "/{key}").replace("/1", "/{key}");
        let response =
            &document["paths"][&path][method.to_lowercase()]["responses"][answer.status.to_string()];
        let examples = &followed(&document, response)["content"]["application/problem+json"]["examples"];
        let same =
            |example: &Value| ["type", "code"].iter().all(|name| example["value"][name] == problem[name]);
        let is_known = examples.as_object().is_some_and(|all| all.values().any(same));
        assert!(is_known, "{call}: {} {} is not among {examples}", answer.status, problem["code"]);
    }
}

/// Kinds of problems are made all over the two crates: as a name and a code, side by side. Those of the
/// administrator's pages are for nobody else, and what a page asks before a call is no operation.
#[test]
fn every_kind_of_problem_is_documented() {
    let document = roundtrip_http::openapi_document(&schema(), "shop");
    let mut documented = BTreeSet::new();
    for response in document["components"]["responses"].as_object().expect("responses").values() {
        let examples = response["content"]["application/problem+json"]["examples"].as_object();
        for example in examples.expect("examples").values() {
            let text = |name: &str| example["value"][name].as_str().expect(name).to_owned();
            documented.insert((text("type").replace("urn:roundtrip:problem:", ""), text("code")));
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = BTreeSet::new();
    for source in ["src", "../engine/src"] {
        kinds(&here.join(source), &mut made);
    }
    assert!(made.len() > 20, "{made:?}");
    let missing: Vec<_> = made.difference(&documented).collect();
    assert!(missing.is_empty(), "not in http/src/openapi/problem.rs: {missing:?}");
}

fn kinds(folder: &Path, made: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            kinds(&path, made);
        } else if let Ok(text) = fs::read_to_string(&path)
            && !["admin.rs", "cors.rs"].iter().any(|name| path.ends_with(name))
        {
            let pieces: Vec<&str> = text.split('"').collect();
            for piece in pieces.windows(3) {
                let [name, between, code] = piece else { continue };
                let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase())
                    && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
                let is_code = code.len() >= 5
                    && code.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
                    && code.chars().any(|letter| letter.is_ascii_digit());
                if is_name && is_code && between.trim() == "," {
                    made.insert(((*name).to_owned(), (*code).to_owned()));
                }
            }
        }
    }
}
