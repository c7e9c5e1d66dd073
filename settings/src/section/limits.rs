//! `[limits]`: what one call may ask for.
//!
//! Must not know: who enforces a limit. Every limit refuses, except `page_rows`, which shortens.

use crate::key::integer;
use crate::section::section;

section! {
    /// What one call may ask for.
    "limits" => Limits {
        /// The body of a request, after decompression; more is 413.
        "body_bytes" body_bytes: usize = integer(10_485_760, 1_024, 1_073_741_824).unit("bytes");
        /// The URL of a request; more is 414.
        "url_bytes" url_bytes: usize = integer(16_384, 256, 65_534).unit("bytes");
        /// All headers of a request together; more is 431.
        "header_bytes" header_bytes: usize = integer(65_536, 8_192, 1_048_576).unit("bytes");
        /// Conditions in one query.
        "filters" filters: usize = integer(100, 1, 10_000);
        /// How deep related resources may be embedded in each other; 0 forbids it.
        "embed_depth" embed_depth: usize = integer(8, 0, 32);
        /// Columns, functions and embedded resources in one selection, all levels together.
        "select_items" select_items: usize = integer(500, 1, 10_000);
        /// Values in one `in` list.
        "in_list" in_list: usize = integer(10_000, 1, 100_000);
        /// Rows in one answer; a longer list is cut into pages; 0 takes the limit away.
        "page_rows" page_rows: u64 = integer(1_000, 0, 1_000_000);
        /// Rows in one bulk write.
        "bulk_rows" bulk_rows: usize = integer(10_000, 1, 1_000_000);
        /// How deep JSON in a body may be nested.
        "json_depth" json_depth: usize = integer(64, 1, 127);
    }
}

impl Limits {
    /// The most rows in one answer; `None` when there is no limit.
    pub fn page_cap(&self) -> Option<u64> {
        (self.page_rows > 0).then_some(self.page_rows)
    }
}
