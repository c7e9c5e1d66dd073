//! Reads one entry of `[fields]`: a type name, or a table that says more.
//!
//! Literals and references are only collected: what they mean depends on other fields and files.

use super::access;
use super::draft::{ByDatabase, DraftField, DraftReference, DraftType};
use super::literal::Literal;
use super::name;
use super::reference;
use super::report::{At, Mistake, Report};
use super::table::{Entry, Item, Keys, Table};
use super::type_name::{self, TypeName};
use crate::field::{FieldType, Kind, Pattern, ServerValue, SetOn};

/// More words than this belong into a resource of their own.
const MOST_WORDS: usize = 1_000;

pub(crate) const KEYS: Keys = Keys {
    of: "a field",
    known: &[
        "type",
        "to",
        "enum",
        "optional",
        "default",
        "set",
        "unique",
        "index",
        "min",
        "max",
        "pattern",
        "search",
        "on_delete",
        "constraint",
        "read",
        "write",
        "column",
        "database",
        "description",
        "renamed_from",
    ],
    later: &["compute"],
    hint: "a field is written  name = \"text\"  or  name = { type = \"text\", max = 80 }",
};

/// Reads a field and adds its reference, if it has one, to `references`.
pub(super) fn read(
    entry: &Entry<'_>,
    references: &mut Vec<DraftReference>,
    report: &mut Report,
) -> DraftField {
    let name = field_name(entry, report);
    let item = entry.item;
    if let Some(text) = item.as_text() {
        let (ty, optional) = match type_of(&At::new(text, item.place()), report) {
            Some(TypeName { kind: Some(kind), list, optional }) => {
                (DraftType::Known(FieldType { kind, list }), optional)
            }
            Some(TypeName { kind: None, .. }) => {
                report.add(words_missing(item));
                (DraftType::Unreadable, false)
            }
            None => (DraftType::Unreadable, false),
        };
        return DraftField { optional, ..DraftField::new(name, ty) };
    }
    let Some(table) = item.as_closed_table(&KEYS, report) else {
        item.wrong("the name of a type or a table", report);
        return DraftField::new(name, DraftType::Unreadable);
    };
    long_form(name, item, &table, references, report)
}

fn field_name(entry: &Entry<'_>, report: &mut Report) -> At<String> {
    let typed = entry.key.value;
    if let Some(reason) = name::refuse(typed) {
        report.add(Mistake::new(&entry.key.place, format!("a field cannot be called {typed:?}"), reason));
    } else if !entry.quoted && !name::is_plain(typed) {
        let label = format!("perhaps {:?}", name::plain(typed));
        report.add(
            Mistake::new(&entry.key.place, format!("a field cannot be called {typed:?}"), label)
                .help("names are letters, digits and underscores; an unusual name needs quotes"),
        );
    }
    At::new(typed.to_owned(), entry.key.place.clone())
}

fn type_of(text: &At<&str>, report: &mut Report) -> Option<TypeName> {
    match type_name::read(text.value) {
        Ok(name) => Some(name),
        Err(found) => {
            let mistake = Mistake::new(&text.place, found.message, found.label);
            report.add(match found.help {
                Some(help) => mistake.help(help),
                None => mistake,
            });
            None
        }
    }
}

fn words_missing(item: Item<'_>) -> Mistake {
    Mistake::new(&item.place(), "an enum needs its words", "write { enum = [\"open\", \"paid\"] }")
}

fn long_form(
    name: At<String>,
    item: Item<'_>,
    table: &Table<'_>,
    references: &mut Vec<DraftReference>,
    report: &mut Report,
) -> DraftField {
    let (ty, marked_optional) = long_type(item, table, references.len(), report);
    let optional = match table.flag("optional", report) {
        Some(flag) if !flag.value && marked_optional => {
            let label = "the ? of the type says the opposite";
            report.add(Mistake::new(&flag.place, "a field is optional or it is not", label));
            true
        }
        Some(flag) => flag.value || marked_optional,
        None => marked_optional,
    };
    let index = table.flag("index", report).map(|flag| flag.value);
    if let Some(reference) = reference::of_field(&name, table, index, report) {
        references.push(reference);
    }
    let mut field = DraftField { optional, index, ..DraftField::new(name, ty) };
    field.column = table.text("column", report);
    if let Some(column) = &field.column
        && let Some(reason) = name::refuse(&column.value)
    {
        report.add(Mistake::new(&column.place, "no column can be called so", reason));
    }
    field.set = table.get("set").and_then(|item| set(item, report));
    field.database = table.get("database").and_then(|item| database(item, report));
    field.unique = table.flag("unique", report).is_some_and(|flag| flag.value);
    field.default = literal(table, "default", report);
    field.min = literal(table, "min", report);
    field.max = literal(table, "max", report);
    field.pattern = table.get("pattern").and_then(|item| pattern(item, report));
    field.search = table.flag("search", report).filter(|flag| flag.value).map(|flag| flag.place);
    field.read = access::key(table, "read", report);
    field.write = access::key(table, "write", report);
    field.renamed_from = table.text("renamed_from", report);
    field.description = table.text("description", report).map(|text| text.value);
    field
}

