//! Limits: of addresses, bodies and time; each refusal names its setting.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{PATIENCE, Server};

#[tokio::test]
async fn what_is_too_long_is_refused_by_name() {
    let server = Server::with(&["limits.body_bytes=1024", "limits.url_bytes=256"]).await;
    let long = "x".repeat(2_000);
    for (call, body, status, setting) in [
        ("POST /rest/v1/categories".to_owned(), format!(r#"{{"name":"{long}"}}"#), 413, "limits.body_bytes"),
        (format!("GET /rest/v1/categories?name=eq.{long}"), String::new(), 414, "limits.url_bytes"),
        (format!("GET /{long}"), String::new(), 414, "limits.url_bytes"),
    ] {
        let answer = server.call(&call, &[], &body).await;
        let problem = answer.problem().expect("a problem");
        assert_eq!(answer.status, status);
        assert!(problem.to_string().contains(setting), "{problem}");
    }
    assert_eq!(server.call("GET /rest/v1/categories", &[], "").await.status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_say_its_length_is_limited_too() {
    let server = Server::with(&["limits.body_bytes=1024"]).await;
    let chunk = format!("{:x}\r\n{}\r\n", 600, " ".repeat(600));
    let head = "POST /rest/v1/categories HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    // Nothing after the byte too many: an answer to what is still being sent may be lost to a reset.
    let answer = server.raw(format!("{head}{chunk}{chunk}").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let server = Server::with(&["server.request_timeout_ms=100"]).await;
    let mut stream = server.connect().await;
    let head = "POST /rest/v1/categories HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.expect("a connection");
    let mut answer = vec![0; 64];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await;
    let read = read.expect("an answer in time").expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    let status: u16 = answer.split(' ').nth(1).expect("a status").parse().expect("a number");
    assert!(status == 408 || status == 504, "{answer}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for() {
    let server = Server::with(&["server.header_timeout_ms=100"]).await;
    // Long enough to be told from HTTP/2, and never whole.
    let answer = server.raw(b"GET /rest/v1/products HTTP/1.1\r\nhost: localhost\r\n").await;
    assert!(!answer.contains("200"), "{answer}");
}
