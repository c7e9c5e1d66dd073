//! A database that cannot be used: the server is up all the same, says so, and recovers.

use std::sync::Arc;

use roundtrip::opening::Opening;
use roundtrip::{Given, Site, World};
use roundtrip_testkit::{Folder, PATIENCE, server};

const NOTES: &str = "[fields]\ntext = \"text\"\n[access]\nread = \"anyone\"\n";

async fn start(folder: &Folder) -> roundtrip::Server {
    let given = Given { set: vec!["server.port=0".to_owned()], ..Given::default() };
    let site = Site::new(folder.path().to_str().unwrap(), &given).unwrap();
    roundtrip::start(Arc::new(site), World::system()).await.unwrap()
}

/// The server says what is wrong, and serves as soon as the file at `path` is out of the way.
async fn check(folder: &Folder, path: &str, reason: &str) {
    let server = start(folder).await;
    let failed = tokio::time::timeout(PATIENCE, server.opened()).await.unwrap();
    assert!(matches!(&failed, Opening::Failed(said) if said.contains(reason)), "{failed:?}");
    let (client, url) = (server::client(), format!("http://{}", server.address()));
    assert_eq!(client.get(format!("{url}/health/live")).send().await.unwrap().status(), 200);
    assert_eq!(client.get(format!("{url}/health/ready")).send().await.unwrap().status(), 503);
    let refused = client.get(format!("{url}/rest/v1/notes")).send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let text = refused.text().await.unwrap();
    assert!(!text.contains(folder.path().to_str().unwrap()), "no path goes to callers: {text}");

    std::fs::remove_file(folder.join(path)).unwrap();
    let mut opening = server.opening();
    let open = opening.wait_for(|state| matches!(state, Opening::Open(_)));
    tokio::time::timeout(PATIENCE, open).await.unwrap().unwrap();
    assert_eq!(server::get(&client, &format!("{url}/rest/v1/notes")).await.0, 200);
    assert_eq!(client.get(format!("{url}/health/ready")).send().await.unwrap().status(), 200);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let folder = Folder::with(&[
        ("resources/notes.toml", NOTES),
        ("roundtrip.toml", "[database]\nurl = \"sqlite:data.db\"\n"),
        ("data.db", "this was never a database, and it is long enough to be looked at as one\n"),
    ]);
    check(&folder, "data.db", "not a SQLite database").await;
}

#[tokio::test]
async fn a_structure_that_does_not_fit() {
    let folder = Folder::with(&[
        ("resources/notes.toml", NOTES),
        ("roundtrip.toml", "[database]\nurl = \"sqlite:data.db\"\n"),
    ]);
    let other = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text INTEGER NOT NULL, must TEXT NOT NULL);";
    rusqlite::Connection::open(folder.join("data.db")).unwrap().execute_batch(other).unwrap();
    check(&folder, "data.db", "notes").await;
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file() {
    let folder = Folder::with(&[
        ("resources/notes.toml", NOTES),
        ("roundtrip.toml", "[database]\nurl = \"sqlite:data.db/x.db\"\n"),
        ("data.db", ""),
    ]);
    let server = start(&folder).await;
    assert!(matches!(server.opened().await, Opening::Failed(_)));
    server.stop().await.unwrap();
}
