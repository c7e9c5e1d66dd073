//! `[rest]`: how the REST door behaves.
//!
//! Must not know: HTTP.

use crate::choice::choice;
use crate::key::{flag, one_of};
use crate::section::section;

section! {
    /// How the REST door behaves; `--compat postgrest` sets what existing clients may expect.
    "rest" => Rest {
        /// What a write of a single row answers without `Prefer: return`: the `row`, or nothing (`minimal`).
        "return_default" return_default: ReturnDefault = one_of(ReturnDefault::NAMES, "row");
        /// How the place of a new row is told: its `path` (`/rest/v1/films/5`), after every write of one row; or a
        /// `query` for it (`/films?id=eq.5`), as PostgREST does, where the caller asks for `return=headers-only`.
        "locations" locations: LocationStyle = one_of(LocationStyle::NAMES, "path");
        /// Whether a caller may try a write and take it back with `Prefer: tx=rollback`.
        "allow_tx_rollback" allow_tx_rollback: bool = flag(false);
        /// Whether an update or a delete without any condition may touch every row, and one with a limit every row that
        /// its conditions find.
        "allow_filterless_writes" allow_filterless_writes: bool = flag(false);
        /// Whether a value may be sent as another type of JSON than its field's, as PostgreSQL allows: `"5"` for a
        /// number, `5` for a text.
        "coerce_values" coerce_values: bool = flag(false);
        /// Whether a selection may use `count`, `sum`, `avg`, `min` and `max`.
        "aggregates" aggregates: bool = flag(true);
        /// Whether a caller may ask for the database's execution plan.
        "plan" plan: bool = flag(false);
    }
}

choice! {
    /// How the place of a row is told.
    pub enum LocationStyle {
        /// By its path.
        Path = "path",
        /// By a query that finds it.
        Query = "query",
    }
}

choice! {
    /// What a write of a single row answers when the caller does not say.
    pub enum ReturnDefault {
        /// The row as it now is, if the caller may read it.
        Row = "row",
        /// Nothing but the status and the location.
        Minimal = "minimal",
    }
}
