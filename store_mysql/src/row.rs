//! What is in one row that the server answered: cells of the answer, a truth, a key.
//!
//! Must not know: which statement answered it.

use mysql_async::{Row, Value as Sent};
use roundtrip_store::Breach;

use crate::cell::Held;
use crate::cell::column::{self, Kind};
use crate::cell::nested::Unreadable;
use crate::failure::Failure;
use crate::statement::Step;

/// The cells of the answer.
pub(crate) fn cells<'r>(
    step: &Step,
    row: &'r Row,
    columns: &[mysql_async::Column],
    limit_bytes: usize,
) -> Result<Vec<Held<'r>>, Failure> {
    let mut cells = Vec::with_capacity(step.columns.len());
    for (index, column) in step.columns.iter().enumerate() {
        let (Some(value), Some(told)) = (row.as_ref(index), columns.get(index)) else {
            return Err(Failure::Malformed("a row has too few columns"));
        };
        cells.push(match (&column.tree, value) {
            (Some(tree), Sent::Bytes(text)) => match tree.render(text, limit_bytes) {
                Ok(json) => Held::Rendered(json.into()),
                Err(Unreadable::TooLarge) => return Err(Breach::TooLarge(limit_bytes).into()),
                Err(Unreadable::Malformed) => return Err(Failure::Malformed("embedded rows are malformed")),
            },
            _ => column::held(value, Kind::of(told), column.form),
        });
    }
    Ok(cells)
}

pub(crate) fn is_true(row: &Row, column: usize) -> bool {
    match row.as_ref(column) {
        Some(Sent::Int(value)) => *value != 0,
        Some(Sent::UInt(value)) => *value != 0,
        _ => false,
    }
}

/// The key as text; `None` where a part of it has no text form.
pub(crate) fn location(step: &Step, row: &Row) -> Option<Vec<String>> {
    let part = |column| match row.as_ref(column)? {
        Sent::Bytes(text) => Some(String::from_utf8_lossy(text).into_owned()),
        Sent::Int(value) => Some(value.to_string()),
        Sent::UInt(value) => Some(value.to_string()),
        Sent::NULL | Sent::Float(_) | Sent::Double(_) | Sent::Date(..) | Sent::Time(..) => None,
    };
    step.key.clone().map(part).collect()
}

/// Whether a warning says that rows inside a column were cut off.
pub(crate) fn is_cut(warning: &Row) -> bool {
    let code = match warning.as_ref(1) {
        Some(Sent::Bytes(text)) => std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()),
        Some(Sent::Int(code)) => Some(*code),
        Some(Sent::UInt(code)) => i64::try_from(*code).ok(),
        _ => None,
    };
    matches!(code, Some(1260 | 1301))
}
