//! Values as other types, as far as PostgreSQL's own casts mean something else or do not exist.
//!
//! What no cast leads to goes by way of its text, so that it fails where a row is read and not before,
//! as it does in every database. It must not know columns: it is told how a value is rendered.

use roundtrip_query::plan::Cast;
use roundtrip_schema::Form;

/// A value of this form as another type.
pub(super) fn cast(value: &str, from: Form, to: Cast) -> String {
    match to {
        Cast::Text => text(value, from),
        Cast::Integer => integer(value, from),
        Cast::Float => number(value, from, "float8"),
        Cast::Decimal => number(value, from, "numeric"),
        Cast::Boolean => boolean(value, from),
        Cast::Date => format!("(({} AT TIME ZONE 'UTC')::date)", moment(value, from)),
        Cast::Time => time(value, from),
        Cast::Datetime => moment(value, from),
        Cast::Json => json(value, from),
    }
}

/// The text that an answer would show.
fn text(value: &str, from: Form) -> String {
    match from {
        Form::Datetime => format!("(to_jsonb(({value})::timestamptz) #>> '{{}}')"),
        // Arrays are JSON here.
        Form::Json => format!("(to_jsonb({value})::text)"),
        Form::Any
        | Form::Text
        | Form::Integer
        | Form::Float
        | Form::Decimal(_)
        | Form::Boolean
        | Form::Duration
        | Form::Base64 => format!("(({value})::text)"),
    }
}

/// Halves go away from zero, which they only do in `numeric`.
fn integer(value: &str, from: Form) -> String {
    let text = text(value, from);
    match from {
        Form::Integer => format!("(({value})::bigint)"),
        Form::Boolean => format!("(({value})::int::bigint)"),
        // A double has more digits in its text than in what PostgreSQL makes a `numeric` of.
        Form::Float | Form::Decimal(_) | Form::Any => format!("(round({text}::numeric)::bigint)"),
        Form::Duration | Form::Datetime | Form::Base64 => format!("({text}::bigint)"),
        Form::Text | Form::Json => {
            format!("(CASE {text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE {text}::bigint END)")
        }
    }
}

fn number(value: &str, from: Form, ty: &str) -> String {
    match from {
        Form::Boolean => format!("(({value})::int::{ty})"),
        Form::Integer | Form::Decimal(_) => format!("(({value})::{ty})"),
        Form::Any
        | Form::Float
        | Form::Text
        | Form::Json
        | Form::Duration
        | Form::Datetime
        | Form::Base64 => {
            format!("({}::{ty})", text(value, from))
        }
    }
}

fn boolean(value: &str, from: Form) -> String {
    match from {
        Form::Boolean => format!("(({value})::boolean)"),
        Form::Integer | Form::Float | Form::Decimal(_) | Form::Any => format!("(({value}) <> 0)"),
        Form::Text | Form::Json | Form::Duration | Form::Datetime | Form::Base64 => {
            format!("({}::boolean)", text(value, from))
        }
    }
}

/// Without an offset it is in UTC, as the session's time zone is.
fn moment(value: &str, from: Form) -> String {
    match from {
        Form::Datetime => format!("(({value})::timestamptz)"),
        Form::Any
        | Form::Text
        | Form::Integer
        | Form::Float
        | Form::Decimal(_)
        | Form::Boolean
        | Form::Duration
        | Form::Json
        | Form::Base64 => format!("({}::timestamptz)", text(value, from)),
    }
}

/// Of a moment its time of day in UTC.
fn time(value: &str, from: Form) -> String {
    let of_moment = format!("({} AT TIME ZONE 'UTC')::time", moment(value, from));
    if from == Form::Datetime {
        return format!("({of_moment})");
    }
    let text = text(value, from);
    format!("(CASE WHEN {text} ~ '^\\s*\\d{{4}}-' THEN {of_moment} ELSE {text}::time END)")
}

fn json(value: &str, from: Form) -> String {
    match from {
        Form::Json
        | Form::Boolean
        | Form::Integer
        | Form::Float
        | Form::Decimal(_)
        | Form::Any
        | Form::Duration => {
            format!("to_jsonb({value})")
        }
        // Text is read: it has to be a document.
        Form::Text | Form::Datetime | Form::Base64 => format!("({}::jsonb)", text(value, from)),
    }
}