/// The type in the long form: `type`, or what `enum` or `to` imply.
fn long_type(item: Item<'_>, table: &Table<'_>, reference: usize, report: &mut Report) -> (DraftType, bool) {
    let typed = table.get("type").map(|item| {
        let text = item.text(report)?;
        type_of(&At::new(&text.value, text.place), report)
    });
    let words = table.get("enum").map(|item| words(item, report));
    let ready = |kind, list, optional| (DraftType::Known(FieldType { kind, list }), optional);
    match (typed, words) {
        (Some(None), _) | (_, Some(None)) => (DraftType::Unreadable, false),
        (None, Some(Some(kind))) => ready(kind, false, false),
        (Some(Some(TypeName { kind: Some(kind), list, optional })), None) => ready(kind, list, optional),
        (Some(Some(TypeName { kind, list, optional })), Some(Some(words))) => {
            if kind.is_some() {
                let place = table.get("type").unwrap_or(item).place();
                let label = "leave it out, or write \"enum\"";
                report.add(Mistake::new(&place, "a field with enum has no other type", label));
            }
            ready(words, list, optional)
        }
        (Some(Some(TypeName { kind: None, optional, .. })), None) => {
            report.add(words_missing(table.get("type").unwrap_or(item)));
            (DraftType::Unreadable, optional)
        }
        (None, None) if table.get("to").is_some() => (DraftType::Reference(reference), false),
        (None, None) => {
            let label = "add type = \"text\", enum = [...] or to = \"...\"";
            report.add(Mistake::new(&item.place(), format!("{} has no type", item.key()), label));
            (DraftType::Unreadable, false)
        }
    }
}

fn words(item: Item<'_>, report: &mut Report) -> Option<Kind> {
    let items = item.list("a list of words", report)?;
    if items.is_empty() {
        report.add(Mistake::new(&item.place(), "an enum needs at least one word", "this list is empty"));
        return None;
    }
    if items.len() > MOST_WORDS {
        let label = "make it a resource and refer to it with { to = \"...\" }";
        report.add(Mistake::new(&item.place(), format!("an enum has at most {MOST_WORDS} words"), label));
        return None;
    }
    let words: Vec<At<String>> = items.iter().filter_map(|item| item.text(report)).collect();
    for (index, word) in words.iter().enumerate() {
        if words[..index].iter().any(|earlier| earlier.value == word.value) {
            report.add(Mistake::new(&word.place, format!("{:?} is listed twice", word.value), "remove one"));
        }
        if word.value.is_empty() {
            let label = "leave it out; optional = true permits nothing at all";
            report.add(Mistake::new(&word.place, "an enum's word cannot be empty", label));
        }
    }
    if words.len() < items.len() {
        return None;
    }
    Some(Kind::Enum(words.into_iter().map(|word| word.value.into_boxed_str()).collect()))
}

fn set(item: Item<'_>, report: &mut Report) -> Option<At<(SetOn, ServerValue)>> {
    let text = item.text(report)?;
    if text.value == "now" {
        return Some(At::new((SetOn::Create, ServerValue::Now), text.place));
    }
    let message = "rules with expressions are not available yet";
    report.add(Mistake::new(&text.place, message, "only set = \"now\" can be kept by this version"));
    None
}

fn database(item: Item<'_>, report: &mut Report) -> Option<At<ByDatabase>> {
    let text = item.text(report)?;
    let by_database = match text.value.as_str() {
        "default" => ByDatabase::Default,
        "generated" => ByDatabase::Generated,
        other => {
            let meant = crate::nearest::nearest(other, ["default", "generated"]);
            let otherwise = "write \"default\" or \"generated\"";
            report.add(Mistake::unknown(&text.place, "word", other, meant, otherwise));
            return None;
        }
    };
    Some(At::new(by_database, text.place))
}

fn pattern(item: Item<'_>, report: &mut Report) -> Option<At<Pattern>> {
    let text = item.text(report)?;
    match Pattern::new(&text.value) {
        Ok(pattern) => Some(At::new(pattern, text.place)),
        Err(error) => {
            let reason = error.to_string();
            // The last line of the library's message is the reason; the lines before draw the pattern.
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            report.add(
                Mistake::new(&text.place, "this pattern is no regular expression", reason)
                    .help("in single quotes, TOML leaves backslashes as they are: pattern = '\\d+'"),
            );
            None
        }
    }
}

fn literal(table: &Table<'_>, key: &str, report: &mut Report) -> Option<Literal> {
    Literal::read(table.get(key)?, report)
}
