//! A signal ends the server in an orderly way: what was accepted is answered first.

use roundtrip_testkit::{Folder, PATIENCE, Program, server};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::{done, program};

/// Sends the head of a write and waits until the server asks for the body: now it is under way.
async fn half_a_call(address: &str, body: &str) -> BufReader<TcpStream> {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    let head = format!(
        "POST /rest/v1/tasks HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    stream
}

async fn check(signal: &str) {
    let folder = Folder::empty();
    done(&folder, &["init", "todo"]);
    let served = Program::serve(program(), folder.path(), &["serve", "todo"]);
    let address = served.url.strip_prefix("http://").unwrap().to_owned();
    let body = r#"{"title": "the last one", "list_id": 1}"#;
    let mut under_way = half_a_call(&address, body).await;
    served.signal(signal);
    let refused = async {
        // The listener is closed when the signal has arrived; until then a connection is taken.
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.unwrap();
    under_way.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, under_way.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    let finished = served.wait();
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);

    let again = Program::serve(program(), folder.path(), &["serve", "todo"]);
    let url = format!("{}/rest/v1/tasks?title=eq.the%20last%20one", again.url);
    assert_eq!(server::get(&server::client(), &url).await.1.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_terminated_server_finishes_what_is_under_way() {
    check("TERM").await;
}

#[tokio::test]
async fn an_interrupted_server_finishes_what_is_under_way() {
    check("INT").await;
}
