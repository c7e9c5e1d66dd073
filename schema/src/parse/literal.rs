//! Literals in resource files (`default`, `min`, `max`), read when their field's type is known.
//!
//! A literal is kept as JSON text: the field types already read that, with exact numbers. It must not
//! know what the types accept.

use toml::de::{DeInteger, DeValue};

use super::report::{Mistake, Place, Report};
use super::table::{Item, Source, Table};
use crate::field::{FieldType, Kind, Refusal};
use crate::value::Value;

/// A literal and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Literal {
    json: String,
    /// The text, if it was written as text.
    text: Option<String>,
    pub(super) place: Place,
}

impl Literal {
    /// Reads a literal; numbers that JSON cannot write are reported.
    pub(super) fn read(item: Item<'_>, report: &mut Report) -> Option<Self> {
        let mut json = String::new();
        if write(item.raw(), &mut json).is_none() {
            let message = format!("{} must be an ordinary number", item.key());
            report.add(Mistake::new(&item.place(), message, "too large, or no number at all"));
            return None;
        }
        Some(Self { json, text: item.as_text().map(str::to_owned), place: item.place() })
    }

    /// A literal from its TOML text; `None` for what is none.
    pub(crate) fn parse(toml: &str) -> Option<Self> {
        let value = DeValue::parse(toml).ok()?;
        let mut json = String::new();
        write(value.get_ref(), &mut json)?;
        Some(Self { json, text: value.get_ref().as_str().map(str::to_owned), place: Place::start(0) })
    }

    /// Whether it is exactly this text.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.as_deref() == Some(word)
    }

    /// The literal as a length.
    pub(super) fn length(&self) -> Option<i64> {
        self.json.parse().ok().filter(|length| *length >= 0)
    }

    /// The literal as a value of a type.
    pub(crate) fn value(&self, ty: &FieldType) -> Result<Value, Refusal> {
        match (&self.text, &ty.kind) {
            // In quotes, because a TOML number keeps no trailing zeros in some editors.
            (Some(text), Kind::Decimal { .. }) if !ty.list => ty.value_from_text(text),
            _ => ty.value_from_json(&self.json),
        }
    }
}

/// Writes a TOML value as JSON. The TOML parser bounds how deep it can be nested.
fn write(value: &DeValue<'_>, json: &mut String) -> Option<()> {
    match value {
        DeValue::String(text) => json.push_str(&quoted(text)),
        DeValue::Integer(number) => json.push_str(&integer(number)?),
        DeValue::Float(number) => {
            let text = number.as_str().trim_start_matches('+');
            if text.contains(['n', 'i']) {
                return None;
            }
            json.push_str(text);
        }
        DeValue::Boolean(flag) => json.push_str(if *flag { "true" } else { "false" }),
        DeValue::Datetime(moment) => json.push_str(&quoted(&moment.to_string())),
        DeValue::Array(list) => {
            json.push('[');
            for (index, one) in list.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write(one.get_ref(), json)?;
            }
            json.push(']');
        }
        DeValue::Table(table) => {
            json.push('{');
            // Places are not needed inside a literal, only the order of the file.
            for (index, entry) in Table::open(Source { file: 0, text: "" }, table).entries().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                json.push_str(&quoted(entry.key.value));
                json.push(':');
                write(entry.item.raw(), json)?;
            }
            json.push('}');
        }
    }
    Some(())
}

fn integer(number: &DeInteger<'_>) -> Option<String> {
    if number.radix() == 10 {
        return Some(number.as_str().trim_start_matches('+').to_owned());
    }
    i128::from_str_radix(number.as_str(), number.radix()).ok().map(|value| value.to_string())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
