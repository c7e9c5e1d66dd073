//! `/docs`: a page that shows the OpenAPI document and sends calls.
//!
//! Three files that are part of the program; nothing comes from another origin, and the browser is
//! told to refuse it. They know the API only from `/openapi.json`. It must not know resources.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};

/// A file of the page.
pub(crate) struct File {
    /// Where it is served.
    pub(crate) path: &'static str,
    media_type: &'static str,
    text: &'static str,
    fingerprint: u64,
}

const FILES: [File; 3] = [
    File::new("/docs", "text/html; charset=utf-8", include_str!("page.html")),
    File::new("/docs/style.css", "text/css; charset=utf-8", include_str!("style.css")),
    File::new("/docs/app.js", "text/javascript; charset=utf-8", SCRIPT),
];

/// One script of several files, so that each can be read by itself and a browser asks once.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("element.js"),
    include_str!("document.js"),
    include_str!("schema.js"),
    include_str!("request.js"),
    include_str!("journey.js"),
    include_str!("answer.js"),
    include_str!("operation.js"),
    include_str!("app.js"),
    "})();\n",
);

/// Even if a description in the document could become markup, the browser would run nothing of it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const GUARDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

impl File {
    const fn new(path: &'static str, media_type: &'static str, text: &'static str) -> Self {
        Self { path, media_type, text, fingerprint: fingerprint(text.as_bytes()) }
    }
}

/// The file at a path.
pub(crate) fn find(path: &str) -> Option<&'static File> {
    static SERVED: [File; 3] = FILES;
    SERVED.iter().find(|file| file.path == path)
}

/// Answers with the file, or that the caller has it already.
pub(crate) fn serve(file: &File, parts: &Parts) -> Response<Bytes> {
    // Weak: the compressed answer has other bytes and the same tag.
    let tag = format!("W/\"{:016x}\"", file.fingerprint);
    let known = knows(&parts.headers, &tag);
    // To HEAD the body is not sent, but its length is told, also in a 304.
    let text = if known && parts.method != Method::HEAD { "" } else { file.text };
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    for (name, value) in GUARDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `If-None-Match`, compared weakly (RFC 9110, section 13.1.2).
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tags = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|known| known.trim() == "*" || bare(known) == bare(tag))
}

/// FNV-1a: a new text gets a new tag. Made by the compiler; nobody has to guess it, so no more is needed.
const fn fingerprint(text: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < text.len() {
        hash = (hash ^ text[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}
