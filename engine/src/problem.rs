//! The one table from errors to what callers are told: kind, code, title.
//!
//! A problem is free of any protocol; each door maps [`Kind`] to its own vocabulary. What everybody
//! may read (`message`, `details`, `hint`) and what only the project's own people may read
//! (`advice`, `private`) are different fields. Codes are those that PostgREST's clients know
//! (`PGRST…`, SQLSTATE), and `name` is the stable word for the kind of problem.

mod query;
mod store;

use roundtrip_schema::Action;

use crate::error::{EngineError, Violation};

/// What kind of failure; doors turn it into a status, a fault code or a close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be understood.
    BadRequest,
    /// The caller has not said who they are, and has to.
    Unauthenticated,
    /// The caller is known and may not.
    Forbidden,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// The thing is there and does not do this.
    MethodNotAllowed,
    /// None of the forms that the caller accepts is to be had.
    NotAcceptable,
    /// It took too long to arrive.
    RequestTimeout,
    /// It contradicts what is there.
    Conflict,
    /// The body is too large.
    PayloadTooLarge,
    /// The address is too long.
    UriTooLong,
    /// The body is in a form that is not read here.
    UnsupportedMediaType,
    /// The rows asked for are beyond the last.
    RangeNotSatisfiable,
    /// Fields of the body are wrong.
    Invalid,
    /// The headers are too large.
    HeadersTooLarge,
    /// Several things fit.
    MultipleChoices,
    /// A mistake of ours.
    Internal,
    /// Something that is needed is not there now.
    Unavailable,
    /// Something that is needed takes too long.
    Timeout,
}

/// What a caller is told about a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of failure.
    pub kind: Kind,
    /// The stable word for this problem: `unknown-field`.
    pub name: &'static str,
    /// The code that PostgREST's clients know.
    pub code: &'static str,
    /// The same few words whenever this problem occurs.
    pub title: &'static str,
    /// What happened this time; where clients know a sentence for it, that sentence.
    pub message: String,
    /// What happened this time, for a person, where `message` is a sentence for clients.
    pub detail: Option<Box<str>>,
    /// More about it.
    pub details: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// What to do, for local callers and administrators: it names files of the project.
    pub advice: Option<Box<str>>,
    /// Fields that are wrong.
    pub violations: Vec<Violation>,
    /// What could have been meant.
    pub candidates: Vec<roundtrip_query::error::RelationCandidate>,
    /// After how many seconds to try again.
    pub retry_after_s: Option<u32>,
    /// For the log alone.
    pub private: Option<Box<str>>,
}

impl Problem {
    /// A problem with nothing but what every problem has.
    pub fn new(
        kind: Kind,
        name: &'static str,
        code: &'static str,
        title: &'static str,
        message: String,
    ) -> Self {
        Self {
            kind,
            name,
            code,
            title,
            message,
            detail: None,
            details: None,
            hint: None,
            advice: None,
            violations: Vec::new(),
            candidates: Vec::new(),
            retry_after_s: None,
            private: None,
        }
    }

    /// With a sentence about what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what happened, for a person, beside the sentence that clients know.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Option<String>>) -> Self {
        self.detail = detail.into().map(String::into_boxed_str);
        self
    }

    /// With a sentence more about what happened.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<Option<String>>) -> Self {
        self.details = details.into();
        self
    }
}

/// The code that clients know for a field that is wrong; of several, the first counts.
fn sqlstate(violation: &str) -> &'static str {
    match violation {
        "required" => "23502",
        "unknown" => "PGRST204",
        "type" | "format" | "range" => "22P02",
        "max_length" => "22001",
        "min" | "max" | "min_length" | "pattern" | "enum" => "23514",
        _ => "22023",
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Query(error) => query::problem(error),
            EngineError::Store(error) => store::problem(error),
            EngineError::Refused(refusal) => {
                // No rule lets anybody write so: signing in would change nothing.
                let write = refusal.field.is_none() && refusal.action != Action::Read;
                let kind = if write { Kind::MethodNotAllowed } else { Kind::Unauthenticated };
                let mut problem = Self::new(kind, "refused", "42501", "Not permitted", message);
                problem.advice = Some(refusal.advice().into());
                problem
            }
            EngineError::Invalid(violations) => {
                let first = violations.first().map(|one| format!("{} {}", one.pointer, one.detail));
                let code = violations.first().map_or("22023", |one| sqlstate(one.code));
                let mut problem = Self::new(Kind::Invalid, "invalid-fields", code, "Invalid fields", message);
                problem.details = first;
                problem.violations = violations;
                problem
            }
            EngineError::Input(_) => {
                Self::new(Kind::BadRequest, "bad-body", "PGRST102", "The body cannot be used", message)
            }
            EngineError::UnknownProfile { known, .. } => {
                let hint = format!("Only the following schemas are exposed: {}", known.join(", "));
                Self::new(Kind::NotAcceptable, "unknown-schema", "PGRST106", "No such schema", message)
                    .with_hint(hint)
            }
            EngineError::NotFound { .. } => {
                Self::new(Kind::NotFound, "no-such-row", "PGRST116", "No such row", message)
            }
            EngineError::Unavailable(_) => {
                let mut problem = Self::new(
                    Kind::Unavailable,
                    "no-database",
                    "PGRST000",
                    "The database is not available",
                    message,
                );
                problem.retry_after_s = Some(1);
                problem
            }
        }
    }
}
