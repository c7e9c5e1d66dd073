//! Connections: malformed requests, many idle callers, HTTP/2, and an orderly end.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{PATIENCE, Server};

#[tokio::test]
async fn malformed_requests_are_answered_or_cut_and_the_server_lives() {
    let server = Server::start().await;
    for bytes in [
        &b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\r\n\r\n"[..],
        b"GET /rest/v1/products HTTP/9.9\r\nhost: localhost\r\n\r\n",
        b"GET  /rest/v1/products HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"GET /rest/v1/products HTTP/1.1\r\nno colon here at all\r\n\r\n",
        b"POST /rest/v1/products HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST /rest/v1/products HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"POST /rest/v1/products HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /rest/v1/\xff\xfe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\nconnection: close\r\n\r\n",
    ] {
        let answer = server.raw(bytes).await;
        let told = format!("{} → {answer}", String::from_utf8_lossy(bytes));
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"),
            "{told}"
        );
        assert!(!answer.contains("text/plain"), "{told}");
    }
    assert_eq!(server.call("GET /rest/v1/products/1", &[], "").await.status, 200);
}

#[tokio::test]
async fn odd_paths_get_clear_answers() {
    let server = Server::start().await;
    for (path, status) in [
        ("/rest/v1//products", 404),
        ("/rest/v1/products//", 404),
        ("/rest/v1/products/1//", 404),
        ("/rest/v1/products/1/category/1", 404),
        ("/rest/v1/%ff", 400),
        ("/rest/v1/products/%c3%28", 400),
        ("/rest/v1/~batch", 404),
        ("/rest/v1/%7Ebatch", 404),
        ("/rest/v1/rpc/sum", 404),
        ("/nowhere", 404),
        ("//", 404),
    ] {
        // By hand: a client would tidy these paths up.
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let answer = server.raw(request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(answer.contains("application/problem+json"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn five_hundred_idle_callers_keep_nobody_out() {
    let server = Server::start().await;
    let mut idle = Vec::new();
    for _ in 0..500 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET /rest/v1/products HTTP/1.1\r\n").await.expect("a connection");
        idle.push(stream);
    }
    assert_eq!(server.call("GET /rest/v1/products/1", &[], "").await.status, 200);
    drop(idle);
}

#[tokio::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let server = Server::start().await;
    let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().timeout(PATIENCE).build();
    let client = client.expect("a client");
    let answer = client.get(format!("http://{}/rest/v1/products/1?select=id", server.address)).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert!(answer.headers().contains_key("server-timing"), "the name came as :authority and is local");
    assert_eq!(answer.text().await.expect("a body"), r#"{"id":1}"#);
}

#[tokio::test]
async fn what_was_accepted_is_finished() {
    let server = Server::start().await;
    let address = server.address;
    let body = r#"{"name":"Last"}"#;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /rest/v1/categories HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("a connection");
    // The server asks for the body: from here on the call is under way.
    let mut asked = [0; 25];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut asked))
        .await
        .expect("in time")
        .expect("an interim answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopping = server.stop();
    stream.write_all(body.as_bytes()).await.expect("a connection that is still open");
    let mut answer = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.expect("an end in time").expect("an orderly end");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(answer.ends_with(r#"{"id":3,"name":"Last"}"#), "{answer}");
    assert_eq!(tokio::time::timeout(PATIENCE, stopping).await.expect("in time").expect("no panic"), 0);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn idle_connections_do_not_hold_the_end_up() {
    let server = Server::start().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("a connection");
    let mut some = [0; 12];
    tokio::time::timeout(PATIENCE, idle.read_exact(&mut some)).await.expect("in time").expect("an answer");
    let cut = tokio::time::timeout(PATIENCE, server.stop()).await.expect("in time").expect("no panic");
    assert_eq!(cut, 0);
}
