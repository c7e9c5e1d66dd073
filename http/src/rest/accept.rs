//! `Accept`: the forms an answer can have.
//!
//! A media type is a row of [`FORMS`]. It must not know how an answer is put into a form.

use http::{HeaderMap, HeaderValue, header};
use roundtrip_engine::{Kind, Problem};
use roundtrip_query::operation::Format;

use super::list_header;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// What it is.
    pub(super) kind: FormKind,
    /// Whether members that are null are left out.
    pub(super) strip_nulls: bool,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormKind {
    /// JSON, a list where a list was asked for.
    Json,
    /// The same, under the name that tells that nulls are left out.
    Array,
    /// JSON, the one row of a list as an object.
    Singular,
    /// Comma-separated values.
    Csv,
    /// How the database would carry out a read, as text.
    PlanText,
    /// How the database would carry out a read, as JSON.
    PlanJson,
}

/// Each media type that is answered, with its form.
const FORMS: [(&str, FormKind); 11] = [
    ("*/*", FormKind::Json),
    ("application/*", FormKind::Json),
    ("application/json", FormKind::Json),
    ("application/vnd.pgrst.array+json", FormKind::Array),
    ("application/vnd.pgrst.object+json", FormKind::Singular),
    ("application/vnd.pgrst.object", FormKind::Singular),
    ("text/csv", FormKind::Csv),
    ("text/*", FormKind::Csv),
    ("application/vnd.pgrst.plan+text", FormKind::PlanText),
    ("application/vnd.pgrst.plan", FormKind::PlanText),
    ("application/vnd.pgrst.plan+json", FormKind::PlanJson),
];

impl Form {
    /// What is answered where nothing is said.
    pub(super) const USUAL: Self = Self { kind: FormKind::Json, strip_nulls: false };

    /// As what rows are written.
    pub(super) fn format(self) -> Format {
        if self.kind == FormKind::Csv { Format::Csv } else { Format::Json }
    }

    /// Whether the database's plan is asked for.
    pub(super) fn is_plan(self) -> bool {
        matches!(self.kind, FormKind::PlanText | FormKind::PlanJson)
    }

    /// The answer's `Content-Type`.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match (self.kind, self.strip_nulls) {
            (FormKind::Json, _) => "application/json; charset=utf-8",
            (FormKind::Array, false) => "application/vnd.pgrst.array+json; charset=utf-8",
            (FormKind::Array, true) => "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
            (FormKind::Singular, false) => "application/vnd.pgrst.object+json; charset=utf-8",
            (FormKind::Singular, true) => "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8",
            (FormKind::Csv, _) => "text/csv; charset=utf-8",
            (FormKind::PlanText, _) => "application/vnd.pgrst.plan+text; charset=utf-8",
            (FormKind::PlanJson, _) => "application/vnd.pgrst.plan+json; charset=utf-8",
        })
    }
}

/// The first form in order of preference (RFC 9110, section 12.5.1) that can be had; a plan can,
/// where a setting allows it.
pub(super) fn form(headers: &HeaderMap, plans: bool) -> Result<Form, Problem> {
    let mut wanted: Vec<(f32, &str)> = Vec::new();
    for item in list_header(headers, &header::ACCEPT) {
        let quality = item.split(';').find_map(|part| part.trim().strip_prefix("q="));
        let quality = quality.map_or(Some(1.0), |quality| quality.trim().parse().ok());
        if let Some(quality) = quality.filter(|quality| *quality > 0.0) {
            wanted.push((quality, item));
        }
    }
    if wanted.is_empty() {
        return Ok(Form::USUAL);
    }
    // A stable sort: of equal ones the first counts.
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let available = |form: &Form| plans || !form.is_plan();
    wanted.iter().filter_map(|(_, item)| known(item)).find(available).ok_or_else(|| {
        let asked: Vec<&str> = wanted.iter().map(|(_, item)| *item).collect();
        let message = format!("None of these media types are available: {}", asked.join(", "));
        Problem::new(Kind::NotAcceptable, "not-acceptable", "PGRST107", "Not in this form", message)
            .with_hint("application/json and text/csv are".to_owned())
    })
}

fn known(item: &str) -> Option<Form> {
    let mut parts = item.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let (_, kind) = FORMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(media))?;
    // Only the types of PostgREST's own have this parameter.
    let own = matches!(kind, FormKind::Array | FormKind::Singular);
    Some(Form { kind: *kind, strip_nulls: own && parts.any(|part| part == "nulls=stripped") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &'static str, plans: bool, expected: &str) {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static(accept));
        let found = match form(&headers, plans) {
            Ok(form) => form.content_type().to_str().expect("ASCII").replace("; charset=utf-8", ""),
            Err(problem) => problem.code.to_owned(),
        };
        assert_eq!(found, expected, "{accept}");
    }

    #[test]
    fn the_first_form_that_can_be_had_is_taken() {
        for (accept, expected) in [
            ("", "application/json"),
            ("*/*", "application/json"),
            ("text/html, application/json;q=0.9", "application/json"),
            ("text/csv;q=0.5, application/json", "application/json"),
            ("text/csv; version=1", "text/csv"),
            ("application/vnd.pgrst.object", "application/vnd.pgrst.object+json"),
            (
                "application/vnd.pgrst.array+json;nulls=stripped",
                "application/vnd.pgrst.array+json;nulls=stripped",
            ),
            ("application/json;nulls=stripped", "application/json"),
            ("image/png", "PGRST107"),
            ("application/json;q=0", "application/json"),
            ("application/vnd.pgrst.plan+json", "PGRST107"),
        ] {
            check(accept, false, expected);
        }
        check("application/vnd.pgrst.plan", true, "application/vnd.pgrst.plan+text");
    }
}
