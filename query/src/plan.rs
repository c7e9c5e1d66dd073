//! An operation resolved against the schema: typed, free of any SQL dialect.
//!
//! A plan has a *shape* and *parameters*. The shape says what is done and holds no value of the
//! call, so equal shapes share their SQL text and their prepared statement; only parameters change
//! from call to call. Access predicates start as [`Predicate::Never`]: a plan that no policy
//! has looked at selects nothing.

mod cast;
mod search;

use std::sync::Arc;

use roundtrip_schema::{Cardinality, FieldId, Link, ResourceId, Schema, Value};

pub use cast::Cast;
pub use search::{Language, Search, SearchMode};

pub use crate::operation::{
    Aggregate, Count, Direction, Format, Join, Nulls, PathKey, Rendering, Resolution, Returning, Shows, Terms,
};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The schema whose ids the shape uses.
    pub schema: Arc<Schema>,
    /// What is done. Shared, so that a plan that is made again and again costs only its values.
    pub shape: Arc<Shape>,
    /// With which values.
    pub params: Params,
    /// On which terms a write may stay.
    pub terms: Terms,
}

/// The values of a plan. Slot `n` of a shape is the `n`-th value of `row ++ fixed`, where `row` is
/// one of `rows` (the rows of an insert run the same statement one after the other).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    /// Rows of written values, each as long as the shape's columns; one empty row for reads and deletes.
    pub rows: Vec<Vec<Value>>,
    /// Values of filters, limits and offsets.
    pub fixed: Vec<Value>,
}

/// The place of a value among a statement's parameters, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(pub u16);

/// What a plan does.
#[expect(clippy::large_enum_variant, reason = "a plan has one shape, and it is behind an `Arc` already")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    /// See rows.
    Read(ReadShape),
    /// Add rows.
    Insert(InsertShape),
    /// Change rows.
    Update(UpdateShape),
    /// Change the one row with this key, or add it where none is.
    Replace(ReplaceShape),
    /// Remove rows.
    Delete(DeleteShape),
}

/// See rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReadShape {
    /// What is read.
    pub scope: Scope,
    /// Whether all matching rows are counted.
    pub count: Count,
    /// How the answer is laid out.
    pub layout: Layout,
    /// Whether the database's plan is answered instead of rows.
    pub explain: bool,
}

impl ReadShape {
    /// Rows as a list, not counted.
    pub fn rows(scope: Scope) -> Self {
        Self { scope, count: Count::None, layout: Layout::Array, explain: false }
    }
}

/// How rows are laid out in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A JSON array of objects.
    Array,
    /// The one row as a JSON object; more than one is an error of the caller's.
    Object,
    /// A line of names and a line for each row (RFC 4180); what is inside a row is JSON.
    Csv,
}

/// One level of a read: a resource, what of it is shown, which rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The resource.
    pub resource: ResourceId,
    /// What is shown, in order.
    pub outputs: Vec<Output>,
    /// Which rows the caller asked for.
    pub filter: Predicate,
    /// Which rows the caller may see; set by `policy` alone.
    pub access: Predicate,
    /// In which order.
    pub order: Vec<Order>,
    /// At most so many rows.
    pub limit: Option<Slot>,
    /// After skipping so many.
    pub offset: Option<Slot>,
    /// How rows are written; the same at all levels.
    pub rendering: Rendering,
}

impl Scope {
    /// All rows of a resource, of which nothing is shown and which nobody may see yet.
    pub fn of(resource: ResourceId) -> Self {
        Self {
            resource,
            outputs: Vec::new(),
            filter: Predicate::Always,
            access: Predicate::Never,
            order: Vec::new(),
            limit: None,
            offset: None,
            rendering: Rendering::default(),
        }
    }
}

/// One member of a rendered row.
#[expect(
    clippy::large_enum_variant,
    reason = "a scope has a handful of outputs, and a box would cost each embed"
)]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Output {
    /// A field, or what is found inside it.
    Field {
        /// Which.
        value: Expr,
        /// Its key in the answer; shared with the schema where it is the field's own name.
        key: Arc<str>,
    },
    /// What is worked out over the rows that agree in everything else that is shown. It stands for
    /// the level that it is in; in a spread, for the rows of the level around it.
    Aggregate {
        /// What.
        function: Aggregate,
        /// From what; `None` counts rows.
        of: Option<Expr>,
        /// As what it is answered.
        cast: Option<Cast>,
        /// Its key in the answer.
        key: Arc<str>,
    },
    /// A related resource.
    Embed(Embed),
}

