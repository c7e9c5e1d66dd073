//! Why a query was refused, in terms of no protocol.

use thiserror::Error;

/// Why the grammar or the planner refused an operation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The query string does not follow the grammar.
    #[error("failed to parse {parameter} ({text}) at column {column}")]
    Syntax {
        /// Which parameter: `select`, `order`, `filter`, ...
        parameter: &'static str,
        /// The text that was read.
        text: String,
        /// Where reading stopped, in characters from 1.
        column: usize,
        /// What stands there, and what was expected.
        details: String,
    },
    /// No such resource.
    #[error("there is no resource called '{name}'")]
    UnknownResource {
        /// The name that was asked for.
        name: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// No such field.
    #[error("column {resource}.{field} does not exist")]
    UnknownField {
        /// The resource.
        resource: String,
        /// The name that was asked for.
        field: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// No such relation.
    #[error("could not find a relationship between '{origin}' and '{target}'")]
    UnknownRelation {
        /// Where it should start.
        origin: String,
        /// The name that was asked for.
        target: String,
        /// The hint that was given.
        hint: Option<String>,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// Several relations fit.
    #[error("could not embed because more than one relationship was found for '{origin}' and '{target}'")]
    AmbiguousRelation {
        /// Where they start.
        origin: String,
        /// The name that was asked for.
        target: String,
        /// Each that fits.
        candidates: Vec<RelationCandidate>,
    },
    /// A filter, order or limit names an embed that is not selected.
    #[error("'{name}' is not an embedded resource in this request")]
    NotEmbedded {
        /// The name.
        name: String,
        /// What to do.
        hint: String,
    },
    /// A literal does not fit its field.
    #[error("invalid input for {field}: {detail}")]
    Literal {
        /// The field.
        field: String,
        /// Its type.
        ty: String,
        /// The literal.
        literal: String,
        /// Why not.
        detail: String,
    },
    /// The operator does not go with the field or the operand.
    #[error("{detail}")]
    Operator {
        /// What is wrong.
        detail: String,
    },
    /// A key in the path does not have one part per primary-key field.
    #[error("{resource} has a key of {expected} part(s) ({fields}), the path gives {given}")]
    Key {
        /// The resource.
        resource: String,
        /// How many parts it has.
        expected: usize,
        /// How many were given.
        given: usize,
        /// The key's fields.
        fields: String,
    },
    /// The database cannot do this.
    #[error("{what} is not supported by {database}")]
    Unsupported {
        /// What was asked for.
        what: String,
        /// Which database.
        database: &'static str,
    },
    /// The operation does not go with the resource: writing to a view, replacing without a key.
    #[error("{detail}")]
    NotAllowed {
        /// What is wrong.
        detail: String,
    },
    /// An update or delete without a filter.
    #[error("{action} without a filter would touch every row of {resource}")]
    Filterless {
        /// `update` or `delete`.
        action: &'static str,
        /// The resource.
        resource: String,
    },
    /// More than a limit allows.
    #[error("{what}: {given} given, at most {most} allowed (setting {setting})")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much was given.
        given: usize,
        /// How much is allowed.
        most: usize,
        /// The setting to raise: `limits.filters`.
        setting: &'static str,
    },
    /// Limit or offset that cannot be.
    #[error("{detail}")]
    Range {
        /// What is wrong.
        detail: String,
    },
}

/// One of several relations that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationCandidate {
    /// `many-to-one`, ...
    pub cardinality: &'static str,
    /// `orders with users`.
    pub embedding: String,
    /// `orders_customer_id_fkey using orders(customer_id) and users(id)`.
    pub relationship: String,
    /// What to write to choose it: `users!orders_customer_id_fkey`.
    pub choose: String,
}
