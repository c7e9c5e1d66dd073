//! Values as other types: `rt_cast`, for what SQL's own `CAST` gets wrong, and `rt_moment`, for moments
//! that others wrote.
//!
//! SQLite makes 0 of any text that is no number; here it is an error, as in PostgreSQL. Booleans are
//! stored as 1 and 0, which nothing here can tell from numbers: what spells them is in the SQL.
//!
//! Must not know: which column a value came from.

use roundtrip_schema::{FieldType, Kind, Value as Stored};
use rusqlite::functions::Context;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use super::document::is_document;
use super::{COMMON, Refusal, any_null, text};

pub(super) fn register(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("rt_cast", 2, COMMON, cast)?;
    connection.create_scalar_function("rt_moment", 1, COMMON, |context| Ok(moment(context)))
}

/// A moment in the form in which we keep moments, whatever it was written like; what is none stays as
/// it is.
fn moment(context: &Context<'_>) -> Value {
    let given = Given { raw: context.get_raw(0), text: text(context, 0) };
    given.by_kind(Kind::Datetime).unwrap_or_else(|| match given.raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(_) => Value::Text(given.text.unwrap_or_default().into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    })
}

fn cast(context: &Context<'_>) -> Result<Value> {
    if any_null(context, 2) {
        return Ok(Value::Null);
    }
    let name = text(context, 1).unwrap_or_default();
    let given = Given { raw: context.get_raw(0), text: text(context, 0) };
    let cast = match &*name {
        "text" => given.to_text(),
        "integer" => given.to_integer(),
        "float" => given.to_float(),
        "decimal" => given.to_decimal(),
        "boolean" => given.to_boolean(),
        "date" => given.by_kind(Kind::Date),
        "time" => given.by_kind(Kind::Time),
        "datetime" => given.by_kind(Kind::Datetime),
        "json" => given.to_json(),
        _ => return Err(Refusal::Cast.error("there is no such type")),
    };
    cast.ok_or_else(|| refused(&name))
}

/// The value is not said: it may be one that the caller must not see.
fn refused(name: &str) -> Error {
    Refusal::Cast.error(&format!("a value cannot be read as {name}"))
}

struct Given<'a> {
    raw: ValueRef<'a>,
    text: Option<std::borrow::Cow<'a, str>>,
}

impl Given<'_> {
    fn trimmed(&self) -> Option<&str> {
        self.text.as_deref().map(str::trim)
    }

    fn to_text(&self) -> Option<Value> {
        Some(Value::Text(match self.raw {
            ValueRef::Integer(value) => value.to_string(),
            ValueRef::Real(value) => plain(value),
            ValueRef::Text(_) => self.text.as_deref()?.to_owned(),
            ValueRef::Null | ValueRef::Blob(_) => return None,
        }))
    }

    fn to_integer(&self) -> Option<Value> {
        match self.raw {
            ValueRef::Integer(value) => Some(Value::Integer(value)),
            ValueRef::Real(value) => whole(value).map(Value::Integer),
            _ => match self.trimmed()? {
                "true" => Some(Value::Integer(1)),
                "false" => Some(Value::Integer(0)),
                text => text.strip_prefix('+').unwrap_or(text).parse().ok().map(Value::Integer),
            },
        }
    }

    fn to_float(&self) -> Option<Value> {
        match self.raw {
            #[expect(clippy::cast_precision_loss, reason = "that is what was asked for")]
            ValueRef::Integer(value) => Some(Value::Real(value as f64)),
            ValueRef::Real(value) => Some(Value::Real(value)),
            _ => self.trimmed()?.parse().ok().filter(|value: &f64| value.is_finite()).map(Value::Real),
        }
    }

    fn to_decimal(&self) -> Option<Value> {
        match self.raw {
            ValueRef::Integer(value) => Some(Value::Integer(value)),
            ValueRef::Real(value) => Some(Value::Real(value)),
            _ => {
                let integer = self.trimmed()?.parse().ok().map(Value::Integer);
                integer.or_else(|| self.to_float())
            }
        }
    }

    fn to_boolean(&self) -> Option<Value> {
        let value = match self.raw {
            ValueRef::Integer(value) => value != 0,
            _ => match &*self.trimmed()?.to_ascii_lowercase() {
                "t" | "true" | "y" | "yes" | "on" | "1" => true,
                "f" | "false" | "n" | "no" | "off" | "0" => false,
                _ => return None,
            },
        };
        Some(Value::Integer(value.into()))
    }

    /// As a kind of field reads it; of a moment that is to be a day or a time of day, that part.
    fn by_kind(&self, kind: Kind) -> Option<Value> {
        let text = self.trimmed()?;
        let read = |kind: Kind, text: &str| match FieldType::one(kind).value_from_text(text) {
            Ok(Stored::Text(text)) => Some(text.to_string()),
            _ => None,
        };
        if let Some(text) = read(kind.clone(), text) {
            return Some(Value::Text(text));
        }
        let moment = read(Kind::Datetime, text)?;
        let (day, clock) = moment.split_once('T')?;
        let clock = clock.split_once('+').map_or(clock, |(clock, _)| clock);
        let part = if kind == Kind::Date { day } else { clock };
        read(kind, part).map(Value::Text)
    }

    fn to_json(&self) -> Option<Value> {
        match self.raw {
            ValueRef::Integer(value) => Some(Value::Integer(value)),
            ValueRef::Real(value) => Some(Value::Real(value)),
            _ => {
                self.text.as_deref().filter(|text| is_document(text)).map(|text| Value::Text(text.to_owned()))
            }
        }
    }
}

