//! What a recipe says, once it has been read: how many rows, and how each field's value is made.
//!
//! ```toml
//! rows = 1_000                       # or, with for_each, [least, most] for each row referred to
//! for_each = "order_id"              # a reference of this resource
//! number = 7                         # another number makes other rows
//! [fields]
//! status   = "open"                                          # always this
//! state    = { choose = ["open", "paid"], weights = [1, 3] } # one of these
//! name     = { words = [["Oak", "Steel"], ["lamp", "chair"]], join = " " }
//! email    = { text = "{name:slug}.{n}@example.com" }        # n is the row's number
//! price    = { between = [3.50, 480.00], lean = "low" }      # numbers, dates, moments
//! category = { one_of = "categories", distinct = true }      # a row of the resource referred to
//! tags     = { some_of = ["new", "sale"], count = [0, 2] }   # a list; with join, a text
//! place    = { sequence = 100 }                              # 100, 101, 102, ...
//! paid     = { copy = "product_id.price" }                   # from the row that a field refers to
//! about    = { value = "...", missing = 0.2 }                # null for one row in five
//! ```
//!
//! It must not know how a recipe is written down (`read`) or carried out (`generate`).

use roundtrip_schema::{FieldId, ResourceId};

use super::span::Span;

/// Rows to be made for one resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recipe {
    pub(super) rows: Rows,
    pub(super) number: u64,
    /// In the order of the file: a value may use those before it.
    pub(super) fields: Vec<Made>,
}

/// How many rows are made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rows {
    /// So many.
    Count(u64),
    /// Between `least` and `most` for each row of the resource that `field` refers to.
    ForEach { field: FieldId, target: Target, least: u64, most: u64 },
}

/// A field of the resource that a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Target {
    pub(super) resource: ResourceId,
    pub(super) field: FieldId,
}

/// One field of a made row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) field: FieldId,
    pub(super) by: Maker,
    /// In so many of a million rows it is null.
    pub(super) missing_per_million: u32,
}

/// How a value is made. Literals are JSON text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Maker {
    Value(Box<str>),
    /// Weights are summed up: the choice is the first whose sum is greater than the draw.
    Choose {
        options: Vec<Box<str>>,
        sums: Vec<u64>,
    },
    Words {
        lists: Vec<Vec<String>>,
        join: String,
    },
    Text(Vec<Piece>),
    Between {
        span: Span,
        lean: Lean,
    },
    OneOf {
        target: Target,
        distinct: bool,
        lean: Lean,
    },
    SomeOf {
        options: Vec<String>,
        least: u64,
        most: u64,
        join: Option<String>,
    },
    Sequence {
        first: i64,
    },
    Copy {
        through: FieldId,
        target: Target,
    },
}

/// Which end of a range is drawn more often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Lean {
    #[default]
    Even,
    Low,
    High,
}

/// A piece of a text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// The row's number, from 1.
    Number,
    /// Another field's value.
    Field {
        field: FieldId,
        slug: bool,
    },
}
