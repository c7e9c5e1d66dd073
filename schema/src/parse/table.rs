//! A small reader over TOML tables: allowed keys, expected types, and the places of both.
//!
//! It reports unknown keys and values of a wrong type and hands out the rest. It must not know what
//! resources or fields are.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::{At, Mistake, Place, Report};
use crate::nearest::nearest;

/// The keys that one kind of table may have.
pub(crate) struct Keys {
    /// `a resource`, for messages.
    pub(crate) of: &'static str,
    /// The keys that are read.
    pub(crate) known: &'static [&'static str],
    /// Keys of the language that this version does not read yet.
    pub(crate) later: &'static [&'static str],
    /// What to say about an unknown key that resembles none.
    pub(crate) hint: &'static str,
}

/// The file that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: usize,
    pub(super) text: &'a str,
}

/// One value, with the key that it stands under.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    source: Source<'a>,
    key: &'a str,
    value: &'a Spanned<DeValue<'a>>,
}

/// One entry of a table: its key and value.
pub(super) struct Entry<'a> {
    pub(super) key: At<&'a str>,
    /// Whether the key was written in quotes.
    pub(super) quoted: bool,
    pub(super) item: Item<'a>,
}

/// A table with its entries in the order of the file.
pub(super) struct Table<'a> {
    entries: Vec<Entry<'a>>,
}

impl<'a> Table<'a> {
    /// A table whose keys are names that its author chose.
    pub(super) fn open(source: Source<'a>, table: &'a DeTable<'a>) -> Self {
        let mut entries: Vec<Entry<'a>> =
            table.iter().map(|(key, value)| entry(source, key, value)).collect();
        // The map sorts by key; people expect fields in the order in which they wrote them.
        entries.sort_by_key(|entry| entry.key.place.span.start);
        Self { entries }
    }

    /// A table that may have these keys only; any other is reported.
    pub(super) fn closed(
        source: Source<'a>,
        table: &'a DeTable<'a>,
        keys: &Keys,
        report: &mut Report,
    ) -> Self {
        let table = Self::open(source, table);
        for entry in &table.entries {
            let (key, place) = (entry.key.value, &entry.key.place);
            if keys.later.contains(&key) {
                let message = format!("{key} is not available yet");
                report.add(Mistake::new(
                    place,
                    message,
                    format!("{} cannot have it in this version", keys.of),
                ));
            } else if !keys.known.contains(&key) {
                let meant = nearest(key, keys.known.iter().copied());
                let otherwise = format!("{} has no such key", keys.of);
                let mistake = Mistake::unknown(place, "key", key, meant, &otherwise);
                report.add(if meant.is_none() { mistake.help(keys.hint) } else { mistake });
            }
        }
        table
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter()
    }

    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| entry.item)
    }

    /// Where a key stands, for mistakes about its presence.
    pub(super) fn key_place(&self, key: &str) -> Option<&Place> {
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.key.place)
    }

    /// The text under a key, if it is there and is text.
    pub(super) fn text(&self, key: &str, report: &mut Report) -> Option<At<String>> {
        self.get(key)?.text(report)
    }

    /// The boolean under a key, if it is there and is one.
    pub(super) fn flag(&self, key: &str, report: &mut Report) -> Option<At<bool>> {
        self.get(key)?.flag(report)
    }
}

impl<'a> Item<'a> {
    pub(super) fn place(&self) -> Place {
        Place { file: self.source.file, span: self.value.span() }
    }

    pub(super) fn key(&self) -> &'a str {
        self.key
    }

    pub(super) fn raw(&self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    pub(super) fn as_text(&self) -> Option<&'a str> {
        self.raw().as_str()
    }

    pub(super) fn text(&self, report: &mut Report) -> Option<At<String>> {
        let text = self.as_text().map(str::to_owned);
        if text.is_none() {
            self.wrong("text in quotes", report);
        }
        text.map(|text| At::new(text, self.place()))
    }

    pub(super) fn flag(&self, report: &mut Report) -> Option<At<bool>> {
        let flag = self.raw().as_bool();
        if flag.is_none() {
            self.wrong("true or false", report);
        }
        flag.map(|flag| At::new(flag, self.place()))
    }

    pub(super) fn as_list(&self) -> Option<Vec<Self>> {
        let list = self.raw().as_array()?;
        Some(list.iter().map(|value| Self { source: self.source, key: self.key, value }).collect())
    }

    pub(super) fn list(&self, expected: &str, report: &mut Report) -> Option<Vec<Self>> {
        let list = self.as_list();
        if list.is_none() {
            self.wrong(expected, report);
        }
        list
    }

    /// A list of texts; items of another type are reported and left out.
    pub(super) fn texts(&self, expected: &str, report: &mut Report) -> Option<Vec<At<String>>> {
        let list = self.list(expected, report)?;
        Some(list.iter().filter_map(|item| item.text(report)).collect())
    }

    pub(super) fn as_closed_table(&self, keys: &Keys, report: &mut Report) -> Option<Table<'a>> {
        Some(Table::closed(self.source, self.raw().as_table()?, keys, report))
    }

    pub(super) fn closed_table(&self, keys: &Keys, report: &mut Report) -> Option<Table<'a>> {
        let table = self.as_closed_table(keys, report);
        if table.is_none() {
            self.wrong("a table", report);
        }
        table
    }

    pub(super) fn open_table(&self, report: &mut Report) -> Option<Table<'a>> {
        let table = self.raw().as_table().map(|table| Table::open(self.source, table));
        if table.is_none() {
            self.wrong("a table", report);
        }
        table
    }

    /// Reports that the value is not of the expected type.
    pub(super) fn wrong(&self, expected: &str, report: &mut Report) {
        let message = format!("{} must be {expected}", self.key);
        report.add(Mistake::new(&self.place(), message, format!("this is {}", describe(self.raw()))));
    }
}

fn entry<'a>(
    source: Source<'a>,
    key: &'a Spanned<std::borrow::Cow<'a, str>>,
    value: &'a Spanned<DeValue<'a>>,
) -> Entry<'a> {
    let place = Place { file: source.file, span: key.span() };
    let quoted = source.text.get(key.span()).is_some_and(|text| text.starts_with(['"', '\'']));
    let name: &str = key.get_ref();
    Entry { key: At::new(name, place), quoted, item: Item { source, key: name, value } }
}

/// A value's type in everyday words.
fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false, without quotes",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
