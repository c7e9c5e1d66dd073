//! Writes the model as resource files, for `pull`.
//!
//! Short forms where they say the same, `parse` reads back an equal model, and what the language
//! cannot say stands in a comment. It must not know where files lie.

mod field;
mod key;
mod toml_text;

use self::key::KeyPlan;
use self::toml_text::{comment, key, list, put, quote};
use crate::access::{Access, Action, Rule};
use crate::field::{Field, FieldDefault, FieldType, Kind, ServerValue, SetOn};
use crate::parse::build::key::is_generated;
use crate::parse::name;
use crate::resource::{OnDelete, Resource, ResourceKind};
use crate::schema::{FieldId, ResourceId, Schema};

/// The stem of the file for a resource. Names that need more than letters, digits and underscores
/// are changed, and [`resource_file`] then writes the name into the file, so that a caller may add a
/// number to a changed stem that is already taken.
pub fn file_stem(name: &str) -> String {
    if name::is_stem(name) { name.to_owned() } else { name::plain(name) }
}

/// The text of the resource file that declares a resource and its parts. For a part, the file of its
/// owner.
pub fn resource_file(schema: &Schema, id: ResourceId) -> String {
    let resource = schema.resource(id);
    if let Some((owner, _)) = &resource.part_of
        && *owner != id
    {
        return resource_file(schema, *owner);
    }
    let mut text = String::from("#:schema ../.roundtrip/resource.json\n");
    if !name::is_stem(&resource.name) {
        line(&mut text, "name", &quote(&resource.name));
    }
    body(&mut text, schema, resource, &Section::Resource);
    access(&mut text, "[access]", &resource.access, &Access::default());
    for (_, part) in schema.resources() {
        if let Some((owner, short)) = &part.part_of
            && *owner == id
        {
            write_part(&mut text, schema, resource, part, short);
        }
    }
    text
}

/// Where a resource's tables stand in the file.
enum Section {
    /// At its top.
    Resource,
    /// Under this header; the field is the reference to its owner, which is not written.
    Part { header: String, owner: FieldId },
}

fn write_part(text: &mut String, schema: &Schema, owner: &Resource, part: &Resource, short: &str) {
    let header = format!("parts.{}", key(short));
    let singular = name::singular(&owner.name);
    let Some(reference) = owner_reference(owner, part, &format!("{singular}_id")) else {
        comment(
            text,
            &format!("the part {short} does not refer to {} as parts do; it is left out", owner.name),
        );
        return;
    };
    let mut own = String::new();
    if part.name != format!("{singular}_{short}") {
        line(&mut own, "name", &quote(&part.name));
    }
    body(&mut own, schema, part, &Section::Part { header: header.clone(), owner: reference });
    // Its fields alone say that there is a part.
    if own.is_empty() || !own.starts_with("\n[") {
        put(text, format_args!("\n[{header}]\n"));
    }
    text.push_str(&own);
    let update = owner.access.update.clone();
    let inherited =
        Access { read: owner.access.read.clone(), create: update.clone(), delete: update.clone(), update };
    access(text, &format!("[{header}.access]"), &part.access, &inherited);
}

/// The field by which a part refers to its owner, if the reference is the one that `parse` adds.
fn owner_reference(owner: &Resource, part: &Resource, name: &str) -> Option<FieldId> {
    let reference = part.references.first()?;
    let [id] = reference.fields[..] else { return None };
    let plain = Field::new(name, owner.field(*owner.primary_key.first()?).ty.clone());
    let usual = *part.field(id) == plain
        && reference.on_delete == OnDelete::Cascade
        && reference.target_fields == owner.primary_key;
    usual.then_some(id)
}

fn body(text: &mut String, schema: &Schema, resource: &Resource, section: &Section) {
    if let Some(description) = &resource.description {
        line(text, "description", &quote(description));
    }
    if resource.table != resource.name {
        line(text, "table", &quote(&resource.table));
    }
    if let Some(former) = &resource.renamed_from {
        line(text, "renamed_from", &quote(former));
    }
    if resource.kind == ResourceKind::View {
        line(text, "view", "true");
    }
    let implied = implied_key(resource);
    primary_key(text, resource, implied);
    if resource.auth {
        line(text, "auth", "true");
    }
    let stamped = has_timestamps(resource);
    if stamped {
        line(text, "timestamps", "true");
    }
    let owner = match section {
        Section::Resource => None,
        Section::Part { owner, .. } => Some(*owner),
    };
    let last = resource.fields.len() - if stamped { 2 } else { 0 };
    let is_written =
        |id: FieldId| id.index() < last && Some(id) != owner && !(implied && id == FieldId::new(0));
    let (written, hidden): (Vec<FieldId>, Vec<FieldId>) =
        resource.fields().map(|(id, _)| id).partition(|id| is_written(*id));
    let plan = KeyPlan::new(schema, resource, hidden, owner);
    plan.write_lists(text);
    let header = match section {
        Section::Resource => "[fields]".to_owned(),
        Section::Part { header, .. } => format!("[{header}.fields]"),
    };
    if !written.is_empty() {
        put(text, format_args!("\n{header}\n"));
    }
    for id in written {
        field::write(text, schema, resource, id, &plan);
    }
}