/// A value of a row: a field, or what a path finds inside it, perhaps as another type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expr {
    /// The field.
    pub field: FieldId,
    /// The way into its JSON; empty for the field itself. Keys are names that the caller chose, as
    /// aliases are, and are part of a statement's text.
    pub path: Vec<PathKey>,
    /// Whether what the path finds is taken as text (`->>`), or stays JSON.
    pub as_text: bool,
    /// As which type it is taken.
    pub cast: Option<Cast>,
}

impl Expr {
    /// A field itself.
    pub fn field(field: FieldId) -> Self {
        Self { field, path: Vec::new(), as_text: false, cast: None }
    }

    /// The field, where it is nothing but that.
    pub fn as_field(&self) -> Option<FieldId> {
        (self.path.is_empty() && self.cast.is_none()).then_some(self.field)
    }
}

/// A related resource inside a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Embed {
    /// Its key in the answer.
    pub key: Box<str>,
    /// How its rows are matched with the row around it.
    pub link: Link,
    /// One row or many.
    pub cardinality: Cardinality,
    /// Whether rows without a match are kept.
    pub join: Join,
    /// How it is shown in the row around it.
    pub shows: Shows,
    /// What of it is shown.
    pub scope: Scope,
    /// Which rows of the junction the caller may see; set by `policy` alone.
    pub junction_access: Predicate,
}

/// A condition on the rows of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// Every row.
    Always,
    /// No row.
    Never,
    /// All must hold.
    All(Vec<Predicate>),
    /// One must hold.
    Any(Vec<Predicate>),
    /// Must not hold; unknown stays unknown, as in SQL.
    Not(Box<Predicate>),
    /// A value of the row compared with another.
    Compare {
        /// The row's.
        value: Expr,
        /// How.
        operator: Compare,
        /// With what.
        slot: Slot,
    },
    /// A value is one of a list, given as one JSON array value so that the shape does not grow with it.
    In {
        /// The row's.
        value: Expr,
        /// The list.
        slot: Slot,
    },
    /// A test that is never unknown.
    Is {
        /// Of what.
        value: Expr,
        /// For what.
        test: Is,
    },
    /// A related row exists.
    Exists(Box<Exists>),
}

/// A related row exists that satisfies a predicate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exists {
    /// How rows are matched.
    pub link: Link,
    /// The related resource.
    pub resource: ResourceId,
    /// What the related row must satisfy.
    pub filter: Predicate,
    /// Which related rows the caller may see; set by `policy` alone.
    pub access: Predicate,
    /// Which rows of the junction the caller may see; set by `policy` alone.
    pub junction_access: Predicate,
}

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `=`
    Eq,
    /// `<>`
    Neq,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// SQL `LIKE`, case-sensitive, `\` escapes.
    Like,
    /// SQL `LIKE` without regard to case, `\` escapes.
    Ilike,
    /// A regular expression finds something.
    Match,
    /// A regular expression finds something, in any case.
    Imatch,
    /// Differs, where null is a value like others.
    Distinct,
    /// Contains all of a JSON array or object, or of a range.
    Contains,
    /// Is contained in a JSON array or object, or in a range.
    ContainedBy,
    /// Has an item in common with a JSON array, or a part with a range.
    Overlaps,
    /// Where a range lies.
    Range(Range),
    /// Text search.
    Search(Search),
}

/// Where a range lies, seen from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// Left of it.
    Left,
    /// Right of it.
    Right,
    /// It does not reach further right.
    NotRight,
    /// It does not reach further left.
    NotLeft,
    /// It begins where the other ends, or the other way round.
    Adjacent,
}

/// A test that is never unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Is {
    /// Is null.
    Null,
    /// Is not null.
    NotNull,
    /// Is true.
    True,
    /// Is false.
    False,
    /// Is null, said of a boolean.
    Unknown,
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// Up or down.
    pub direction: Direction,
    /// Where nulls stand.
    pub nulls: Nulls,
}

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OrderBy {
    /// A value of the row.
    Own(Expr),
    /// A value of the one related row.
    Related(Box<RelatedOrder>),
}

