//! What a database can do. The planner refuses what it cannot, by name, instead of dropping it.

/// What one kind of database can do.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The database's name in messages: `SQLite`.
    pub database: &'static str,
    /// The most parameters of one statement.
    pub parameters: usize,
    /// The most digits of a decimal that are kept exactly.
    pub decimal_digits: u8,
    /// How deep lists and objects of JSON may lie in one another, where the database reads them only so
    /// far.
    pub json_depth: Option<usize>,
    /// Whether anything may be written at all.
    pub writable: bool,
    /// Whether it finds text by regular expressions.
    pub regular_expressions: bool,
    /// Whether it has text search.
    pub text_search: bool,
    /// Whether it has ranges, such as of dates.
    pub ranges: bool,
    /// Whether it can say about how many rows a query has without counting them.
    pub estimates: bool,
    /// Whether it tells how it would carry out a query.
    pub explains: bool,
    /// Whether aggregates can be worked out over the related rows of each row.
    pub grouped_embeds: bool,
}