/// Whether the primary key is the field that `parse` adds by itself.
fn implied_key(resource: &Resource) -> bool {
    let (Some(first), [key]) = (resource.fields.first(), &resource.primary_key[..]) else { return false };
    let plain = match &first.ty.kind {
        Kind::Integer => Field::new("id", FieldType::one(Kind::Integer)),
        _ => Field {
            default: Some(FieldDefault::Server(ServerValue::UuidV7)),
            ..Field::new("id", FieldType::one(Kind::Uuid))
        },
    };
    let refers = resource.references.iter().any(|reference| reference.fields.contains(key));
    *key == FieldId::new(0)
        && *first == plain
        && !refers
        && resource.kind == ResourceKind::Table
        && (resource.generated_key || first.ty.kind == Kind::Uuid)
}

fn primary_key(text: &mut String, resource: &Resource, implied: bool) {
    let names = || list(resource.names(&resource.primary_key).into_iter().map(quote));
    match &resource.primary_key[..] {
        [] if resource.kind == ResourceKind::View => {}
        [] => line(text, "id", "[]"),
        [key] if implied => {
            if resource.field(*key).ty.kind == Kind::Uuid {
                line(text, "id", "\"uuid\"");
            }
        }
        [key] => single_key(text, resource, *key, &names()),
        _ => {
            if resource.generated_key {
                comment(
                    text,
                    "the database numbers a part of this key by itself, which cannot be written here",
                );
            }
            line(text, "id", &names());
        }
    }
}

fn single_key(text: &mut String, resource: &Resource, key: FieldId, names: &str) {
    let mut field = resource.field(key).clone();
    let made = field.ty == FieldType::one(Kind::Uuid)
        && field.default == Some(FieldDefault::Server(ServerValue::UuidV7));
    if made {
        field.default = None;
    }
    let refers = resource.references.iter().any(|reference| reference.fields.contains(&key));
    let usual = resource.kind == ResourceKind::Table && is_generated(&field, refers);
    let actual = resource.generated_key || made;
    let can_be = !field.ty.list && matches!(field.ty.kind, Kind::Integer | Kind::Uuid);
    if usual != actual && can_be {
        line(text, "id", &format!("{{ fields = {names}, generated = {actual} }}"));
        return;
    }
    if actual && !can_be {
        comment(text, "the database makes this key by itself, which cannot be written here for its type");
    }
    match field.name.as_str() {
        "id" if resource.kind == ResourceKind::Table => {}
        // As plain text these would be types.
        "integer" | "uuid" => line(text, "id", names),
        name => line(text, "id", &quote(name)),
    }
}

fn has_timestamps(resource: &Resource) -> bool {
    let stamp = |name: &str, set_on| Field {
        set: Some((set_on, ServerValue::Now)),
        ..Field::new(name, FieldType::one(Kind::Datetime))
    };
    resource.fields.ends_with(&[stamp("created_at", SetOn::Create), stamp("updated_at", SetOn::Write)])
}

fn access(text: &mut String, header: &str, access: &Access, inherited: &Access) {
    let differs: Vec<Action> =
        Action::ALL.into_iter().filter(|action| access.rule(*action) != inherited.rule(*action)).collect();
    if differs.is_empty() {
        return;
    }
    put(text, format_args!("\n{header}\n"));
    let word = |action: Action| match access.rule(action) {
        Some(Rule::Anyone) => "\"anyone\"",
        // Nothing said means nobody, but here something was said by the owner.
        Some(Rule::Nobody) | None => "\"nobody\"",
    };
    let writes = [Action::Create, Action::Update, Action::Delete];
    let same = access.create == access.update && access.update == access.delete;
    let together = same && writes.iter().all(|action| differs.contains(action));
    for action in differs {
        if !together || action == Action::Read {
            line(text, action.name(), word(action));
        }
    }
    if together {
        line(text, "write", word(Action::Update));
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    put(text, format_args!("{key} = {value}\n"));
}
