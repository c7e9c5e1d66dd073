//! The JSON form of a column: how a stored cell is written into an answer.
//!
//! One description serves two places: the writer that renders a result row, and the function that
//! renders embedded rows inside SQLite, which receives it as a text argument. Equal types thus give
//! equal JSON wherever they are rendered.

use std::fmt::Write as _;

/// How a cell becomes JSON. A cell whose storage does not fit its form (an existing SQLite database
/// may hold text in an integer column) is written by what it is, never refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// By the cell alone: numbers as numbers, text as a string, bytes as base64.
    Any,
    /// A JSON string.
    Text,
    /// A JSON number without a fraction.
    Integer,
    /// A JSON number in its shortest form that reads back as the same double.
    Float,
    /// A JSON number with at least so many digits after the point.
    Decimal(u8),
    /// `true` or `false`, stored as 1 and 0.
    Boolean,
    /// An ISO 8601 duration, stored as whole microseconds.
    Duration,
    /// A moment, stored in UTC, as a JSON string; in the layout's zone if it has one.
    Datetime,
    /// JSON text that is spliced in as it is: JSON fields, lists, embedded resources.
    Json,
    /// A base64 string of the stored bytes.
    Base64,
}

impl Form {
    fn code(self) -> (char, u8) {
        match self {
            Self::Any => ('a', 0),
            Self::Text => ('t', 0),
            Self::Integer => ('i', 0),
            Self::Float => ('f', 0),
            Self::Decimal(scale) => ('d', scale),
            Self::Boolean => ('b', 0),
            Self::Duration => ('u', 0),
            Self::Datetime => ('m', 0),
            Self::Json => ('j', 0),
            Self::Base64 => ('x', 0),
        }
    }

    fn from_code(code: char, scale: u8) -> Option<Self> {
        Some(match code {
            'a' => Self::Any,
            't' => Self::Text,
            'i' => Self::Integer,
            'f' => Self::Float,
            'd' => Self::Decimal(scale),
            'b' => Self::Boolean,
            'u' => Self::Duration,
            'm' => Self::Datetime,
            'j' => Self::Json,
            'x' => Self::Base64,
            _ => return None,
        })
    }
}

/// The columns of a rendered row, in order: each key and the form of its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Layout {
    /// Keys and forms.
    pub columns: Vec<(Box<str>, Form)>,
    /// Whether members that are null are left out.
    pub strip_nulls: bool,
    /// The time zone in which moments are written; `None` is UTC.
    pub zone: Option<Box<str>>,
}

impl Layout {
    /// The layout as one line of text: `t4:name` is a text column whose key has four bytes.
    /// Lengths instead of quotes, because a key may hold any character. A layout that leaves nulls out
    /// begins with `-`, one with a zone then with `@3:UTC`.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        if self.strip_nulls {
            text.push('-');
        }
        // A `String` never fails to take more text.
        if let Some(zone) = &self.zone {
            let _ = write!(text, "@{}:{zone}", zone.len());
        }
        for (key, form) in &self.columns {
            let (code, scale) = form.code();
            text.push(code);
            if matches!(form, Form::Decimal(_)) {
                let _ = write!(text, "{scale}.");
            }
            let _ = write!(text, "{}:{key}", key.len());
        }
        text
    }

    /// Reads what [`Layout::encode`] wrote; `None` for any other text.
    pub fn decode(text: &str) -> Option<Self> {
        let mut layout = Self { strip_nulls: text.starts_with('-'), ..Self::default() };
        let mut text = text.strip_prefix('-').unwrap_or(text);
        if let Some(rest) = text.strip_prefix('@') {
            let (zone, rest) = counted(rest)?;
            layout.zone = Some(zone.into());
            text = rest;
        }
        while let Some(code) = text.chars().next() {
            text = text.get(code.len_utf8()..)?;
            let mut scale = 0;
            if code == 'd' {
                let (digits, rest) = text.split_once('.')?;
                scale = digits.parse().ok()?;
                text = rest;
            }
            let (key, rest) = counted(text)?;
            layout.columns.push((key.into(), Form::from_code(code, scale)?));
            text = rest;
        }
        Some(layout)
    }
}

/// A text behind its length in bytes, and what follows it.
fn counted(text: &str) -> Option<(&str, &str)> {
    let (digits, rest) = text.split_once(':')?;
    rest.split_at_checked(digits.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_survives_its_text_form() {
        let columns = vec![
            ("name".into(), Form::Text),
            ("a:b'1.2".into(), Form::Decimal(12)),
            ("größe".into(), Form::Any),
            ("made".into(), Form::Datetime),
            ("".into(), Form::Json),
        ];
        for strip_nulls in [false, true] {
            for zone in [None, Some("+05:30".into())] {
                let layout = Layout { columns: columns.clone(), strip_nulls, zone };
                assert_eq!(Layout::decode(&layout.encode()), Some(layout));
            }
        }
    }

    #[test]
    fn foreign_text_is_not_a_layout() {
        for text in ["t", "t4", "t9:name", "q1:a", "d:a", "t1:é", "@", "@9:UTC", "--", "t1:a-"] {
            assert_eq!(Layout::decode(text), None, "{text}");
        }
    }
}
