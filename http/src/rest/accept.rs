//! `Accept`: the forms an answer can have.

use http::HeaderMap;
use roundtrip_engine::{Kind, Problem};

use super::list_header;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON, a list where a list was asked for.
    Json,
    /// JSON, the one row of a list as an object.
    Singular,
}

/// Each media type that is answered, with its form.
const FORMS: [(&str, Form); 5] = [
    ("*/*", Form::Json),
    ("application/*", Form::Json),
    ("application/json", Form::Json),
    ("application/vnd.pgrst.object+json", Form::Singular),
    ("application/vnd.pgrst.object", Form::Singular),
];

/// The first form in order of preference (RFC 9110, section 12.5.1) that can be had.
pub(super) fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let mut wanted: Vec<(f32, &str)> = Vec::new();
    for item in list_header(headers, "accept") {
        let mut parts = item.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
        if let Some(quality) = quality.filter(|quality| *quality > 0.0) {
            wanted.push((quality, media));
        }
    }
    if wanted.is_empty() {
        return Ok(Form::Json);
    }
    // A stable sort: of equal ones the first counts.
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let known =
        |media: &str| FORMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(media)).map(|(_, form)| *form);
    wanted.iter().find_map(|(_, media)| known(media)).ok_or_else(|| {
        let asked: Vec<&str> = wanted.iter().map(|(_, media)| *media).collect();
        let message = format!("None of these media types are available: {}", asked.join(", "));
        Problem::new(Kind::NotAcceptable, "not-acceptable", "PGRST107", "Not in this form", message)
            .with_hint("application/json is".to_owned())
    })
}
