//! Rows inside a value, as text that tells its own length.
//!
//! | text | means |
//! |---|---|
//! | `-` | null |
//! | `5:hello` | a value of five bytes |
//! | `*` and the values of a row, one after the other | a row |
//! | `[` rows `]` | several rows, or `[` values `]` of the one column of each |
//!
//! The store reads it along the layout. Not JSON: the server's own would write numbers, moments and
//! bytes in its way, and escape what is escaped already.

use roundtrip_schema::Form;

use super::super::{Arrangement, Cell};
use super::text::told;

/// One row: an object.
pub(super) fn row(cells: &[Cell]) -> String {
    let mut parts = vec!["'*'".to_owned()];
    parts.extend(cells.iter().map(value));
    format!("CONCAT({})", parts.join(", "))
}

/// What one row gives of all rows, in the order and of the page that are asked for.
pub(super) fn all(one: &str, Arrangement { order, page }: &Arrangement) -> String {
    let mut inside = one.to_owned();
    if !order.is_empty() {
        inside.push_str(" ORDER BY ");
        inside.push_str(&order.join(", "));
    }
    inside.push_str(" SEPARATOR ''");
    if !page.is_empty() {
        inside.push(' ');
        inside.push_str(page);
    }
    format!("CONCAT('[', COALESCE(GROUP_CONCAT({inside}), ''), ']')")
}

/// A value behind its length.
pub(super) fn value(cell: &Cell) -> String {
    let Cell { text, form, nested } = cell;
    if *nested {
        return format!("COALESCE({text}, '-')");
    }
    let text = match form {
        Form::Base64 => format!("HEX({text})"),
        // Columns of one row may be in several collations, which the server would not join.
        Form::Text | Form::Json | Form::Any => told(text),
        Form::Integer | Form::Float | Form::Decimal(_) | Form::Boolean | Form::Duration | Form::Datetime => {
            text.clone()
        }
    };
    format!("COALESCE(CONCAT(OCTET_LENGTH({text}), ':', {text}), '-')")
}
