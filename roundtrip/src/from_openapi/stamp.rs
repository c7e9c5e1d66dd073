//! Moments that the server keeps by itself: when a row was made, and when it was last changed.
//!
//! It must not know documents.

use roundtrip_schema::field::SetOn;
use roundtrip_schema::{Field, FieldType, Kind, ServerValue};

use super::property::Property;

/// Names of a moment at which a row was made, beside `created_at`.
const MADE: [&str; 7] =
    ["created", "created_on", "create_time", "creation_date", "date_created", "inserted_at", "creation_time"];

/// What a property that callers do not send is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// `created_at` of `timestamps = true`.
    CreatedAt,
    /// `updated_at` of `timestamps = true`.
    UpdatedAt,
    /// Another name, which the server sets when the row is made.
    Made,
}

/// What the server keeps in this property, if it is such a moment.
pub(super) fn stamp(property: &Property<'_>, ty: &FieldType) -> Option<Stamp> {
    if !property.fixed || ty.list {
        return None;
    }
    match (property.snake().as_str(), &ty.kind) {
        ("created_at", Kind::Datetime) => Some(Stamp::CreatedAt),
        ("updated_at", Kind::Datetime) => Some(Stamp::UpdatedAt),
        (name, Kind::Datetime | Kind::Date) if MADE.contains(&name) => Some(Stamp::Made),
        _ => None,
    }
}

/// The two fields that `timestamps = true` stands for.
pub(super) fn fields() -> [Field; 2] {
    let stamp = |name: &str, set_on| Field {
        set: Some((set_on, ServerValue::Now)),
        ..Field::new(name, FieldType::one(Kind::Datetime))
    };
    [stamp("created_at", SetOn::Create), stamp("updated_at", SetOn::Write)]
}
