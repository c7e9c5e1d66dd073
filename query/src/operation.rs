//! What a caller wants, in resource terms: names and literals as the caller wrote them.
//!
//! Every door produces these and none decides anything about them. Nothing here is resolved: a name
//! may not exist, a literal may not fit. That is the planner's to find out.

mod operator;

pub use operator::Operator;

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
    /// The schema in which the resource is, as clients call it; `None` is the first that is served.
    pub profile: Option<String>,
    /// The resource's name.
    pub resource: String,
    /// The row's key, one text per primary-key field: `/users/42`, `/playlist_track/5,17`.
    pub key: Option<Vec<String>>,
    /// A relation of that row: `/users/42/orders`.
    pub follow: Option<String>,
}

impl Target {
    /// All of a resource of the first schema.
    pub fn of(resource: impl Into<String>) -> Self {
        Self { profile: None, resource: resource.into(), key: None, follow: None }
    }
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
    /// How the rows are written.
    pub rendering: Rendering,
    /// Whether to answer with the database's plan instead of rows.
    pub explain: bool,
}

impl Read {
    /// A read of what a selection says, without anything special.
    pub fn new(target: Target, selection: Selection) -> Self {
        Self { target, selection, count: Count::None, rendering: Rendering::default(), explain: false }
    }
}

/// Add rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// Where; without a key.
    pub target: Target,
    /// The rows.
    pub input: Input,
    /// What becomes of a row that is there already; `None` refuses it.
    pub duplicates: Option<Duplicates>,
    /// What to answer.
    pub answer: Answer,
}

/// What becomes of new rows that are there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicates {
    /// What becomes of them.
    pub resolution: Resolution,
    /// The fields that tell that a row is the same (`on_conflict=`); `None` is the primary key.
    pub fields: Option<Vec<String>>,
}

/// What becomes of a new row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// The fields that were given replace those of the row that is there.
    Merge,
    /// The row that is there stays as it is.
    Ignore,
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
    /// Which row: by key, or by a filter that says the same.
    pub target: Target,
    /// The row: exactly one row of input.
    pub input: Input,
    /// Where the target has no key: each field of the primary key, with `eq`.
    pub filter: Vec<Condition>,
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
    /// How the rows are written.
    pub rendering: Rendering,
    /// On which terms the write may stay.
    pub terms: Terms,
}

impl Answer {
    /// An answer without anything special.
    pub fn new(returning: Returning) -> Self {
        let (rendering, terms) = (Rendering::default(), Terms::default());
        Self { returning, selection: Selection::default(), count: Count::None, rendering, terms }
    }
}

/// On which terms a write may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Only if it wrote exactly one row.
    pub exactly_one: bool,
    /// Only if it wrote at most so many rows.
    pub max_affected: Option<u64>,
    /// Not at all: it is carried out, answered, and taken back.
    pub rollback: bool,
}

/// How rows are written in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Rendering {
    /// As what.
    pub format: Format,
    /// Whether members that are null are left out.
    pub strip_nulls: bool,
    /// The time zone in which moments are written, as the caller named it; `None` is UTC.
    pub zone: Option<Box<str>>,
}

/// As what rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// Comma-separated values (RFC 4180), with a line of names.
    Csv,
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
    /// As the database expects without looking; exactly where it expects nothing.
    Planned,
    /// Exactly up to the cap of rows per page, then as the database expects.
    Estimated,
}

/// The rows a caller sends. Values stay the exact JSON text the caller wrote until a field's type
/// reads them, so that no number passes through a double.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Input {
    /// The rows.
    pub rows: Vec<InputRow>,
    /// Whether the caller sent a list (`[{…}]`) or a single object.
    pub list: bool,
    /// Whether values are JSON strings that hold the text form of a value, as CSV and forms have it.
    pub textual: bool,
    /// The only members to take (`columns=`); `None` takes all.
    pub columns: Option<Vec<String>>,
    /// What a row gets for a member of `columns` that it does not have.
    pub missing: Missing,
}

