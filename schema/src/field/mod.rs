//! Fields and their types: one file per type, one registry.
//!
//! Everything that differs between types is a fact in the type's own file: its name, how it is
//! stored, how it looks in JSON, which literals it accepts, which limits apply. A new type is a new
//! file and a row in [`Kind::facts`].

mod any;
mod boolean;
mod bytes;
mod calendar;
mod date;
mod datetime;
mod decimal;
mod duration;
mod email;
mod enumeration;
mod float;
mod integer;
mod json;
mod limits;
mod list;
mod literal;
mod number;
mod slug;
mod text;
mod time;
mod url;
mod uuid;
mod zone;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod table;

pub use duration::duration_text;
pub use zone::Zone;

use std::sync::Arc;

use crate::access::Rule;
use crate::form::Form;
use crate::value::Value;

/// What a field can hold, apart from being a list of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whatever an existing database holds in a column without a type.
    Any,
    /// Text.
    Text,
    /// An e-mail address.
    Email,
    /// An absolute http or https URL.
    Url,
    /// Lower-case words joined by hyphens.
    Slug,
    /// A whole number of 64 bits.
    Integer,
    /// A double.
    Float,
    /// An exact decimal.
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// True or false.
    Boolean,
    /// A day, `2026-11-21`.
    Date,
    /// A time of day, `17:30:00`.
    Time,
    /// A moment, `2026-11-21T17:30:00+00:00`.
    Datetime,
    /// A length of time, `PT1H30M`.
    Duration,
    /// A UUID.
    Uuid,
    /// Any JSON value.
    Json,
    /// Bytes, base64 in JSON.
    Bytes,
    /// One of a list of words.
    Enum(Arc<[Box<str>]>),
}

/// A field's type: a kind, or a list of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// The kind of the value, or of each element.
    pub kind: Kind,
    /// Whether the field holds a list.
    pub list: bool,
}

/// What `min` and `max` measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Nothing: the limits do not apply.
    Nothing,
    /// Characters of text, elements of a list, bytes of a blob.
    Length,
    /// The value itself.
    Value,
}

/// How a value is kept in a database. Dialects translate it to a column type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// No type of its own.
    Any,
    /// Text, compared bytewise.
    Text,
    /// A 64-bit integer.
    Integer,
    /// A double.
    Float,
    /// An exact decimal.
    Decimal,
    /// A boolean.
    Boolean,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A moment.
    Datetime,
    /// A UUID.
    Uuid,
    /// A JSON document.
    Json,
    /// Bytes.
    Bytes,
}

/// Why a literal was refused: a sentence for the caller, and a word for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `type`, `format`, `min`, `max`, `pattern`, `enum`, `required`, ...
    pub code: &'static str,
    /// What is wrong: `must be a whole number`.
    pub detail: String,
}

impl Refusal {
    /// A refusal with this code and sentence.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// What is particular to one kind. The functions get the whole kind, for its parameters.
pub struct Facts {
    /// The name in resource files.
    pub name: &'static str,
    /// One line for the documentation.
    pub summary: &'static str,
    /// How it is stored.
    pub storage: Storage,
    /// What limits measure.
    pub measure: Measure,
    /// Whether `text[]`-style lists of it may be declared.
    pub listable: bool,
    /// How a stored value is rendered.
    pub form: fn(&Kind) -> Form,
    /// Reads a JSON value, given as its exact text, never `null`.
    pub from_json: fn(&Kind, &str) -> Result<Value, Refusal>,
    /// Reads a literal from a query string, a CSV cell or a default in a resource file.
    pub from_text: fn(&Kind, &str) -> Result<Value, Refusal>,
    /// Its JSON Schema (2020-12), without limits.
    pub json_schema: fn(&Kind) -> serde_json::Value,
    /// A value for examples.
    pub example: fn(&Kind) -> serde_json::Value,
}

impl Kind {
    /// The registry: one row per kind.
    pub fn facts(&self) -> &'static Facts {
        match self {
            Self::Any => &any::FACTS,
            Self::Text => &text::FACTS,
            Self::Email => &email::FACTS,
            Self::Url => &url::FACTS,
            Self::Slug => &slug::FACTS,
            Self::Integer => &integer::FACTS,
            Self::Float => &float::FACTS,
            Self::Decimal { .. } => &decimal::FACTS,
            Self::Boolean => &boolean::FACTS,
            Self::Date => &date::FACTS,
            Self::Time => &time::FACTS,
            Self::Datetime => &datetime::FACTS,
            Self::Duration => &duration::FACTS,
            Self::Uuid => &uuid::FACTS,
            Self::Json => &json::FACTS,
            Self::Bytes => &bytes::FACTS,
            Self::Enum(_) => &enumeration::FACTS,
        }
    }
}

impl FieldType {
    /// A single value of `kind`.
    pub fn one(kind: Kind) -> Self {
        Self { kind, list: false }
    }

    /// A list of `kind`.
    pub fn list(kind: Kind) -> Self {
        Self { kind, list: true }
    }

    /// How it is stored; lists are JSON arrays.
    pub fn storage(&self) -> Storage {
        if self.list { Storage::Json } else { self.kind.facts().storage }
    }

