//! What the names in drafts mean: fields of the same resource, resources and fields of others, and
//! the types that follow from references.
//!
//! It must not know TOML or literals.

use std::collections::{HashMap, HashSet};

use super::SourceFile;
use super::draft::{Draft, DraftId, DraftKey, DraftReference, DraftType};
use super::report::{At, Mistake, Report};
use super::type_name;
use crate::field::FieldType;
use crate::nearest::nearest;

/// A key that refers to a key that refers to a key: nobody needs more steps, and a circle has no end.
const MOST_STEPS: usize = 32;

/// The most dots in `to` that are tried as the one between resource and field.
const MOST_DOTS: usize = 16;

/// What the names of all drafts mean, indexed like the drafts. `None` where that was reported.
pub(super) struct Meanings {
    pub(super) keys: Vec<Option<Vec<usize>>>,
    pub(super) uniques: Vec<Vec<Option<Vec<usize>>>>,
    pub(super) indexes: Vec<Vec<Option<Vec<usize>>>>,
    pub(super) references: Vec<Vec<Option<Target>>>,
    pub(super) types: Vec<Vec<Option<FieldType>>>,
}

/// What a reference means.
pub(super) struct Target {
    pub(super) fields: Vec<usize>,
    pub(super) resource: usize,
    pub(super) ends: Vec<usize>,
}

/// Resolves every name. Mistakes are reported; `None` only if nothing sensible can follow.
pub(super) fn resolve(
    drafts: &[Draft],
    unread: &HashSet<&str>,
    files: &[SourceFile],
    report: &mut Report,
) -> Option<Meanings> {
    let names = Names::new(drafts, unread, files, report)?;
    for draft in drafts {
        distinct_fields(draft, report);
    }
    let keys: Vec<_> = drafts.iter().map(|draft| primary_key(draft, report)).collect();
    let lists = |draft: &Draft, list: &[DraftKey], report: &mut Report| -> Vec<_> {
        list.iter().map(|key| own_fields(draft, &key.fields, report)).collect()
    };
    let uniques: Vec<_> = drafts.iter().map(|draft| lists(draft, &draft.uniques, report)).collect();
    let indexes: Vec<_> = drafts.iter().map(|draft| lists(draft, &draft.indexes, report)).collect();
    let mut references = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let found = draft.references.iter().map(|reference| {
            let target = names.target(draft, reference, &keys, report)?;
            let unique = is_unique(&target, drafts, &keys, &uniques);
            if !unique {
                report.add(not_unique(reference, &drafts[target.resource], &target));
            }
            Some(target)
        });
        references.push(found.collect());
    }
    let mut meanings = Meanings { keys, uniques, indexes, references, types: Vec::new() };
    meanings.types = types(drafts, &meanings, report);
    Some(meanings)
}

/// The resources by name.
struct Names<'a> {
    drafts: &'a [Draft],
    by_name: HashMap<&'a str, usize>,
    /// Files that could not be read: what refers to them is not a second mistake.
    unread: &'a HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn new(
        drafts: &'a [Draft],
        unread: &'a HashSet<&'a str>,
        files: &[SourceFile],
        report: &mut Report,
    ) -> Option<Self> {
        let mut by_name = HashMap::new();
        let mut distinct = true;
        for (index, draft) in drafts.iter().enumerate() {
            if let Some(other) = by_name.insert(draft.name.value.as_str(), index) {
                distinct = false;
                let message = format!("two resources are called {:?}", draft.name.value);
                let file = files.get(drafts[other].name.place.file).map_or("another file", |file| &file.path);
                let label = match &drafts[other].part_of {
                    Some((_, short)) => format!("the part {short} in {file} is called so too"),
                    None => format!("{file} is called so too"),
                };
                report.add(Mistake::new(&draft.name.place, message, label));
            }
        }
        distinct.then_some(Self { drafts, by_name, unread })
    }

    fn target(
        &self,
        draft: &Draft,
        reference: &DraftReference,
        keys: &[Option<Vec<usize>>],
        report: &mut Report,
    ) -> Option<Target> {
        let fields = own_fields(draft, &reference.fields, report);
        let (resource, end) = self.find(&reference.to, report)?;
        let target = &self.drafts[resource];
        let ends = match (&reference.to_fields, end) {
            (Some(names), _) => own_fields(target, names, report)?,
            (None, Some(field)) => vec![field],
            (None, None) => keys[resource].clone()?,
        };
        let fields = fields?;
        if fields.len() == ends.len() {
            return Some(Target { fields, resource, ends });
        }
        let place = &reference.to.place;
        let label = match (ends.len(), &reference.to_fields) {
            (0, _) => format!("{} has no primary key; name a unique field: \"{0}.field\"", target.name.value),
            (count, None) if fields.len() == 1 => {
                format!("the key of {} has {count} fields; use references = [...]", target.name.value)
            }
            (count, _) => format!("{} fields refer to {count}", fields.len()),
        };
        report.add(Mistake::new(place, "a reference pairs each field with one", label));
        None
    }

    /// The resource, and the field of it, that `to` names.
    fn find(&self, to: &At<String>, report: &mut Report) -> Option<(usize, Option<usize>)> {
        if let Some(index) = self.by_name.get(to.value.as_str()) {
            return Some((*index, None));
        }
        // Names from existing databases may hold dots, so every dot may be the one that separates.
        for (at, _) in to.value.match_indices('.').take(MOST_DOTS) {
            let (resource, field) = (&to.value[..at], &to.value[at + 1..]);
            if self.unread.contains(resource) {
                return None;
            }
            let Some(index) = self.by_name.get(resource) else { continue };
            let target = &self.drafts[*index];
            if let Some(field) = target.field(field) {
                return Some((*index, Some(field)));
            }
            report.add(unknown_field(target, &At::new(field.to_owned(), to.place.clone())));
            return None;
        }
        if !self.unread.contains(to.value.as_str()) {
            let meant = nearest(&to.value, self.drafts.iter().map(|draft| draft.name.value.as_str()));
            let otherwise = format!("there is no resources/{}.toml", to.value);
            report.add(Mistake::unknown(&to.place, "resource", &to.value, meant, &otherwise));
        }
        None
    }
}

