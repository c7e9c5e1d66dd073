//! What a database can do. The planner refuses what it cannot, by name, instead of dropping it.

/// What one kind of database can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The database's name in messages: `SQLite`.
    pub database: &'static str,
    /// The most parameters of one statement.
    pub parameters: usize,
    /// The most digits of a decimal that are kept exactly.
    pub decimal_digits: u8,
    /// Whether anything may be written at all.
    pub writable: bool,
}
