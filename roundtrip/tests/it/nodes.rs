//! Many servers that start at once on one empty database: the tables are made once, the migrations
//! applied once, the sample data put in once, and every server serves.

use std::thread;

use roundtrip_testkit::database::Kind;
use roundtrip_testkit::{Folder, Program, TestDatabase, server};

use super::{done, program};

const NODES: usize = 10;

const SECOND: &str = "-- What the first file forgot.\nCREATE TABLE counted_starts (number integer);\nINSERT INTO counted_starts VALUES (1);\n";

/// A shop whose structure is in a migration, with another one that would be noticed if it ran twice.
fn shop(url: &str) -> Folder {
    let folder = Folder::shop();
    folder.write("roundtrip.toml", &format!("[database]\nurl = \"{url}\"\n"));
    done(&folder, &["migrate", "new", "shop"]);
    folder.write("migrations/0002_counted_starts.sql", SECOND);
    folder
}

/// Starts all servers at once; every one of them says that it is ready.
fn start(folder: &Folder) -> Vec<Program> {
    thread::scope(|scope| {
        let nodes: Vec<_> = (0..NODES)
            .map(|_| scope.spawn(|| Program::serve(program(), folder.path(), &["serve", "."])))
            .collect();
        nodes.into_iter().map(|node| node.join().expect("a server that starts")).collect()
    })
}

async fn check(kind: Kind) {
    let database = TestDatabase::empty(kind).await;
    let folder = shop(&database.url);
    let nodes = start(&folder);
    let client = server::client();
    for node in &nodes {
        let ready = client.get(format!("{}/health/ready", node.url)).send().await.unwrap();
        assert_eq!(ready.status(), 200, "{}", node.url);
        let counted = client.head(format!("{}/rest/v1/products", node.url)).header("prefer", "count=exact");
        let counted = counted.send().await.unwrap();
        assert_eq!(counted.headers()["content-range"], "0-999/1000", "{}", node.url);
    }
    drop(nodes);
    let status = done(&folder, &["migrate", "status"]);
    assert!(status.contains("0001") && status.contains("0002") && !status.contains("pending"), "{status}");
    // A row for each time that the file ran.
    let music = done(&folder, &["migrate", "plan"]);
    assert!(music.contains("nothing to do") || music.contains("Nothing"), "{music}");
    assert_eq!(database.number("SELECT count(*) FROM counted_starts").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_servers_make_one_shop_on_postgresql() {
    check(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_servers_make_one_shop_on_mariadb() {
    check(Kind::Mysql).await;
}
