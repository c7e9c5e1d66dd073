//! What a caller wants, in resource terms: names and literals as the caller wrote them.
//!
//! Every door produces these and none decides anything about them. Nothing here is resolved: a name
//! may not exist, a literal may not fit. That is the planner's to find out.

/// One thing a caller wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// See rows.
    Read(Read),
    /// Add rows.
    Create(Create),
    /// Change some fields of rows (merge patch, RFC 7396).
    Update(Update),
    /// Put one whole row in the place of another, or create it there.
    Replace(Replace),
    /// Remove rows.
    Delete(Delete),
}

impl Operation {
    /// Where it happens.
    pub fn target(&self) -> &Target {
        match self {
            Self::Read(one) => &one.target,
            Self::Create(one) => &one.target,
            Self::Update(one) => &one.target,
            Self::Replace(one) => &one.target,
            Self::Delete(one) => &one.target,
        }
    }
}

/// The resource, and possibly the one row of it, that an operation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The resource's name.
    pub resource: String,
    /// The row's key, one text per primary-key field: `/users/42`, `/playlist_track/5,17`.
    pub key: Option<Vec<String>>,
    /// A relation of that row: `/users/42/orders`.
    pub follow: Option<String>,
}

/// See rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Where.
    pub target: Target,
    /// What of it.
    pub selection: Selection,
    /// Whether and how to count all rows that match.
    pub count: Count,
}

/// Add rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// Where; without a key.
    pub target: Target,
    /// The rows.
    pub input: Input,
    /// What to answer.
    pub answer: Answer,
}

/// Change some fields of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// Where: one row by key, or all rows that match the filter.
    pub target: Target,
    /// The changes: exactly one row of input.
    pub input: Input,
    /// Which rows.
    pub filter: Vec<Condition>,
    /// What to answer.
    pub answer: Answer,
}

/// Put one whole row in the place of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Replace {
    /// Which row: by key.
    pub target: Target,
    /// The row: exactly one row of input.
    pub input: Input,
    /// What to answer.
    pub answer: Answer,
}

/// Remove rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// Where: one row by key, or all rows that match the filter.
    pub target: Target,
    /// Which rows.
    pub filter: Vec<Condition>,
    /// What to answer.
    pub answer: Answer,
}

/// What a write answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The written rows, nothing, or nothing but headers.
    pub returning: Returning,
    /// What of the written rows.
    pub selection: Selection,
    /// Whether to say how many rows were written.
    pub count: Count,
}

/// How much of the written rows is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// Nothing.
    Minimal,
    /// Where the row is (`Location`).
    HeadersOnly,
    /// The rows, as a list.
    Representation,
    /// The one row as an object, if the caller may read it; otherwise nothing.
    Row,
}

/// Whether rows are counted beyond the page that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Count {
    /// Not counted.
    #[default]
    None,
    /// Counted exactly.
    Exact,
}

/// The rows a caller sends. Values stay the exact JSON text the caller wrote until a field's type
/// reads them, so that no number passes through a double.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// The rows.
    pub rows: Vec<InputRow>,
    /// Whether the caller sent a list (`[{…}]`) or a single object.
    pub list: bool,
    /// The only members to take (`columns=`); `None` takes all.
    pub columns: Option<Vec<String>>,
}

/// One row: members in the caller's order, values as JSON text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InputRow {
    /// Pairs of member name and JSON text.
    pub members: Vec<(Box<str>, Box<str>)>,
}

/// What to take from one level of a read: the resource itself, or an embedded one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// What to show; empty means everything that is visible.
    pub items: Vec<Item>,
    /// All of these must hold.
    pub filter: Vec<Condition>,
    /// The order of rows.
    pub order: Vec<OrderTerm>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// After skipping so many.
    pub offset: Option<u64>,
}

/// One item of a selection.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Every visible field.
    Star,
    /// One field.
    Field(FieldItem),
    /// A related resource.
    Embed(EmbedItem),
}

/// A field in a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldItem {
    /// The field's name.
    pub name: String,
    /// Its key in the answer, if another.
    pub alias: Option<String>,
}

/// A related resource in a selection.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbedItem {
    /// The relation's name.
    pub name: String,
    /// Its key in the answer, if another.
    pub alias: Option<String>,
    /// Which of several relations: a constraint, a column or a junction.
    pub hint: Option<String>,
    /// Whether rows without a match are kept.
    pub join: Join,
    /// What of it.
    pub selection: Selection,
}

/// Whether rows without a related row are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Join {
    /// Kept, with `null` or `[]`.
    #[default]
    Left,
    /// Dropped.
    Inner,
}

/// A condition on rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A field compared with a literal.
    Compare(Comparison),
    /// All must hold.
    And(Vec<Condition>),
    /// One must hold.
    Or(Vec<Condition>),
    /// Must not hold.
    Not(Box<Condition>),
}

/// A field compared with a literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The field, or the name of an embedded resource (`rel=is.null`).
    pub field: String,
    /// How.
    pub operator: Operator,
    /// With what.
    pub operand: Operand,
}

/// The right side of a comparison, as the caller wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// One literal.
    One(String),
    /// A list of literals.
    List(Vec<String>),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
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
    /// Pattern with `%`/`*` and `_`, case-sensitive.
    Like,
    /// Pattern with `%`/`*` and `_`, in any case.
    Ilike,
    /// One of a list.
    In,
    /// `null`, `not_null`, `true`, `false`, `unknown`.
    Is,
}

impl Operator {
    /// Every operator with its word in the grammar: the one table that parser, printer and
    /// documentation read.
    pub const WORDS: [(Self, &'static str); 10] = [
        (Self::Eq, "eq"),
        (Self::Neq, "neq"),
        (Self::Gt, "gt"),
        (Self::Gte, "gte"),
        (Self::Lt, "lt"),
        (Self::Lte, "lte"),
        (Self::Like, "like"),
        (Self::Ilike, "ilike"),
        (Self::In, "in"),
        (Self::Is, "is"),
    ];

    /// The operator's word in the grammar.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(operator, _)| *operator == self).map_or("", |(_, word)| word)
    }

    /// The operator a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(operator, _)| *operator)
    }
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTerm {
    /// The field.
    pub field: String,
    /// Up or down.
    pub direction: Direction,
    /// Where nulls stand; `None` means as in PostgreSQL: last going up, first going down.
    pub nulls: Option<Nulls>,
}

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// From small to great.
    #[default]
    Ascending,
    /// From great to small.
    Descending,
}

/// Where nulls stand in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before everything.
    First,
    /// After everything.
    Last,
}
