//! From a property to a field: its type or reference, whether it may be missing, who sees and sends it.
//!
//! It must not know the rest of its resource, save by the links that were found.

use roundtrip_schema::field::SetOn;
use roundtrip_schema::{Field, FieldType, Rule, ServerValue};

use super::document::Document;
use super::kind::{Typed, typed};
use super::limit;
use super::link::Link;
use super::model::Draft;
use super::note::Notes;
use super::property::{Property, is_password};
use super::stamp::{Stamp, stamp};

/// A field, and the draft that it refers to.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) field: Field,
    pub(super) target: Option<usize>,
}

/// What every field is made with.
pub(super) struct Context<'c, 'a> {
    pub(super) document: &'a Document,
    pub(super) drafts: &'c [Draft<'a>],
    pub(super) links: &'c [Vec<Link>],
}

impl<'a> Context<'_, 'a> {
    /// The field of a property; `None`, with a note, if it has none.
    pub(super) fn field(&self, position: usize, index: usize, notes: &mut Notes) -> Option<Made> {
        let draft = &self.drafts[position];
        let property = &draft.properties[index];
        let name = |target: usize| self.drafts[target].collection.name.as_str();
        let mut note = |remark: &str| {
            notes.about(&draft.collection.name, &property.shape.place, format!("{} {remark}", property.name));
        };
        let made = match &self.links[position][index] {
            Link::Embedded(way) => {
                note(&format!("is left out: embedding shows it, by way of {way}"));
                return None;
            }
            Link::Row(target) => {
                let field = self.row_key(draft, property, *target);
                note(&format!(
                    "is {} here, the key of a row of {}; ?select=*,{}(*) embeds the row",
                    field.name,
                    name(*target),
                    property.name
                ));
                Made { field, target: Some(*target) }
            }
            Link::Id(target) => {
                let key = &self.drafts[*target].key;
                let mut field = Field::new(property.name, key.ty.clone());
                field.description = property.description();
                for remark in limit::carry(self.document, property, &mut field, &["format"]) {
                    note(&remark);
                }
                Made { field, target: Some(*target) }
            }
            Link::Unlike(target) => {
                note(&format!("has another type than the key of {}: no reference", name(*target)));
                Made { field: self.plain(property, &mut note), target: None }
            }
            Link::Rows(target) => {
                note(&format!(
                    "holds rows of {}; to link them, add a resource between the two that refers to both",
                    name(*target)
                ));
                Made { field: self.plain(property, &mut note), target: None }
            }
            Link::None => Made { field: self.plain(property, &mut note), target: None },
        };
        Some(Made { field: presence(made.field, property, &mut note), ..made })
    }

    /// The field `category_id` for the property `category`.
    fn row_key(&self, draft: &Draft<'_>, property: &Property<'_>, target: usize) -> Field {
        let mut name = format!("{}_id", property.name);
        while draft.properties.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
            name.push('_');
        }
        let mut field = Field::new(name, self.drafts[target].key.ty.clone());
        // A description of the component would describe the row, not the reference.
        let own = property.schema.first().and_then(|schema| schema.text("description"));
        field.description = own.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        field
    }

    fn plain(&self, property: &Property<'a>, note: &mut impl FnMut(&str)) -> Field {
        let Typed { ty, remarks, said } = typed(self.document, &property.shape);
        let mut field = Field::new(property.name, ty);
        field.description = property.description();
        for (_, trouble) in &property.shape.troubles {
            note(&format!("is not understood as a whole: {trouble}"));
        }
        let left = limit::carry(self.document, property, &mut field, said);
        for remark in remarks.iter().chain(&left) {
            note(remark);
        }
        field
    }

    /// The field of a primary key.
    pub(super) fn key(&self, position: usize, notes: &mut Notes) -> Field {
        let draft = &self.drafts[position];
        let Some(index) = draft.key.property else { return Field::new("id", draft.key.ty.clone()) };
        let property = &draft.properties[index];
        let mut field = Field::new(property.name, draft.key.ty.clone());
        // What is said where it is sent is about leaving it out.
        field.description = property.answered.as_ref().unwrap_or(&property.shape).description();
        let mut remarks = limit::carry(self.document, property, &mut field, &["format"]);
        if field.default.take().is_some() {
            remarks.push("has a default, which a key cannot have".to_owned());
        }
        for remark in remarks {
            let text = format!("{} {remark}", property.name);
            notes.about(&draft.collection.name, &property.shape.place, text);
        }
        field
    }

    /// The type of a property, for who has to know it before there is a field.
    pub(super) fn ty(&self, property: &Property<'a>) -> FieldType {
        typed(self.document, &property.shape).ty
    }
}

/// Whether a field may be missing, and who sees and sends it.
fn presence(mut field: Field, property: &Property<'_>, note: &mut impl FnMut(&str)) -> Field {
    field.optional = property.shape.nullable || !(property.required || field.default.is_some());
    if property.hidden {
        field.read = Some(Rule::Nobody);
        if is_password(property.name, &property.shape) {
            note("holds passwords: nobody reads it, and it is kept as it is sent, without hashing");
        } else if !property.shape.flag("writeOnly") {
            note("is sent and never answered: nobody reads it");
        }
        return field;
    }
    if !property.fixed {
        return field;
    }
    // `updated_at` is no field of its own: it comes with the time stamps.
    if matches!(stamp(property, &field.ty), Some(Stamp::Made | Stamp::CreatedAt)) {
        field.set = Some((SetOn::Create, ServerValue::Now));
        (field.optional, field.default) = (false, None);
        return field;
    }
    field.write = Some(Rule::Nobody);
    if field.default.is_none() {
        field.optional = true;
        note("is read-only, and no rule of the server fills it yet: optional");
    }
    field
}
