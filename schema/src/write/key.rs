//! Which unique constraints, indexes and references a file says with a field, which in lists, and
//! which follow by themselves.

use super::toml_text::{comment, inline_list, list, put, quote};
use crate::parse::build::key::{constraint_name, leads};
use crate::parse::reference::on_delete_word;
use crate::resource::{Index, OnDelete, Reference, Resource, Unique};
use crate::schema::{FieldId, Schema};

/// The plan for one resource.
pub(super) struct KeyPlan<'a> {
    schema: &'a Schema,
    resource: &'a Resource,
    hidden: Vec<FieldId>,
    /// References written with their field.
    of_fields: Vec<(FieldId, &'a Reference)>,
    /// References written in the `references` list.
    listed: Vec<&'a Reference>,
    /// References that the language cannot say.
    left_out: Vec<&'a Reference>,
    /// Indexes that have to be written.
    indexes: Vec<&'a Index>,
    unindexed: Vec<&'a Reference>,
}

impl<'a> KeyPlan<'a> {
    /// `hidden` are the fields that `parse` adds and that get no line; `owner` is the one among them
    /// by which a part refers to its owner.
    pub(super) fn new(
        schema: &'a Schema,
        resource: &'a Resource,
        hidden: Vec<FieldId>,
        owner: Option<FieldId>,
    ) -> Self {
        let (references, left_out): (Vec<&Reference>, Vec<&Reference>) = resource
            .references
            .iter()
            .partition(|reference| schema.resource(reference.target).is_unique(&reference.target_fields));
        let mut of_fields: Vec<(FieldId, &Reference)> = Vec::new();
        let mut listed = Vec::new();
        // A part's reference to its owner is its first, and follows by itself.
        for reference in references.iter().skip(usize::from(owner.is_some())) {
            match reference.fields[..] {
                [field]
                    if !hidden.contains(&field)
                        && !of_fields.iter().any(|(other, _)| *other == field)
                        && to(schema, reference).is_some() =>
                {
                    of_fields.push((field, reference));
                }
                _ => listed.push(*reference),
            }
        }
        let follows = |index: &Index| follows(resource, &references, index);
        let indexes: Vec<&Index> = resource.indexes.iter().filter(|index| !follows(index)).collect();
        let written: Vec<Index> = indexes.iter().map(|index| (*index).clone()).collect();
        let unindexed = references
            .iter()
            .copied()
            .filter(|reference| !leads(&reference.fields, &resource.primary_key, &resource.uniques, &written))
            .filter(|reference| {
                !resource.indexes.iter().any(|index| index.fields == reference.fields && follows(index))
            })
            .collect();
        Self { schema, resource, hidden, of_fields, listed, left_out, indexes, unindexed }
    }

