//! The primary key of a resource, from its properties and the parameter of its paths.
//!
//! It must not know how keys are written.

use roundtrip_schema::{FieldType, Kind};

use super::collection::Collection;
use super::document::Document;
use super::kind::typed;
use super::note::Notes;
use super::property::Property;
use super::word;

/// A primary key of one field.
#[derive(Debug)]
pub(super) struct Key {
    /// The property that it is; `None` for a field `id` that the document does not have.
    pub(super) property: Option<usize>,
    /// Its type.
    pub(super) ty: FieldType,
    /// The type that the document gives it, by which references to it are recognised.
    pub(super) written: FieldType,
    /// Whether callers need not give it.
    pub(super) made: bool,
}

/// Finds the key, or adds one.
pub(super) fn key<'a>(
    document: &'a Document,
    collection: &Collection<'a>,
    properties: &[Property<'a>],
    notes: &mut Notes,
) -> Key {
    let ty_of = |index: usize| typed(document, &properties[index].shape).ty;
    if let Some(index) = properties.iter().position(|property| property.snake() == "id") {
        return identity(&properties[index], index, ty_of(index), collection, notes);
    }
    let by_parameter = || {
        let wanted = collection.parameter.and_then(word::snake)?;
        properties.iter().position(|property| property.snake() == wanted)
    };
    let by_noun = || {
        properties.iter().position(|property| {
            let name = property.snake();
            let noun = name.strip_suffix("_id").map(word::nouns);
            noun.is_some_and(|nouns| nouns.contains(&collection.name))
        })
    };
    let found = by_parameter().or_else(by_noun).map(|index| (index, ty_of(index)));
    if let Some((index, ty)) = found.filter(|(_, ty)| can_be_key(ty)) {
        let made = matches!(ty.kind, Kind::Integer | Kind::Uuid);
        if !made && properties[index].fixed {
            let text = format!("{} is the key, which callers have to send here", properties[index].name);
            notes.about(&collection.name, &properties[index].shape.place, text);
        }
        return Key { property: Some(index), written: ty.clone(), ty, made };
    }
    notes.about(
        &collection.name,
        &collection.place,
        "has no id: the field id is added, which the server numbers",
    );
    let ty = FieldType::one(Kind::Integer);
    Key { property: None, written: ty.clone(), ty, made: true }
}

/// A property called `id`, which is the key whatever its type.
fn identity(
    property: &Property<'_>,
    index: usize,
    written: FieldType,
    collection: &Collection<'_>,
    notes: &mut Notes,
) -> Key {
    let (kind, remark) = match &written.kind {
        _ if written.list => (Kind::Text, Some("is a list, which is no key: text")),
        Kind::Integer | Kind::Uuid => (written.kind.clone(), None),
        Kind::Float | Kind::Decimal { .. } => {
            (Kind::Integer, Some("is a number that may have a fraction: an integer here"))
        }
        // Text that callers do not send has to come from the server, which makes uuids.
        Kind::Text if property.fixed => {
            (Kind::Uuid, Some("is text that callers do not send: a uuid, which the server makes"))
        }
        kind if can_be_key(&FieldType::one(kind.clone())) => (kind.clone(), None),
        _ => (Kind::Text, Some("has no type that a key can have: text")),
    };
    if let Some(remark) = remark {
        notes.about(&collection.name, &property.shape.place, format!("{} {remark}", property.name));
    }
    let made = matches!(kind, Kind::Integer | Kind::Uuid);
    Key { property: Some(index), ty: FieldType::one(kind), written, made }
}

fn can_be_key(ty: &FieldType) -> bool {
    let kinds = matches!(
        ty.kind,
        Kind::Integer | Kind::Uuid | Kind::Text | Kind::Slug | Kind::Email | Kind::Url | Kind::Date
    );
    kinds && !ty.list
}
