//! `Accept-Profile` and `Content-Profile`: which schema of the database a call is about.
//!
//! An embedded database has one, which clients call `public`. Naming another is refused, because the
//! call would be answered from tables that it did not mean.

use http::{HeaderMap, HeaderName, Method};
use roundtrip_engine::{Kind, Problem};

const ACCEPT_PROFILE: HeaderName = HeaderName::from_static("accept-profile");

const CONTENT_PROFILE: HeaderName = HeaderName::from_static("content-profile");

/// What the one schema is called on the wire.
const PUBLIC: &str = "public";

/// Whether the schema that a call names is there.
pub(super) fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let name = if reads { ACCEPT_PROFILE } else { CONTENT_PROFILE };
    let Some(value) = headers.get(name) else { return Ok(()) };
    let asked = String::from_utf8_lossy(value.as_bytes());
    if asked == PUBLIC {
        return Ok(());
    }
    let message = format!("Invalid schema: {asked}");
    Err(Problem::new(Kind::NotAcceptable, "unknown-schema", "PGRST106", "No such schema", message)
        .with_hint(format!("Only the following schemas are exposed: {PUBLIC}")))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_one_schema_is_there() {
        for (method, name, value, fits) in [
            (Method::GET, "accept-profile", "public", true),
            (Method::GET, "accept-profile", "secret", false),
            (Method::GET, "content-profile", "secret", true),
            (Method::POST, "content-profile", "secret", false),
            (Method::POST, "accept-profile", "secret", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            assert_eq!(check(&method, &headers).is_ok(), fits, "{method} {name}: {value}");
        }
    }
}