/// What a row gets for a field that is named for all rows and not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Missing {
    /// Null.
    #[default]
    Null,
    /// The field's default.
    Default,
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
    /// One field, or what is worked out from it over several rows.
    Field(FieldItem),
    /// How many rows there are.
    Count(CountItem),
    /// A related resource.
    Embed(EmbedItem),
}

/// A field in a selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldItem {
    /// The field.
    pub field: FieldPath,
    /// Its key in the answer, if another.
    pub alias: Option<String>,
    /// As which type it is answered or aggregated (`price::text`).
    pub cast: Option<String>,
    /// What is worked out from it over several rows.
    pub aggregate: Option<AggregateItem>,
}

impl FieldItem {
    /// A field itself.
    pub fn named(name: impl Into<String>) -> Self {
        Self { field: FieldPath::field(name), ..Self::default() }
    }
}

/// A field, or what is found inside it: `name`, `data->address->>city`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct FieldPath {
    /// The field's name.
    pub name: String,
    /// The way into its JSON.
    pub steps: Vec<PathStep>,
}

impl FieldPath {
    /// A field itself.
    pub fn field(name: impl Into<String>) -> Self {
        Self { name: name.into(), steps: Vec::new() }
    }
}

/// One step into JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathStep {
    /// Where to.
    pub key: PathKey,
    /// `->>`: what is found is text.
    pub as_text: bool,
}

/// Where a step into JSON leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathKey {
    /// To a member of an object.
    Member(String),
    /// To an item of an array, from 0; from the end if negative.
    Index(i64),
}

/// What is worked out from a field over several rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateItem {
    /// What.
    pub function: Aggregate,
    /// As which type it is answered (`price.avg()::integer`).
    pub cast: Option<String>,
}

/// A function over several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// The sum.
    Sum,
    /// The mean.
    Avg,
    /// How many are not null.
    Count,
    /// The greatest.
    Max,
    /// The smallest.
    Min,
}

impl Aggregate {
    /// Every function with its word in the grammar, which is also its key in an answer.
    pub const WORDS: [(Self, &'static str); 5] = [
        (Self::Sum, "sum"),
        (Self::Avg, "avg"),
        (Self::Count, "count"),
        (Self::Max, "max"),
        (Self::Min, "min"),
    ];

    /// The function's word in the grammar.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(function, _)| *function == self).map_or("", |(_, word)| word)
    }

    /// The function a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(function, _)| *function)
    }
}

/// `count()` in a selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountItem {
    /// Its key in the answer, if another than `count`.
    pub alias: Option<String>,
    /// As which type it is answered.
    pub cast: Option<String>,
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
    /// How it is shown in the row around it.
    pub shows: Shows,
    /// What of it.
    pub selection: Selection,
}

/// How a related resource is shown in the row around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Shows {
    /// As an object, or a list of objects, of its own.
    #[default]
    Nested,
    /// Its members become members of the row (`...rel(name)`): values of the one related row, lists
    /// of the values of several.
    Spread,
    /// Not at all (`rel()`): it is there to be asked about.
    Nothing,
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
    pub field: FieldPath,
    /// How.
    pub operator: Operator,
    /// Whether it is compared with any or with all of a list; the operand then is a list.
    pub quantifier: Option<Quantifier>,
    /// The language of a text search (`fts(english)`).
    pub language: Option<String>,
    /// With what.
    pub operand: Operand,
}

impl Comparison {
    /// A field itself, compared with an operand.
    pub fn new(field: impl Into<String>, operator: Operator, operand: Operand) -> Self {
        Self { field: FieldPath::field(field), operator, quantifier: None, language: None, operand }
    }
}

/// The right side of a comparison, as the caller wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// One literal.
    One(String),
    /// A list of literals.
    List(Vec<String>),
}

/// With how many of a list a comparison has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// All.
    All,
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTerm {
    /// The embedded resource whose field it is (`client(name)`); `None` is the resource itself.
    pub relation: Option<String>,
    /// The field.
    pub field: FieldPath,
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
