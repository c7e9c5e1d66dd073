//! The `Range` header for rows: `Range: 0-9` with `Range-Unit: items`, as an older way to page.

use http::{HeaderMap, header};
use roundtrip_query::QueryError;
use roundtrip_query::operation::Selection;

/// Narrows the page to the rows of the header. What is no range of rows is ignored.
pub(super) fn apply(headers: &HeaderMap, selection: &mut Selection) -> Result<(), QueryError> {
    let Some((first, last)) = headers.get(header::RANGE).and_then(|value| parse(value.to_str().ok()?)) else {
        return Ok(());
    };
    if last.is_some_and(|last| last < first) {
        let detail =
            "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
        return Err(QueryError::Range { detail: detail.to_owned() });
    }
    let rows = last.map(|last| (last - first).saturating_add(1));
    selection.limit = match (selection.limit, rows) {
        (Some(limit), Some(rows)) => Some(limit.saturating_sub(first).min(rows)),
        (Some(limit), None) => Some(limit.saturating_sub(first)),
        (None, rows) => rows,
    };
    selection.offset = Some(selection.offset.unwrap_or(0).saturating_add(first));
    Ok(())
}

fn parse(range: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = range.strip_prefix("items=").unwrap_or(range).split_once('-')?;
    let first = first.parse().ok()?;
    if last.is_empty() { Some((first, None)) } else { Some((first, Some(last.parse().ok()?))) }
}
