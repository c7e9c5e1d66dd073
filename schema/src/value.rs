//! A typed value on its way into a database.
//!
//! Values that go out never become a [`Value`]: they are rendered from the driver's buffer.

use std::fmt;

/// A value that a field's type has accepted. Text forms are canonical (see the field's own file).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number; durations are whole microseconds.
    Integer(i64),
    /// A binary floating-point number, never NaN or infinite.
    Float(f64),
    /// An exact decimal in plain notation (`-12.50`).
    Decimal(Box<str>),
    /// Text, and everything whose canonical form is text: dates, times, uuids, enums.
    Text(Box<str>),
    /// Raw bytes.
    Bytes(Box<[u8]>),
    /// JSON text, as the caller wrote it; lists are JSON arrays.
    Json(Box<str>),
}

impl Value {
    /// Text from anything that becomes a string.
    pub fn text(text: impl Into<Box<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Whether this is SQL `NULL`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// The value as a JSON document would show it; used in messages and generated documents.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Decimal(value) | Self::Json(value) => f.write_str(value),
            Self::Text(value) => write!(f, "{}", serde_json::Value::from(&**value)),
            Self::Bytes(value) => {
                use base64::Engine as _;
                write!(f, "\"{}\"", base64::engine::general_purpose::STANDARD.encode(value))
            }
        }
    }
}
