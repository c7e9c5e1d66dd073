//! Which pages may read answers: what a browser asks first, and what it reads from every answer.

use super::server::{Answer, Server};

const PAGE: (&str, &str) = ("origin", "https://app.example");
const HERE: (&str, &str) = ("origin", "http://localhost:5173");
const METHOD: (&str, &str) = ("access-control-request-method", "POST");
const ALLOWED: &str = "access-control-allow-origin";

async fn preflight(server: &Server, origin: (&str, &str)) -> Answer {
    let asked = ("access-control-request-headers", "x-client-info,Prefer, apikey");
    server.call("OPTIONS /rest/v1/products", &[origin, METHOD, asked], "").await
}

#[tokio::test]
async fn every_page_may_ask_where_all_may() {
    let server = Server::with(&["cors.origins=*"]).await;
    for origin in [PAGE, HERE, ("origin", "null")] {
        let answer = preflight(&server, origin).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{}", origin.1);
        for (name, value) in [
            (ALLOWED, "*"),
            ("access-control-allow-methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"),
            (
                "access-control-allow-headers",
                "Authorization, x-client-info, Prefer, apikey, Accept, Accept-Language, Content-Language",
            ),
            ("access-control-max-age", "86400"),
            ("access-control-allow-credentials", ""),
            ("access-control-expose-headers", ""),
            ("allow", ""),
            ("content-length", "0"),
            ("vary", "Accept, Prefer, Range"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
}

#[tokio::test]
async fn answers_of_every_kind_can_be_read() {
    let server = Server::with(&["cors.origins=*"]).await;
    for (call, status) in [
        ("GET /rest/v1/products", 200),
        ("HEAD /rest/v1/products", 200),
        ("GET /rest/v1/nothing", 404),
        ("PUT /openapi.json", 405),
        ("OPTIONS /rest/v1/products", 200),
        ("GET /openapi.json", 200),
        ("GET /nowhere", 404),
    ] {
        let answer = server.call(call, &[PAGE], "").await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (status, "*"), "{call}");
        let exposed = answer.headers.get_all("access-control-expose-headers");
        let exposed: Vec<_> = exposed.iter().map(|value| value.to_str().expect("text")).collect();
        assert_eq!(
            exposed,
            [
                "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, \
                 Transfer-Encoding, Range-Unit",
                "X-Request-Id, Server-Timing, ETag, Preference-Applied, Retry-After, Link",
            ],
            "{call}"
        );
    }
}

#[tokio::test]
async fn a_plain_options_is_answered_by_its_route() {
    let server = Server::with(&["cors.origins=*"]).await;
    for path in ["/rest/v1/products", "/rest/v1/products/1", "/openapi.json"] {
        let call = format!("OPTIONS {path}");
        let plain = server.call(&call, &[], "").await;
        assert!(plain.header("allow").contains("GET"), "{path}: {:?}", plain.headers);
        for headers in [&[PAGE][..], &[METHOD], &[]] {
            let answer = server.call(&call, headers, "").await;
            assert_eq!((answer.status, answer.header("allow")), (200, plain.header("allow")), "{path}");
            assert_eq!(answer.header(ALLOWED), "*", "{path} {headers:?}");
            assert_eq!(answer.header("access-control-allow-methods"), "", "{path} {headers:?}");
        }
    }
    let nothing = server.call("OPTIONS /rest/v1/nothing", &[PAGE], "").await;
    assert_eq!((nothing.status, nothing.header(ALLOWED)), (404, "*"));
}

#[tokio::test]
async fn without_an_origin_nothing_is_said() {
    let server = Server::with(&["cors.origins=*"]).await;
    let answer = server.call("GET /rest/v1/products", &[], "").await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}

#[tokio::test]
async fn on_loopback_only_pages_of_this_machine_may_read_unless_others_are_named() {
    let server = Server::start().await;
    for origin in ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:3000"] {
        let answer = preflight(&server, ("origin", origin)).await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (200, origin));
        let answer = server.call("GET /rest/v1/products", &[("origin", origin)], "").await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (200, origin));
        assert_eq!(answer.header("vary"), "Accept, Prefer, Range, Origin");
    }
    for origin in ["https://app.example", "http://localhost.evil.example", "null", "http://10.0.0.8"] {
        let answer = preflight(&server, ("origin", origin)).await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (403, ""), "{origin}");
        let problem = answer.problem().expect("a problem");
        assert!(problem["message"].to_string().contains(origin), "{problem}");
        assert!(problem["hint"].to_string().contains("cors.origins"), "{problem}");
        // The call itself is answered, but the browser keeps the answer from the page.
        let answer = server.call("GET /rest/v1/products", &[("origin", origin)], "").await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (200, ""), "{origin}");
        assert_eq!(answer.header("access-control-expose-headers"), "", "{origin}");
    }
    // A name that leads to this machine makes nobody local.
    let rebound = [("host", "evil.example"), HERE];
    assert_eq!(server.call("GET /rest/v1/products", &rebound, "").await.header(ALLOWED), "");
}

#[tokio::test]
async fn a_list_is_compared_exactly_and_caches_are_told() {
    let server = Server::with(&["cors.origins=https://App.example/, https://b.example:8443"]).await;
    for (origin, may) in [
        ("https://app.example", true),
        ("https://b.example:8443", true),
        ("http://app.example", false),
        ("https://app.example:8443", false),
        ("https://app.example.evil.example", false),
        ("https://b.example", false),
        ("http://localhost:5173", false),
        ("null", false),
        ("", false),
    ] {
        let expected = if may { origin } else { "" };
        let asked = preflight(&server, ("origin", origin)).await;
        assert_eq!(
            (asked.status, asked.header(ALLOWED)),
            (if may { 200 } else { 403 }, expected),
            "{origin}"
        );
        let answer = server.call("GET /rest/v1/products", &[("origin", origin)], "").await;
        assert_eq!((answer.status, answer.header(ALLOWED)), (200, expected), "{origin}");
    }
    for headers in [&[PAGE][..], &[]] {
        let answer = server.call("GET /rest/v1/products", headers, "").await;
        assert_eq!(answer.header("vary"), "Accept, Prefer, Range, Origin");
    }
}

#[tokio::test]
async fn none_is_none() {
    let server = Server::with(&["cors.origins=none"]).await;
    for origin in [PAGE, HERE] {
        assert_eq!(preflight(&server, origin).await.status, 403);
    }
}