    /// The reference that is written with a field.
    pub(super) fn of_field(&self, field: FieldId) -> Option<&'a Reference> {
        self.of_fields.iter().find(|(id, _)| *id == field).map(|(_, reference)| *reference)
    }

    /// Whether a reference must say that it has no index.
    pub(super) fn is_unindexed(&self, reference: &Reference) -> bool {
        self.unindexed.iter().any(|other| std::ptr::eq(*other, reference))
    }

    /// Whether a field says `unique = true`.
    pub(super) fn is_unique(&self, field: FieldId) -> bool {
        self.resource.uniques.iter().any(|unique| unique.fields == [field] && self.is_with_field(unique))
    }

    /// Whether a unique constraint is said by its field alone.
    fn is_with_field(&self, unique: &Unique) -> bool {
        matches!(unique.fields[..], [field] if !self.hidden.contains(&field))
            && unique.name == standard(self.resource, &unique.fields, "key")
    }

    /// Writes `unique`, `index` and `references`.
    pub(super) fn write_lists(&self, text: &mut String) {
        let resource = self.resource;
        let uniques: Vec<String> = resource
            .uniques
            .iter()
            .filter(|unique| !self.is_with_field(unique))
            .map(|unique| self.item(&unique.fields, &unique.name, "key"))
            .collect();
        let indexes: Vec<String> =
            self.indexes.iter().map(|index| self.item(&index.fields, &index.name, "idx")).collect();
        for (name, items) in [("unique", uniques), ("index", indexes)] {
            if !items.is_empty() {
                put(text, format_args!("{name} = {}\n", list(items)));
            }
        }
        for reference in &self.left_out {
            let target = self.schema.resource(reference.target);
            let fields = resource.names(&reference.fields).join(", ");
            let to = target.names(&reference.target_fields).join(", ");
            let sentence =
                format!("{fields} refers to {to} of {}, which is not unique: left out", target.name);
            comment(text, &sentence);
        }
        if !self.listed.is_empty() {
            text.push_str("references = [\n");
            for reference in &self.listed {
                put(text, format_args!("    {},\n", self.listed_reference(reference)));
            }
            text.push_str("]\n");
        }
    }

    /// One item of `unique` or `index`.
    fn item(&self, fields: &[FieldId], name: &str, suffix: &str) -> String {
        let names = inline_list(self.resource.names(fields).into_iter().map(quote));
        if name != standard(self.resource, fields, suffix) {
            return format!("{{ fields = {names}, name = {} }}", quote(name));
        }
        match fields {
            [field] => quote(&self.resource.field(*field).name),
            _ => names,
        }
    }

    fn listed_reference(&self, reference: &Reference) -> String {
        let target = self.schema.resource(reference.target);
        let names = |resource: &Resource, fields: &[FieldId]| {
            inline_list(resource.names(fields).into_iter().map(quote))
        };
        let mut said = vec![
            format!("fields = {}", names(self.resource, &reference.fields)),
            format!("to = {}", quote(&target.name)),
        ];
        if reference.target_fields != target.primary_key {
            said.push(format!("to_fields = {}", names(target, &reference.target_fields)));
        }
        if let Some(word) = action(self.resource, reference) {
            said.push(format!("on_delete = \"{word}\""));
        }
        if reference.constraint != standard(self.resource, &reference.fields, "fkey") {
            said.push(format!("name = {}", quote(&reference.constraint)));
        }
        if self.is_unindexed(reference) {
            said.push("index = false".to_owned());
        }
        format!("{{ {} }}", said.join(", "))
    }
}

/// What a field's `to` says: the resource, or a field of it; `None` if that would be read otherwise.
pub(super) fn to(schema: &Schema, reference: &Reference) -> Option<String> {
    let target = schema.resource(reference.target);
    if reference.target_fields == target.primary_key {
        return Some(target.name.clone());
    }
    let [field] = reference.target_fields[..] else { return None };
    let field = &target.field(field).name;
    let text = format!("{}.{field}", target.name);
    // A dot in either name, or a resource that is called so, could be understood in two ways.
    (text.matches('.').count() == 1 && schema.find(&text).is_none()).then_some(text)
}

/// What `on_delete` says, unless it is the usual. An action that the fields cannot take makes the
/// database refuse the deletion, which is the usual.
pub(super) fn action(resource: &Resource, reference: &Reference) -> Option<&'static str> {
    let mut fields = reference.fields.iter().map(|id| resource.field(*id));
    let possible = match reference.on_delete {
        OnDelete::Restrict => false,
        OnDelete::Cascade => true,
        OnDelete::SetNull => fields.all(|field| field.optional),
        OnDelete::SetDefault => fields.all(|field| field.default.is_some()),
    };
    possible.then(|| on_delete_word(reference.on_delete))
}

/// The name that `parse` would give.
pub(super) fn standard(resource: &Resource, fields: &[FieldId], suffix: &str) -> String {
    constraint_name(&resource.table, fields.iter().map(|id| resource.field(*id).column.as_str()), suffix)
}

/// Whether `parse` adds this index by itself, for a reference.
fn follows(resource: &Resource, references: &[&Reference], index: &Index) -> bool {
    let others: Vec<Index> =
        resource.indexes.iter().filter(|other| !std::ptr::eq(*other, index)).cloned().collect();
    index.name == standard(resource, &index.fields, "idx")
        && references.iter().any(|reference| reference.fields == index.fields)
        && !leads(&index.fields, &resource.primary_key, &resource.uniques, &others)
}
