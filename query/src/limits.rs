//! How much one call may ask for. Each limit is a setting and is named in the refusal.

/// The limits on one call's query.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Rows per page; a greater `limit` is cut to it. 0 means no cap.
    pub page_rows: u64,
    /// Levels of embedding.
    pub embed_depth: usize,
    /// Conditions, over all levels.
    pub filters: usize,
    /// Selected items, over all levels.
    pub select_items: usize,
    /// Literals in one `in.(…)` list.
    pub in_list: usize,
    /// Rows in one write.
    pub bulk_rows: usize,
    /// Whether an update or delete without any filter may touch a whole table.
    pub filterless_writes: bool,
    /// Whether a selection may use aggregates.
    pub aggregates: bool,
    /// Whether a caller may ask how the database carries out a read.
    pub explain: bool,
    /// Whether a value may be sent as another type of JSON than its field's: `"5"` for a number.
    pub coerce: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_rows: 1000,
            embed_depth: 8,
            filters: 100,
            select_items: 500,
            in_list: 10_000,
            bulk_rows: 10_000,
            filterless_writes: false,
            aggregates: true,
            explain: false,
            coerce: false,
        }
    }
}
