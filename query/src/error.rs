//! Why a query was refused, in terms of no protocol.

use thiserror::Error;

/// Why the grammar or the planner refused an operation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The query string does not follow the grammar.
    #[error("\"failed to parse {parameter} ({text})\" (line 1, column {column})")]
    Syntax {
        /// Which parameter: `select`, `order`, `filter`, ...
        parameter: &'static str,
        /// The text that was read.
        text: String,
        /// Where reading stopped, in characters from 1.
        column: usize,
        /// What stands there, and what was expected.
        details: String,
        /// What to write instead, where that can be guessed.
        advice: Option<String>,
    },
    /// No such resource.
    #[error("there is no resource called '{name}'")]
    UnknownResource {
        /// The schema in which it was looked for, as clients call it.
        profile: String,
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
    /// No such field for the rows of a body.
    #[error("Could not find the '{field}' column of '{resource}' in the schema cache")]
    UnknownColumn {
        /// The resource.
        resource: String,
        /// The name that was given.
        field: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// No such relation.
    #[error("could not find a relationship between '{origin}' and '{target}'")]
    UnknownRelation {
        /// The schema in which it was looked for, as clients call it.
        profile: String,
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
    #[error("Could not embed because more than one relationship was found for '{origin}' and '{target}'")]
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
    /// An order by a field of a related resource of which there may be several rows.
    #[error("A related order on '{relation}' is not possible")]
    RelatedOrder {
        /// The resource that is ordered.
        origin: String,
        /// The embedded resource.
        relation: String,
    },
    /// An embedded resource was asked for more than whether there is one.
    #[error("Bad operator on the '{name}' embedded resource")]
    EmbedOperator {
        /// Its key.
        name: String,
    },
    /// A setting forbids aggregates.
    #[error("Use of aggregate functions is not allowed")]
    AggregatesOff,
    /// Something that the grammar can say and nobody can do.
    #[error("Feature not implemented")]
    NotImplemented {
        /// What.
        detail: String,
    },
    /// A type that nothing can be cast to.
    #[error("type \"{name}\" does not exist")]
    UnknownType {
        /// The name that was given.
        name: String,
        /// Every name that there is.
        known: String,
    },
    /// No such language of text search.
    #[error("text search configuration \"{name}\" does not exist")]
    UnknownLanguage {
        /// The name that was given.
        name: String,
    },
    /// No such time zone.
    #[error("invalid value for parameter \"TimeZone\": \"{name}\"")]
    UnknownZone {
        /// The name that was given.
        name: String,
    },
    /// A regular expression that is none, or is too great.
    #[error("invalid regular expression: {detail}")]
    Pattern {
        /// The expression.
        pattern: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A level with aggregates is ordered by a value that differs inside its groups.
    #[error("column {resource}.{field} must be selected, or the groups cannot be ordered by it")]
    Ungrouped {
        /// The resource.
        resource: String,
        /// The field.
        field: String,
    },
    /// No key of the resource tells whether a new row is there already.
    #[error("{resource} has no primary key or unique constraint of exactly ({fields})")]
    NoUnique {
        /// The resource.
        resource: String,
        /// The fields that were given.
        fields: String,
    },
    /// A setting forbids asking how the database carries out a read.
    #[error("asking for the plan of a query is not allowed")]
    ExplainOff,
    /// A replacement whose filter does not name exactly the key of one row.
    #[error("Filters must include all and only primary key columns with 'eq' operators")]
    ReplaceFilter,
    /// A replacement with a limit or an offset.
    #[error("limit/offset querystring parameters are not allowed for PUT")]
    ReplacePage,
    /// An update or delete with a limit or an offset, which choose nothing there.
    #[error("limit and offset do not choose rows of a write: say which rows with filters")]
    WritePage,
    /// A replacement whose row has another key than its address.
    #[error("Payload values do not match URL in primary key column(s)")]
    ReplaceKey,
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
