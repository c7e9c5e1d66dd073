//! What once was wrong: each test is one mistake that must not come back.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{PATIENCE, Server};

const OBJECT: (&str, &str) = ("accept", "application/vnd.pgrst.object+json");
const AWAY: (&str, &str) = ("host", "shop.example");

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Server::with(&["server.header_timeout_ms=100"]).await;
    let mut silent = server.connect().await;
    let read = tokio::time::timeout(PATIENCE, silent.read(&mut [0; 8])).await;
    assert_eq!(read.expect("an end in time").expect("an orderly end"), 0);
}

#[tokio::test]
async fn a_body_of_very_many_members_is_read_in_linear_time() {
    // Compared one by one, these names take minutes and the call ends with 408 or 504.
    let server = Server::with(&["server.request_timeout_ms=20000"]).await;
    let members: Vec<String> = (0..200_000).map(|number| format!("\"m{number}\":0")).collect();
    let body = format!("{{{}}}", members.join(","));
    let call = server.call("POST /rest/v1/categories", &[], &body);
    let answer = tokio::time::timeout(PATIENCE, call).await.expect("an answer in time");
    assert_eq!(answer.status, 422, "{}", answer.body);
}

#[tokio::test]
async fn lists_are_compressed() {
    let server = Server::start().await;
    let rows: Vec<String> =
        (0..200).map(|number| format!("{{\"name\":\"category number {number}\"}}")).collect();
    server.call("POST /rest/v1/categories", &[], &format!("[{}]", rows.join(","))).await;
    let url = format!("http://{}/rest/v1/categories", server.address);
    let answer = server.client.get(url).header("accept-encoding", "gzip").send().await.expect("an answer");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["content-range"], "0-201/*");
}

#[tokio::test]
async fn the_depth_of_json_is_limited() {
    let server = Server::with(&["limits.json_depth=3"]).await;
    let answer = server.call("POST /rest/v1/categories", &[], r#"{"name":[[[[1]]]]}"#).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.body.contains("limits.json_depth"));
}

#[tokio::test]
async fn a_write_that_was_made_is_not_refused_afterwards() {
    let server = Server::start().await;
    let headers = [OBJECT, ("prefer", "return=representation")];
    let answer = server.call("POST /rest/v1/drafts", &headers, r#"{"title":"A"}"#).await;
    assert_eq!(
        (answer.status, answer.header("location"), answer.body.as_str()),
        (201, "/rest/v1/drafts/1", "")
    );
    let several = server.call("POST /rest/v1/drafts", &headers, r#"[{"title":"B"},{"title":"C"}]"#).await;
    assert_eq!(several.status, 406, "{}", several.body);
    // A server of databases does not hand out again the keys of what was undone.
    let next = server.call("POST /rest/v1/drafts", &[], r#"{"title":"D"}"#).await;
    let free = if env!("CARGO_CRATE_NAME") == "it" { 2 } else { 4 };
    assert_eq!(next.header("location"), format!("/rest/v1/drafts/{free}"));
}

#[tokio::test]
async fn minimal_writes_of_one_object_are_checked_too() {
    let server = Server::start().await;
    let headers = [OBJECT, ("prefer", "return=minimal")];
    let answer = server.call("PATCH /rest/v1/products?price=gt.0", &headers, r#"{"about":"all"}"#).await;
    assert_eq!(answer.status, 406);
    let one = server.call("PATCH /rest/v1/products?id=eq.1", &headers, r#"{"about":"one"}"#).await;
    assert_eq!((one.status, one.body.as_str()), (204, ""));
}

#[tokio::test]
async fn beyond_the_end_the_total_is_told() {
    let server = Server::start().await;
    let answer = server.call("GET /rest/v1/products?offset=7", &[("prefer", "count=exact")], "").await;
    assert_eq!(answer.header("content-range"), "*/3");
}

#[tokio::test]
async fn the_version_is_for_local_callers() {
    let server = Server::start().await;
    let answer = server.call("GET /", &[AWAY], "").await;
    assert!(!answer.body.contains("version"), "{}", answer.body);
}

#[tokio::test]
async fn an_unready_server_says_when_to_come_back() {
    let server = Server::start().await;
    server.engine.set_store(None);
    let answer = server.call("GET /health/ready", &[], "").await;
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn broken_escapes_are_refused() {
    let server = Server::start().await;
    let answer = server
        .raw(b"GET /rest/v1/products/%zz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await;
    assert!(answer.contains("PGRST125"), "{answer}");
}

#[tokio::test]
async fn a_read_only_database_allows_reads() {
    let server = Server::start().await;
    let guest = server.database.open(&server.engine.world().clock, false).await;
    server.engine.set_store(Some(guest));
    assert_eq!(server.call("GET /rest/v1/products/1", &[], "").await.status, 200);
    let answer = server.call("DELETE /rest/v1/products?id=eq.1", &[], "").await;
    assert_eq!(answer.status, 405, "{}", answer.body);
    assert!(!answer.header("allow").contains("DELETE"), "{}", answer.header("allow"));
}

#[tokio::test]
async fn a_slow_body_is_the_callers_time() {
    let server = Server::with(&["server.request_timeout_ms=100"]).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"POST /rest/v1/categories HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{")
        .await
        .expect("it works");
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer).await.expect("it works");
    assert!(
        String::from_utf8_lossy(&answer[..read]).contains("408"),
        "{}",
        String::from_utf8_lossy(&answer[..read])
    );
}

#[tokio::test]
async fn large_heads_get_a_problem() {
    let server = Server::with(&["limits.header_bytes=8192"]).await;
    let big = "x".repeat(9_000);
    let answer = server
        .raw(
            format!(
                "GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-big: {big}\r\nconnection: close\r\n\r\n"
            )
            .as_bytes(),
        )
        .await;
    assert!(answer.contains("431") && answer.contains("problem+json"), "{answer}");
}