    /// How a stored value is rendered.
    pub fn form(&self) -> Form {
        if self.list { Form::Json } else { (self.kind.facts().form)(&self.kind) }
    }

    /// What `min` and `max` measure.
    pub fn measure(&self) -> Measure {
        if self.list { Measure::Length } else { self.kind.facts().measure }
    }

    /// Reads a JSON value, given as its exact text, never `null`.
    pub fn value_from_json(&self, json: &str) -> Result<Value, Refusal> {
        if self.list {
            list::from_json(&self.kind, json)
        } else {
            (self.kind.facts().from_json)(&self.kind, json)
        }
    }

    /// Reads a literal from a query string or a CSV cell.
    pub fn value_from_text(&self, text: &str) -> Result<Value, Refusal> {
        if self.list {
            list::from_text(&self.kind, text)
        } else {
            (self.kind.facts().from_text)(&self.kind, text)
        }
    }

    /// Its JSON Schema (2020-12), without limits.
    pub fn json_schema(&self) -> serde_json::Value {
        let one = (self.kind.facts().json_schema)(&self.kind);
        if self.list { serde_json::json!({ "type": "array", "items": one }) } else { one }
    }

    /// A value for examples.
    pub fn example(&self) -> serde_json::Value {
        let one = (self.kind.facts().example)(&self.kind);
        if self.list { serde_json::json!([one]) } else { one }
    }
}

/// The type as a resource file writes it: `decimal(12,2)`, `text[]`.
impl std::fmt::Display for FieldType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.facts().name)?;
        if let Kind::Decimal { precision, scale } = &self.kind {
            write!(f, "({precision},{scale})")?;
        }
        if self.list { f.write_str("[]") } else { Ok(()) }
    }
}

/// What a field gets when a new row does not mention it.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldDefault {
    /// A literal from the resource file.
    Literal(Value),
    /// What the server computes.
    Server(ServerValue),
    /// Something that only the database knows, in an existing database: the column is left out.
    Database,
}

/// What the server can compute for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerValue {
    /// The moment of the call.
    Now,
    /// A new time-ordered UUID (RFC 9562, version 7).
    UuidV7,
}

/// When the server computes a field that callers may not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOn {
    /// When the row is created.
    Create,
    /// Whenever the row is written.
    Write,
}

/// One field of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// The column's name in the database.
    pub column: String,
    /// What it holds.
    pub ty: FieldType,
    /// The type that an existing database itself gives the column, in its own words: `citext`,
    /// `int4range`, `varchar(160)`. `None` where the field comes from a resource file, which leaves the
    /// column's type to us.
    pub column_type: Option<Box<str>>,
    /// Whether it may be null.
    pub optional: bool,
    /// What it gets when a new row does not mention it.
    pub default: Option<FieldDefault>,
    /// What the server puts there, whatever the caller sends; such a field is read-only.
    pub set: Option<(SetOn, ServerValue)>,
    /// Whether the database computes it (a generated column); such a field is read-only.
    pub generated: bool,
    /// The least value or length, see [`FieldType::measure`].
    pub min: Option<Value>,
    /// The greatest value or length.
    pub max: Option<Value>,
    /// A regular expression that text must match as a whole.
    pub pattern: Option<Pattern>,
    /// Whether full-text search covers it.
    pub search: bool,
    /// Who may see it; `None` means whoever may read the row.
    pub read: Option<Rule>,
    /// Who may write it; `None` means whoever may write the row.
    pub write: Option<Rule>,
    /// The column's former name: a migration renames the column that is called so.
    pub renamed_from: Option<String>,
    /// What it is for, shown in the documentation.
    pub description: Option<String>,
}

impl Field {
    /// A plain required field whose column has the same name.
    pub fn new(name: impl Into<String>, ty: FieldType) -> Self {
        let name = name.into();
        Self {
            column: name.clone(),
            name,
            ty,
            column_type: None,
            optional: false,
            default: None,
            set: None,
            generated: false,
            min: None,
            max: None,
            pattern: None,
            search: false,
            read: None,
            write: None,
            renamed_from: None,
            description: None,
        }
    }

    /// Whether callers may ever see it.
    pub fn is_visible(&self) -> bool {
        self.read != Some(Rule::Nobody)
    }

    /// Whether callers may ever write it.
    pub fn is_writable(&self) -> bool {
        !self.generated && self.set.is_none() && self.write != Some(Rule::Nobody)
    }
}

/// A compiled regular expression that compares by its text.
#[derive(Debug, Clone)]
pub struct Pattern(regex::Regex);

impl Pattern {
    /// Compiles `text`; it must match a whole value, so it is anchored at both ends.
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        // Alone first: `a)|(b` is no expression, yet would be one between our parentheses.
        regex::Regex::new(text)?;
        // Anchoring outside the group keeps alternatives inside it.
        regex::RegexBuilder::new(&format!("^(?:{text})$")).size_limit(1 << 20).build().map(Self)
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        self.0.as_str().strip_prefix("^(?:").and_then(|text| text.strip_suffix(")$")).unwrap_or_default()
    }

    /// Whether `text` matches as a whole.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
