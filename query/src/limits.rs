//! How much one call may ask for. Each limit is a setting and is named in the refusal.

/// The limits on one call's query.
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
        }
    }
}
