//! Who counts as local: only they see journeys, SQL, timings and which file to change.

use std::net::{IpAddr, SocketAddr};

use http::request::Parts;
use http::{HeaderMap, header};

use crate::app::Listening;

/// Whether a call comes from a person or program on this very machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locality {
    /// Nobody is in between.
    Local,
    /// From elsewhere, or who knows.
    Remote,
}

/// Headers that a proxy adds. With one of them the peer is the proxy, not the caller.
const FORWARDING: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

impl Locality {
    /// Local is who connects from loopback to a loopback listener, through no proxy, and names a
    /// local host. The last keeps web pages out: a page of another site that makes a browser call
    /// here (also by a name that it points at 127.0.0.1) sends its own `Host` or `Origin`.
    pub(crate) fn of(listening: Listening, peer: SocketAddr, parts: &Parts) -> Self {
        let local = listening == Listening::Loopback
            && peer.ip().to_canonical().is_loopback()
            && parts.headers.keys().all(|name| !FORWARDING.contains(&name.as_str()))
            && host(parts).is_some_and(is_local_host)
            && origin_is_local(&parts.headers);
        if local { Self::Local } else { Self::Remote }
    }
}

fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
}

fn origin_is_local(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    origins.all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(is_local_host)
    })
}

/// `localhost:8360`, `127.0.0.1`, `[::1]:8360`.
fn is_local_host(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listening: Listening, peer: &str, headers: &[(&str, &str)]) -> Locality {
        let mut request = http::Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        Locality::of(listening, peer.parse().expect("an address"), &parts)
    }

    #[test]
    fn local_is_who_has_nobody_in_between() {
        let here = ("host", "localhost:8360");
        for (listening, peer, headers, expected) in [
            (Listening::Loopback, "127.0.0.1:5", vec![here], Locality::Local),
            (Listening::Loopback, "[::1]:5", vec![("host", "[::1]:8360")], Locality::Local),
            (Listening::Loopback, "[::ffff:127.0.0.1]:5", vec![("host", "127.0.0.1")], Locality::Local),
            (
                Listening::Loopback,
                "127.0.0.1:5",
                vec![here, ("origin", "http://localhost:3000")],
                Locality::Local,
            ),
            (
                Listening::Loopback,
                "127.0.0.1:5",
                vec![here, ("origin", "https://evil.example")],
                Locality::Remote,
            ),
            (Listening::Loopback, "127.0.0.1:5", vec![here, ("origin", "null")], Locality::Remote),
            (Listening::Loopback, "127.0.0.1:5", vec![("host", "evil.example")], Locality::Remote),
            (Listening::Loopback, "127.0.0.1:5", vec![("host", "localhost.evil.example")], Locality::Remote),
            (Listening::Loopback, "127.0.0.1:5", vec![], Locality::Remote),
            (
                Listening::Loopback,
                "127.0.0.1:5",
                vec![here, ("x-forwarded-for", "127.0.0.1")],
                Locality::Remote,
            ),
            (Listening::Loopback, "10.0.0.8:5", vec![here], Locality::Remote),
            (Listening::Anywhere, "127.0.0.1:5", vec![here], Locality::Remote),
        ] {
            assert_eq!(check(listening, peer, &headers), expected, "{listening:?} {peer} {headers:?}");
        }
    }
}
