//! Values as other types. A value that is none of the type is an error.
//!
//! The server's own `CAST` makes 0 of what is no number and only warns, so a value is looked at first.
//! What is wrong with it makes a number too great, the one error that a server raises from inside a
//! `SELECT`.

use roundtrip_query::plan::Cast;
use roundtrip_schema::Form;

use super::text::told;

const INTEGER: &str = "'^[[:space:]]*[+-]?[0-9]{1,30}[[:space:]]*$'";
const NUMBER: &str = r"'^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?[[:space:]]*$'";
const DAY: &str = "'^[[:space:]]*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?[[:space:]]*$'";
const CLOCK: &str = "'^[[:space:]]*([0-9]{4}-[0-9]{2}-[0-9]{2}[T ])?[0-9]{2}:[0-9]{2}.*$'";

/// A value of this form as another type.
pub(super) fn cast(value: &str, from: Form, to: Cast) -> String {
    match to {
        Cast::Text => to_text(value, from),
        Cast::Integer => to_integer(value, from),
        Cast::Float => to_number(value, from),
        Cast::Decimal => match from {
            Form::Integer | Form::Decimal(_) | Form::Duration => value.to_owned(),
            _ => to_number(value, from),
        },
        Cast::Boolean => to_boolean(value, from),
        Cast::Date => to_moment(value, from, "DATE", DAY),
        Cast::Time => to_moment(value, from, "TIME(6)", CLOCK),
        Cast::Datetime => to_moment(value, from, "DATETIME(6)", DAY),
        Cast::Json => to_json(value, from),
    }
}

/// An error, if a row gets there. Not a constant, which would be worked out before any row is.
fn refused(value: &str) -> String {
    format!("9223372036854775807 + (CHAR_LENGTH({value}) + 1)")
}

/// Whether a form is a number to the database.
fn is_number(form: Form) -> bool {
    matches!(form, Form::Integer | Form::Float | Form::Decimal(_) | Form::Duration)
}

fn to_text(value: &str, from: Form) -> String {
    match from {
        Form::Boolean => {
            told(&format!("CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {value} END"))
        }
        Form::Datetime => told(&datetime_text(value)),
        Form::Any
        | Form::Text
        | Form::Integer
        | Form::Float
        | Form::Decimal(_)
        | Form::Duration
        | Form::Json
        | Form::Base64 => told(value),
    }
}

/// A moment as it is written in answers: no zeros at the end of its fraction.
pub(super) fn datetime_text(value: &str) -> String {
    let fraction = format!("DATE_FORMAT({value}, '%Y-%m-%dT%H:%i:%s.%f')");
    format!("CONCAT({}, '+00:00')", trimmed(&fraction))
}

/// Digits without the zeros, and the point, at the end of a fraction.
pub(super) fn trimmed(text: &str) -> String {
    format!("TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {text}))")
}

fn to_integer(value: &str, from: Form) -> String {
    let within = |number: &str| format!("{number} BETWEEN -9223372036854775808 AND 9223372036854775807");
    if from == Form::Integer || from == Form::Duration {
        return value.to_owned();
    }
    if from == Form::Boolean {
        return format!("CAST({value} AS SIGNED)");
    }
    if is_number(from) || from == Form::Any {
        // Halves go away from zero; the server's own rounding of doubles leaves that to the machine.
        let rounded = format!("SIGN({value}) * FLOOR(ABS({value}) + 0.5)");
        return format!(
            "CAST(CASE WHEN {value} IS NULL OR {} THEN {rounded} ELSE {} END AS SIGNED)",
            within(&rounded),
            refused(value)
        );
    }
    let text = told(value);
    let number = format!("CAST({value} AS DECIMAL(65,0))");
    format!(
        "CASE WHEN {value} IS NULL THEN NULL WHEN {text} = 'true' THEN 1 WHEN {text} = 'false' THEN 0 \
         WHEN {text} REGEXP {INTEGER} AND {} THEN CAST({value} AS SIGNED) ELSE {} END",
        within(&number),
        refused(value)
    )
}

fn to_number(value: &str, from: Form) -> String {
    if is_number(from) || from == Form::Any {
        return format!("CAST({value} AS DOUBLE)");
    }
    let text = told(value);
    format!(
        "CASE WHEN {value} IS NULL THEN NULL WHEN {text} REGEXP {NUMBER} THEN CAST({value} AS DOUBLE) ELSE {} END",
        refused(value)
    )
}

fn to_boolean(value: &str, from: Form) -> String {
    if from == Form::Boolean {
        return value.to_owned();
    }
    if is_number(from) || from == Form::Any {
        return format!("({value} <> 0)");
    }
    let word = format!("LOWER(TRIM({}))", told(value));
    format!(
        "CASE WHEN {value} IS NULL THEN NULL WHEN {word} IN ('t', 'true', 'y', 'yes', 'on', '1') THEN 1 \
         WHEN {word} IN ('f', 'false', 'n', 'no', 'off', '0') THEN 0 ELSE {} END",
        refused(value)
    )
}

fn to_moment(value: &str, from: Form, ty: &str, looks: &str) -> String {
    if from == Form::Datetime {
        return format!("CAST({value} AS {ty})");
    }
    let text = told(value);
    let moment = format!("CAST(REPLACE({value}, '+00:00', '') AS {ty})");
    format!(
        "CAST(CASE WHEN {value} IS NULL THEN NULL WHEN {text} REGEXP {looks} AND {moment} IS NOT NULL THEN {moment} \
         ELSE {} END AS {ty})",
        refused(value)
    )
}

fn to_json(value: &str, from: Form) -> String {
    match from {
        Form::Boolean => {
            told(&format!("CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {value} END"))
        }
        Form::Json | Form::Integer | Form::Float | Form::Decimal(_) | Form::Duration | Form::Any => {
            told(value)
        }
        Form::Text | Form::Datetime | Form::Base64 => {
            format!(
                "CASE WHEN {value} IS NULL OR JSON_VALID({value}) THEN {} ELSE {} END",
                told(value),
                refused(value)
            )
        }
    }
}