/// An order by a value of the one related row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedOrder {
    /// How the related row is found.
    pub link: Link,
    /// The related resource.
    pub resource: ResourceId,
    /// Which value of it.
    pub value: Expr,
    /// Which related rows count, as the embed says.
    pub filter: Predicate,
    /// Which related rows the caller may see; set by `policy` alone.
    pub access: Predicate,
    /// Which rows of the junction the caller may see; set by `policy` alone.
    pub junction_access: Predicate,
}

/// Add rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InsertShape {
    /// Where.
    pub resource: ResourceId,
    /// The fields that each row of parameters holds, in slots 0, 1, 2, ...
    pub columns: Vec<FieldId>,
    /// What a new row must satisfy; set by `policy` alone.
    pub check: Predicate,
    /// What becomes of a row that is there already; `None` refuses it.
    pub conflict: Option<Conflict>,
    /// What is answered of each new row.
    pub returning: Option<Scope>,
    /// The new row's primary key is answered too, for `Location`.
    pub location: bool,
    /// How the answer is laid out.
    pub layout: Layout,
}

/// What becomes of a new row that is there already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conflict {
    /// The fields that tell that it is the same row.
    pub target: Vec<FieldId>,
    /// What becomes of it.
    pub resolution: Resolution,
    /// What a merge sets: the columns of the insert that are neither in `target` nor for new rows
    /// alone, such as the time of creation. Nothing to set leaves the row as it is.
    pub sets: Vec<FieldId>,
    /// Which rows the caller may change; set by `policy` alone.
    pub access: Predicate,
}

/// Change rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UpdateShape {
    /// Where.
    pub resource: ResourceId,
    /// The fields that change, in slots 0, 1, 2, ...; none means that rows are found but not touched.
    pub columns: Vec<FieldId>,
    /// Which rows the caller asked for.
    pub filter: Predicate,
    /// Which rows the caller may change; set by `policy` alone.
    pub access: Predicate,
    /// What a changed row must satisfy; set by `policy` alone.
    pub check: Predicate,
    /// What is answered of each changed row.
    pub returning: Option<Scope>,
    /// How the answer is laid out.
    pub layout: Layout,
}

/// Change the one row with this key, or add it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplaceShape {
    /// Tried first. Its columns are all fields of the insert but the key.
    pub update: UpdateShape,
    /// Done when the update touched nothing; `None` where the caller may not create. Its columns
    /// are the update's, then the key's, so that one row of parameters serves both.
    pub insert: Option<InsertShape>,
}

/// Remove rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeleteShape {
    /// Where.
    pub resource: ResourceId,
    /// Which rows the caller asked for.
    pub filter: Predicate,
    /// Which rows the caller may remove; set by `policy` alone.
    pub access: Predicate,
    /// What is answered of each removed row.
    pub returning: Option<Scope>,
    /// How the answer is laid out.
    pub layout: Layout,
}

impl Order {
    /// By a field of the row.
    pub fn by_field(field: FieldId, direction: Direction, nulls: Nulls) -> Self {
        Self { by: OrderBy::Own(Expr::field(field)), direction, nulls }
    }
}

impl Shape {
    /// The resource a plan is about.
    pub fn resource(&self) -> ResourceId {
        match self {
            Self::Read(one) => one.scope.resource,
            Self::Insert(one) => one.resource,
            Self::Update(one) => one.resource,
            Self::Replace(one) => one.update.resource,
            Self::Delete(one) => one.resource,
        }
    }

    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Read(_))
    }
}

impl Predicate {
    /// A field compared with the value of a slot.
    pub fn compare(field: FieldId, operator: Compare, slot: Slot) -> Self {
        Self::Compare { value: Expr::field(field), operator, slot }
    }

    /// Both must hold; `Always` disappears.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, one) | (one, Self::Always) => one,
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::All(mut list), Self::All(more)) => {
                list.extend(more);
                Self::All(list)
            }
            (Self::All(mut list), one) => {
                list.push(one);
                Self::All(list)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }
}
