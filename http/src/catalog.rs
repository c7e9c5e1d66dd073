//! `/.well-known/api-catalog`: where a program finds the API, its description and its health
//! (RFC 9727), as a set of links (RFC 9264).
//!
//! It must not know resources: the description lists them.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use serde_json::json;

const MEDIA_TYPE: HeaderValue =
    HeaderValue::from_static("application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"");

/// For who asks with HEAD: what this is, and the API that is in it (RFC 9727, section 2).
const LINK: HeaderValue =
    HeaderValue::from_static("</.well-known/api-catalog>; rel=\"api-catalog\", </rest/v1>; rel=\"item\"");

/// For who asks at the door: the catalogue, and the same documents that it names.
const LINK_OF_INDEX: HeaderValue = HeaderValue::from_static(
    "</.well-known/api-catalog>; rel=\"api-catalog\", </openapi.json>; rel=\"service-desc\", \
     </docs>; rel=\"service-doc\", </health/ready>; rel=\"status\"",
);

/// The catalogue.
///
/// Its links are relative, and so mean what they say wherever the server is reached. RFC 9264 would
/// rather have absolute ones, for sets that are passed on; but the only base that a server behind a
/// proxy can know is the `Host` that the caller sent, and a cache could keep one that a stranger made up.
pub(crate) fn serve() -> Response<Bytes> {
    let catalog = json!({ "linkset": [
        { "anchor": "/.well-known/api-catalog", "item": [{ "href": "/rest/v1" }] },
        {
            "anchor": "/rest/v1",
            "service-desc": [{ "href": "/openapi.json", "type": "application/json" }],
            "service-doc": [{ "href": "/docs", "type": "text/html" }],
            "status": [{ "href": "/health/ready", "type": "application/json" }],
        },
    ] });
    let mut response = Response::new(Bytes::from(catalog.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, MEDIA_TYPE);
    response.headers_mut().insert(header::LINK, LINK);
    response
}

/// Says at the door where the catalogue is.
pub(crate) fn announce(headers: &mut HeaderMap) {
    headers.insert(header::LINK, LINK_OF_INDEX);
}