fn distinct_fields(draft: &Draft, report: &mut Report) {
    let mut columns = HashMap::new();
    for field in &draft.fields {
        let column = field.column();
        // SQLite and MariaDB do not tell "Email" from "email".
        let Some(other) = columns.insert(column.value.to_ascii_lowercase(), field) else { continue };
        let message = format!("two fields use the column {:?}", column.value);
        let label = format!("{:?} uses it too", other.name.value);
        report.add(Mistake::new(&column.place, message, label));
    }
}

fn primary_key(draft: &Draft, report: &mut Report) -> Option<Vec<usize>> {
    match &draft.id {
        DraftId::None => Some(Vec::new()),
        DraftId::Fields { fields, .. } => {
            if let [one] = &fields[..]
                && draft.field(&one.value).is_none()
                && type_name::is_type(&one.value)
            {
                let message = format!("no field is called {:?}", one.value);
                report.add(
                    Mistake::new(&one.place, message, "id is \"integer\", \"uuid\" or the name of a field")
                        .help(format!(
                            "for a key of another type, declare it:  [fields] id = {:?}",
                            one.value
                        )),
                );
                return None;
            }
            let key = own_fields(draft, fields, report)?;
            for (name, field) in fields.iter().zip(&key) {
                if draft.fields[*field].optional {
                    let message = format!("{:?} is optional, but belongs to the primary key", name.value);
                    let label = "a key always has a value";
                    report.add(Mistake::new(&draft.fields[*field].name.place, message, label));
                }
            }
            Some(key)
        }
    }
}

/// The positions of the draft's own fields; unknown and repeated names are reported.
fn own_fields(draft: &Draft, names: &[At<String>], report: &mut Report) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        match draft.field(&name.value) {
            Some(field) if found.contains(&field) => {
                let message = format!("{:?} is named twice", name.value);
                report.add(Mistake::new(&name.place, message, "remove one"));
            }
            Some(field) => found.push(field),
            None => report.add(unknown_field(draft, name)),
        }
    }
    (found.len() == names.len()).then_some(found)
}

fn unknown_field(draft: &Draft, name: &At<String>) -> Mistake {
    let meant = nearest(&name.value, draft.fields.iter().map(|field| field.name.value.as_str()));
    let otherwise = format!("{} has no such field", draft.name.value);
    Mistake::unknown(&name.place, "field", &name.value, meant, &otherwise)
}

/// Whether the fields referred to are a key, so that they name one row.
fn is_unique(
    target: &Target,
    drafts: &[Draft],
    keys: &[Option<Vec<usize>>],
    uniques: &[Vec<Option<Vec<usize>>>],
) -> bool {
    let wanted = &target.ends;
    let same = |key: &Vec<usize>| key.len() == wanted.len() && key.iter().all(|field| wanted.contains(field));
    let alone = matches!(wanted[..], [one] if drafts[target.resource].fields[one].unique);
    // A key that could not be read is not blamed on whoever refers to it.
    alone
        || keys[target.resource].as_ref().is_none_or(same)
        || uniques[target.resource].iter().flatten().any(same)
}

fn not_unique(reference: &DraftReference, target: &Draft, found: &Target) -> Mistake {
    let names: Vec<&str> = found.ends.iter().map(|field| target.fields[*field].name.value.as_str()).collect();
    let names = names.join(", ");
    let message =
        format!("a reference must lead to one row, but {names} of {} is not unique", target.name.value);
    Mistake::new(&reference.to.place, message, "not the primary key and not unique")
        .help(format!("add unique = true to {names}, or refer to the resource's primary key"))
}

fn types(drafts: &[Draft], meanings: &Meanings, report: &mut Report) -> Vec<Vec<Option<FieldType>>> {
    let mut types = Vec::with_capacity(drafts.len());
    for (resource, draft) in drafts.iter().enumerate() {
        let found = draft.fields.iter().enumerate().map(|(field, declared)| {
            follow(drafts, meanings, resource, field).unwrap_or_else(|Endless| {
                let message = format!("{:?} never gets a type", declared.name.value);
                let label = "its references lead in a circle";
                report.add(
                    Mistake::new(&declared.name.place, message, label)
                        .help("give one of the fields in the circle a type = \"...\" of its own"),
                );
                None
            })
        });
        types.push(found.collect());
    }
    types
}

/// The references never lead to a field with a type.
struct Endless;

/// The type at the end of a field's references; `Ok(None)` if a mistake on the way was reported.
fn follow(
    drafts: &[Draft],
    meanings: &Meanings,
    mut resource: usize,
    mut field: usize,
) -> Result<Option<FieldType>, Endless> {
    for _ in 0..MOST_STEPS {
        let position = match &drafts[resource].fields[field].ty {
            DraftType::Known(ty) => return Ok(Some(ty.clone())),
            DraftType::Unreadable => return Ok(None),
            DraftType::Reference(position) => *position,
        };
        let Some(Some(target)) = meanings.references[resource].get(position) else { return Ok(None) };
        let Some(next) = target.ends.first() else { return Ok(None) };
        (resource, field) = (target.resource, *next);
    }
    Err(Endless)
}
