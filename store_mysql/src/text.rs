//! The text of a statement as the driver and the server take it, and where its values come from.
//!
//! Must not know: what the statement does, the values themselves.

use mysql_async::Value as Sent;
use roundtrip_schema::Value;
use roundtrip_schema::field::Storage;
use roundtrip_sql::{Source, positional};

use crate::parameter;

/// A text with a `?` for each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    sql: Box<str>,
    sources: Box<[Source]>,
}

impl Text {
    /// Takes the numbers out of a text whose parameters are numbered.
    pub(crate) fn new(numbered: &str) -> Self {
        let (sql, sources) = positional(numbered);
        Self { sql: without_named_parameters(&sql).into(), sources: sources.into() }
    }

    /// What the server gets.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The values, in the order of their places; what nobody gave is null.
    pub(crate) fn values(&self, values: Values<'_>) -> Vec<Sent> {
        self.sources.iter().map(|source| values.get(*source)).collect()
    }
}

/// The values of one run: slot `n` is the `n`-th of row and fixed together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) row: &'a [Value],
    pub(crate) fixed: &'a [Value],
    /// How the values of the row are kept.
    pub(crate) written: &'a [Storage],
    /// The key of a row that is read back.
    pub(crate) key: &'a [Sent],
}

impl Values<'_> {
    fn get(&self, source: Source) -> Sent {
        match source {
            Source::Slot(slot) => self.slot(usize::from(slot)),
            Source::Key(number) => self.key.get(usize::from(number)).cloned().unwrap_or(Sent::NULL),
        }
    }

    fn slot(&self, slot: usize) -> Sent {
        if let Some(value) = self.row.get(slot) {
            return match self.written.get(slot) {
                Some(storage) => parameter::written(value, *storage),
                None => parameter::sent(value),
            };
        }
        let fixed = slot.checked_sub(self.row.len()).and_then(|slot| self.fixed.get(slot));
        fixed.map_or(Sent::NULL, parameter::sent)
    }
}

/// The driver looks for parameters with names (`:id`) in every text, and does not know that `\` is a
/// letter like others here, so that it may look inside literals. There a literal is cut in two (`'a:'
/// 'b'`), which says the same.
fn without_named_parameters(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quote = None;
    let mut last = ' ';
    for letter in sql.chars() {
        let begins_name = letter.is_ascii_lowercase() || letter == '_';
        if quote == Some('\'') && last == ':' && begins_name {
            out.push_str("' '");
        }
        quote = match quote {
            None if matches!(letter, '\'' | '"' | '`') => Some(letter),
            // Of a quote that is doubled, the second opens again what the first has closed.
            Some(open) if open == letter => None,
            other => other,
        };
        out.push(letter);
        last = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_from_slots_and_keys() {
        let text = Text::new("SELECT ?3, ?1, ?2, ?9 FROM `a?1` WHERE k = ?k0 AND x = '?1' AND y = ?1");
        assert_eq!(text.sql(), "SELECT ?, ?, ?, ? FROM `a?1` WHERE k = ? AND x = '?1' AND y = ?");
        let row = [Value::text("2026-11-21T17:30:00+00:00"), Value::Integer(2)];
        let values = Values {
            row: &row,
            fixed: &[Value::Boolean(true)],
            written: &[Storage::Datetime, Storage::Integer],
            key: &[Sent::Int(7)],
        };
        let moment = Sent::Bytes(b"2026-11-21 17:30:00".to_vec());
        let expected = vec![Sent::Int(1), moment.clone(), Sent::Int(2), Sent::NULL, Sent::Int(7), moment];
        assert_eq!(text.values(values), expected);
    }

    #[test]
    fn literals_hold_nothing_that_looks_like_a_named_parameter() {
        for (sql, expected) in [
            ("SELECT 'a:b', `c:d`, \"e:f\"", "SELECT 'a:' 'b', `c:d`, \"e:f\""),
            ("SELECT '\\', ':x', 'it''s :_y'", "SELECT '\\', ':' 'x', 'it''s :' '_y'"),
            ("SELECT '12:30', ':'", "SELECT '12:30', ':'"),
        ] {
            assert_eq!(without_named_parameters(sql), expected);
        }
    }
}
