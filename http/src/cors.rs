//! Which web pages of other origins may read answers in a browser (Fetch, section 3.2).
//!
//! It must not know routes. It protects nobody from programs: they send what they like. It decides only
//! whether a browser hands an answer to the page that asked.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, header};
use roundtrip_engine::{Kind, Problem};
use roundtrip_settings::Origins;

use crate::app::{App, Listening};
use crate::call::Call;
use crate::problem::Failure;

/// Every method of every door; which of them a path knows, its own answer says.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD");

/// A day. Browsers keep it for less if they think better.
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("86400");

/// What pages may see of an answer: two fields of one list. The first is the contract with PostgREST's
/// clients, and is compared as a whole by checks of compatibility; the second is ours.
const EXPOSED: [HeaderValue; 2] = [
    HeaderValue::from_static(
        "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, \
         Transfer-Encoding, Range-Unit",
    ),
    HeaderValue::from_static("X-Request-Id, Server-Timing, ETag, Preference-Applied, Retry-After, Link"),
];

/// What the log calls a browser's question, whatever the path.
const PREFLIGHT: &str = "preflight";

/// Whose pages may read answers.
enum Readers<'a> {
    /// Every page. Safe where the server can be reached anyway: without credentials a browser adds
    /// nothing that a program could not send, neither cookies nor a saved password.
    Everybody,
    /// Pages of this machine.
    ///
    /// What listens on loopback is out of reach for everybody but programs of this machine, and a
    /// developer's browser is one of them. With `*` any page that the developer opens could read the
    /// data that is served without signing in. So who is local decides, as for journeys: it looks at
    /// the `Origin` too. Behind a proxy on the same machine `cors.origins` has to be said.
    ThisMachine,
    /// Pages of these origins.
    Listed(&'a [String]),
}

impl Readers<'_> {
    fn of(app: &App) -> Readers<'_> {
        match (&app.settings.cors.origins, app.listening) {
            (Origins::Any, _) | (Origins::Unset, Listening::Anywhere) => Readers::Everybody,
            (Origins::Unset, Listening::Loopback) => Readers::ThisMachine,
            (Origins::Listed(origins), _) => Readers::Listed(origins),
        }
    }

    /// `Access-Control-Allow-Origin` for a page of this origin; `None` when it may not read.
    fn allowed(&self, origin: &HeaderValue, call: &Call) -> Option<HeaderValue> {
        let may_read = match self {
            Readers::Everybody => return Some(HeaderValue::from_static("*")),
            Readers::ThisMachine => call.is_local(),
            Readers::Listed(origins) => origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes()),
        };
        may_read.then(|| origin.clone())
    }

    /// What an answer depends on. With `*` it is the same for every page. With a list a cache in between
    /// has to know, also when it was no page that asked; on loopback nobody is in between.
    fn vary(&self, origin: Option<&HeaderValue>) -> HeaderValue {
        HeaderValue::from_static(match (self, origin) {
            (Readers::Everybody, _) | (Readers::ThisMachine, None) => "Accept, Prefer, Range",
            (Readers::ThisMachine, Some(_)) | (Readers::Listed(_), _) => "Accept, Prefer, Range, Origin",
        })
    }
}

/// Answers a browser that asks whether it may send a call; `None` for every other call, also a plain
/// OPTIONS. Asked about any path alike: whether the path is there, the call itself will find.
pub(crate) fn preflight(
    app: &App,
    parts: &Parts,
    call: &mut Call,
) -> Option<Result<Response<Bytes>, Failure>> {
    if parts.method != Method::OPTIONS {
        return None;
    }
    let origin = parts.headers.get(header::ORIGIN)?;
    parts.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    call.route = PREFLIGHT;
    if Readers::of(app).allowed(origin, call).is_none() {
        return Some(Err(refused(origin).into()));
    }
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
    if let Some(allowed) = allowed_headers(&parts.headers) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    Some(Ok(response))
}

/// Whatever was asked for, between what browsers may always send. Not a list of what is read here:
/// clients bring headers of their own, and one that nobody reads does no harm.
fn allowed_headers(asked: &HeaderMap) -> Option<HeaderValue> {
    let asked = asked.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let asked = asked.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let asked = asked.map(str::trim).filter(|name| !name.is_empty());
    let always = ["Accept", "Accept-Language", "Content-Language"];
    let names: Vec<&str> = std::iter::once("Authorization").chain(asked).chain(always).collect();
    HeaderValue::from_str(&names.join(", ")).ok()
}

fn refused(origin: &HeaderValue) -> Problem {
    let origin = origin.to_str().unwrap_or("this origin");
    let message = format!("pages of {origin} may not read answers of this server");
    Problem::new(Kind::Forbidden, "refused", "42501", "Not permitted", message)
        .with_hint("add the origin to cors.origins in roundtrip.toml".to_owned())
}

/// Says on an answer of any kind, problems too, whether the page that asked may read it.
pub(crate) fn finish(app: &App, parts: &Parts, call: &Call, headers: &mut HeaderMap) {
    let readers = Readers::of(app);
    let origin = parts.headers.get(header::ORIGIN);
    headers.entry(header::VARY).or_insert(readers.vary(origin));
    let Some(origin) = origin else {
        // Who asks what is possible here without being a page is told that all pages may call.
        if parts.method == Method::OPTIONS && matches!(readers, Readers::Everybody) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        return;
    };
    let Some(allowed) = readers.allowed(origin, call) else { return };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    if call.route != PREFLIGHT {
        for exposed in EXPOSED {
            headers.append(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}
