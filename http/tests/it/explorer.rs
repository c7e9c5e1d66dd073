//! The page at `/docs`: how its files are served, and what must not be in them. How it looks and
//! behaves is seen in a browser.

use super::server::{Answer, CASE, Case, Server};

const FILES: [(&str, &str); 3] = [
    ("/docs", "text/html; charset=utf-8"),
    ("/docs/app.js", "text/javascript; charset=utf-8"),
    ("/docs/style.css", "text/css; charset=utf-8"),
];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

async fn texts(server: &Server) -> Vec<String> {
    let mut texts = Vec::new();
    for (path, _) in FILES {
        texts.push(server.call(&format!("GET {path}"), &[], "").await.body);
    }
    texts
}

#[tokio::test]
async fn every_file_has_its_media_type_and_the_policy() {
    let server = Server::start().await;
    for (path, media_type) in FILES {
        let answer = server.call(&format!("GET {path}"), &[], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let head = server.call(&format!("HEAD {path}"), &[], "").await;
        assert_eq!(head.header("content-length"), answer.body.len().to_string(), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() {
    let server = Server::start().await;
    let mut tags = Vec::new();
    for (path, _) in FILES {
        let call = format!("GET {path}");
        let ask = async |known: &str| -> Answer { server.call(&call, &[("if-none-match", known)], "").await };
        let whole = ask("\"other\"").await;
        assert_eq!((whole.status, whole.header("cache-control")), (200, "no-cache"));
        let tag = whole.header("etag").to_owned();
        for known in [tag.as_str(), tag.trim_start_matches("W/"), "*", &format!("\"other\", {tag}")] {
            let answer = ask(known).await;
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
            assert_eq!(answer.header("etag"), tag);
        }
        let head = server.call(&format!("HEAD {path}"), &[("if-none-match", &tag)], "").await;
        assert_eq!(head.status, 304);
        assert_eq!(head.header("content-length"), whole.body.len().to_string());
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), FILES.len(), "each file has a tag of its own");
}

#[tokio::test]
async fn the_page_makes_no_markup_of_texts_and_asks_no_other_server() {
    let server = Server::start().await;
    let texts = texts(&server).await;
    let all = texts.concat();
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "createContextualFragment",
        "document.write",
        "DOMParser",
        "eval(",
        "Function(",
        "localStorage",
        "sessionStorage",
        "@import",
        "url(",
        "https:",
        "style=\"",
        "onclick=\"",
    ] {
        assert!(!all.contains(word), "{word}");
    }
    // The name of the format of the icon, which nothing is asked for.
    let elsewhere = all.replace("http://www.w3.org/2000/svg", "");
    assert!(!elsewhere.contains("http:"), "{elsewhere}");
    assert!(all.len() < 60_000, "{} bytes", all.len());
}

#[tokio::test]
async fn the_script_finds_its_elements_and_the_page_its_files() {
    let server = Server::start().await;
    let texts = texts(&server).await;
    let (page, script) = (&texts[0], &texts[1]);
    let ids: Vec<&str> = quoted_after(script, "byId(\"").collect();
    assert!(ids.len() > 5, "{ids:?}");
    for id in ids {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let links = ["href=\"/", "src=\"/"].into_iter().flat_map(|start| quoted_after(page, start));
    for path in links.collect::<Vec<_>>() {
        let call = format!("GET /{path}");
        assert_eq!(server.call(&call, &[], "").await.status, 200, "{call}");
    }
}

fn quoted_after<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next())
}

#[tokio::test]
async fn nothing_else_is_served_below_docs() {
    let server = Server::start().await;
    for call in ["GET /docs/", "GET /docs/app.js/x", "GET /docs/mod.rs", "GET /docs/..%2Fmod.rs"] {
        assert_eq!(server.call(call, &[], "").await.status, 404, "{call}");
    }
    let allow: &[(&str, &str)] = &[("allow", "GET, HEAD, OPTIONS")];
    server
        .check(&[
            Case { call: "OPTIONS /docs/app.js", answers: allow, ..CASE },
            Case { call: "POST /docs", status: 405, answers: allow, says: "PGRST117", ..CASE },
        ])
        .await;
}
