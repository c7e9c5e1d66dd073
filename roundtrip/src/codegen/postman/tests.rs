//! The collection of a small schema, as a whole, and what holds for every request of it.

use roundtrip_schema::Schema;
use serde_json::Value;

use crate::codegen::example;

fn collection(schema: &Schema) -> Value {
    let document = roundtrip_http::openapi_document(schema, "shelf");
    super::collection(schema, &document, "http://127.0.0.1:8360")
}

/// Every request with the name of its folder, in order.
fn requests(collection: &Value) -> Vec<(&str, &Value)> {
    let mut requests = Vec::new();
    for folder in collection["item"].as_array().unwrap() {
        for item in folder["item"].as_array().unwrap() {
            requests.push((folder["name"].as_str().unwrap(), item));
        }
    }
    requests
}

fn script(item: &Value, listen: &str) -> String {
    let event = item["event"].as_array().unwrap().iter().find(|event| event["listen"] == listen);
    let lines = event.map(|event| event["script"]["exec"].as_array().unwrap());
    lines.into_iter().flatten().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_small_collection() {
    insta::assert_snapshot!(format!("{:#}", collection(&example::empty_shelf())));
}

#[test]
fn each_operation_has_a_request() {
    let schema = example::shelf();
    let document = roundtrip_http::openapi_document(&schema, "shelf");
    // A row is put at its path; the same by a filter adds nothing to try.
    let counted = |path: &str| {
        ["get", "post", "patch", "delete"].into_iter().chain(path.contains("/{").then_some("put"))
    };
    let paths = document["paths"].as_object().unwrap().iter();
    let operations: usize =
        paths.map(|(path, item)| counted(path).filter(|method| item.get(*method).is_some()).count()).sum();
    assert_eq!(requests(&collection(&schema)).len(), operations);
}

#[test]
fn only_a_row_that_was_made_is_changed_or_removed() {
    let collection = collection(&example::shelf());
    for (folder, item) in requests(&collection) {
        let request = &item["request"];
        if !["PATCH", "PUT", "DELETE"].contains(&request["method"].as_str().unwrap()) {
            continue;
        }
        assert!(script(item, "prerequest").contains(".made\""), "{folder}: {request:#}");
        let keys = request["url"]["variable"].as_array().into_iter().flatten();
        assert!(
            keys.into_iter().all(|key| key["value"].as_str().unwrap().ends_with(".made}}")),
            "{request:#}"
        );
        let is_by_filter = request["url"].get("variable").is_none();
        let filters = request["url"]["query"].as_array().into_iter().flatten();
        let on: Vec<&Value> = filters.filter(|entry| entry.get("disabled").is_none()).collect();
        assert!(!is_by_filter || !on.is_empty(), "it would touch every row: {request:#}");
    }
}

#[test]
fn what_cannot_name_its_row_is_left_out() {
    // A filter by a key that callers never see would be refused, or be one by something else.
    let text = "[fields]\nid = { type = \"integer\", read = \"nobody\" }\nname = \"text\"\n\
                [access]\nread = \"anyone\"\nwrite = \"anyone\"\n";
    let file = roundtrip_schema::SourceFile { path: "resources/veiled.toml".into(), text: text.into() };
    let collection = collection(&roundtrip_schema::parse(&[file]).unwrap());
    let methods: Vec<&str> = requests(&collection)
        .iter()
        .filter(|(_, item)| item["request"]["url"].get("variable").is_none())
        .map(|(_, item)| item["request"]["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["POST", "GET"]);
}

#[test]
fn what_others_refer_to_is_made_first_and_removed_last() {
    let collection = collection(&example::shelf());
    let place = |folder: &str, method: &str, path: &str| {
        requests(&collection).iter().position(|(name, item)| {
            let url = item["request"]["url"]["raw"].as_str().unwrap();
            *name == folder && item["request"]["method"] == method && url == format!("{{{{baseUrl}}}}/{path}")
        })
    };
    let made = [place("shelves", "POST", "shelves"), place("books", "POST", "books")];
    assert!(made[0].is_some() && made[0] < made[1], "{made:?}");
    let removed = "Remove what was made";
    let removed = [place(removed, "DELETE", "book_labels/:key"), place(removed, "DELETE", "shelves/:key")];
    assert!(removed[0].is_some() && removed[0] < removed[1], "{removed:?}");
}

#[test]
fn scripts_say_what_is_expected() {
    let collection = collection(&example::shelf());
    let requests = requests(&collection);
    let expected = |folder: &str, method: &str, path: &str| {
        let found = requests.iter().find(|(name, item)| {
            let request = &item["request"];
            *name == folder
                && request["method"] == method
                && request["url"]["path"].as_array().unwrap().len() == path.split('/').count()
        });
        script(found.unwrap().1, "test").lines().next().unwrap().to_owned()
    };
    let one_of = |list: &str| format!("to.be.oneOf([{list}])");
    assert!(expected("shelves", "POST", "shelves").contains(&one_of("200, 201")));
    // Nobody can guess a text for a pattern; but null fits, where the field is optional.
    assert!(expected("books", "POST", "books").contains(&one_of("200, 201")));
    assert!(expected("books", "PUT", "books/1").contains(&one_of("200, 201, 204")));
    // The label is one that was there: its pair with a new book is new.
    assert!(expected("book_labels", "POST", "book_labels").contains(&one_of("200, 201")));
}
