//! Reads one resource file: the resource and its parts.
//!
//! It must not know other files: what their names mean is found in `resolve`.

use toml::de::DeTable;

use super::draft::{Draft, DraftField, DraftId, DraftReference, DraftType};
use super::key::{self, Id};
use super::report::{At, Mistake, Place, Report};
use super::table::{Entry, Keys, Source, Table};
use super::{access, field, name, reference};
use crate::access::{Access, Action};
use crate::field::{FieldType, Kind, ServerValue, SetOn};
use crate::resource::OnDelete;

/// The most fields of one resource.
const MOST_FIELDS: usize = 1_000;

pub(crate) const KEYS: Keys = Keys {
    of: "a resource",
    known: &[
        "description",
        "name",
        "table",
        "view",
        "id",
        "auth",
        "index",
        "unique",
        "references",
        "timestamps",
        "fields",
        "parts",
        "access",
        "renamed_from",
    ],
    later: &["check", "history", "documents", "let", "versions"],
    hint: "the resource's own fields stand under [fields]",
};

pub(crate) const PART_KEYS: Keys = Keys {
    of: "a part",
    known: &[
        "description",
        "name",
        "table",
        "id",
        "index",
        "unique",
        "references",
        "timestamps",
        "fields",
        "access",
        "renamed_from",
    ],
    later: &["check", "history", "documents", "let", "versions", "parts"],
    hint: "the part's own fields stand under [parts.<name>.fields]",
};

/// A resource and its parts, each with its short name.
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) parts: Vec<(String, Draft)>,
}

/// Reads a file's table. `stem` is the file's name without its ending.
pub(super) fn read<'a>(source: Source<'a>, root: &'a DeTable<'a>, stem: &str, report: &mut Report) -> Found {
    let table = Table::closed(source, root, &KEYS, report);
    let name = resource_name(source, &table, stem, report);
    let access = table.get("access").map(|item| access::read(item, report)).unwrap_or_default();
    let draft = body(&table, name, access, None, report);
    let mut parts = Vec::new();
    if let Some(table) = table.get("parts").and_then(|item| item.open_table(report)) {
        for entry in table.entries() {
            if draft.field(entry.key.value).is_some() {
                let message = format!("{:?} is a field and a part", entry.key.value);
                report.add(Mistake::new(&entry.key.place, message, "give one of them another name"));
            }
            if let Some(part) = read_part(&draft, entry, report) {
                parts.push((entry.key.value.to_owned(), part));
            }
        }
    }
    Found { draft, parts }
}

fn resource_name(source: Source<'_>, table: &Table<'_>, stem: &str, report: &mut Report) -> At<String> {
    if table.get("name").is_some() {
        let name = table.text("name", report);
        let name = name.unwrap_or_else(|| At::new(stem.to_owned(), Place::start(source.file)));
        check_name("a resource", &name, report);
        return name;
    }
    let name = At::new(stem.to_owned(), Place::start(source.file));
    if name::reserved_prefix(stem).is_some() {
        check_name("a resource", &name, report);
    } else if !name::is_stem(stem) {
        let message = format!("a resource cannot be called {stem:?}");
        let help = format!(
            "call the file {}.toml, or write name = {stem:?} at its top; names are letters, digits and underscores",
            name::plain(stem)
        );
        report.add(Mistake::new(&name.place, message, "the file's name is the resource's name").help(help));
    }
    name
}

/// Reports a name that no resource or table can have.
fn check_name(what: &str, name: &At<String>, report: &mut Report) {
    let message = || format!("{what} cannot be called {:?}", name.value);
    if let Some(reason) = name::refuse(&name.value) {
        report.add(Mistake::new(&name.place, message(), reason));
    } else if let Some(prefix) = name::reserved_prefix(&name.value) {
        let label = format!("names that begin with {prefix:?} are reserved");
        report.add(Mistake::new(&name.place, message(), label));
    }
}

/// Reads everything a resource and a part have in common.
fn body(
    table: &Table<'_>,
    name: At<String>,
    access: Access,
    owner: Option<DraftReference>,
    report: &mut Report,
) -> Draft {
    let view = table.flag("view", report).is_some_and(|flag| flag.value);
    let owner_field = owner.as_ref().and_then(|reference| reference.fields.first()).cloned();
    let mut references = Vec::from_iter(owner);
    let mut fields = fields(table, &mut references, report);
    let id = table.get("id").and_then(|item| key::id(item, report));
    let id = primary_key(table, &name, id, view, &mut fields, report);
    if let Some(name) = owner_field {
        insert_owner(name, &id, &mut fields, report);
    }
    timestamps(table, &mut fields, report);
    if let Some(item) = table.get("references") {
        references.extend(reference::list(item, report));
    }
    let keys = |key: &str, report: &mut Report| {
        table.get(key).map(|item| key::list(item, report)).unwrap_or_default()
    };
    let own_table = table.text("table", report);
    if let Some(own_table) = &own_table {
        check_name("a table", own_table, report);
    }
    if fields.is_empty() {
        let message = format!("{} has no fields", name.value);
        report.add(Mistake::new(&name.place, message, "add them under [fields]"));
    } else if fields.len() > MOST_FIELDS {
        let place = table.key_place("fields").unwrap_or(&name.place);
        report.add(Mistake::new(place, format!("a resource has at most {MOST_FIELDS} fields"), "too many"));
        fields.truncate(MOST_FIELDS);
    }
    Draft {
        table: own_table,
        view,
        description: table.text("description", report).map(|text| text.value),
        fields,
        id,
        uniques: keys("unique", report),
        indexes: keys("index", report),
        references,
        part_of: None,
        renamed_from: table.text("renamed_from", report),
        auth: table.flag("auth", report).filter(|flag| flag.value).map(|flag| flag.place),
        access,
        name,
    }
}

