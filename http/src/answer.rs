//! Small JSON answers of the server's own pages.

use bytes::Bytes;
use http::{HeaderValue, Response, header};

/// The media type of every answer that is not a problem.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A JSON document with status 200.
pub(crate) fn json(document: impl Into<serde_json::Value>) -> Response<Bytes> {
    text(document.into().to_string())
}

/// A text that is JSON, with status 200.
pub(crate) fn text(json: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(json.into());
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}
