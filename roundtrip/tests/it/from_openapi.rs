//! Projects from OpenAPI documents: what becomes of them, and what is said when nothing can.

use std::fmt::Write as _;

use roundtrip_testkit::{Folder, Server};
use serde_json::{Value, json};

use crate::{done, fails, run};

const SHELTER: &str = include_str!("from_openapi/shelter.yaml");
const LIBRARY: &str = include_str!("from_openapi/library.yaml");
const TANGLE: &str = include_str!("from_openapi/tangle.json");

/// Everything that is made of a document: what is printed, what is left out, and each resource file.
#[track_caller]
fn made(name: &str, text: &str) -> String {
    let folder = Folder::with(&[(name, text)]);
    let finished = run(&folder, &["init", "made", "--from", name]);
    assert_eq!(finished.code, Some(0), "{}{}", finished.stdout, finished.stderr);
    assert!(done(&folder, &["check", "made"]).starts_with("ok: "));
    assert!(folder.read("made/roundtrip.toml").contains("[server]"));
    assert!(folder.join("made/.roundtrip/resource.json").exists());
    let mut all = format!("{}{}", finished.stdout, finished.stderr);
    let mut files: Vec<_> = std::fs::read_dir(folder.join("made/resources"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    files.sort();
    for file in files {
        let path = format!("made/resources/{}", file.to_str().unwrap());
        write!(all, "\n---- {path}\n{}", folder.read(&path)).unwrap();
    }
    all
}

#[test]
fn old_documents_with_singular_paths_become_resources() {
    insta::assert_snapshot!("shelter", made("shelter.yaml", SHELTER));
}

#[test]
fn new_documents_with_wrappers_become_resources() {
    insta::assert_snapshot!("library", made("library.yaml", LIBRARY));
}

#[test]
fn circles_and_ways_out_of_the_document_are_no_obstacle() {
    insta::assert_snapshot!("tangle", made("tangle.json", TANGLE));
}

/// Takes the `#` away from the `[access]` block of a file.
fn open(folder: &Folder, path: &str) {
    let text = folder.read(path);
    let (file, block) = text.split_once("# [access]\n").unwrap();
    let rules = block.lines().filter_map(|line| line.strip_prefix("# "));
    let rules = rules.filter(|line| !line.starts_with(' ')).collect::<Vec<_>>().join("\n");
    folder.write(path, &format!("{file}[access]\n{rules}\n"));
}

/// Adds a row; gives the status and the answer.
async fn post(server: &Server, path: &str, row: &Value) -> (u16, Value) {
    let request = server.client.post(format!("{}/rest/v1/{path}", server.url));
    let response =
        request.header("content-type", "application/json").body(row.to_string()).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn what_is_made_serves_what_its_rules_let_in() {
    let folder = Folder::with(&[("library.yaml", LIBRARY)]);
    done(&folder, &["init", "library", "--from", "library.yaml"]);
    let closed = Server::start(&folder.join("library"), &[]).await;
    assert_eq!(closed.get("/rest/v1/loans").await.0, 401, "nobody may do anything until a rule says so");
    closed.stop().await;

    for name in ["books", "members", "authors"] {
        let path = format!("library/resources/{name}.toml");
        open(&folder, &path);
        let more = match name {
            "books" => "",
            "members" => "read = \"anyone\"\n",
            _ => "create = \"anyone\"\n",
        };
        folder.write(&path, &format!("{}{more}", folder.read(&path).replace("\"nobody\"\n", "\"anyone\"\n")));
    }
    done(&folder, &["check", "library"]);
    let library = Server::start(&folder.join("library"), &[]).await;
    let (status, author) = post(&library, "authors", &json!({ "name": "Ada" })).await;
    assert_eq!(status, 201, "{author}");
    let book = json!({ "title": "Tides", "author_id": author["id"], "price": 9.5, "format": "audio" });
    let (status, book) = post(&library, "books", &book).await;
    assert_eq!(status, 201, "{book}");
    assert!(book["created_at"].is_string() && book["summary"] == "", "{book}");
    let free = json!({ "title": "Moss", "author_id": author["id"], "price": 0 });
    let (status, refused) = post(&library, "books", &free).await;
    assert_eq!((status, &refused["errors"][0]["pointer"]), (422, &json!("/price")), "{refused}");
    let member = json!({ "email": "bo@example.org", "password": "a long secret" });
    let (status, member) = post(&library, "members", &member).await;
    assert_eq!(status, 201, "{member}");
    assert!(member.get("password").is_none() && member["level"] == "plain", "{member}");
    let path = "/rest/v1/books?select=title,price,author(name)";
    let expected = json!([{ "title": "Tides", "price": 9.5, "author": { "name": "Ada" } }]);
    assert_eq!(library.get(path).await, (200, expected));
}

#[tokio::test]
async fn what_the_document_asks_a_key_for_is_not_opened_with_the_rest() {
    let folder = Folder::with(&[("shelter.yaml", SHELTER)]);
    done(&folder, &["init", "shelter", "--from", "shelter.yaml"]);
    open(&folder, "shelter/resources/animal.toml");
    let shelter = Server::start(&folder.join("shelter"), &[]).await;
    assert_eq!(shelter.get("/rest/v1/animal").await, (200, json!([])));
    let (status, refused) = post(&shelter, "animal", &json!({ "name": "Rex", "photoUrls": [] })).await;
    assert!((400..500).contains(&status), "{status}: {refused}");
}

#[test]
fn our_own_document_gives_back_what_it_says() {
    let folder = Folder::shop();
    folder.write("x.json", &done(&folder, &["gen", "openapi"]));
    done(&folder, &["init", "back", "--from", "x.json"]);
    assert!(done(&folder, &["check", "back"]).contains("6 resources"), "what nobody may read is not in it");
    // What the document does not say is free: whether a name is unique, what happens on deletion.
    for (resource, field, parts) in [
        ("products", "name", vec!["\"text\"", "max = 120"]),
        ("products", "price", vec!["\"decimal(12,2)\"", "min = 0"]),
        ("products", "stock", vec!["\"integer\"", "default = 0", "min = 0"]),
        ("products", "category_id", vec!["to = \"categories\""]),
        ("products", "tags", vec!["\"text[]\"", "default = []", "max = 10"]),
        ("products", "about", vec!["\"text?\""]),
        ("categories", "slug", vec!["\"slug\""]),
        ("orders", "status", vec!["enum = [\"open\", \"paid\"", "default = \"open\""]),
        ("order_items", "order_id", vec!["to = \"orders\""]),
        ("reviews", "user_id", vec!["to = \"users\""]),
        ("reviews", "stars", vec!["\"integer\"", "min = 1", "max = 5"]),
        ("reviews", "text", vec!["\"text?\"", "max = 2000"]),
        ("users", "joined_on", vec!["date"]),
    ] {
        let text = folder.read(&format!("back/resources/{resource}.toml"));
        let line = text.lines().find(|line| line.starts_with(&format!("{field} = "))).unwrap_or_default();
        for part in parts {
            assert!(line.contains(part), "{resource}: {line:?} does not say {part:?}");
        }
        assert!(!line.contains("pattern") && !line.contains("left out"), "{resource}: {line}");
    }
}

#[test]
fn nothing_is_overwritten_and_one_beginning_is_enough() {
    let folder = Folder::with(&[("shelter.yaml", SHELTER), ("taken/resources/a.toml", "")]);
    let said = fails(&folder, &["init", "taken", "--from", "shelter.yaml"], 1);
    assert!(said.contains("nothing is overwritten") && said.contains("--from shelter.yaml"), "{said}");
    let said = fails(&folder, &["init", "x", "--from", "shelter.yaml", "--template", "shop"], 2);
    assert!(said.contains("cannot be used with"), "{said}");
    assert!(!folder.join("x").exists());
}

#[test]
fn documents_of_which_nothing_can_be_made_say_why() {
    let one = "openapi: 3.0.0\npaths:\n  /status:\n    get: {responses: {'200': {description: ok}}}\n  \
               /far: {$ref: 'far.yaml#/paths/far'}\n";
    for (name, text, parts) in [
        (
            "a.yaml",
            "openapi: 3.0.0\npaths:\n  /a: [\n",
            vec!["a.yaml:3:7", "unclosed bracket", "read as YAML"],
        ),
        ("a.json", "{\n  \"openapi\": \"3.0.0\",\n}\n", vec!["a.json:3:1", "trailing comma", "read as JSON"]),
        ("a.yaml", "swagger: '2.0'\n", vec!["OpenAPI 2", "Convert it first"]),
        ("a.yaml", "openapi: 4.0.0\n", vec!["4.0.0", "3.0 or 3.1"]),
        ("a.json", "{\"asyncapi\": \"2.0.0\"}", vec!["is not an OpenAPI document", "\"asyncapi\""]),
        ("a.yaml", "openapi: 3.1.0\n", vec!["no collection was found", "It has no paths at all"]),
        (
            "a.yaml",
            one,
            vec![
                "no collection was found",
                "answers a list of objects",
                "plural noun",
                "/status: no collection (GET)",
                "leads out of the document",
                "(/paths/~1far)",
            ],
        ),
    ] {
        let folder = Folder::with(&[(name, text)]);
        let said = fails(&folder, &["init", "made", "--from", name], 1);
        for part in parts {
            assert!(said.contains(part), "{text:?} does not say {part:?}:\n{said}");
        }
        assert!(!folder.join("made").exists(), "nothing is written for {text:?}");
    }
}

#[test]
fn a_document_is_a_file_of_text() {
    let folder = Folder::empty();
    let said = fails(&folder, &["init", "made", "--from", "none.yaml"], 1);
    assert!(said.contains("cannot read none.yaml"), "{said}");
    let said = fails(&folder, &["init", "made", "--from", "https://example.org/a.yaml"], 2);
    assert!(said.contains("curl -o openapi.yaml https://example.org/a.yaml"), "{said}");
    std::fs::write(folder.join("a.yaml"), b"openapi: \xff").unwrap();
    let said = fails(&folder, &["init", "made", "--from", "a.yaml"], 1);
    assert!(said.contains("a.yaml is not UTF-8: byte 9"), "{said}");
}
