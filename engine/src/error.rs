//! Why the engine did not carry out an operation.

use roundtrip_policy::Refusal;
use roundtrip_query::QueryError;
use roundtrip_query::operation::Target;
use roundtrip_store::StoreError;
use thiserror::Error;

/// Why an operation was not carried out. [`crate::Problem`] says it in wire terms.
#[derive(Debug, Clone, Error)]
pub enum EngineError {
    /// The query cannot be planned.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The caller may not.
    #[error("{}", .0.public())]
    Refused(Box<Refusal>),
    /// Fields of the input are wrong; all of them are listed.
    #[error("{} of the fields sent are not valid", .0.len())]
    Invalid(Vec<Violation>),
    /// The input as a whole has the wrong shape.
    #[error("{0}")]
    Input(String),
    /// No schema that is served is called so.
    #[error("Invalid schema: {asked}")]
    UnknownProfile {
        /// The name that was asked for.
        asked: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is no such row, or none that the caller may see.
    #[error("{resource} has no row {key}")]
    NotFound {
        /// The resource.
        resource: String,
        /// The key that was asked for.
        key: String,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no database now.
    #[error("{0}")]
    Unavailable(String),
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where it stands in the body (RFC 6901): `/price`, in a list `/3/price`.
    pub pointer: String,
    /// A word for programs: `required`, `type`, `min`, `unknown`, `read_only`, ...
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

impl EngineError {
    /// The answer about a row that is not there, or not for this caller.
    pub(crate) fn not_found(target: &Target) -> Self {
        let key = target.key.as_ref().map(|key| key.join(",")).unwrap_or_default();
        Self::NotFound { resource: target.resource.clone(), key }
    }
}
