//! Paths: `{resource}`, `{resource}/{key}`, `{resource}/{key}/{relation}`.
//!
//! Segments are split before they are decoded, and so are the parts of a composite key, so that a
//! key may hold any character.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use roundtrip_engine::{Kind, Problem};
use roundtrip_query::operation::Target;

use crate::problem::no_such_path;

/// What stands in a path segment as it is (RFC 3986, unreserved); everything else is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The target that a path below `/rest/v1/` names.
pub(super) fn target(path: &str) -> Result<Target, Problem> {
    let mut segments = path.strip_suffix('/').unwrap_or(path).split('/');
    let resource = decoded(segments.next().unwrap_or_default())?;
    let key = segments.next();
    let follow = segments.next().map(decoded).transpose()?;
    if segments.next().is_some() {
        return Err(no_such_path("at most /{resource}/{key}/{relation}; embed the rest with select"));
    }
    if resource.is_empty() || key == Some("") || follow.as_deref() == Some("") {
        return Err(no_such_path("a part of the path is empty"));
    }
    if resource.starts_with('~') || resource == "rpc" {
        return Err(no_such_path("names that begin with ~, and rpc, are reserved"));
    }
    let key = key.map(|key| key.split(',').map(|part| decoded(part).map(Cow::into_owned)).collect());
    let follow = follow.map(Cow::into_owned);
    Ok(Target { key: key.transpose()?, follow, ..Target::of(resource) })
}

fn decoded(segment: &str) -> Result<Cow<'_, str>, Problem> {
    let bytes = segment.as_bytes();
    let broken = bytes.iter().enumerate().any(|(at, byte)| {
        *byte == b'%' && !bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    });
    if broken {
        // In a query it may be a pattern; in a path it would name another row than was meant.
        let message = "a % in the path is not followed by two hex digits".to_owned();
        return Err(Problem::new(
            Kind::BadRequest,
            "bad-path",
            "PGRST125",
            "The path cannot be read",
            message,
        )
        .with_hint("write a % itself as %25".to_owned()));
    }
    percent_decode_str(segment).decode_utf8().map_err(|_not_utf8| {
        let message = "the path is not UTF-8 after percent-decoding".to_owned();
        Problem::new(Kind::BadRequest, "bad-path", "PGRST125", "The path cannot be read", message)
    })
}

/// The template of a target, for logs and journeys.
pub(super) fn template(target: &Target) -> &'static str {
    match (&target.key, &target.follow) {
        (None, _) => "/rest/v1/{resource}",
        (Some(_), None) => "/rest/v1/{resource}/{key}",
        (Some(_), Some(_)) => "/rest/v1/{resource}/{key}/{relation}",
    }
}

/// The path of a row.
pub(super) fn of_row(resource: &str, key: &[String]) -> String {
    let mut path = format!("/rest/v1/{}/", utf8_percent_encode(resource, SEGMENT));
    for (index, part) in key.iter().enumerate() {
        if index > 0 {
            path.push(',');
        }
        path.extend(utf8_percent_encode(part, SEGMENT));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_any_character() {
        for key in [vec!["42"], vec!["5", "17"], vec!["a,b/c", "ü%?#"], vec![""]] {
            let key: Vec<String> = key.into_iter().map(str::to_owned).collect();
            let path = of_row("Order Details", &key);
            let below = path.strip_prefix("/rest/v1/").expect("below the door");
            if key == [""] {
                assert!(target(below).is_ok_and(|target| target.key.is_none()), "{path}");
                continue;
            }
            let target = target(below).expect("a target");
            assert_eq!((target.resource.as_str(), target.key), ("Order Details", Some(key)), "{path}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for path in ["", "/", "a//b", "a/1/b/2", "~batch", "rpc/f", "a/%FF", "%ff"] {
            assert!(target(path).is_err(), "{path}");
        }
    }
}
