//! `Accept-Profile` and `Content-Profile`: which schema of the database a call is about, and which one an
//! answer is from. What schemas there are is the engine's affair.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use roundtrip_engine::Model;

const ACCEPT_PROFILE: HeaderName = HeaderName::from_static("accept-profile");

const CONTENT_PROFILE: HeaderName = HeaderName::from_static("content-profile");

/// The schema that a call names.
pub(crate) fn asked(method: &Method, headers: &HeaderMap) -> Option<String> {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let name = if reads { ACCEPT_PROFILE } else { CONTENT_PROFILE };
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Says from which schema an answer is, where there are several.
pub(super) fn told<T>(model: &Model, profile: Option<&str>, response: &mut Response<T>) {
    if !model.has_several() {
        return;
    }
    let name = profile.unwrap_or_else(|| model.schema.profile());
    if let Ok(name) = HeaderValue::from_str(name) {
        response.headers_mut().insert(CONTENT_PROFILE, name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_name_it_in_headers_of_their_own() {
        for (method, name, expected) in [
            (Method::GET, "accept-profile", Some("crm")),
            (Method::HEAD, "accept-profile", Some("crm")),
            (Method::GET, "content-profile", None),
            (Method::POST, "content-profile", Some("crm")),
            (Method::POST, "accept-profile", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static("crm"));
            assert_eq!(asked(&method, &headers).as_deref(), expected, "{method} {name}");
        }
    }
}
