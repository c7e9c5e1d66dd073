//! Resource files from a database that exists.

use roundtrip_testkit::{Folder, Server};
use rusqlite::Connection;
use serde_json::json;

use crate::{done, fails};

const LIBRARY: &str = r#"
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE book (isbn TEXT PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER REFERENCES author(id), price DECIMAL(8,2));
CREATE TABLE "loan-item" (book TEXT NOT NULL REFERENCES book(isbn), day DATE NOT NULL, PRIMARY KEY (book, day)) WITHOUT ROWID;
CREATE TABLE "loan item" ("what?" TEXT);
CREATE VIEW cheap AS SELECT isbn, price FROM book WHERE price < 10;
INSERT INTO author VALUES (1, 'Ada'), (2, 'Bo');
INSERT INTO book VALUES ('1', 'Tides', 1, 9.5), ('2', 'Stars', 2, 20), ('3', 'Moss', NULL, NULL);
INSERT INTO "loan-item" VALUES ('1', '2026-01-02');
INSERT INTO "loan item" VALUES ('umbrella');
"#;

fn library() -> Folder {
    let folder = Folder::empty();
    Connection::open(folder.join("library.db")).unwrap().execute_batch(LIBRARY).unwrap();
    folder
}

#[tokio::test]
async fn what_is_pulled_passes_the_check_and_serves() {
    let folder = library();
    let before = std::fs::read(folder.join("library.db")).unwrap();
    done(&folder, &["pull", "library.db"]);
    assert_eq!(std::fs::read(folder.join("library.db")).unwrap(), before, "pulling changes nothing");
    assert!(done(&folder, &["check", "library"]).contains("5 resources"));
    for name in ["author", "book", "cheap", "loan_item", "loan_item_2"] {
        assert!(folder.join(&format!("library/resources/{name}.toml")).exists(), "{name}");
    }

    let pulled = Server::start(&folder.join("library"), &[]).await;
    assert_eq!(pulled.get("/rest/v1/book").await.0, 401, "nobody may do anything until a rule says so");
    pulled.stop().await;

    let book = folder.read("library/resources/book.toml");
    folder.write("library/resources/book.toml", &format!("{book}\n[access]\nread = \"anyone\"\n"));
    let author = folder.read("library/resources/author.toml");
    folder.write("library/resources/author.toml", &format!("{author}\n[access]\nread = \"anyone\"\n"));
    let opened = Server::start(&folder.join("library"), &[]).await;
    let expected = json!([{"title": "Tides", "price": 9.5, "author": {"name": "Ada"}}]);
    let path = "/rest/v1/book?isbn=eq.1&select=title,price,author(name)";
    assert_eq!(opened.get(path).await, (200, expected));
}

#[test]
fn files_are_only_written_over_when_asked() {
    let folder = library();
    done(&folder, &["pull", "library.db", "--into", "a/b"]);
    let said = fails(&folder, &["pull", "library.db", "--into", "a/b"], 1);
    assert!(said.contains("is there already") && said.contains("--force"), "{said}");
    done(&folder, &["pull", "library.db", "--into", "a/b", "--force"]);
    done(&folder, &["check", "a/b"]);
}

#[tokio::test]
async fn a_served_database_is_read_and_nothing_in_it_changes() {
    let folder = library();
    let before = std::fs::read(folder.join("library.db")).unwrap();
    let served = Server::database(&folder.join("library.db")).await;
    assert_eq!(served.get("/rest/v1/cheap").await, (200, json!([{"isbn": "1", "price": 9.5}])));
    assert_eq!(served.get("/rest/v1/loan%20item").await, (200, json!([{"what?": "umbrella"}])));
    let request = served.client.delete(format!("{}/rest/v1/author/1", served.url));
    assert_eq!(request.send().await.unwrap().status(), 405, "the database is open for reading only");
    served.stop().await;
    assert_eq!(std::fs::read(folder.join("library.db")).unwrap(), before);
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().flatten().map(|one| one.file_name()).collect();
    assert_eq!(names, ["library.db"]);
}

#[tokio::test]
async fn a_served_database_can_be_opened_for_writing() {
    let folder = library();
    let served = Server::start(&folder.join("library.db"), &["public.access=write"]).await;
    let request = served.client.post(format!("{}/rest/v1/author", served.url));
    let request = request.header("content-type", "application/json").body(r#"{"name": "Cy"}"#);
    assert_eq!(request.send().await.unwrap().status(), 201);
    assert_eq!(served.get("/rest/v1/author?select=name&name=eq.Cy").await, (200, json!([{"name": "Cy"}])));
}
