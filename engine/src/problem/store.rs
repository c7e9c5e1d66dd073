//! Problems of stores: what a database refuses or fails at.

use roundtrip_store::{StoreError, StoreErrorKind as Store};

use super::{Kind, Problem};
use crate::error::Violation;

/// What a caller is told about a failure of the store.
pub(super) fn problem(error: StoreError) -> Problem {
    let row = error.row;
    let mut problem = row_of_table(&error.kind, &error.detail);
    problem.private = Some(error.private).filter(|text| !text.is_empty()).map(String::into_boxed_str);
    let fields: &[String] = match &error.kind {
        Store::Unique { fields, .. } | Store::Reference { fields, .. } => fields,
        Store::NotNull { field, .. } => std::slice::from_ref(field),
        _ => &[],
    };
    let code = problem.name;
    let violation = |field: &String| Violation {
        pointer: row.map_or_else(|| format!("/{field}"), |row| format!("/{row}/{field}")),
        code,
        detail: problem.message.clone(),
    };
    let violations = fields.iter().map(violation).collect();
    problem.violations = violations;
    problem
}

fn row_of_table(kind: &Store, message: &str) -> Problem {
    let new = |kind, name, code, title| Problem::new(kind, name, code, title, message.to_owned());
    let retry = |mut problem: Problem| {
        problem.retry_after_s = Some(1);
        problem
    };
    match kind {
        Store::Unique { .. } => new(Kind::Conflict, "unique", "23505", "The value is taken"),
        Store::Reference { .. } => new(Kind::Conflict, "reference", "23503", "The reference does not hold"),
        Store::NotNull { .. } => new(Kind::Invalid, "required", "23502", "A value is missing"),
        Store::Check { .. } => new(Kind::Invalid, "check", "23514", "A check of the database refused it"),
        Store::Type => new(Kind::BadRequest, "type", "22P02", "A value does not fit its column"),
        Store::Pattern => new(Kind::BadRequest, "pattern", "2201B", "The regular expression cannot be read"),
        Store::Search => new(Kind::BadRequest, "search", "42601", "The text search cannot be read"),
        Store::TooMany { affected } => {
            let sentence = "Query result exceeds max-affected preference constraint".to_owned();
            Problem::new(Kind::BadRequest, "too-many-rows", "PGRST124", "Too many rows", sentence)
                .with_detail(message.to_owned())
                .with_details(format!("The query affects {affected} rows"))
        }
        Store::Refused { .. } => new(Kind::Unauthenticated, "refused", "42501", "Not permitted"),
        Store::TooLarge { .. } => {
            new(Kind::BadRequest, "answer-too-large", "54000", "The answer is too large")
        }
        Store::NotOne { rows } => {
            let sentence = "Cannot coerce the result to a single JSON object".to_owned();
            Problem::new(Kind::NotAcceptable, "several-rows", "PGRST116", "Not exactly one row", sentence)
                .with_detail(message.to_owned())
                .with_details(format!("The result contains {rows} rows"))
        }
        Store::ReadOnly => new(Kind::MethodNotAllowed, "read-only", "25006", "The database is read-only"),
        Store::Timeout { .. } => {
            retry(new(Kind::Timeout, "statement-timeout", "57014", "The statement took too long"))
        }
        Store::Busy => retry(new(Kind::Unavailable, "busy", "55P03", "The server is busy")),
        Store::Unavailable => {
            retry(new(Kind::Unavailable, "no-database", "PGRST000", "The database is not available"))
        }
        Store::Full => retry(new(Kind::Unavailable, "disk-full", "53100", "No room on the disk")),
        Store::Structure { .. } => {
            new(Kind::Unavailable, "structure", "PGRST002", "The database does not fit the resources")
        }
        Store::Unsupported => new(Kind::BadRequest, "unsupported", "0A000", "Not supported by this database"),
        Store::Internal => new(Kind::Internal, "internal", "XX000", "Something went wrong here"),
    }
}