fn fields(table: &Table<'_>, references: &mut Vec<DraftReference>, report: &mut Report) -> Vec<DraftField> {
    let Some(fields) = table.get("fields").and_then(|item| item.open_table(report)) else {
        return Vec::new();
    };
    fields.entries().map(|entry| field::read(entry, references, report)).collect()
}

/// The primary key; a field `id` is added at the front unless the file declares another key.
fn primary_key(
    table: &Table<'_>,
    name: &At<String>,
    id: Option<Id>,
    view: bool,
    fields: &mut Vec<DraftField>,
    report: &mut Report,
) -> DraftId {
    let place = table.key_place("id").unwrap_or(&name.place).clone();
    let declared = fields.iter().find(|field| field.name.value == "id");
    let kind = match id {
        Some(Id::Declared(id)) => return id,
        None if view => return DraftId::None,
        None | Some(Id::Integer) => Kind::Integer,
        Some(Id::Uuid) => Kind::Uuid,
    };
    let key = At::new("id".to_owned(), place);
    if let Some(field) = declared {
        if table.get("id").is_some() {
            let label = "id = \"...\" at the top already declares this field";
            report.add(Mistake::new(&field.name.place, "the field id is declared twice", label));
        }
    } else {
        fields.insert(0, DraftField::new(key.clone(), DraftType::Known(FieldType::one(kind))));
    }
    DraftId::Fields { fields: vec![key], generated: None }
}

fn timestamps(table: &Table<'_>, fields: &mut Vec<DraftField>, report: &mut Report) {
    let Some(flag) = table.flag("timestamps", report).filter(|flag| flag.value) else { return };
    for (name, set_on) in [("created_at", SetOn::Create), ("updated_at", SetOn::Write)] {
        if let Some(field) = fields.iter().find(|field| field.name.value == name) {
            let message = format!("the field {name} is declared twice");
            report.add(Mistake::new(&field.name.place, message, "timestamps = true already adds this field"));
            continue;
        }
        let name = At::new(name.to_owned(), flag.place.clone());
        let ty = DraftType::Known(FieldType::one(Kind::Datetime));
        let set = Some(At::new((set_on, ServerValue::Now), flag.place.clone()));
        fields.push(DraftField { set, ..DraftField::new(name, ty) });
    }
}

/// Reads `[parts.<short>]`: a resource of its own that lives and is ruled with its owner.
fn read_part(owner: &Draft, entry: &Entry<'_>, report: &mut Report) -> Option<Draft> {
    let place = &entry.key.place;
    let table = entry.item.closed_table(&PART_KEYS, report)?;
    let short = entry.key.value;
    if let Some(reason) = name::refuse(short) {
        report.add(Mistake::new(place, format!("a part cannot be called {short:?}"), reason));
    }
    let singular = name::singular(&owner.name.value);
    let name =
        table.text("name", report).unwrap_or_else(|| At::new(format!("{singular}_{short}"), place.clone()));
    check_name("a part", &name, report);
    let column = At::new(format!("{singular}_id"), place.clone());
    let mut access = table.get("access").map(|item| access::read(item, report)).unwrap_or_default();
    inherit(&mut access, &owner.access);
    let reference = DraftReference {
        name: None,
        fields: vec![column],
        to: At::new(owner.name.value.clone(), place.clone()),
        to_fields: None,
        on_delete: At::new(OnDelete::Cascade, place.clone()),
        index: true,
    };
    Some(body(&table, name, access, Some(reference), report))
}

/// Adds a part's reference to its owner, which is the first of its references.
fn insert_owner(name: At<String>, id: &DraftId, fields: &mut Vec<DraftField>, report: &mut Report) {
    if let Some(field) = fields.iter().find(|field| field.name.value == name.value) {
        let message = format!("the field {} is declared twice", name.value);
        let label = "a part gets the reference to its owner by itself";
        report.add(Mistake::new(&field.name.place, message, label));
        return;
    }
    // Behind a key that stands first: keys lead, then whom a row belongs to, then the rest.
    let keyed = matches!(id, DraftId::Fields { fields: key, .. }
        if key.len() == 1 && fields.first().is_some_and(|first| first.name.value == key[0].value));
    fields.insert(usize::from(keyed), DraftField::new(name, DraftType::Reference(0)));
}

/// A part is read with its owner, and written by whoever may update its owner.
fn inherit(access: &mut Access, owner: &Access) {
    for action in Action::ALL {
        let from = if action == Action::Read { Action::Read } else { Action::Update };
        if let (None, Some(rule)) = (access.rule(action), owner.rule(from)) {
            access.set(action, rule.clone());
        }
    }
}