/// The nearest whole number; halves go away from zero.
fn whole(value: f64) -> Option<i64> {
    // The first double that is too great for 64 bits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    let rounded = value.round();
    #[expect(clippy::cast_possible_truncation, reason = "within the limits just checked")]
    (-END..END).contains(&rounded).then_some(rounded as i64)
}

/// The shortest text that reads back as the same double; `1`, not `1.0`.
fn plain(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::function::tests::check;

    #[test]
    fn moments_of_others_are_in_our_form() {
        for (value, expected) in [
            ("'2026-11-21 17:30:00'", Some("2026-11-21T17:30:00+00:00")),
            ("'2026-11-21T17:30:00.500+02:00'", Some("2026-11-21T15:30:00.5+00:00")),
            ("'2026-11-21T17:30:00+00:00'", Some("2026-11-21T17:30:00+00:00")),
            ("'soon'", Some("soon")),
            ("1763746200", Some("1763746200")),
            ("1.5", Some("1.5")),
            ("NULL", None),
        ] {
            check(&format!("SELECT rt_moment({value})"), Ok(expected));
        }
    }

    #[test]
    fn values_are_taken_as_other_types() {
        for (value, ty, expected) in [
            ("1", "text", "1"),
            ("-12", "text", "-12"),
            ("2.0", "text", "2"),
            ("0.1", "text", "0.1"),
            ("'x'", "text", "x"),
            ("2.5", "integer", "3"),
            ("-2.5", "integer", "-3"),
            ("2.4", "integer", "2"),
            ("' 42 '", "integer", "42"),
            ("'+7'", "integer", "7"),
            ("'true'", "integer", "1"),
            ("7", "float", "7.0"),
            ("'1e3'", "float", "1000.0"),
            ("'12.50'", "decimal", "12.5"),
            ("'12'", "decimal", "12"),
            ("'Yes'", "boolean", "1"),
            ("'off'", "boolean", "0"),
            ("5", "boolean", "1"),
            ("'2026-11-21T17:30:00.5+00:00'", "date", "2026-11-21"),
            ("'2026-11-21T17:30:00.5+00:00'", "time", "17:30:00.5"),
            ("'2026-11-21'", "datetime", "2026-11-21T00:00:00+00:00"),
            ("'2026-11-21'", "date", "2026-11-21"),
            ("'17:30'", "time", "17:30:00"),
            ("'{\"a\":1}'", "json", "{\"a\":1}"),
            ("5", "json", "5"),
        ] {
            check(&format!("SELECT rt_cast({value}, '{ty}')"), Ok(Some(expected)));
        }
        check("SELECT rt_cast(null, 'integer')", Ok(None));
    }

    #[test]
    fn what_is_nothing_of_the_type_is_refused() {
        for (value, ty) in [
            ("'abc'", "integer"),
            ("'2.5'", "integer"),
            ("''", "integer"),
            ("1e19", "integer"),
            ("'99999999999999999999'", "integer"),
            ("x'00'", "text"),
            ("'NaN'", "float"),
            ("'1,5'", "decimal"),
            ("'maybe'", "boolean"),
            ("0.5", "boolean"),
            ("'2026-02-30'", "date"),
            ("5", "date"),
            ("'25:00'", "time"),
            ("'soon'", "datetime"),
            ("'{'", "json"),
        ] {
            let why = format!("rt_cast: a value cannot be read as {ty}");
            check(&format!("SELECT rt_cast({value}, '{ty}')"), Err(&why));
        }
        check("SELECT rt_cast(1, 'money')", Err("no such type"));
    }
}
