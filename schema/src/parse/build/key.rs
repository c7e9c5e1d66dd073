//! Keys, indexes and references of one resource, with the names they have in the database.

use super::ids;
use crate::field::{Field, FieldDefault, Kind, ServerValue};
use crate::parse::draft::{Draft, DraftId, DraftKey};
use crate::parse::report::{Mistake, Report};
use crate::parse::resolve::{Meanings, Target};
use crate::resource::{Index, OnDelete, Reference, Unique};
use crate::schema::{FieldId, ResourceId};

/// What [`build`] makes.
pub(super) struct Keys {
    pub(super) uniques: Vec<Unique>,
    pub(super) indexes: Vec<Index>,
    pub(super) references: Vec<Reference>,
}

/// The keys in order: those of fields, then those of the lists, then indexes that references need.
pub(super) fn build(drafts: &[Draft], meanings: &Meanings, position: usize, report: &mut Report) -> Keys {
    let draft = &drafts[position];
    let mut uniques = Vec::new();
    for (index, _) in draft.fields.iter().enumerate().filter(|(_, field)| field.unique) {
        uniques.push(Unique { name: named(draft, &[index], "key"), fields: ids(&[index]) });
    }
    for (key, fields) in listed(&draft.uniques, &meanings.uniques[position]) {
        let unique = Unique { name: name_of(draft, key, fields, "key"), fields: ids(fields) };
        if uniques.iter().any(|other: &Unique| other.name == unique.name) {
            report.add(Mistake::new(&key.place, "this is declared unique twice", "remove one"));
        }
        uniques.push(unique);
    }
    let mut indexes = Vec::new();
    for (index, _) in draft.fields.iter().enumerate().filter(|(_, field)| field.index == Some(true)) {
        indexes.push(Index { name: named(draft, &[index], "idx"), fields: ids(&[index]) });
    }
    for (key, fields) in listed(&draft.indexes, &meanings.indexes[position]) {
        let index = Index { name: name_of(draft, key, fields, "idx"), fields: ids(fields) };
        if indexes.iter().any(|other: &Index| other.name == index.name) {
            report.add(Mistake::new(&key.place, "this index is declared twice", "remove one"));
        }
        indexes.push(index);
    }
    let primary_key = meanings.keys[position].as_deref().map(ids).unwrap_or_default();
    let mut references = Vec::new();
    for (declared, target) in draft.references.iter().zip(&meanings.references[position]) {
        let Some(target) = target else { continue };
        let fields = ids(&target.fields);
        if declared.index && !leads(&fields, &primary_key, &uniques, &indexes) {
            indexes.push(Index { name: named(draft, &target.fields, "idx"), fields: fields.clone() });
        }
        references.push(Reference {
            constraint: declared.name.clone().unwrap_or_else(|| named(draft, &target.fields, "fkey")),
            fields,
            target: ResourceId::new(target.resource),
            target_fields: ids(&target.ends),
            on_delete: declared.on_delete.value,
        });
    }
    Keys { uniques, indexes, references }
}

fn listed<'a>(
    keys: &'a [DraftKey],
    fields: &'a [Option<Vec<usize>>],
) -> impl Iterator<Item = (&'a DraftKey, &'a Vec<usize>)> {
    keys.iter().zip(fields).filter_map(|(key, fields)| Some((key, fields.as_ref()?)))
}

fn name_of(draft: &Draft, key: &DraftKey, fields: &[usize], suffix: &str) -> String {
    key.name.clone().unwrap_or_else(|| named(draft, fields, suffix))
}

fn named(draft: &Draft, fields: &[usize], suffix: &str) -> String {
    let columns = fields.iter().map(|field| draft.fields[*field].column().value.as_str());
    constraint_name(&draft.table().value, columns, suffix)
}

/// The name of a constraint or index that was given none, as PostgreSQL would name it.
pub(crate) fn constraint_name<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    suffix: &str,
) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name.push('_');
    name.push_str(suffix);
    name
}

/// Whether a key or index begins with these fields, so that looking for them needs no other.
pub(crate) fn leads(
    fields: &[FieldId],
    primary_key: &[FieldId],
    uniques: &[Unique],
    indexes: &[Index],
) -> bool {
    primary_key.starts_with(fields)
        || uniques.iter().any(|unique| unique.fields.starts_with(fields))
        || indexes.iter().any(|index| index.fields.starts_with(fields))
}

/// Whether a missing key is made by the server or the database, when the file does not say so:
/// integers and uuids that stand alone, refer to nothing and have no default.
pub(crate) fn is_generated(kind: &Field, refers: bool) -> bool {
    !refers
        && !kind.ty.list
        && matches!(kind.ty.kind, Kind::Integer | Kind::Uuid)
        && kind.default.is_none()
        && kind.set.is_none()
        && !kind.generated
}

/// Sees to a primary key that callers need not give; says whether the database numbers it.
pub(super) fn generate(
    draft: &Draft,
    meanings: &Meanings,
    position: usize,
    fields: &mut [Option<Field>],
    report: &mut Report,
) -> bool {
    let DraftId::Fields { generated, .. } = &draft.id else { return false };
    let Some([key]) = meanings.keys[position].as_deref() else {
        if let Some(flag) = generated.as_ref().filter(|flag| flag.value) {
            let message = "only a key of one field can be generated";
            report.add(Mistake::new(&flag.place, message, "this key has several"));
        }
        return false;
    };
    let Some(Some(field)) = fields.get_mut(*key) else { return false };
    let refers = meanings.references[position]
        .iter()
        .any(|target| target.as_ref().is_some_and(|target| target.fields.contains(key)));
    let usual = !draft.view && is_generated(field, refers);
    let wanted = generated.as_ref().map_or(usual, |flag| flag.value);
    match (wanted, &field.ty.kind, field.ty.list) {
        (false, _, _) => false,
        (true, Kind::Integer, false) => true,
        (true, Kind::Uuid, false) => {
            if field.default.is_none() {
                field.default = Some(FieldDefault::Server(ServerValue::UuidV7));
            }
            false
        }
        (true, _, _) => {
            if let Some(flag) = generated {
                let message = format!("a key of the type {} cannot be generated", field.ty);
                report.add(Mistake::new(&flag.place, message, "only an integer or a uuid can"));
            }
            false
        }
    }
}

/// Reports references whose action their own fields cannot take.
pub(super) fn check_on_delete(draft: &Draft, targets: &[Option<Target>], report: &mut Report) {
    for (declared, target) in draft.references.iter().zip(targets) {
        let Some(target) = target else { continue };
        for field in target.fields.iter().map(|index| &draft.fields[*index]) {
            let place = &declared.on_delete.place;
            let name = &field.name.value;
            match declared.on_delete.value {
                OnDelete::SetNull if !field.optional => {
                    let message = format!("{name:?} cannot become null");
                    report.add(Mistake::new(place, message, "add optional = true, or choose another action"));
                }
                OnDelete::SetDefault if field.default.is_none() && field.database.is_none() => {
                    let message = format!("{name:?} has no default");
                    report.add(Mistake::new(place, message, "add default = ..., or choose another action"));
                }
                OnDelete::Restrict | OnDelete::Cascade | OnDelete::SetNull | OnDelete::SetDefault => {}
            }
        }
    }
}
