//! Reads references: `to` in a field, and the `references` list for those that span several fields.
//!
//! What a reference leads to is found in `resolve`, when every file has been read.

use super::draft::DraftReference;
use super::report::{At, Mistake, Report};
use super::table::{Item, Keys, Table};
use crate::nearest::nearest;
use crate::resource::OnDelete;

pub(crate) const KEYS: Keys = Keys {
    of: "a reference",
    known: &["fields", "to", "to_fields", "on_delete", "name", "index"],
    later: &[],
    hint: "a reference is written { fields = [\"a\", \"b\"], to = \"resource\", to_fields = [\"c\", \"d\"] }",
};

/// The most references in one list: each pair of them can become a relation.
const MOST_REFERENCES: usize = 100;

const ACTIONS: [(&str, OnDelete); 4] = [
    ("restrict", OnDelete::Restrict),
    ("cascade", OnDelete::Cascade),
    ("set null", OnDelete::SetNull),
    ("set default", OnDelete::SetDefault),
];

/// The words of an [`OnDelete`].
pub(crate) fn on_delete_word(action: OnDelete) -> &'static str {
    match action {
        OnDelete::Restrict => "restrict",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNull => "set null",
        OnDelete::SetDefault => "set default",
    }
}

/// The reference that a field's table declares with `to`.
pub(super) fn of_field(
    name: &At<String>,
    table: &Table<'_>,
    index: Option<bool>,
    report: &mut Report,
) -> Option<DraftReference> {
    let Some(to) = table.get("to") else {
        for key in ["on_delete", "constraint"] {
            if let Some(place) = table.key_place(key) {
                let message = format!("{key} without a reference");
                report.add(Mistake::new(place, message, "this field has no to = \"...\""));
            }
        }
        return None;
    };
    let to = to.text(report)?;
    Some(DraftReference {
        name: table.text("constraint", report).map(|name| name.value),
        fields: vec![name.clone()],
        on_delete: on_delete(table, &to, report),
        to,
        to_fields: None,
        index: index.unwrap_or(true),
    })
}

/// The `references` list of a resource.
pub(super) fn list(item: Item<'_>, report: &mut Report) -> Vec<DraftReference> {
    let mut items = item.list("a list of references", report).unwrap_or_default();
    if items.len() > MOST_REFERENCES {
        let message = format!("a resource has at most {MOST_REFERENCES} references");
        report.add(Mistake::new(&item.place(), message, "too many"));
        items.truncate(MOST_REFERENCES);
    }
    items.into_iter().filter_map(|item| one(item, report)).collect()
}

fn one(item: Item<'_>, report: &mut Report) -> Option<DraftReference> {
    let table = item.closed_table(&KEYS, report)?;
    let fields = table.get("fields").map(|item| item.texts("a list of field names", report));
    let (Some(fields), Some(to)) = (fields, table.get("to")) else {
        report.add(Mistake::new(&item.place(), "a reference needs fields and to", "one of them is missing"));
        return None;
    };
    let (fields, to) = (fields?, to.text(report)?);
    if fields.is_empty() {
        report.add(Mistake::new(&item.place(), "a reference needs fields and to", "fields is empty"));
        return None;
    }
    Some(DraftReference {
        name: table.text("name", report).map(|name| name.value),
        fields,
        on_delete: on_delete(&table, &to, report),
        to,
        to_fields: table.get("to_fields").and_then(|item| item.texts("a list of field names", report)),
        index: table.flag("index", report).is_none_or(|flag| flag.value),
    })
}

fn on_delete(table: &Table<'_>, to: &At<String>, report: &mut Report) -> At<OnDelete> {
    let usual = At::new(OnDelete::default(), to.place.clone());
    let Some(word) = table.text("on_delete", report) else { return usual };
    if let Some((_, action)) = ACTIONS.iter().find(|(name, _)| *name == word.value) {
        return At::new(*action, word.place);
    }
    let typed = word.value.replace(['_', '-'], " ");
    let meant = nearest(&typed, ACTIONS.iter().map(|(name, _)| *name));
    let otherwise = "write \"restrict\", \"cascade\", \"set null\" or \"set default\"";
    report.add(Mistake::unknown(&word.place, "action", &word.value, meant, otherwise));
    usual
}
